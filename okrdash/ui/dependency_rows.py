"""Which dependencies are looked at: the filters in the address, the rows that they leave, and these by pairs of units.

A unit is a function, or a team: one that stands in no function, and every team of the function that is chosen.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.domain.columns import refs
from okrdash.domain.dependencies import rings, view
from okrdash.services.kept import Kept
from okrdash.services.permissions import Person
from okrdash.ui import choices, filters
from okrdash.ui.dependency_words import STATES, TROUBLES
from okrdash.ui.filters import EVERY, RUNNING, has
from okrdash.ui.text import plain

OPEN, ALL = "Open", "All"
ASKING, PROVIDING = "asking", "providing"
"""The keys of the filters, and their names in the address."""
_SIDES = ("asking", "providing", "from_team", "to_team")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen; "" for everything."""

    cycle: str = RUNNING
    function: str = ""
    asking: str = ""
    providing: str = ""
    state: str = OPEN
    trouble: str = ""
    words: str = ""


def bar(board: Board, shown: Read) -> Chosen:
    """Draws the filters of all that the page shows. Each stands in the address, so that a link is a view."""
    units = {name: plain(name) for name in shown.sides}
    functions = {name: plain(name) for name in board.teams.index[board.teams["kind"] == "function"]}
    with st.grid(4, min_column_width=170):
        cycle = st.selectbox(
            "Cycle", [RUNNING, *board.cycles.index, EVERY], format_func=plain, key="cycle", bind="query-params"
        )
        function = filters.one("Function", functions, "All functions", "function")
        asking = filters.one("Asking", units, "Everybody", ASKING)
        providing = filters.one("Providing", units, "Everybody", PROVIDING)
    return Chosen(cycle, function, asking, providing)


def narrow(chosen: Chosen) -> Chosen:
    """Draws the further filters of the table, and adds what they say."""
    with st.grid(3, min_column_width=170):
        states = {OPEN: OPEN, **STATES, ALL: ALL}
        state = st.selectbox("State", list(states), format_func=choices.shown(states), key="state", bind="query-params")
        trouble = filters.one("What is wrong", TROUBLES, "Anything or nothing", "trouble")
        words = st.text_input(
            "Words", key="words", type="search", placeholder="In what is needed, or for what", bind="query-params"
        )
    return replace(chosen, state=state, trouble=trouble, words=words or "")


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What the lists draw from, the same for everybody who sees the same board."""

    every: DataFrame
    """Every dependency as `view` has it, with asking and providing (its two units) and cycle, by need-by."""
    rings: tuple[tuple[str, ...], ...]
    sides: tuple[str, ...]
    """Every unit and team that asks or provides."""


_read: Kept[Read] = Kept(4)


def read(board: Board) -> Read:
    """All dependencies of a board; kept, so that a click works out nothing again."""
    return _read.get(board, lambda: _worked_out(board))


def _worked_out(board: Board) -> Read:
    every = view(board)
    cycles = board.key_results["cycle"].reindex(every["key_result"])
    every = every.assign(
        asking=every["asking_function"].where(every["asking_function"] != "", every["from_team"]),
        providing=every["providing_function"].where(every["providing_function"] != "", every["to_team"]),
        cycle=cycles.to_numpy(),
    )
    every = every.sort_values("need_by", kind="stable", na_position="last", ignore_index=True)
    sides = in_order(board, {name for side in _SIDES for name in every[side]})
    return Read(every, tuple(rings(board)), tuple(sides))


_matrices: Kept[DataFrame] = Kept(16)


def to_matrix(board: Board, every: DataFrame, chosen: Chosen) -> DataFrame:
    """How many are open of each pair of units, and in which trouble: asking, providing, count, and one column each.

    Counted are those that the cycle and the function leave, whatever two sides are chosen.
    """
    return _matrices.get(
        (board, chosen.cycle, chosen.function),
        lambda: _pairs(as_units(every[every["open"] & _in_scope(board, every, chosen)], chosen)),
    )


def to_list(board: Board, every: DataFrame, chosen: Chosen) -> DataFrame:
    """Those that all filters leave."""
    kept = _in_scope(board, every, chosen)
    if chosen.state == OPEN:
        kept &= every["open"]
    elif chosen.state != ALL:
        kept &= every["state"] == chosen.state
    if chosen.trouble:
        kept &= every["late"] if chosen.trouble == "late" else every["trouble"] == chosen.trouble
    if chosen.words:
        texts = every["need"] + " " + every["title"] + " " + every["from_team"] + " " + every["to_team"]
        kept &= np.array([has(text, chosen.words) for text in texts], dtype=bool)
    found = as_units(every[kept], chosen)
    for side, team, wanted in (("asking", "from_team", chosen.asking), ("providing", "to_team", chosen.providing)):
        if wanted:
            found = found[(found[side] == wanted) | (found[team] == wanted)]
    return found


def as_units(found: DataFrame, chosen: Chosen) -> DataFrame:
    """The rows with the teams of the chosen function as units of their own."""
    if not chosen.function:
        return found
    own = {side: found[side] == chosen.function for side in ("asking", "providing")}
    return found.assign(
        asking=found["asking"].where(~own["asking"], found["from_team"]),
        providing=found["providing"].where(~own["providing"], found["to_team"]),
    )


def _pairs(found: DataFrame) -> DataFrame:
    flags = {word: found["late"] if word == "late" else found["trouble"] == word for word in TROUBLES}
    counted = found[["asking", "providing"]].assign(count=1, **flags)
    return counted.groupby(["asking", "providing"], sort=False).sum().reset_index()


def in_order(board: Board, units: Collection[str]) -> list[str]:
    """Units and teams in the company's order; archived ones last."""
    there = set(units)
    return [*(team for team in board.teams.index if team in there), *sorted(there.difference(board.teams.index))]


def own_unit(board: Board, person: Person, shown: Read) -> str:
    """The function of a person, else their team; for who is in none, the first that asks or provides."""
    teams = [team for team in board.teams.index if team in person.teams]
    of_kind = board.teams["kind"].reindex(teams)
    for found in (of_kind.index[of_kind == "function"], of_kind.index[of_kind == "team"]):
        if len(found):
            return str(found[0])
    return shown.sides[0] if shown.sides else ""


def of_unit(board: Board, every: DataFrame, unit: str) -> tuple[DataFrame, DataFrame]:
    """What is open that a function or team, and all below it, owes others, and what it is owed."""
    below = [unit, *(team for team, path in board.teams["path"].items() if unit in refs(str(path)))]
    live = every[every["open"]]
    return live[live["to_team"].isin(below)], live[live["from_team"].isin(below)]


def none_open(board: Board, chosen: Chosen) -> str:
    """Why there is nothing to count, and where else to look."""
    if chosen.cycle == RUNNING and not board.cycles["running"].any():
        return "No cycle runs today. Choose one under Cycle."
    if chosen.function:
        return "Nothing is open between the teams of this function and others."
    return "Nothing is open: nobody waits for anybody. What is done stands in the table below."


def _in_scope(board: Board, every: DataFrame, chosen: Chosen) -> pd.Series[bool]:
    """Which are of the cycle and the function that are chosen."""
    kept = every["state"].notna()
    if chosen.cycle == RUNNING:
        kept &= every["cycle"].isin(board.cycles.index[board.cycles["running"]])
    elif chosen.cycle != EVERY:
        kept &= every["cycle"] == chosen.cycle
    if chosen.function:
        kept &= (every["asking"] == chosen.function) | (every["providing"] == chosen.function)
    return kept
