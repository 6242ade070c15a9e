"""The ways to ask a team for what a key result needs: whether to offer it, and from where no second drawer can open."""

from __future__ import annotations

import streamlit as st

from okrdash.services.permissions import Resource, can
from okrdash.ui import links
from okrdash.ui.session import Me

_WANTED = "okrdash_ask"


def may_ask(me: Me, state: str, owner: str, team: str) -> bool:
    """Whether to offer it for a key result at home in an objective of this state; the service asks again."""
    return state == "active" and can(me.person, "ask", Resource(owner, (team,)))


def ask_next(key_result: str) -> None:
    """Has the page of its objective ask for a key result when it is drawn next."""
    st.session_state[_WANTED] = key_result


def ask_there(objective: str, key_result: str) -> None:
    """Leaves a drawer for the objective's page, and asks there."""
    ask_next(key_result)
    links.go("objective", objective=objective)


def wanted() -> str:
    """The key result for which to ask now, once; "" for none."""
    return str(st.session_state.pop(_WANTED, ""))
