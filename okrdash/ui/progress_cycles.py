"""Past cycles beside the running one: where each was at the same point, how it ended, and how it was scored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st
from pandas import DataFrame

from okrdash.domain import carried
from okrdash.domain.board import Board
from okrdash.services import over_time
from okrdash.services.company import company
from okrdash.services.kept import Kept
from okrdash.services.people import Actor
from okrdash.ui import show
from okrdash.ui.bars import Bar, Names, Side, bars
from okrdash.ui.chart_data import show_data
from okrdash.ui.charts import Cell, Drawing, draw_door, grid
from okrdash.ui.progress_doors import chosen, to_objectives
from okrdash.ui.progress_weeks import NOW_KNOWN
from okrdash.ui.text import md
from okrdash.ui.unit_views import MOST

_NAMES = Names("Cycle", "At this point", "At its end", "nothing was carried")
_GOOD = {"committed": (1.0, 0.7), "aspirational": (0.7, 0.4)}
"""From which score on it is green, and amber."""
SIDES = ("own", "below")
OWN, BELOW = "The unit itself", "The teams below it"


@dataclass(frozen=True, slots=True, eq=False)
class _Points:
    """A unit in its cycles, the running one first."""

    rows: DataFrame
    """cycle, day, progress, expected, status, end (progress at the end; NaN while it runs)."""
    side: str
    drawing: Drawing


_Row = dict[str, dict[Any, Any]]
"""The scores of a unit, by cycle."""


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """The scores of a unit and those below it, by side and ambition."""

    cycles: list[str]
    units: dict[tuple[str, str], dict[str, _Row]]
    drawings: dict[tuple[str, str], Drawing]


_points: Kept[_Points] = Kept(16)
_scored: Kept[_Scores] = Kept(16)


def show_points(actor: Actor, board: Board, cycle: str, unit: str) -> None:
    """The unit at the same point of its past cycles, and at their ends."""
    st.header(f"{md(unit)} at the same point of each cycle")
    others = over_time.before(board, cycle)
    if not others:
        st.markdown(f"No cycle of this length ended before {md(cycle)}. The first comparison comes with the next one.")
        return
    key = (company().opening, board.revision, board.day, cycle, unit)
    found = _points.known(key)
    if found is None:
        with st.spinner(f"Measuring {show.count(len(others), 'past cycle')}…"):
            found = _points.get(key, lambda: _at_points(actor, board, cycle, others, unit))
    clicked = draw_door(found.drawing, key="progress_cycles")
    whose = "what the unit carries itself" if found.side == "own" else "what the teams below it carry together"
    st.caption(
        f"Bar: {whose}, when as much of the cycle was over as of {md(cycle)} today. Upright mark: what was expected"
        f" there. Thin bar: at its end. {NOW_KNOWN} A click on a row lists the objectives of that cycle."
    )
    show_data("Cycles compared", lambda: _points_table(found.rows), chart="progress_cycles", config=_PERCENT)
    if clicked and (other := chosen(found.rows["cycle"].tolist(), clicked.get("place"))):
        to_objectives(board, other, unit, alone=False)


def show_scores(board: Board, cycle: str, unit: str) -> None:
    """The scores of the unit and those below it in the past cycles, committed and aspirational apart."""
    st.header("Scores", help="Of objectives, teams and functions; never of a person.")
    key = (company().opening, board.revision, board.day, cycle, unit)
    found = _scored.get(key, lambda: _scores(board, over_time.before(board, cycle)[::-1], unit))
    if not found.units:
        st.markdown("No past cycle of this length was scored here. Scores come with the close of a cycle.")
        return
    count = {side: sum(len(units) for (of, _), units in found.units.items() if of == side) for side in SIDES}
    chosen_side = st.segmented_control(
        "Carried by",
        [OWN, BELOW],
        default=OWN if count["own"] >= count["below"] else BELOW,
        required=True,
        key="scored",
        bind="query-params",
    )
    side = "own" if chosen_side == OWN else "below"
    for ambition, place in zip(carried.AMBITIONS, st.columns(2, gap="large"), strict=True):
        with place:
            _show_ambition(board, found, side, ambition, unit)


def _show_ambition(board: Board, found: _Scores, side: str, ambition: str, unit: str) -> None:
    st.subheader(ambition.capitalize())
    units = found.units.get((side, ambition), {})
    if not units:
        st.markdown(f"No {ambition} objective was scored here.")
        return
    good, fair = _GOOD[ambition]
    key = f"scores_{ambition}"
    clicked = draw_door(found.drawings[side, ambition], key=key)
    well = "1.0" if good == 1 else f"from {good}"
    st.caption(f"● {well}, ▲ from {fair}, ■ below. In brackets: objectives. A click on a score lists them.")
    if len(units) > MOST:
        st.caption(f"The first {MOST} of {len(units):,}; the table has them all.")
    show_data(f"Scores of {ambition} objectives", lambda: _scores_table(units, found.cycles), chart=key)
    if clicked and (of := chosen(list(units)[:MOST], clicked.get("place"))):
        to_objectives(board, chosen(found.cycles, clicked.get("position")), of, alone=of == unit)


def _scores(board: Board, cycles: list[str], unit: str) -> _Scores:
    under = [unit, *board.teams.index[board.teams["parent"] == unit]]
    rows = carried.scores(board, cycles)
    rows = rows[rows["unit"].isin(under)]
    order = {one: n for n, one in enumerate(under)}
    units: dict[tuple[str, str], dict[str, _Row]] = {}
    for row in sorted(rows.to_dict("records"), key=lambda row: order[row["unit"]]):
        units.setdefault((row["side"], row["ambition"]), {}).setdefault(row["unit"], {})[row["cycle"]] = row
    drawings = {}
    for (side, ambition), found in units.items():
        cells = {
            one: {cycle: _cell(row, ambition) for cycle, row in by.items()} for one, by in list(found.items())[:MOST]
        }
        first = f"Scores of {ambition} objectives, {whose(side)}."
        drawings[side, ambition] = grid(first, cycles, cells, row="Unit", column="Cycle", what="Score")
    return _Scores(cycles, units, drawings)


def _cell(row: dict[Any, Any], ambition: str) -> Cell:
    good, fair = _GOOD[ambition]
    score = round(row["score"], 9)
    word = "on track" if score >= good else "at risk" if score >= fair else "off track"
    says = f"{row['score']:.2f} over {show.count(row['objectives'], 'objective')}"
    return Cell(f"{show.ICONS[word]} {row['score']:.2f} ({row['objectives']})", word, 0.3, says)


def _at_points(actor: Actor, board: Board, cycle: str, others: list[str], unit: str) -> _Points:
    ends = {str(name): end.date() for name, end in board.cycles.loc[others, "end"].items()}
    points = {cycle: board.day} | {name: over_time.same_point(board, cycle, name) for name in others}
    rows = over_time.units_over_time(actor, {*points.values(), *ends.values()})
    rows = rows[rows["unit"] == unit]
    by = {(row["cycle"], row["day"].date()): row for row in rows.to_dict("records")}
    # One side for all, that on which most of them can be compared.
    known = {side: sum(bool(by[at][f"{side}_objectives"]) for at in points.items() if at in by) for side in SIDES}
    side = max(SIDES, key=lambda one: known[one])
    found, drawn = [], []
    for name, day in points.items():
        then, last = by.get((name, day)), by.get((name, ends[name])) if name in ends else None
        figures = _figures(then, side)
        end = _figures(last, side)["progress"]
        found.append({"cycle": name, "day": day, **figures, "end": end})
        own = None if math.isnan(figures["progress"]) else Side(**figures, after=figures["status"].capitalize())
        below = None if math.isnan(end) else Side(end, math.nan, "", "at its end")
        drawn.append(Bar(name, own, below, show.day(day), f"{day:%-d %b}"))
    first = f"Progress at the same point of each cycle, {whose(side)}."
    return _Points(DataFrame(found), side, bars(first, drawn, _NAMES, door=True))


def whose(side: str) -> str:
    """Which of a unit's two figures is meant."""
    return "carried by the unit itself" if side == "own" else "carried by its teams"


def _figures(row: dict[Any, Any] | None, side: str) -> dict[str, Any]:
    if row is None or not row[f"{side}_objectives"]:
        return {"progress": math.nan, "expected": math.nan, "status": ""}
    return {name: row[f"{side}_{name}"] for name in ("progress", "expected", "status")}


def _points_table(rows: DataFrame) -> DataFrame:
    return DataFrame(
        {
            "Cycle": rows["cycle"].to_numpy(),
            "Day": [show.day(day) for day in rows["day"]],
            "Progress": rows["progress"].round(2).to_numpy(),
            "Expected": rows["expected"].round(2).to_numpy(),
            "At its end": rows["end"].round(2).to_numpy(),
        }
    )


def _scores_table(units: Mapping[str, _Row], cycles: list[str]) -> DataFrame:
    columns: dict[str, list[Any]] = {"Unit": list(units)}
    for cycle in cycles:
        by = [row.get(cycle, {}) for row in units.values()]
        columns[cycle] = [round(one["score"], 2) if one else None for one in by]
        columns[f"{cycle}: objectives"] = [one.get("objectives") for one in by]
    return DataFrame(columns)


_PERCENT = {name: st.column_config.NumberColumn(format="percent") for name in ("Progress", "Expected", "At its end")}
