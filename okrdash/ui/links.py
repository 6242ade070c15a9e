"""Links to the other screens, by their address."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from okrdash.config import ROOT
from okrdash.ui.navigation import SCREENS


def to(address: str, text: str, *, icon: str | None = None, **query: str) -> None:
    """A link to the screen at an address ("check-in"), with its query; `text` is Markdown, so escape what is typed."""
    st.page_link(_script(address), label=text, icon=icon, query_params=query or None)


def go(address: str, **query: str) -> None:
    """Leaves for the screen at an address, from a button."""
    st.switch_page(_script(address), query_params=query or None)


def _script(address: str) -> Path:
    return ROOT / "pages" / next(screen.path for screen in SCREENS if screen.address == address)
