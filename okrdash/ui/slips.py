"""If this slips: what feels it and from which day on, on the screen and as a text to send; and who waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.domain.dependencies import slips, waiting_teams
from okrdash.ui import links, show
from okrdash.ui.text import md, plain

_MOST = 10
"""Lines that are shown; the text to send has them all."""


def show_slips(
    board: Board, names: Mapping[str, str], *, key_result: str = "", dependency: str = "", key: str = "slips"
) -> None:
    """What feels it if a key result, or what was promised with a dependency, slips: the earliest first."""
    show_felt(slips(board, key_result=key_result, dependency=dependency), names, key=key)


def show_felt(rows: DataFrame, names: Mapping[str, str], *, key: str) -> None:
    """The same, of rows of `okrdash.domain.dependencies.slips`."""
    found: list[dict[Any, Any]] = rows.to_dict("records")
    if not found:
        st.caption("Nothing else waits for it.")
        return
    teams = len({row["team"] for row in found})
    goals, of = show.count(len(found), "goal"), show.count(teams, "team")
    st.caption(f"{goals} of {of}, each from the day on which it feels it.")
    with st.container(gap="xsmall"):
        for row in found[:_MOST]:
            who = md(show.person(row["owner"], names))
            links.to(
                "objective",
                f"**{show.day(row['day'])}** {md(row['title'])} :small[· {md(row['team'])}, {who}]",
                icon=":material/target:" if row["kind"] == "key result" else ":material/flag:",
                objective=row["objective"],
            )
    if len(found) > _MOST:
        st.caption(f"and {len(found) - _MOST} more, later or further away")
    folded = st.expander("As a text to send", icon=":material/content_copy:", key=f"{key}_text", on_change="rerun")
    if folded.open:
        with folded:
            st.code(as_text(found, names), language=None, wrap_lines=True)


def as_text(found: list[dict[Any, Any]], names: Mapping[str, str]) -> str:
    """The list as plain text, a line each: from when, what, whose, and by which way."""
    return "\n".join(
        f"{row['day'].date().isoformat()}  {plain(row['title'])} ({plain(row['team'])}, "
        f"{plain(show.person(row['owner'], names))}): {plain(row['path'])}"
        for row in found
    )


def waiting_line(board: Board, key_result: str) -> str:
    """Who waits for a key result, in plain text: "3 teams wait for this"; "" for nobody."""
    teams = waiting_teams(board, key_result)
    if not teams:
        return ""
    return f"{plain(teams[0])} waits for this" if len(teams) == 1 else f"{len(teams)} teams wait for this"
