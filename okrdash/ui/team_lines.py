"""The teams, squads and functions that a person belongs to: what they are after, what they wait for and owe."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.ui import links, objective_lines
from okrdash.ui.dependency_counts import Counts, counts, said
from okrdash.ui.session import Me
from okrdash.ui.text import md

_FEW = 5
"""Objectives of one team; the page Objectives has all."""


def of_others(board: Board, units: Collection[str], mine: DataFrame) -> dict[str, DataFrame]:
    """The active objectives of running cycles that these units own, without those of `mine`, by unit from the top."""
    running = board.cycles.index[board.cycles["running"]]
    rows = board.objectives[board.objectives["cycle"].isin(running) & (board.objectives["state"] == "active")]
    rows = rows[~rows.index.isin(mine.index)]
    return {unit: rows[rows["team"] == unit] for unit in board.teams.index if unit in units}


def show_units(me: Me, owned: Mapping[str, DataFrame], waiting: DataFrame, names: Mapping[str, str]) -> None:
    """Each unit with its objectives and how it stands with others; `waiting` is `dependencies.view` of the board."""
    for unit, objectives in owned.items():
        between = said(counts(waiting, unit))
        if objectives.empty and not between:
            continue
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                st.markdown(f"**{md(unit)}**", width="content")
                _between(unit, between)
            for _, objective in objectives.head(_FEW).iterrows():
                objective_lines.show(me, objective, names)
            if len(objectives) > _FEW:
                links.to("progress", f"and {len(objectives) - _FEW} more", icon=":material/trending_up:", unit=unit)


def show_between(waiting: Mapping[str, Counts]) -> None:
    """What each unit waits for and owes, as the way to the list; nothing where nobody waits."""
    found = {unit: said(counted) for unit, counted in waiting.items()}
    if not any(found.values()):
        st.markdown("Nobody waits for anybody here.")
    for unit, between in found.items():
        _between(unit, between, named=True)


def _between(unit: str, says: str, *, named: bool = False) -> None:
    if says:
        text = f"{md(unit)}: {says}" if named else says.capitalize()
        links.to("dependencies", text, icon=":material/swap_horiz:", of=unit)
