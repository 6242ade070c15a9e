"""An objective in two lines: its status and title, its figures, owner and team, and the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pandas import Series

from okrdash.ui import show as said
from okrdash.ui.objective_drawer import title_button
from okrdash.ui.session import Me
from okrdash.ui.text import md


def show(me: Me, objective: Series[Any], names: Mapping[str, str]) -> None:
    """Draws a row of `board.objectives`; `names` are the people's."""
    with st.container(gap=None):
        title_button(me, str(objective.name), objective["title"], key=str(objective.name))
        owner = md(said.person(objective["accountable"], names))
        facts = (figures(objective), objective["ambition"], owner, md(objective["team"]))
        st.markdown(f"{said.badge(objective['status'])} :small[{' · '.join(facts)}]")


def figures(objective: Series[Any]) -> str:
    """How far it has come and should have: "45 %, expected 57 %"."""
    if said.blank(objective["progress"]):
        return "nothing measured yet"
    return f"{said.percent(objective['progress'])}, expected {said.percent(objective['expected'])}"
