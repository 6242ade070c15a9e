"""Who looks at this tab: asked from the database on every run, so that a sign-out works at the next click."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from okrdash.services.company import company
from okrdash.services.people import Actor, person_of
from okrdash.services.permissions import PERMISSIONS, Person, Resource, can
from okrdash.services.sessions import resume, token_in

SESSION = "okrdash_session_name"
"""Where a tab that signed in, rather than came with a cookie, keeps the name of its session."""


@dataclass(frozen=True, slots=True)
class Me:
    """Who is signed in: `actor` for the calls of services, `person` for what to show."""

    actor: Actor
    person: Person


def identify() -> Me | None:
    """Who is signed in; None if nobody is, or the session ended."""
    name = st.session_state.get(SESSION)
    cookie: object = token_in(st.context.cookies)
    if isinstance(name, str) and name:
        actor = resume(session=name)
    elif isinstance(cookie, str):
        actor = resume(cookie=cookie)
    else:
        actor = None
    if actor is None:
        return None
    with company().read() as reader:
        person = person_of(reader, actor)
    return Me(actor, person) if person else None


def require(action: str = "read") -> Me:
    """The first statement of every page: who is signed in, if they may do this to anything at all.

    Shows nothing when it is fine. Signed out, the page ends with nothing shown (the shell shows the form); where the
    person may not, it ends with a message. The services ask again, for the very thing that is acted upon.
    """
    me = identify()
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
