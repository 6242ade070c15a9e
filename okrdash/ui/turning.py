"""Buttons that turn a choice on the same page: a link to the page one is on would leave the choice as it is."""

from __future__ import annotations

from typing import Literal

import streamlit as st

Type = Literal["secondary", "tertiary"]


def button(says: str, choice: str, to: str, *, icon: str, type: Type = "secondary") -> None:
    """Sets the widget whose key is `choice` to `to`; `says` is a label, so what is typed goes through `label()`."""
    st.button(says, icon=icon, type=type, key=f"{choice}_to_{to}", on_click=_choose, args=(choice, to))


def _choose(choice: str, to: str) -> None:
    st.session_state[choice] = to
