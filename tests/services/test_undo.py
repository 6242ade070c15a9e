"""Taking back what one has just done."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import pytest

from okrdash.domain.errors import Conflict, Forbidden, NotFound
from okrdash.services import (
    blockers,
    check_in,
    check_in_history,
    company,
    dependencies,
    history,
    key_results,
    overview,
    undo,
)
from okrdash.services.check_in import Entry
from okrdash.services.people import CONSOLE
from okrdash.store.store import Event, Store, utc_now
from tests.conftest import SignedIn
from tests.services import small


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    """The quarter, with K at 10 and a milestone M of two steps."""
    small.quarter()
    small.add(
        key_results=[{"id": "M", "objective": "O", "title": "Move", "kind": "milestone"}],
        milestones=[{"key_result": "M", "step": "pack"}, {"key_result": "M", "step": "go"}],
    )
    small.check_in("c1", 6, 10.0, blocker="No budget", helper="leo")


def standing() -> tuple[Any, ...]:
    """What an undo has to bring back: values, steps, blockers, and messages that are not sent."""
    rows = overview.board(CONSOLE).key_results
    with company.company().read() as reader:
        messages = reader.rows("SELECT username FROM messages ORDER BY id")
    return (
        rows.at["K", "value"],
        rows.at["M", "progress"],
        [row["id"] for row in check_in_history.history(CONSOLE, "K")],
        [one.text for one in blockers.open_now(CONSOLE)],
        messages,
    )


ENTRIES = [
    Entry("K", value=20.0, blocker="No people", helper="Leo Lead", cleared=("c1",)),
    Entry("M", steps={"pack": small.TODAY}),
]


def test_a_check_in_is_taken_back_whole(signed_in: SignedIn) -> None:
    before = standing()
    mia = signed_in("member")
    saved = check_in.check_in(mia, ENTRIES)
    assert standing() != before
    undo.undo(mia, saved.revision)
    assert standing() == before


def test_a_cleared_blocker_is_open_again(signed_in: SignedIn) -> None:
    before = standing()
    leo = signed_in("lead")
    undo.undo(leo, blockers.clear(leo, "c1"))
    assert standing() == before


def test_both_stay_in_the_log(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    undo.undo(mia, check_in.check_in(mia, ENTRIES).revision)
    with company.company().read() as reader:
        actions = reader.rows("SELECT DISTINCT revision, action FROM events WHERE actor = 'mia' ORDER BY revision")
    assert [row["action"] for row in actions] == ["check in", "undo"]
    assert history.changes(mia, "O")


def test_anothers_and_what_is_not_of_the_kind_stay(signed_in: SignedIn) -> None:
    revision = check_in.check_in(signed_in("member"), ENTRIES).revision
    leo = signed_in("lead")
    key_results.edit_key_result(leo, "K", {"target": 60.0}, version=1, reason="Why not")
    after = standing()
    for number in (revision, revision + 1, revision + 2, 0):
        with pytest.raises(NotFound):
            undo.undo(leo, number)
    assert standing() == after


def test_after_an_hour_it_is_corrected_instead(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    mia = signed_in("member")
    revision = check_in.check_in(mia, ENTRIES).revision
    later = utc_now() + timedelta(minutes=61)
    monkeypatch.setattr(undo, "utc_now", lambda: later)
    with pytest.raises(Conflict, match="too long ago"):
        undo.undo(mia, revision)


def test_what_was_built_upon_stays(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    revision = check_in.check_in(mia, ENTRIES).revision
    newest = check_in_history.history(mia, "K")[0]["id"]
    check_in.check_in(mia, [Entry("K", value=21.0, replaces=newest)])
    after = standing()
    with pytest.raises(Conflict):
        undo.undo(mia, revision)
    assert standing() == after


def test_it_is_taken_back_once(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    revision = check_in.check_in(mia, ENTRIES).revision
    undo.undo(mia, revision)
    with pytest.raises(Conflict, match="taken back"):
        undo.undo(mia, revision)


@pytest.mark.parametrize(
    ("table", "key", "after", "refused"),
    [
        ("people", ("mia",), {"role": "viewer"}, Forbidden),
        ("objectives", ("O",), {"visibility": "confidential", "owner": "", "team": "Growth"}, None),
        ("objectives", ("O",), {"visibility": "confidential", "owner": "", "team": "Acme"}, NotFound),
    ],
)
def test_who_could_not_do_it_any_more_takes_nothing_back(
    store: Store, signed_in: SignedIn, table: str, key: Any, after: Any, refused: Any
) -> None:
    mia = signed_in("member")
    saved = check_in.check_in(mia, ENTRIES)
    with store.write(Event("console", "change")) as tx:
        tx.update(table, key, after)
    with pytest.raises(refused) if refused else contextlib.nullcontext():
        undo.undo(mia, saved.revision)


def test_who_leads_the_team_no_more_cannot_take_an_answer_back(store: Store, signed_in: SignedIn) -> None:
    small.add(
        teams=[{"team": "Ops", "kind": "function", "parent": "Acme"}],
        dependencies=[{"id": "D", "key_result": "K", "from_team": "Ops", "to_team": "Web", "need": "Data"}],
    )
    leo = signed_in("lead")
    handed = dependencies.hand_on(leo, "D", "Growth")
    undo.undo(leo, handed)
    declined = dependencies.decline(leo, "D", "no")
    with store.write(Event("console", "change")) as tx:
        tx.update("memberships", ("leo", "Web"), {"leads": False})
    with pytest.raises(Forbidden):
        undo.undo(leo, declined)
