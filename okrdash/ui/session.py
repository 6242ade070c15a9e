"""Who looks at this tab: asked from the database on every run, so that a sign-out works at the next click."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import streamlit as st

from okrdash.services import sessions
from okrdash.services.people import Actor
from okrdash.services.permissions import PERMISSIONS, Person, Resource, can
from okrdash.services.sessions import token_in

SESSION = "okrdash_session_name"
"""Where a tab that signed in, rather than came with a cookie, keeps the name of its session."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who is signed in: `actor` for the calls of services, `person` and `names` for what to show."""

    actor: Actor
    person: Person
    names: Mapping[str, str] = field(compare=False)
    """Everybody's, by username: history mentions those who left, too."""


_frame: ContextVar[Me | None] = ContextVar("frame", default=None)
"""Whom the frame around the page that runs has identified, in the same run."""


def identify() -> Me | None:
    """Who is signed in; None if nobody is, or the session ended."""
    name = st.session_state.get(SESSION)
    if isinstance(name, str) and name:
        found = sessions.identify(session=name)
    else:
        cookie: object = token_in(st.context.cookies)
        found = sessions.identify(cookie=cookie) if isinstance(cookie, str) else None
    return Me(*found) if found else None


@contextmanager
def framed(me: Me) -> Iterator[None]:
    """Runs a page for whom the frame around it has identified."""
    token = _frame.set(me)
    try:
        yield
    finally:
        _frame.reset(token)


def require(action: str = "read") -> Me:
    """The first statement of every page: who is signed in, if they may do this to anything at all.

    Shows nothing when it is fine. Signed out, the page ends with nothing shown (the shell shows the form); where the
    person may not, it ends with a message. The services ask again, for the very thing that is acted upon.
    """
    me = _frame.get() or identify()
    if me is None:
        st.stop()
    if not may(me.person, action):
        st.title("This page is not open to you")
        st.info(
            f"It is for people who may {PERMISSIONS[action].says}. If that should be you, ask an admin.",
            icon=":material/lock:",
        )
        st.stop()
    return me


def may(person: Person, action: str) -> bool:
    """Whether there can be anything that the person may do this to: what is theirs, or what they lead."""
    return can(person, action, Resource(owner=person.username, teams=tuple(person.teams | person.leads)))
