"""What is said of a session: where it is, how it began, since when, when it was last used."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from okrdash.services import preferences
from okrdash.services.sessions import CameBy, Session
from okrdash.ui import show
from okrdash.ui.session import Me

CAME_BY: dict[CameBy, str] = {
    "password": "password",
    "link": "one-time link",
    "company": "company sign-in",
    "proxy": "company proxy",
    "demo": "one click (demo)",
}


def clock(me: Me) -> Callable[[datetime], str]:
    """How instants (UTC) read on the clock of who looks: "22 Nov 2026, 09:01"."""
    reached = preferences.own(me.actor)

    def says(moment: datetime) -> str:
        here = reached.preferences.clock(moment, reached.settings)
        return f"{show.day(here)}, {here:%H:%M}"

    return says


def browser(session: Session) -> str:
    """Its browser, as far as that is known."""
    return session.browser or "Unknown browser"


def address(session: Session) -> str:
    """From where it began."""
    return session.address or "the server itself"
