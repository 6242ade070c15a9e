"""From a drawer, in which no second one can open, to one that opens on the page of an objective."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from okrdash.ui import links

Drawer = Literal["parents", "invite"]
_WANTED = "okrdash_wanted_drawer"


def leave_for(drawer: Drawer, objective: str) -> None:
    """Leaves for the page of an objective, where the drawer opens."""
    st.session_state[_WANTED] = (drawer, objective)
    links.go("objective", objective=objective)


def wanted(objective: str) -> str:
    """The drawer that is to open now on the page of this objective, once; "" for none."""
    drawer, of = st.session_state.pop(_WANTED, ("", ""))
    return drawer if of == objective else ""
