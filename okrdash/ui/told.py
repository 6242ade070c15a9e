"""Telling that something was done, in a way that outlives the run in which it was done."""

from __future__ import annotations

import streamlit as st

from okrdash.ui.text import md

_TOLD = "okrdash_told"


def tell(text: str) -> None:
    """Keeps a sentence for the next time the page is drawn; `text` is plain."""
    st.session_state[_TOLD] = text


def show_told() -> None:
    """Says what was done just before, once."""
    if _TOLD in st.session_state:
        st.toast(md(st.session_state.pop(_TOLD)), icon=":material/check:", duration="long")
