"""A small company in a database of its own, and people who are signed in to it."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import bcrypt
import pytest
from hypothesis import settings

from okrdash.domain.tables import TABLES
from okrdash.services import passwords
from okrdash.services.company import close_company, open_company
from okrdash.services.people import Actor
from okrdash.services.sessions import start_session
from okrdash.store.duck import DuckEngine
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests import databases

settings.register_profile("the same", derandomize=True)
settings.load_profile("the same")  # nobody's change fails for an example that it did not bring; make test-long searches

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


_NOBODY = bcrypt.hashpw(b"nobody", bcrypt.gensalt(4)).decode()


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost next to nothing; what they are worth is measured in tests/benchmarks/bench_sign_in.py."""
    monkeypatch.setattr(passwords, "_ROUNDS", 4)
    monkeypatch.setattr(passwords, "_NOBODY", _NOBODY)


@pytest.fixture(autouse=True)
def no_nesting(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Who asks for a second connection while they hold one wait for ever where ten at once do so on PostgreSQL.

    The store's own tests do so on purpose.
    """
    if request.path.parent.name == "store":
        return
    within, read, write = threading.local(), Store.read, Store.write

    def alone(opened: Callable[..., AbstractContextManager[Any]]) -> Callable[..., AbstractContextManager[Any]]:
        @contextmanager
        def once(*arguments: Any) -> Iterator[Any]:
            assert not getattr(within, "open", False), "a read or a write within another"
            within.open = True
            try:
                with opened(*arguments) as transaction:
                    yield transaction
            finally:
                within.open = False

        return once

    monkeypatch.setattr(Store, "read", alone(read))
    monkeypatch.setattr(Store, "write", alone(write))


@pytest.fixture(autouse=True)
def opened_quickly(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """To read a database whole takes half of the time to open it, a thousand times; the store's own tests do."""
    if request.path.parent.name in ("services", "ui"):
        monkeypatch.setattr(DuckEngine, "_check_whole", lambda engine: None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On PostgreSQL the store and the services are tested; what stands on them asks them the same on either.

    The many cases of one test differ in what the services check, not in what they ask the database: those take long.
    """
    items[:] = [one for one in items if "[postgresql" not in one.name or one.path.parent.name in ("store", "services")]
    for one in items:
        if "[postgresql-" in one.name and one.path.parent.name == "services":
            one.add_marker(pytest.mark.long)


@pytest.fixture(params=["duckdb", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """An empty database: what the store does, it does on both."""
    if request.param == "duckdb":
        return tmp_path / "okrdash.duckdb"
    if not os.environ.get(databases.SERVER):
        pytest.skip("no PostgreSQL server runs beside the tests; make test starts one")
    return databases.empty_postgres(f"okrdash_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")


@pytest.fixture(scope="session")
def small_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a company that is copied for every test: to make one takes three times as long."""
    path = tmp_path_factory.mktemp("company") / "okrdash.duckdb"
    close_company()
    _found(open_company(path))
    close_company()
    return path


@pytest.fixture
def store(
    database: Path | str, small_company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """The open database of a company: a function Growth, its team Web, and one person for each part."""
    monkeypatch.delenv("OKRDASH_DEMO", raising=False)
    monkeypatch.setenv("OKRDASH_BACKUPS", str(tmp_path / "backups"))
    close_company()
    if isinstance(database, Path):
        for file in small_company.parent.glob(f"{small_company.name}*"):
            shutil.copy(file, database.parent)
        store = open_company(database)
    else:
        store = open_company(database)
        _found(store)
    yield store
    close_company()


def _found(store: Store) -> None:
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


@pytest.fixture
def signed_in(store: Store) -> SignedIn:
    """Signs in the person who plays a part (a key of PEOPLE), with a real session."""
    return lambda part: start_session(PEOPLE[part][0])
