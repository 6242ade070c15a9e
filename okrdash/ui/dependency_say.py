"""Whether it will be there in time, as one side says it: chosen, and saved at once."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from okrdash.domain.errors import OkrdashError
from okrdash.services import dependencies
from okrdash.services.dependencies import Word
from okrdash.services.dependency_rules import Side
from okrdash.ui.session import Me
from okrdash.ui.text import label, md
from okrdash.ui.told import tell

SAY: Mapping[Word, str] = {"will": "It will", "may": "It may", "won't": "It won’t"}
"""The answers to whether it will be there in time."""
_REFUSED = "okrdash_dependency_refused"


def choose(me: Me, identifier: str, says: str, *, key: str, now: str = "", side: Side = "") -> None:
    """Will, may or won't, saved as soon as it is chosen; `now` is what their side said last."""
    st.segmented_control(
        label(says),
        list(SAY),
        default=now or None,
        required=True,
        format_func=lambda word: SAY[word],
        key=key,
        on_change=_said,
        args=(me, identifier, key, side),
    )


def _said(me: Me, identifier: str, key: str, side: Side) -> None:
    word: Word | None = st.session_state.get(key)
    if word is None or word not in SAY:  # the one that was said last, taken off by a second click: that says nothing
        return
    try:
        revision = dependencies.say(me.actor, identifier, word, side=side)
    except OkrdashError as fault:
        refuse(fault)
    else:
        tell(f"Said: {SAY[word].lower()} be there in time.", undo=revision)


def refuse(fault: OkrdashError) -> None:
    """Keeps why something was not done, for `draw_refused`."""
    st.session_state[_REFUSED] = str(fault)


def draw_refused() -> None:
    """Says why what was just done was not."""
    if refused := st.session_state.pop(_REFUSED, ""):
        st.error(md(refused), icon=":material/error:")
