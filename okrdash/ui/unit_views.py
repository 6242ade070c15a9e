"""Teams and functions as rows: which ones stand beside each other, and what their figures are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.domain.columns import refs
from okrdash.services.company import company
from okrdash.services.kept import Kept
from okrdash.ui import show
from okrdash.ui.bars import units_progress
from okrdash.ui.charts import Drawing

MOST = 25
"""Units drawn in one chart; the table beside it has them all."""
WORDS = (
    *("off track", "at risk", "on track", "unknown", "no value yet"),
    *("not started", "to be scored", "achieved", "met", "missed"),
)
"""The columns of a count by status, where it occurs at all."""
ALWAYS = ("off track", "at risk", "on track")


def company_of(board: Board) -> str:
    """The unit at the top; "" before there is one."""
    return next((str(name) for name, kind in board.teams["kind"].items() if kind == "company"), "")


def with_children(board: Board, cycle: str, unit: str) -> DataFrame:
    """The rows of `board.units` of a unit and of those directly under it, furthest behind their expected line first.

    The unit itself comes first. What carries nothing in the cycle has no row.
    """
    rows = board.units[board.units["cycle"] == cycle]
    children = board.teams.index[board.teams["parent"] == unit]
    under = rows[rows["unit"].isin(children)]
    pace = under["own_pace"].fillna(under["below_pace"])
    return pd.concat([rows[rows["unit"] == unit], under.loc[pace.sort_values(kind="stable").index]])


def counts(board: Board, cycle: str, unit: str, units: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many objectives each of `units` has of each status: those that it owns or of which it carries a key result.

    Of the unit itself that is what it has by itself, of the others, which stand below it, all that is under them too.
    An objective that several of them carry counts with each.
    """
    wanted = set(units) - {unit}
    paths = {team: refs(path) for team, path in board.teams["path"].items()}
    place = {team: next((one for one in path if one in wanted), "") for team, path in paths.items()} | {unit: unit}
    rows = board.objectives.loc[board.objectives["cycle"] == cycle, ["team", "status"]]
    parts = board.parts[board.parts["objective"].isin(rows.index)]
    team_of = board.key_results["team"]
    pairs = pd.DataFrame(
        {
            "unit": [*rows["team"].map(place), *parts["key_result"].map(team_of).map(place)],
            "objective": [*rows.index, *parts["objective"]],
        }
    ).drop_duplicates()
    tallies = pairs.assign(status=pairs["objective"].map(rows["status"])).value_counts(["unit", "status"])
    out: dict[str, dict[str, int]] = {one: {} for one in units}
    for row in tallies.reset_index().to_dict("records"):
        if row["unit"] in out:
            out[row["unit"]][row["status"]] = row["count"]
    return out


_kept: Kept[tuple[int, Drawing]] = Kept(4)


def progress(board: Board, cycle: str, unit: str) -> tuple[int, Drawing]:
    """How many units these are: this one and those directly under it; and the first of them as they are drawn."""

    def worked_out() -> tuple[int, Drawing]:
        units = with_children(board, cycle, unit)
        return len(units), units_progress(units.head(MOST), door=False)

    return _kept.get((company().opening, board.revision, board.day, cycle, unit), worked_out)


def say_first(count: int) -> None:
    """Says that a chart draws but the first of many."""
    if count > MOST:
        st.caption(f"The {MOST} furthest behind, of {count:,}. Choose any other at the top; the table has them all.")


def headings(tallies: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The statuses that a count has a column for."""
    return [word for word in WORDS if word in ALWAYS or any(word in tally for tally in tallies.values())]


def as_table(units: DataFrame) -> dict[str, list[object]]:
    """The figures of units, by column."""
    columns: dict[str, list[object]] = {"Unit": units["unit"].tolist()}
    for side, name in (("own", "Own"), ("below", "Teams below")):
        columns[name] = [round(share, 2) for share in units[f"{side}_progress"]]
        columns[f"{name}: expected"] = [round(share, 2) for share in units[f"{side}_expected"]]
        columns[f"{name}: status"] = [show.status(word) for word in units[f"{side}_status"]]
    return columns


PERCENT = {
    name: st.column_config.NumberColumn(format="percent")
    for name in ("Own", "Own: expected", "Teams below", "Teams below: expected")
}
"""How the shares of `as_table` are shown."""
