"""A small company in a database of its own, and people who are signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from okrdash.domain.tables import TABLES
from okrdash.services.company import close_company, open_company
from okrdash.services.people import Actor
from okrdash.services.sign_in import start_session
from okrdash.store.store import Store
from okrdash.store.transaction import Event

PEOPLE = {
    "viewer": ("vera", "Vera Viewer", "viewer"),
    "member": ("mia", "Mia Member", "member"),
    "lead": ("leo", "Leo Lead", "member"),
    "leader": ("fay", "Fay Function", "member"),
    "champion": ("chris", "Chris Champion", "champion"),
    "admin": ("ada", "Ada Admin", "admin"),
}
"""One person for each part that somebody can play: username, name, role."""

SignedIn = Callable[[str], Actor]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The open database of a company: a function Growth, its team Web, and one person for each part."""
    monkeypatch.delenv("OKRDASH_DEMO", raising=False)
    close_company()
    store = open_company(tmp_path / "okrdash.duckdb")
    with store.write(Event("console", "set up")) as tx:
        tx.insert(
            "teams",
            TABLES["teams"].row(team="Acme", kind="company"),
            TABLES["teams"].row(team="Growth", kind="function", parent="Acme"),
            TABLES["teams"].row(team="Web", kind="team", parent="Growth"),
        )
        tx.insert("people", *(TABLES["people"].row(username=u, name=n, role=r) for u, n, r in PEOPLE.values()))
        tx.insert(
            "memberships",
            TABLES["memberships"].row(person="mia", team="Web"),
            TABLES["memberships"].row(person="leo", team="Web", leads=True),
            TABLES["memberships"].row(person="fay", team="Growth", leads=True),
        )
    yield store
    close_company()


@pytest.fixture
def signed_in(store: Store) -> SignedIn:
    """Signs in the person who plays a part (a key of PEOPLE), with a real session."""
    return lambda part: start_session(PEOPLE[part][0])
