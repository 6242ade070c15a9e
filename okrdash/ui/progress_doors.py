"""From a chart to what is behind it: a click on a row turns to its unit, on a cell lists its objectives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.ui import links, show
from okrdash.ui.filters import of_teams, with_teams
from okrdash.ui.text import plain


def turn_to(units: Sequence[str]) -> Callable[[Mapping[str, Any]], None]:
    """What a click on a row of these units does: it chooses that unit, in the address too."""

    def turn(clicked: Mapping[str, Any]) -> None:
        if unit := chosen(units, clicked.get("place")):
            st.session_state["unit"] = unit

    return turn


def to_objectives(board: Board, cycle: str, unit: str, *, alone: bool, status: str = "") -> None:
    """Goes to the list of a unit's objectives: of a function with all its teams, unless it is meant alone."""
    of, name = "team", unit
    if not alone and board.teams.at[unit, "kind"] == "function":
        of = "function"
    elif not alone and with_teams(unit) in of_teams(board):
        name = with_teams(unit)
    links.go("objectives", {"cycle": cycle}, **{of: plain(name)}, **({"status": show.status(status)} if status else {}))


def chosen(among: Sequence[str], place: object) -> str:
    """Which one a click names by its place; "" for a place that there is not."""
    return among[place] if isinstance(place, int) and 0 <= place < len(among) else ""
