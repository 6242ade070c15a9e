"""The drawer of one dependency: who needs what from whom, how it stands, what one can do, and what happened to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.dependencies import AWAITED, view
from okrdash.domain.errors import OkrdashError
from okrdash.services import check_in, dependency_reads
from okrdash.services.dependency_reads import Dependency
from okrdash.ui import dependency_actions, links, show
from okrdash.ui import dependency_words as words
from okrdash.ui.dependency_life import draw_life
from okrdash.ui.dependency_matrix import show_rings
from okrdash.ui.forms import opening
from okrdash.ui.session import Me, require
from okrdash.ui.slips import show_slips
from okrdash.ui.text import md, paragraphs, short
from okrdash.ui.told import show_told

_ADDRESS = "dependency"
"""The dependency whose drawer is open, in the address of the page Dependencies."""
_LONGEST = 80
"""Letters of what is needed that the drawer's title has."""


def open_in_address(identifier: str) -> None:
    """Has the page Dependencies open a drawer, for `on_click`: it stands in the address, so that it can be sent."""
    st.query_params[_ADDRESS] = identifier


def in_address() -> str:
    """The dependency that the address opens; "" for none."""
    return str(st.query_params.get(_ADDRESS, ""))


def open_dependency(me: Me, identifier: str) -> None:
    """Opens the drawer; to be called at the click of a button, or for `in_address`, and by one at a time."""
    try:
        title = short(dependency_reads.dependency(me.actor, identifier).row["need"], _LONGEST)
    except OkrdashError:
        title = "Dependency"
    opened = st.dialog(md(title) or "Dependency", width="medium", position="right", on_dismiss=_forget)
    opened(_drawn)(identifier, opening())


def _forget() -> None:
    if _ADDRESS in st.query_params:
        del st.query_params[_ADDRESS]


def _drawn(identifier: str, name: str) -> None:
    draw(require(), identifier, name)


def draw(me: Me, identifier: str, name: str) -> None:
    """What stands in the drawer; `name` is that of one opening of it."""
    try:
        one = dependency_reads.dependency(me.actor, identifier)
        board = check_in.board_to_check(me.actor)
    except OkrdashError as fault:
        st.info(md(fault), icon=":material/search:")
        return
    names = me.names
    show_told(me.actor, name)
    _head(board, one)
    dependency_actions.draw(me, board, one, name, names)
    if one.row["state"] in AWAITED:
        st.header("If this slips", anchor=False)
        show_slips(board, names, dependency=identifier, key=name)
    st.header("What happened", anchor=False)
    draw_life(one, names, board.settings)


def as_shown(board: Board, row: Mapping[str, Any]) -> dict[Any, Any]:
    """The row as lists show it; of one that is not on the board nothing is late or in trouble."""
    every = view(board)
    found: list[dict[Any, Any]] = every[every["id"] == row["id"]].to_dict("records")
    proposed = row["state"] == "requested" and row["promised"] is not None
    return found[0] if found else {**row, "late": False, "trouble": "", "proposed": proposed}


def _head(board: Board, one: Dependency) -> None:
    row = as_shown(board, one.row)
    if len(one.row["need"]) > _LONGEST:
        st.markdown(paragraphs(one.row["need"]))
    asker, provider = md(row["from_team"]), md(row["to_team"])
    st.markdown(f"**{asker}** needs this from **{provider}**")
    links.to("objective", f"For {md(one.row['title'])}", icon=":material/target:", objective=one.row["objective"])
    said = words.says(row)
    st.markdown("  \n".join([words.badges(row), _sentence(words.days(row)), *([said] if said else [])]))
    if one.commitment:
        step = f"a step of “{md(one.commitment['title'])}”: {md(one.commitment['step'])}"
        what = step if one.commitment["step"] else f"“{md(one.commitment['title'])}”"
        links.to(
            "objective",
            f"In {provider}’s OKRs it is {what}",
            icon=":material/task_alt:",
            objective=one.commitment["objective"],
        )
    elif row["state"] in ("accepted", "delivered"):
        st.caption(f"A plain promise: it stands in none of {provider}’s key results.")
    if one.ring:
        show_rings([one.ring])
    if show.blank(row["need_by"]) and row["state"] == "requested":
        st.caption("Nobody has said by when it is needed.")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
