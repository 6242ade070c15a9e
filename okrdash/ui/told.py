"""Telling that something was done, in a way that outlives the run in which it was done, and with the way to undo it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from okrdash.domain.errors import OkrdashError
from okrdash.services.people import Actor
from okrdash.services.undo import undo as take_back
from okrdash.ui import links
from okrdash.ui.text import md

_TOLD = "okrdash_told"


@dataclass(frozen=True, slots=True)
class _Told:
    text: str
    undo: int = 0
    failed: bool = False
    shown_on: int | None = None
    """The screen on which it is shown, as `links.here` has it; None before."""
    place: str | None = None
    """Where on it that was first: "" on the page, else the name of a drawer; None before."""


def tell(text: str, *, undo: int = 0) -> None:
    """Keeps a sentence for the next time the page is drawn; `text` is plain.

    With `undo`, the revision that a service gave, it stays while the screen does, beside a button that takes it back.
    """
    st.session_state[_TOLD] = _Told(text, undo)


def show_told(actor: Actor, drawer: str = "") -> None:
    """Says what was done just before: in passing, or with the way to undo it.

    A drawer, by a name that tells it from others, says what was done in it; the page behind says that afterwards too.
    """
    told: _Told | None = st.session_state.get(_TOLD)
    if told is None:
        return
    if not told.undo:
        del st.session_state[_TOLD]
        icon = ":material/error:" if told.failed else ":material/check:"
        st.toast(md(told.text), icon=icon, duration="long")
    elif told.shown_on not in (None, links.here()):
        del st.session_state[_TOLD]
    elif told.place in (None, drawer) or not drawer:
        st.session_state[_TOLD] = replace(
            told, shown_on=links.here(), place=drawer if told.place is None else told.place
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            st.success(md(told.text), icon=":material/check:", width=480)
            st.button(
                "Undo",
                icon=":material/undo:",
                key=f"undo_{told.undo}_{drawer}",
                on_click=_take_back,
                args=(actor, told.undo),
                help="Takes back what you have just done, for an hour.",
            )


def _take_back(actor: Actor, revision: int) -> None:
    told: _Told | None = st.session_state.get(_TOLD)
    if told is None or told.undo != revision:  # the second click of a double click
        return
    try:
        take_back(actor, revision)
        st.session_state[_TOLD] = _Told("It is as it was before.")
    except OkrdashError as fault:
        st.session_state[_TOLD] = _Told(str(fault), failed=True)
