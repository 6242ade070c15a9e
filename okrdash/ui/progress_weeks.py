"""Progress over time: each unit week by week against what was expected, as a chart and a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.domain.columns import refs
from okrdash.services import history, over_time
from okrdash.services.company import company
from okrdash.services.kept import Kept
from okrdash.services.people import Actor
from okrdash.ui import links, show, unit_views
from okrdash.ui.chart_data import show_data
from okrdash.ui.charts import Drawing, draw_door
from okrdash.ui.progress_doors import turn_to
from okrdash.ui.unit_views import MOST
from okrdash.ui.week_lines import week_lines

Changed = Mapping[str, Mapping[date, int]]
"""How many key results of each unit were measured anew on which day."""

_kept: Kept[tuple[list[str], DataFrame, Changed, Drawing]] = Kept(16)
NOW_KNOWN = (
    "Every week is measured with what is known and defined today: a corrected value or a changed target counts for the"
    " past weeks too."
)


def show_weeks(actor: Actor, board: Board, cycle: str, unit: str) -> None:
    """A unit and those directly below it on the due days of a cycle, and today."""
    days = over_time.days_of(board, cycle)
    st.header("Week by week", help="On the day on which check-ins are due, and today.")
    if len(days) < 2:
        st.markdown("The first week is not over yet. From the first due day on, every week is a point here.")
        return

    def worked_out() -> tuple[list[str], DataFrame, Changed, Drawing]:
        order = unit_views.with_children(board, cycle, unit)["unit"].tolist()
        rows = over_time.units_over_time(actor, days)
        rows = rows[(rows["cycle"] == cycle) & rows["unit"].isin(order)]
        told = f"Progress week by week from {show.day(days[0])} to {show.day(days[-1])}."
        changed = _changed(board, cycle, rows[rows["day"] == rows["day"].max()], history.measured_anew(actor))
        return order, rows, changed, week_lines(rows, order[:MOST], changed=changed, told=told)

    key = (company().opening, board.revision, board.day, cycle, unit)
    found = _kept.known(key)
    if found is None:
        with st.spinner(f"Measuring {show.count(len(days), 'week')}…"):
            found = _kept.get(key, worked_out)
    order, rows, changed, drawing = found
    draw_door(drawing, key="progress_weeks", turn=turn_to(order))
    unit_views.say_first(len(order))
    marks = " Upright and dashed: a day on which a target, a due day or another measure was changed." if changed else ""
    st.caption(
        "Thick line: what the unit carries itself, or its teams where it carries nothing. Thin line: the teams below it"
        " together. Dotted: what was expected."
        f" The lower rule of each is 0 %, the upper 100 %. {NOW_KNOWN}{marks} A click on a row opens the unit."
    )
    if changed:
        links.to(
            "review",
            "What was changed, and why",
            icon=":material/arrow_forward:",
            tab="Since last time",
            since=(board.cycle(cycle)["start"].date() - timedelta(days=1)).isoformat(),
            until=days[-1].isoformat(),
            kind="Targets and days",
        )
    percent = st.column_config.NumberColumn(format="percent")
    show_data(
        "Progress week by week",
        lambda: _table(rows, changed),
        chart="progress_weeks",
        config=dict.fromkeys(_SHARES, percent) | {"Day": st.column_config.DateColumn(format="D MMM YYYY")},
    )


def _changed(board: Board, cycle: str, units: DataFrame, anew: Sequence[tuple[date, str]]) -> Changed:
    """The days of the cycle, of what a unit carries itself, or of the teams below it where it carries nothing.

    `units` are the units' rows of one day, `anew` is what `history.measured_anew` tells.
    """
    row, key_results = board.cycle(cycle), board.key_results
    start, end = row["start"].date(), row["end"].date()
    team_of = key_results.loc[key_results["cycle"] == cycle, "team"].to_dict()
    carries = dict(zip(units["unit"], units["own_objectives"] > 0, strict=True))
    found: dict[str, Counter[date]] = {}
    for day, key_result in anew:
        if start <= day <= end and (team := team_of.get(key_result)) in board.teams.index:
            for unit in refs(str(board.teams.at[team, "path"])):
                if carries.get(unit) == (unit == team):
                    found.setdefault(unit, Counter())[day] += 1
    return found


_SHARES = ("Own", "Own: expected", "Teams below", "Teams below: expected")


def _table(rows: DataFrame, changed: Changed) -> DataFrame:
    rows = rows.sort_values(["unit", "day"], kind="stable")
    columns: dict[str, Any] = {"Unit": rows["unit"].to_numpy(), "Day": rows["day"].dt.date.to_numpy()}
    for side, name in (("own", "Own"), ("below", "Teams below")):
        columns[name] = rows[f"{side}_progress"].round(2).to_numpy()
        columns[f"{name}: expected"] = rows[f"{side}_expected"].round(2).to_numpy()
    columns["Measured anew"] = _since_the_row_before(columns["Unit"], columns["Day"], changed)
    return DataFrame(columns)


def _since_the_row_before(units: Sequence[str], days: Sequence[date], changed: Changed) -> list[int]:
    """How many key results of each row's unit were measured anew since its row before; of its first, so far."""
    counts, before = [], ("", date.min)
    for unit, day in zip(units, days, strict=True):
        since = before[1] if before[0] == unit else date.min
        counts.append(sum(count for when, count in changed.get(unit, {}).items() if since < when <= day))
        before = unit, day
    return counts
