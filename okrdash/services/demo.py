"""Signing in with one click: only in a process that was started to show a demo company."""

from __future__ import annotations

from collections.abc import Mapping

from okrdash import config
from okrdash.domain.errors import Forbidden
from okrdash.services.people import Actor
from okrdash.services.sessions import start_session

ROLES = ("member", "lead", "leader", "champion", "admin")
"""As whom one may sign in."""

_usernames: dict[str, Mapping[str, str]] = {}


def offer(demo: str, usernames: Mapping[str, str]) -> None:
    """Says who stands for each role in a demo company; called once, when the app starts on it."""
    _usernames[demo] = usernames


def sign_in_as(demo: str, role: str, *, address: str = "", browser: str = "") -> Actor:
    """A session of the person who stands for the role. Raises Forbidden unless this process shows that demo."""
    if not demo or config.load().demo != demo or role not in _usernames.get(demo, {}):
        raise Forbidden("This is no demo.")
    return start_session(_usernames[demo][role], came_by="demo", address=address, browser=browser)
