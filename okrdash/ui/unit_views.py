"""Teams and functions as rows: which ones stand beside each other, and what their figures are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.domain.columns import refs
from okrdash.ui import show
from okrdash.ui.charts import draw, statuses, units_progress
from okrdash.ui.text import plain

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
    return next(iter(board.teams.index[board.teams["kind"] == "company"]), "")


def with_children(board: Board, cycle: str, unit: str) -> DataFrame:
    """The rows of `board.units` of a unit and of those directly under it, furthest behind their expected line first.

    The unit itself comes first. What carries nothing in the cycle has no row.
    """
    rows = board.units[board.units["cycle"] == cycle]
    children = board.teams.index[board.teams["parent"] == unit]
    under = rows[rows["unit"].isin(children)]
    pace = under["own_pace"].fillna(under["below_pace"])
    return pd.concat([rows[rows["unit"] == unit], under.loc[pace.sort_values(kind="stable").index]])


def carried(board: Board, cycle: str, unit: str) -> DataFrame:
    """The objectives of the cycle in which the unit itself carries something."""
    rows = board.objectives[board.objectives["cycle"] == cycle]
    mine = board.key_results.index[board.key_results["team"] == unit]
    through = board.parts.loc[board.parts["key_result"].isin(mine), "objective"]
    return rows[rows.index.isin(through) | (rows["from_children"] & (rows["team"] == unit))]


def counts(board: Board, cycle: str, units: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many objectives have each status, by the unit that owns them: the deepest of `units` above or at their team.

    Every objective of the cycle counts once.
    """
    paths = {team: refs(path) for team, path in board.teams["path"].items()}
    wanted = set(units)
    out: dict[str, dict[str, int]] = {unit: {} for unit in units}
    rows = board.objectives[board.objectives["cycle"] == cycle]
    for team, word in zip(rows["team"], rows["status"], strict=True):
        owner = next((unit for unit in reversed(paths.get(team, ())) if unit in wanted), None)
        if owner is not None:
            out[owner][word] = out[owner].get(word, 0) + 1
    return out


def show_progress(units: DataFrame, *, key: str) -> None:
    """Draws units against their expected line."""
    draw(units_progress(units.head(MOST)), key=key)
    if len(units) > MOST:
        st.caption(f"The first {MOST} of {len(units)}; the table has them all.")


def show_statuses(tallies: Mapping[str, Mapping[str, int]], *, key: str) -> None:
    """Draws how many objectives of each unit have each status; units without any are left out."""
    some = {unit: tally for unit, tally in tallies.items() if tally}
    if not some:
        st.markdown("None of these units owns an objective in this cycle.")
        return
    shown = dict(list(some.items())[:MOST])
    words = [w for w in WORDS if w in ALWAYS or any(w in tally for tally in shown.values())]
    draw(statuses(shown, words), key=key)
    if len(some) > len(shown):
        st.caption(f"The first {MOST} of {len(some)}; the table has them all.")


def show_table(units: DataFrame, tallies: Mapping[str, Mapping[str, int]], *, key: str) -> None:
    """The same as both charts, as a table."""
    columns: dict[str, list[object]] = {"Unit": [plain(unit) for unit in units["unit"]]}
    for side, name in (("own", "Own"), ("below", "Teams below")):
        columns[name] = [round(share, 2) for share in units[f"{side}_progress"]]
        columns[f"{name}: expected"] = [round(share, 2) for share in units[f"{side}_expected"]]
        columns[f"{name}: status"] = [show.status(word) for word in units[f"{side}_status"]]
    for word in (w for w in WORDS if any(w in tally for tally in tallies.values())):
        columns[f"Objectives: {word}"] = [tallies.get(unit, {}).get(word, 0) for unit in units["unit"]]
    percent = st.column_config.NumberColumn(format="percent")
    shares = [name for name in columns if name.startswith(("Own", "Teams below")) and not name.endswith("status")]
    st.dataframe(
        columns,
        key=key,
        hide_index=True,
        alt=f"{len(units)} units with their progress, what is expected, their status, and objectives by status",
        column_config={"Unit": st.column_config.TextColumn(pinned=True), **dict.fromkeys(shares, percent)},
    )
