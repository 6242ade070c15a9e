"""What of the board is looked at: filters that stand in the address, and the rows that they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import refs
from okrdash.domain.status import STATUSES
from okrdash.domain.tables import TABLES
from okrdash.ui import choices, show
from okrdash.ui.text import plain

RUNNING, EVERY = "Running now", "All cycles"
AMBITIONS = TABLES["objectives"].column("ambition").choices
AGREED, UNAGREED, DROPPED = "Agreed on", "Drafts and proposals", "Dropped"


@dataclass(frozen=True, slots=True)
class Filter:
    """What was chosen; "" or () for everything."""

    cycle: str = ""
    function: str = ""
    teams: tuple[str, ...] = ()
    owner: str = ""
    statuses: tuple[str, ...] = ()
    words: str = ""
    ambition: str = ""


def words_field() -> str:
    """Draws the field for words that a title must have."""
    return st.text_input("Words", key="words", type="search", placeholder="In the title", bind="query-params") or ""


def bar(board: Board, names: Mapping[str, str], words: str) -> Filter:
    """Draws the filters and returns what they say. Each stands in the address, so that a link is a view."""
    with st.grid(6, min_column_width=128, gap="xsmall"):
        cycle = st.selectbox(
            "Cycle", [RUNNING, *board.cycles.index, EVERY], format_func=plain, key="cycle", bind="query-params"
        )
        functions = board.teams.index[board.teams["kind"] == "function"]
        function = one("Function", {name: plain(name) for name in functions}, "All functions", "function")
        teams = of_teams(board, function)
        team = one("Team", {said: plain(said) for said in teams}, "All teams", "team")
        owners = {*board.objectives["accountable"].unique(), *board.key_results["accountable"].unique()} - {""}
        people = choices.people({one: names.get(one, one) for one in owners})
        owner = one("Owner", people, "Everybody", "owner")
        statuses = st.multiselect(
            "Status", STATUSES, format_func=show.status, key="status", placeholder="Any", bind="query-params"
        )
        ambition = one("Ambition", {kind: kind.capitalize() for kind in AMBITIONS}, "Any", "ambition")
    return Filter(cycle, function, teams.get(team, ()), owner, tuple(statuses), words, ambition)


def of_teams(board: Board, function: str = "") -> dict[str, tuple[str, ...]]:
    """Which teams are meant, by what a person chooses among those of a function: one alone, or with those below it."""
    below: dict[str, list[str]] = {}
    for name, path in board.teams["path"].items():
        for unit in refs(path):
            below.setdefault(unit, []).append(str(name))
    rows = board.teams[board.teams["function"] == function] if function else board.teams
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in rows["kind"].items():
        found[str(name)] = (str(name),)  # a team that is called so itself comes first
        if kind == "team" and len(below[str(name)]) > 1:
            found.setdefault(with_teams(str(name)), tuple(below[str(name)]))
    return found


def with_teams(name: str) -> str:
    """How a team is called together with those below it, in our words."""
    return f"{name} with its teams"


def objectives(board: Board, chosen: Filter) -> pd.DataFrame:
    """The objectives that the filters leave: of a team or function also those of which it carries a key result."""
    rows = board.objectives[_of_cycle(board, board.objectives, chosen)]
    if chosen.function or chosen.teams or chosen.owner:
        carried = board.key_results[_of_unit(board.key_results, chosen)]
        under = board.parts.loc[board.parts["key_result"].isin(carried.index), "objective"]
        rows = rows[_of_unit(rows, chosen) | rows.index.isin(under)]
    if chosen.ambition:
        rows = rows[rows["ambition"] == chosen.ambition]
    if chosen.statuses:
        rows = rows[rows["status"].isin(chosen.statuses)]
    return _with_words(rows, rows["title"], chosen.words)


def key_results(board: Board, chosen: Filter) -> pd.DataFrame:
    """The key results that the filters leave, by their home's cycle and ambition; words are sought in both titles."""
    rows = board.key_results[_of_cycle(board, board.key_results, chosen)]
    rows = rows[_of_unit(rows, chosen)]
    if chosen.ambition:
        rows = rows[(board.objectives["ambition"].reindex(rows["objective"]) == chosen.ambition).to_numpy()]
    if chosen.statuses:
        rows = rows[rows["status"].isin(chosen.statuses)]
    return _with_words(rows, rows["title"] + " " + rows["objective_title"], chosen.words)


def has(text: str, words: str) -> bool:
    """Whether a text holds every one of the words, whatever their case."""
    folded = text.casefold()
    return all(word in folded for word in words.casefold().split())


def _with_words(rows: pd.DataFrame, texts: pd.Series[Any], words: str) -> pd.DataFrame:
    return rows[[has(text, words) for text in texts]] if words else rows


def _of_cycle(board: Board, rows: pd.DataFrame, chosen: Filter) -> pd.Series[bool]:
    if chosen.cycle in ("", RUNNING):
        return rows["cycle"].isin(board.cycles.index[board.cycles["running"]])
    return rows["cycle"].notna() if chosen.cycle == EVERY else rows["cycle"] == chosen.cycle


def _of_unit(rows: pd.DataFrame, chosen: Filter) -> pd.Series[bool]:
    kept = rows["team"].notna()
    for column, wanted in (("function", chosen.function), ("accountable", chosen.owner)):
        if wanted:
            kept &= rows[column] == wanted
    return kept & rows["team"].isin(chosen.teams) if chosen.teams else kept


def one(says: str, options: Mapping[str, str], every: str, key: str) -> str:
    """One choice or all; "" is all."""
    texts = {"": every, **options}
    chosen: str | None = st.selectbox(says, list(texts), format_func=choices.shown(texts), key=key, bind="query-params")
    return chosen or ""
