"""What a thread reads for one screen is of one moment, until it writes."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from okrdash.domain.errors import Forbidden, StoreError
from okrdash.domain.tables import TABLES
from okrdash.services import overview, sessions
from okrdash.services.people import order_of
from okrdash.store.reader import Reader
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn


def add(store: Store, team: str) -> None:
    with store.write(Event("console", "add")) as tx:
        tx.insert("teams", TABLES["teams"].row(team=team, kind="function", parent=""))


def teams(store: Store) -> list[str]:
    with store.read() as reader:
        return [row["team"] for row in reader.table("teams") if row["team"].startswith("Added")]


def elsewhere(does: Callable[[], Any]) -> None:
    """Does it in another thread, as another screen does."""
    thread = threading.Thread(target=does)
    thread.start()
    thread.join()


@pytest.fixture
def held(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The connections that are held."""
    engine, now = store._engine, list[Any]()
    make = engine.cursor

    def cursor() -> Any:
        made = make()
        now.append(made)
        close = made.close

        def closed() -> None:
            now.remove(made)
            close()

        monkeypatch.setattr(made, "close", closed)
        return made

    monkeypatch.setattr(engine, "cursor", cursor)
    return now


def test_what_others_write_is_not_seen_within_a_moment_but_after_it(store: Store) -> None:
    with store.one_moment():
        before = teams(store)
        elsewhere(lambda: add(store, "Added elsewhere"))
        within = teams(store)
    assert (before, within, teams(store)) == ([], [], ["Added elsewhere"])


def test_what_the_thread_itself_writes_is_seen_at_once(store: Store) -> None:
    with store.one_moment():
        before = teams(store)
        add(store, "Added here")
        assert (before, teams(store)) == ([], ["Added here"])


def test_what_is_written_while_a_call_reads_is_seen_by_the_next_call(store: Store) -> None:
    with store.one_moment():
        with store.read() as reader:
            before = len(reader.table("teams"))
            add(store, "Added within")
            assert len(reader.table("teams")) == before
        assert teams(store) == ["Added within"]


def test_a_moment_that_others_have_left_behind_asks_once_how_the_company_is_ordered(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, asked = Reader.rows, list[bool]()

    def noted(reader: Reader, sql: str, *parameters: Any) -> Any:
        asked.append('FROM "memberships"' in sql)
        return rows(reader, sql, *parameters)

    def order() -> int:
        with store.read() as reader:
            return len(order_of(reader).teams)

    with store.one_moment():
        before = teams(store)
        elsewhere(lambda: (add(store, "Added elsewhere"), order()))
        monkeypatch.setattr(Reader, "rows", noted)
        assert (before, order(), order(), sum(asked)) == ([], 3, 3, 1)


def test_a_moment_holds_one_connection_and_none_while_it_writes(store: Store, held: list[Any]) -> None:
    with store.one_moment():
        begun = len(held)
        teams(store)
        teams(store)
        reading = len(held)
        with store.write(None):
            writing = len(held)
        written = len(held)
    assert (begun, reading, writing, written, len(held)) == (0, 1, 1, 0, 0)


def test_a_moment_that_ends_in_an_error_gives_its_connection_back(store: Store, held: list[Any]) -> None:
    with contextlib.suppress(ZeroDivisionError), store.one_moment():
        teams(store)
        raise ZeroDivisionError
    assert held == []


def test_after_a_query_that_failed_a_moment_begins_anew(store: Store) -> None:
    with store.one_moment():
        with pytest.raises(StoreError, match="does not answer"), store.read() as reader:
            reader.rows("SELECT nothing FROM nowhere")
        assert teams(store) == []


def test_who_ends_their_session_within_a_moment_is_out_in_it(store: Store, signed_in: SignedIn) -> None:
    actor = signed_in("member")
    with store.one_moment():
        overview.board(actor)
        sessions.end_session(actor)
        with pytest.raises(Forbidden):
            overview.board(actor)


def test_within_a_moment_who_it_is_is_asked_once(
    store: Store, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, asked, rows = signed_in("member"), [], Reader.rows

    def noted(reader: Reader, sql: str, *parameters: Any) -> Any:
        asked.append("FROM sessions" in sql)
        return rows(reader, sql, *parameters)

    monkeypatch.setattr(Reader, "rows", noted)
    with store.one_moment():
        assert sessions.identify(session=actor.session)
        overview.board(actor)
        overview.board(actor)
    assert sum(asked) == 1


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Store]:
    """A DuckDB file, to which nobody else writes."""
    store = Store(tmp_path / "own.duckdb")
    yield store
    store.close()


def test_a_snapshot_is_of_when_it_was_begun_not_of_the_first_query(own: Store) -> None:
    with own.read() as reader:
        add(own, "Added")
        assert reader.table("teams") == []


def test_what_lasts_is_asked_again_after_a_write(own: Store) -> None:
    asked = Counter[str]()

    def look(name: str) -> str:
        asked[name] += 1
        return name

    def ask() -> None:
        with own.read() as reader:
            assert reader.lasting("a", lambda: look("a")) == "a"
            assert reader.lasting("b", lambda: look("none") and None) is None

    ask()
    ask()
    assert asked == {"a": 1, "none": 2}, "what there is none of is asked again"
    with own.write(None) as tx:
        tx.run("DELETE FROM sessions")
    ask()
    assert asked["a"] == 2


def test_what_lasts_is_of_the_snapshot_however_many_write(own: Store) -> None:
    stop, wrong = threading.Event(), list[tuple[object, object]]()

    def look() -> None:
        while not stop.is_set():
            with own.read() as reader:
                newest = reader.one("SELECT coalesce(max(revision), 0) AS revision FROM events")
                if newest != {"revision": reader.revision()}:
                    wrong.append((newest, reader.revision()))

    readers = [threading.Thread(target=look) for _ in range(3)]
    for one in readers:
        one.start()
    for n in range(60):
        add(own, f"Added {n}")
    stop.set()
    for one in readers:
        one.join()
    assert wrong == []


def test_a_write_that_fails_leaves_what_is_asked_right(own: Store) -> None:
    add(own, "Added")
    with pytest.raises(ZeroDivisionError), own.write(Event("console", "add")) as tx:
        tx.insert("teams", TABLES["teams"].row(team="Never", kind="function", parent=""))
        assert tx.revision() == 1
        raise ZeroDivisionError
    with own.read() as reader:
        assert reader.revision() == 1
