"""The database breaks off and comes back: the next click works, and nobody is told what is not so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from okrdash.domain.errors import StoreError
from okrdash.domain.tables import TABLES
from okrdash.store.duck import DuckCursor
from okrdash.store.engine import BrokenError, TakenError
from okrdash.store.postgres import PostgresCursor
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn
from tests.store.test_threads import at_once

EVENT = Event("console", "add team")
SALES = TABLES["teams"].row(team="Sales", kind="team", parent="Growth")


def cut(store: Store) -> None:
    """Ends every connection of the app to its PostgreSQL database, as a restart of the server does."""
    if not isinstance(store.where, str):
        pytest.skip("a DuckDB file has no connections to lose")
    with psycopg.connect(store.where, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def has_sales(store: Store) -> bool:
    with store.read() as reader:
        return reader.get("teams", "Sales") is not None


def test_the_next_click_works_after_every_connection_was_lost(store: Store) -> None:
    at_once(12, lambda _: has_sales(store))  # as many connections as there may be
    cut(store)
    assert not any(at_once(12, lambda _: has_sales(store)))
    cut(store)
    with store.write(EVENT) as tx:
        tx.insert("teams", SALES)
    assert has_sales(store)


def test_what_was_being_written_is_not_there_and_said_to_be_not(store: Store) -> None:
    with pytest.raises(StoreError, match="Nothing was changed"), store.write(EVENT) as tx:
        tx.insert("teams", SALES)
        cut(store)
    assert not has_sales(store)
    with store.write(EVENT) as tx:
        tx.insert("teams", SALES)


def test_a_read_that_breaks_off_says_so(store: Store) -> None:
    with pytest.raises(StoreError, match="does not answer"), store.read() as reader:
        cut(store)
        reader.revision()
    assert not has_sales(store)


def breaks_off(monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """Has the database break off in the very moment in which a transaction ends: after it is kept, or before."""

    def breaking(commit: Callable[[Any], None]) -> Callable[[Any], None]:
        def committed(cursor: Any) -> None:
            monkeypatch.undo()
            if after:
                commit(cursor)
            if isinstance(cursor, PostgresCursor):
                cursor._connection.close()
            else:
                cursor._dead = True
            raise BrokenError("broke off")

        return committed

    for kind in (DuckCursor, PostgresCursor):
        monkeypatch.setattr(kind, "commit", breaking(kind.commit))


def test_what_was_kept_though_nobody_heard_is_told_as_saved(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks_off(monkeypatch, after=True)
    with store.write(EVENT) as tx:
        tx.insert("teams", SALES)
    assert has_sales(store)
    with store.read() as reader:
        assert tx.written == reader.revision()


def test_what_was_not_kept_is_told_as_not_saved(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks_off(monkeypatch, after=False)
    with pytest.raises(StoreError, match="Nothing was changed"), store.write(EVENT) as tx:
        tx.insert("teams", SALES)
    assert not has_sales(store)


def test_what_nobody_can_know_is_not_claimed(
    store: Store, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks_off(monkeypatch, after=True)
    with pytest.raises(StoreError, match="does not say yet"), store.write(None) as tx:
        tx.run("DELETE FROM drafts")
    assert not has_sales(store)


def test_a_key_that_is_taken_does_not_pass_for_saved(store: Store) -> None:
    add = "INSERT INTO drafts VALUES ('mia', 'K', '{}', TIMESTAMP '2026-01-05 08:30:00')"
    with pytest.raises(StoreError, match="Nothing was changed"), store.write(None) as tx:
        tx.run(add)
        with pytest.raises(TakenError):
            tx.run(add)
    with store.write(None) as tx:
        tx.run(add)


def test_a_password_in_an_address_that_is_none_is_not_printed() -> None:
    with pytest.raises(StoreError, match="no address") as told:
        Store("postgresql://okr:se%cret@localhost/okr")
    assert "cret" not in str(told.value)


def test_a_server_goes_on_when_another_one_has_added_a_column(store: Store) -> None:
    """PostgreSQL refuses a statement that was prepared before the table changed, and drivers prepare on their own."""
    if not isinstance(store.where, str):
        pytest.skip("a DuckDB file has one server")

    def in_a_write() -> None:
        with store.write(None) as tx:
            assert tx.get("teams", "Sales") is None

    for _ in range(30):  # on each connection of the pool beyond the five after which psycopg would prepare it
        in_a_write()
    with psycopg.connect(store.where, autocommit=True) as connection:
        connection.execute("ALTER TABLE teams ADD COLUMN tried BIGINT")
        try:
            in_a_write()
        finally:
            connection.execute("ALTER TABLE teams DROP COLUMN tried")
