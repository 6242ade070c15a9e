"""How far units are now: each against its expected line, its objectives by status, and its own objectives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain import carried, dependencies
from okrdash.domain.board import Board
from okrdash.services import over_time
from okrdash.services.company import company
from okrdash.services.kept import Kept
from okrdash.services.people import Actor
from okrdash.ui import links, show, team_lines, unit_views
from okrdash.ui.bars import Bar, Names, Side, bars, units_progress
from okrdash.ui.chart_data import show_data
from okrdash.ui.charts import Drawing, draw_door, statuses
from okrdash.ui.dependency_counts import Counts, counts
from okrdash.ui.objective_drawer import open_objective
from okrdash.ui.objective_table import draw_objectives
from okrdash.ui.progress_doors import chosen, to_objectives, turn_to
from okrdash.ui.session import Me
from okrdash.ui.text import label, md
from okrdash.ui.unit_views import MOST
from okrdash.ui.week_lines import main_side

_WEEK = timedelta(days=7)
_OBJECTIVES = Names("Objective", "Its part", "Whole objective")


@dataclass(frozen=True, slots=True, eq=False)
class _Now:
    """What is drawn of a unit and those below it, the same for everybody."""

    units: DataFrame
    tallies: dict[str, dict[str, int]]
    counted: list[str]
    """The units that have objectives, of which the chart draws the first."""
    words: list[str]
    waiting: dict[str, Counts]
    """Of the units that are drawn, in their order."""
    moved: dict[str, float]
    """By how much what counts of each unit moved in a week; only where it ran a week ago."""
    overdue: dict[str, tuple[int, int]]
    others: dict[str, int]
    carried: DataFrame
    progress: Drawing
    statuses: Drawing
    objectives: Drawing


_kept: Kept[_Now] = Kept(16)


def show_units(me: Me, board: Board, cycle: str, unit: str) -> None:
    """A unit and those directly below it, now: against the expected line, and objectives by status."""
    now = _now(me.actor, board, cycle, unit)
    names, settings = now.units["unit"].tolist(), board.settings
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.header("Against the expected line", help="Furthest behind comes first, after the unit itself.")
        draw_door(now.progress, key="progress_units", turn=turn_to(names))
        unit_views.say_first(len(names))
        st.caption(
            "Bar: what the unit carries itself. Thin bar: all teams below it together; the two are never mixed."
            " Upright mark: where it should be today."
            f" Off track is below {show.percent(settings.at_risk_pace)} of what is expected,"
            f" at risk below {show.percent(settings.on_track_pace)}. A click on a row opens it."
        )
        if some := [f"{md(one)} in {now.others[one]}" for one in names if one in now.others][:MOST]:
            st.caption(f"Carries key results in objectives that others own: {', '.join(some)}.")
        show_data(
            "Progress and what stands behind it",
            lambda: _table(now),
            chart="progress_units",
            config={
                **unit_views.PERCENT,
                "In a week": st.column_config.NumberColumn(
                    format="%+d points", help="By how many per cent of the way it moved, by what is known now."
                ),
            },
        )
    with right:
        st.header(
            "Objectives by status",
            help="Those that the unit owns or of which it carries a key result; what several carry counts with each.",
        )
        if not now.counted:
            st.markdown("None of these units has an objective in this cycle.")
            return
        clicked = draw_door(now.statuses, key="progress_statuses")
        unit_views.say_first(len(now.counted))
        st.caption("The stronger the colour, the larger its share of the row. A click on a number lists them.")
        show_data("Objectives by status", lambda: _tally_table(now), chart="progress_statuses")
    if clicked and (of := chosen(now.counted, clicked.get("place"))):
        status = chosen(now.words, clicked.get("position"))
        to_objectives(board, cycle, of, alone=of == unit, status=status)


def show_own(me: Me, board: Board, cycle: str, unit: str) -> None:
    """The objectives in which the unit itself carries something: those furthest behind drawn, all listed."""
    now = _now(me.actor, board, cycle, unit)
    st.header(f"Objectives of {md(unit)}", help="Those of which it carries key results itself.")
    rows = now.carried
    if rows.empty:
        st.markdown("It carries no key results itself in this cycle; its teams do.")
        return
    clicked = draw_door(now.objectives, key="progress_objectives")
    more = f"The {MOST} furthest behind, of {len(rows):,}; the list has them all. " if len(rows) > MOST else ""
    shared = "" if rows["whole"].all() else " Thin bar: the whole objective, which others carry with it."
    st.caption(f"{more}Bar: the part that {md(unit)} carries.{shared} A click on a row opens the objective.")
    drawn = st.expander(
        f"List of {show.count(len(rows), 'objective')}",
        icon=":material/table:",
        key="objectives_list",
        on_change="rerun",
    )
    if drawn.open:
        with drawn:
            draw_objectives(me, board, rows, me.names)
    show_data("Objectives of the unit", lambda: _objectives_table(rows), chart="progress_objectives", config=_SHARES)
    if clicked and (objective := chosen(rows.index[:MOST].tolist(), clicked.get("place"))):
        open_objective(me, objective)


def show_between(me: Me, board: Board, cycle: str, unit: str, top: str) -> None:
    """The ways to the units below, and what each waits for from others and owes them."""
    waiting = _now(me.actor, board, cycle, unit).waiting
    if below := [name for name in waiting if name != unit]:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown("Look into", width="content")
            for name in below:
                links.turn(label(name), "unit", name, icon=":material/subdirectory_arrow_right:")
    st.header(
        "Between teams", help="What each waits for from others, and what it owes them; not what its own teams need."
    )
    team_lines.show_between({name: counted for name, counted in waiting.items() if name != top})


def _now(actor: Actor, board: Board, cycle: str, unit: str) -> _Now:
    key = (company().opening, board.revision, board.day, cycle, unit)
    return _kept.get(key, lambda: _worked_out(actor, board, cycle, unit))


def _worked_out(actor: Actor, board: Board, cycle: str, unit: str) -> _Now:
    units = unit_views.with_children(board, cycle, unit)
    names = units["unit"].tolist()
    moved = _moved(actor, board, cycle, units)
    overdue = carried.overdue(board, cycle)
    tallies = unit_views.counts(board, cycle, unit, names)
    counted = [one for one in names if tallies[one]]
    shown = {one: tallies[one] for one in counted[:MOST]}
    words = unit_views.headings(shown)
    mine = carried.carried(board, cycle, unit)
    pace = (mine["part_progress"] / mine["part_expected"]).where(mine["part_expected"] > 0)
    mine = mine.loc[pace.sort_values(kind="stable").index]
    view = dependencies.view(board)
    return _Now(
        units=units,
        tallies=tallies,
        counted=counted,
        words=words,
        waiting={one: counts(view, one) for one in names[:MOST]},
        moved=moved,
        overdue=overdue,
        others=carried.of_others(board, cycle),
        carried=mine,
        progress=units_progress(units.head(MOST), _asides(names, moved, overdue), door=True),
        statuses=statuses(shown, words),
        objectives=_objectives(mine.head(MOST), unit),
    )


def _moved(actor: Actor, board: Board, cycle: str, units: DataFrame) -> dict[str, float]:
    start: Any = board.cycles.at[cycle, "start"]
    if pd.Timestamp(board.day - _WEEK) < start:
        return {}
    then = over_time.units_over_time(actor, [board.day - _WEEK])
    before = {row["unit"]: row for row in then[then["cycle"] == cycle].to_dict("records")}
    found = {}
    for row in units.to_dict("records"):
        side = main_side(row)
        if row["unit"] in before and before[row["unit"]][f"{side}_objectives"]:
            found[row["unit"]] = row[f"{side}_progress"] - before[row["unit"]][f"{side}_progress"]
    return found


def _asides(
    units: Sequence[str], moved: Mapping[str, float], overdue: Mapping[str, tuple[int, int]]
) -> dict[str, tuple[str, str]]:
    """What is said of each unit beside its name: in full, and in short."""
    found = {}
    for unit in units:
        full, short = [], []
        if unit in moved:
            points = round(moved[unit] * 100)
            step = f"{points:+d}".replace("-", "−")
            full.append(f"{step} points in a week" if points else "unmoved in a week")
            short += [f"{step} in a week"] if points else []
        late, every = overdue.get(unit, (0, 0))
        if late:
            full.append(f"{late:,} of {show.count(every, 'update')} overdue")
            short.append(f"{show.count(late, 'update')} overdue")
        found[unit] = " · ".join(full), " · ".join(short)
    return found


def _objectives(rows: DataFrame, unit: str) -> Drawing:
    drawn = []
    for row in rows.to_dict("records"):
        own = Side(row["part_progress"], row["part_expected"], row["part_status"], row["part_status"].capitalize())
        whole = None if row["whole"] else Side(row["progress"], row["expected"], row["status"], "whole objective")
        aside = f"of {row['team']}" if row["team"] != unit else ""
        drawn.append(Bar(row["title"], own, whole, aside, aside))
    return bars("Objectives against the expected line.", drawn, _OBJECTIVES, door=True)


def _table(now: _Now) -> DataFrame:
    names = now.units["unit"].tolist()
    moved = [round(now.moved[one] * 100) if one in now.moved else None for one in names]
    late = [now.overdue.get(one, (0, 0)) for one in names]
    return DataFrame(
        {
            **unit_views.as_table(now.units),
            "In a week": pd.Series(moved, dtype="Int64"),
            "Updates overdue": [some for some, _ in late],
            "Key results": [every for _, every in late],
            "Waiting for": [now.waiting[one].waits if one in now.waiting else None for one in names],
            "Owing": [now.waiting[one].owes if one in now.waiting else None for one in names],
            "In objectives of others": [now.others.get(one, 0) for one in names],
        }
    )


def _tally_table(now: _Now) -> DataFrame:
    words = unit_views.headings(now.tallies)
    columns = {show.status(word): [now.tallies[one].get(word, 0) for one in now.counted] for word in words}
    return DataFrame({"Unit": now.counted, **columns})


def _objectives_table(rows: DataFrame) -> DataFrame:
    return DataFrame(
        {
            "Objective": rows["title"].to_numpy(),
            "Owned by": rows["team"].to_numpy(),
            "Its part": rows["part_progress"].round(2).to_numpy(),
            "Expected": rows["part_expected"].round(2).to_numpy(),
            "Status": [show.status(word) for word in rows["part_status"]],
            "Whole objective": rows["progress"].round(2).to_numpy(),
        }
    )


_SHARES = {
    name: st.column_config.NumberColumn(format="percent") for name in ("Its part", "Expected", "Whole objective")
}
