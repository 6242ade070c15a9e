"""Ways to other screens, by their address, and to another choice on the same one."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from okrdash.ui.navigation import page


def to(address: str, text: str, *, icon: str | None = None, **query: str) -> None:
    """A link to the screen at an address ("check-in"), with its query; `text` is Markdown, so escape what is typed."""
    st.page_link(page(address), label=text, icon=icon, query_params=query or None)


def go(address: str, **query: str) -> None:
    """Leaves for the screen at an address, from a button."""
    st.switch_page(page(address), query_params=query or None)


def turn(says: str, choice: str, to: str, *, icon: str, type: Literal["secondary", "tertiary"] = "secondary") -> None:
    """A button that sets the widget whose key is `choice` to `to`; `says` is a label, so what is typed is escaped so.

    A link to the page one is on would leave the choice as it is.
    """
    st.button(says, icon=icon, type=type, key=f"{choice}_to_{to}", on_click=_choose, args=(choice, to))


def _choose(choice: str, to: str) -> None:
    st.session_state[choice] = to
