"""An objective in two lines: its status and title, its figures, owner and team, and the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pandas import Series

from okrdash.ui import links
from okrdash.ui import show as said
from okrdash.ui.text import md


def show(objective: Series[Any], names: Mapping[str, str]) -> None:
    """Draws a row of `board.objectives`; `names` are the people's."""
    with st.container(gap="xxsmall"):
        left, right = st.columns([9, 1], gap="xxsmall")
        left.markdown(f"{said.badge(objective['status'])} **{md(objective['title'])}**")
        with right:
            # The title is no label here: a link is one line, and cuts off what is longer.
            links.to("objective", "Open", icon="", objective=str(objective.name))
        owner = md(said.person(objective["accountable"], names))
        st.markdown(f":small[{figures(objective)} · {objective['ambition']} · {owner} · {md(objective['team'])}]")


def figures(objective: Series[Any]) -> str:
    """How far it has come and should have: "45 %, expected 57 %"."""
    if said.blank(objective["progress"]):
        return "nothing measured yet"
    return f"{said.percent(objective['progress'])}, expected {said.percent(objective['expected'])}"
