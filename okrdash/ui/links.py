"""Ways to other screens, by their address, to another choice on the same one, and back to where one came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from okrdash.ui.navigation import SCREENS, page

_TRAIL, _ARRIVALS, _LAST = "okrdash_trail", "okrdash_arrivals", "okrdash_last_objective"
_AHEAD = "okrdash_ahead"
_OBJECTIVE = "objective"
"""The address of the screen that shows one, and the name by which its query says which."""
_LONGEST = 10


@dataclass(frozen=True, slots=True)
class _Step:
    """A screen as it was looked at."""

    address: str
    query: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def subject(self) -> tuple[str, tuple[str, ...]]:
        """What tells screens apart: each objective is one of its own, whatever else is chosen on it."""
        return self.address, dict(self.query).get(_OBJECTIVE, ()) if self.address == _OBJECTIVE else ()


def note(shown: StreamlitPage) -> None:
    """Keeps in mind which screen is shown now, with its query; a screen that was looked at before is gone back to.

    What `go` chose for it is chosen.
    """
    address, choices = st.session_state.pop(_AHEAD, ("", {}))
    if address == shown.url_path:
        st.session_state.update(choices)
    query = {name: tuple(st.query_params.get_all(name)) for name in st.query_params}
    if shown.url_path == _OBJECTIVE:
        query = query if _OBJECTIVE in query else {_OBJECTIVE: (objective(),), **query}
        st.session_state[_LAST] = query[_OBJECTIVE][0]
    step, trail = _Step(shown.url_path, tuple(query.items())), _trail()
    if not trail or step.subject != trail[-1].subject:
        st.session_state[_ARRIVALS] = here() + 1
    known = [one.subject for one in trail]
    if step.subject in known:
        trail = trail[: known.index(step.subject)]
    st.session_state[_TRAIL] = [*trail, step][-_LONGEST:]


def objective() -> str:
    """The objective that the address names; else the one that was looked at last, "" for none.

    When a screen is left whose choices stand in the address, Streamlit leaves a step without a query behind, on which
    the browser's way back comes by.
    """
    last: str = st.session_state.get(_LAST, "")
    return st.query_params.get(_OBJECTIVE, last)


def here() -> int:
    """Which screen is shown, counted: another number after one went elsewhere, even if one came back."""
    arrivals: int = st.session_state.get(_ARRIVALS, 0)
    return arrivals


def to(address: str, text: str, *, icon: str | None = None, **query: str) -> None:
    """A link to the screen at an address ("check-in"), with its query; `text` is Markdown, so escape what is typed."""
    st.page_link(page(address), label=text, icon=icon, query_params=query or None)


def back(address: str, text: str) -> None:
    """A link to the screen that one came from, as it was looked at; else to the screen at `address`, called `text`."""
    trail = _trail()
    came_from = trail[-2] if len(trail) > 1 else _Step(address, ())
    says = next(screen.title for screen in SCREENS if screen.address == came_from.address) if len(trail) > 1 else text
    query = {name: list(values) for name, values in came_from.query}
    st.page_link(page(came_from.address), label=says, icon=":material/arrow_back:", query_params=query or None)


def go(address: str, choices: Mapping[str, object] | None = None, **query: str) -> None:
    """Leaves for the screen at an address, from a button; `choices` are what its widgets are set to, by their keys.

    In `query` nothing may stand that is a choice on the screen that one leaves: Streamlit refuses to set that.
    """
    st.session_state[_AHEAD] = (address, dict(choices or {}))
    st.switch_page(page(address), query_params=query)


def turn(says: str, choice: str, to: str, *, icon: str, type: Literal["secondary", "tertiary"] = "secondary") -> None:
    """A button that sets the widget whose key is `choice` to `to`; `says` is a label, so what is typed is escaped so.

    A link to the page one is on would leave the choice as it is.
    """
    st.button(says, icon=icon, type=type, key=f"{choice}_to_{to}", on_click=_choose, args=(choice, to))


def _choose(choice: str, to: str) -> None:
    st.session_state[choice] = to


def _trail() -> list[_Step]:
    trail: list[_Step] = st.session_state.get(_TRAIL, [])
    return trail
