"""Many at once on one database: nothing is lost, nothing is doubled, and who reads sees one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from okrdash.domain.errors import Conflict
from okrdash.domain.tables import TABLES
from okrdash.services import check_in, objectives, sessions
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn
from tests.services import small

THREADS, EACH = 16, 3


def at_once(count: int, does: Callable[[int], Any]) -> list[Any]:
    """What each of so many threads gives, all begun in the same moment."""
    together = threading.Barrier(count)

    def one(number: int) -> Any:
        together.wait()
        return does(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_no_update_of_the_same_row_or_of_others_is_lost(store: Store) -> None:
    teams = [f"team {number}" for number in range(THREADS)]
    with store.write(Event("console", "add")) as tx:
        tx.insert("teams", *(TABLES["teams"].row(team=name, kind="team", cadence_weeks=0) for name in teams))
    begun, torn = store_revision(store), []
    done = threading.Event()

    def edit(number: int) -> None:
        for _ in range(EACH):
            with store.write(Event("console", "count")) as tx:
                for name in ("team 0", teams[number]):
                    row = tx.get("teams", name)
                    assert row
                    changed = {"cadence_weeks": row["cadence_weeks"] + 1}
                    tx.update("teams", (name,), changed, row["version"])

    def look() -> None:
        while not done.is_set():
            with store.read() as reader:
                counted = reader.one("SELECT sum(cadence_weeks) AS s FROM teams WHERE team LIKE 'team %'")
                revision = reader.revision()
                again = reader.one("SELECT sum(cadence_weeks) AS s FROM teams WHERE team LIKE 'team %'")
            assert counted
            assert again
            if not counted["s"] == again["s"] == 2 * (revision - begun):
                torn.append((counted, again, revision))

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    at_once(THREADS, edit)
    done.set()
    for reader in readers:
        reader.join()
    with store.read() as reading:
        counts = {row["team"]: row["cadence_weeks"] for row in reading.table("teams", "team LIKE 'team %'")}
    assert counts == dict.fromkeys(teams, EACH) | {"team 0": EACH * (THREADS + 1)}
    assert torn == []


def test_of_two_editors_at_once_the_second_is_told(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    champion = signed_in("champion")
    version = objectives.objective(champion, "O")["version"]

    def edit(number: int) -> str:
        try:
            objectives.edit_objective(champion, "O", {"title": f"Title {number}"}, version=version)
        except Conflict:
            return ""
        return f"Title {number}"

    kept = [title for title in at_once(5, edit) if title]
    assert kept == [objectives.objective(champion, "O")["title"]]


def test_the_same_click_five_times_at_once_is_one_row(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    mia = signed_in("member")
    saved = at_once(5, lambda _: check_in.check_in(mia, [check_in.Entry("K", value=12.0)], request_key="one click"))
    with store.read() as reader:
        assert len(reader.table("check_ins")) == 1
        assert {one.revision for one in saved} == {reader.revision()}


def test_what_writes_within_a_write_is_refused_and_does_not_hang(store: Store, signed_in: SignedIn) -> None:
    mia = signed_in("member")
    with pytest.raises(RuntimeError, match="within"), store.write(None):
        sessions.end_session(mia)
    sessions.end_session(mia)


def test_more_readers_than_connections_take_turns(store: Store) -> None:
    def look(_: int) -> int:
        with store.read() as reader:
            reader.one("SELECT count(*) AS n FROM people")
            threading.Event().wait(0.02)
            return reader.revision()

    assert len(set(at_once(40, look))) == 1


def store_revision(store: Store) -> int:
    with store.read() as reader:
        return reader.revision()
