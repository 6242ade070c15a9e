"""What was decided and is left to a person to see to, in My week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from okrdash.services.decisions import Decision
from okrdash.ui.decision_lines import show_lines
from okrdash.ui.session import Me


def show_decisions(me: Me, waiting: Sequence[Decision], names: Mapping[str, str], day: date) -> None:
    """The open decisions, as `decisions.open_for` gives them, each with the word that it is done."""
    if not waiting:
        return
    with st.container(border=True):
        says = "1 decision to carry out" if len(waiting) == 1 else f"{len(waiting)} decisions to carry out"
        st.markdown(f"**:material/gavel: {says}**")
        show_lines(me, waiting, names, day, key="week")
