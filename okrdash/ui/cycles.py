"""Choosing a cycle, and saying how far it has come."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.ui import show
from okrdash.ui.text import md, plain


def running(board: Board) -> list[str]:
    """The cycles that run on the board's day, the shortest first: the quarter before the year."""
    rows = zip(board.cycles.index, *(board.cycles[name] for name in ("running", "start", "end")), strict=True)
    lengths = {str(name): end - start for name, runs, start, end in rows if runs}
    return sorted(lengths, key=lambda name: lengths[name])


def pick(board: Board, key: str = "cycle") -> str | None:
    """Lets one of the running cycles be chosen, in the address too; says so and gives None where none runs."""
    cycles = running(board)
    if not cycles:
        st.info(_none(board), icon=":material/event_busy:")
        return None
    return st.selectbox("Cycle", cycles, format_func=plain, key=key, bind="query-params", width=260)


def weeks(board: Board, cycle: str) -> str:
    """How far a cycle has come, as Markdown: "This quarter, week 8 of 13"."""
    row = board.cycle(cycle)
    start, end = row["start"], row["end"]
    week = (pd.Timestamp(board.day) - start).days // 7 + 1
    return f"{md(cycle)}, week {week} of {math.ceil(((end - start).days + 1) / 7)}"


def _none(board: Board) -> str:
    ahead = board.cycles[board.cycles["start"] > pd.Timestamp(board.day)].sort_values("start")
    if len(ahead):
        return f"No cycle runs today. The next one, {md(ahead.index[0])}, begins on {show.day(ahead['start'].iloc[0])}."
    return "No cycle runs today. The OKR champion opens the next one under Admin; its objectives then show here."
