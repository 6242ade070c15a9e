"""Checking in: who may, what is kept, what is refused, what is shown while typing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from okrdash.domain.errors import Forbidden, Invalid, NotFound
from okrdash.domain.tables import TABLES
from okrdash.services import blockers, check_in, check_in_history, overview
from okrdash.services.check_in import Entry
from okrdash.services.people import Actor, person_of
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from okrdash.store.transaction import Event

TODAY = datetime.now(UTC).date()
PARTS = ("member", "lead", "leader", "viewer")
SignedIn = Callable[[str], Actor]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    """A quarter at half time: K of mia, its guardrail G, the steps M, and S, which is the lead's because nobody's."""
    insert(
        store,
        cycles=[{"cycle": "Q", "start": ago(50), "end": ago(-50), "state": "active"}],
        objectives=[
            {"id": "O", "cycle": "Q", "team": "Web", "title": "Be found", "owner": ""},
            {"id": "P", "cycle": "Q", "team": "Web", "title": "Sell it", "visibility": "confidential"},
        ],
        key_results=[
            {"id": "K", "objective": "O", "title": "More", "kind": "increase", "baseline": 0.0, "target": 100.0}
            | {"owner": "mia"},
            {"id": "G", "objective": "O", "title": "Quick", "kind": "maintain", "upper": 2.0, "owner": "mia"},
            {"id": "M", "objective": "O", "title": "Move", "kind": "milestone", "owner": "mia"},
            {"id": "B", "objective": "O", "title": "Sign", "kind": "milestone", "owner": "mia"},
            {"id": "S", "objective": "O", "title": "Fewer", "kind": "decrease", "baseline": 9.0, "target": 1.0},
            {"id": "C", "objective": "P", "title": "Quiet", "kind": "baseline", "owner": "mia"},
        ],
        milestones=[{"key_result": "M", "step": "pack"}, {"key_result": "M", "step": "go"}],
        check_ins=[
            {"id": "c1", "key_result": "K", "as_of": ago(20), "value": 30.0, "confidence": 6, "author": "mia"},
            {"id": "c2", "key_result": "K", "as_of": ago(13), "value": 40.0, "next": "Ask", "author": "mia"},
        ],
    )


def insert(store: Store, **tables: list[dict[str, Any]]) -> None:
    with store.write(Event("console", "test")) as tx:
        for name, rows in tables.items():
            tx.insert(name, *(TABLES[name].row(**row) for row in rows))


def test_an_entry_moves_the_board(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    assert check_in.check_in(mia, [Entry("K", value=50.0, confidence=8, note="two more")]).revision
    row = overview.board(mia).key_results.loc["K"]
    assert (row["value"], row["confidence"], row["status"]) == (50.0, 8, "on track")
    kept = check_in_history.history(mia, "K")[0]
    assert (kept["author"], kept["note"], kept["as_of"]) == ("mia", "two more", TODAY)


def test_all_or_none_with_every_problem_at_its_field(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    entries = [Entry("K", value=50.0), Entry("G", value=1e16, confidence=11), Entry("M", value=3.0)]
    with pytest.raises(Invalid) as fault:
        check_in.check_in(mia, entries)
    assert {p.where for p in fault.value.problems} >= {"G value", "M value"}
    assert check_in_history.history(mia, "K")[0]["id"] == "c2"


def test_the_same_request_is_done_once(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    first, again = (check_in.check_in(mia, [Entry("K", value=50.0)], request_key="one") for _ in range(2))
    assert first == again
    assert len(check_in_history.history(mia, "K")) == 3


def test_a_blank_entry_says_that_nothing_changed(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    check_in.check_in(mia, [Entry("K")])
    row = overview.board(mia).key_results.loc["K"]
    assert (row["value"], row["last_check_in"].date()) == (40.0, TODAY)
    assert "K" not in check_in.due_to(mia, overview.board(mia)).index


def test_after_its_due_day_an_entry_speaks_for_that_day(store: Store, signed_in: SignedIn) -> None:
    with store.write(Event("console", "test")) as tx:
        tx.update("key_results", ("K",), {"due": ago(3)})
    mia = signed_in("member")
    assert "K" in check_in.due_to(mia, overview.board(mia)).index
    check_in.check_in(mia, [Entry("K", value=90.0)])
    assert check_in_history.history(mia, "K")[0]["as_of"] == ago(3)
    assert "K" not in check_in.due_to(mia, overview.board(mia)).index


def test_what_is_due_is_due_to_who_owes_it(signed_in: SignedIn) -> None:
    due = {part: list(check_in.due_to(signed_in(part), overview.board(signed_in(part))).index) for part in PARTS}
    assert due == {
        "member": ["G", "M", "B", "K"],
        "lead": ["S"],
        "leader": [],
        "viewer": [],
    }  # the longest silent first


def test_what_else_one_may_check_in_on(store: Store, signed_in: SignedIn) -> None:
    def others(part: str) -> list[str]:
        actor = signed_in(part)
        with store.read() as reader:
            person = person_of(reader, actor)
        assert person
        board = overview.board(actor)
        rows = check_in.others_of(person, board)
        assert all(check_in.may_check_in(person, board.key_results.loc[i]) for i in rows.index)
        return sorted(rows.index)

    assert others("member") == ["S"]
    assert others("lead") == ["B", "G", "K", "M"]
    assert others("leader") == ["B", "G", "K", "M", "S"]
    assert others("viewer") == others("champion") == []


def test_a_deputy_of_who_owes_it_by_rule_may_check_in(store: Store, signed_in: SignedIn) -> None:
    insert(
        store,
        people=[{"username": "dee", "name": "Dee"}],
        absences=[{"person": "leo", "start": ago(2), "end": ago(-2), "deputy": "dee"}],
    )
    dee = start_session("dee")
    assert list(check_in.due_to(dee, overview.board(dee)).index) == ["S"]
    check_in.check_in(dee, [Entry("S", value=5.0)])
    with pytest.raises(Forbidden):
        check_in.check_in(dee, [Entry("K", value=5.0)])


def test_what_is_confidential_is_there_for_its_circle_alone(signed_in: SignedIn) -> None:
    mia, vera = signed_in("member"), signed_in("viewer")
    assert "C" in check_in.due_to(mia, check_in.board_to_check(mia)).index
    assert "C" not in check_in.board_to_check(vera).key_results.index
    assert check_in_history.before(vera, ["C", "K"]).keys() == {"K"}
    check_in.check_in(mia, [Entry("C", value=3.0)])
    assert check_in.board_to_check(mia).key_results.at["C", "value"] == 3.0
    for name in ("C", "nothing"):
        with pytest.raises(NotFound, match="no such key result"):
            check_in.check_in(vera, [Entry(name)])


def test_what_was_dropped_takes_no_check_in(store: Store, signed_in: SignedIn) -> None:
    with store.write(Event("console", "test")) as tx:
        tx.update("key_results", ("K",), {"state": "dropped"})
    with pytest.raises(NotFound, match="“More” was dropped"):
        check_in.check_in(signed_in("member"), [Entry("K", value=1.0)])


def test_a_viewer_and_who_is_signed_out_may_not(signed_in: SignedIn) -> None:
    for actor in (signed_in("viewer"), Actor("mia", "gone")):
        with pytest.raises(Forbidden):
            check_in.check_in(actor, [Entry("K", value=1.0)])


def test_a_preview_is_what_saving_gives(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    entries = [
        Entry("K", value=20.0, confidence=2),
        Entry("G", value=3.0),
        Entry("M", steps={"pack": TODAY}),
        Entry("B", steps={"Sign": TODAY}),
    ]
    seen = {entry.key_result: check_in.preview(mia, entry) for entry in entries}
    assert (seen["K"]["status"], seen["G"]["guardrail"], seen["M"]["progress"]) == ("off track", "broken", 0.5)
    assert seen["B"]["status"] == "achieved"
    assert overview.board(mia).key_results.at["K", "value"] == 40.0
    check_in.check_in(mia, entries)
    board = overview.board(mia).key_results
    for identifier, row in seen.items():
        for name in ("raw", "progress", "expected", "status", "guardrail", "freshness", "missed"):
            assert board.at[identifier, name] == row[name], (identifier, name)


def test_a_step_can_be_taken_back_and_must_exist(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    check_in.check_in(mia, [Entry("M", steps={"pack": TODAY})])
    check_in.check_in(mia, [Entry("M", steps={"pack": None})])
    assert overview.board(mia).key_results.at["M", "progress"] == 0.0
    with pytest.raises(Invalid, match="no step of it"):
        check_in.preview(mia, Entry("M", steps={"fly": TODAY}))


def test_what_was_said_before(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    check_in.check_in(mia, [Entry("K", value=45.0, replaces="c1")])
    before = check_in_history.before(mia, ["K", "M"])
    assert [value for _, value in before["K"].values] == [40.0, 45.0]  # the replaced 30 is not said any more
    assert (before["K"].plan, before["K"].planned_by, before["K"].planned_on) == ("Ask", "mia", ago(13))
    assert before["M"] == check_in_history.Before()
    assert check_in_history.before(mia, []) == {}


def test_a_closed_cycle_takes_no_more(store: Store, signed_in: SignedIn) -> None:
    mia = signed_in("member")
    with store.write(Event("console", "close")) as tx:
        tx.update("cycles", ("Q",), {"state": "closed"})
    with pytest.raises(Invalid, match="K value: Q is closed, so its results are final"):
        check_in.check_in(mia, [Entry("K", value=50.0)])
    assert check_in.due_to(mia, check_in.board_to_check(mia)).empty


def test_what_others_reported_since_it_was_seen_is_told_and_nothing_vanishes(signed_in: SignedIn) -> None:
    check_in.check_in(signed_in("lead"), [Entry("K", value=60.0)])
    saved = check_in.check_in(signed_in("member"), [Entry("K", value=50.0, seen="c2"), Entry("G", value=1.0, seen="")])
    assert {name: row["value"] for name, row in saved.meanwhile.items()} == {"K": 60.0}
    assert [row["value"] for row in check_in_history.history(signed_in("member"), "K")] == [50.0, 60.0, 40.0, 30.0]


def test_a_correction_keeps_what_is_cleared_and_calls_nobody_again(store: Store, signed_in: SignedIn) -> None:
    mia, asks = signed_in("member"), {"blocker": "No list", "helper": "Leo Lead"}
    check_in.check_in(mia, [Entry("K", value=50.0, **asks)])
    blockers.clear(mia, check_in_history.history(mia, "K")[0]["id"])
    cleared = next(row for row in check_in_history.history(mia, "K") if row["cleared_on"])
    check_in.check_in(mia, [Entry("K", value=51.0, **asks, replaces=cleared["id"])])
    assert blockers.open_now(mia) == []
    check_in.check_in(
        mia, [Entry("K", value=51.0, blocker="No map", replaces=check_in_history.before(mia, ["K"])["K"].newest["id"])]
    )
    assert [blocker.text for blocker in blockers.open_now(mia)] == ["No map"]
    with store.read() as reader:
        assert len(reader.rows("SELECT * FROM messages")) == 1
