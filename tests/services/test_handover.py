"""Handing over what hangs on somebody who leaves or moves on: all of it is named, what is chosen moves at once."""

from __future__ import annotations

import pytest

from okrdash.domain.errors import Forbidden, Invalid
from okrdash.domain.tables import TABLES
from okrdash.services import handover, organisation
from okrdash.services.company import company
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from tests.conftest import SignedIn
from tests.services.small import add, ago, quarter

ALL = {
    ("memberships", ("mia", "Web")),
    ("objectives", ("O",)),
    ("key_results", ("K2",)),
    ("decisions", ("d",)),
    ("absences", ("leo", ago(-5))),
}


@pytest.fixture
def held(store: Store) -> None:
    """mia owns an objective, a key result in which a promise stands, and a decision; leads Web; stands in for leo."""
    quarter()
    key_result = {"objective": "O", "kind": "milestone", "owner": "mia"}
    add(
        key_results=[
            {"id": "K2", "title": "Ship it"} | key_result,
            {"id": "K3", "title": "Dropped", "state": "dropped"} | key_result,
        ],
        dependencies=[
            {
                **{"id": "D", "key_result": "K", "from_team": "Growth", "to_team": "Web", "need": "A page"},
                **{"state": "accepted", "promised": ago(-9)},
            }
        ],
        commitments=[{"dependency": "D", "key_result": "K2"}],
        decisions=[
            {"id": "d", "about": "O", "text": "Ask legal", "owner": "mia", "due": ago(-2)},
            {"id": "done", "about": "O", "text": "Old", "owner": "mia", "done_on": ago(2)},
        ],
        memberships=[{"person": "mia", "team": "Web", "leads": True}],
        absences=[
            {"person": "leo", "start": ago(-5), "end": ago(-9), "deputy": "mia"},
            {"person": "fay", "start": ago(9), "end": ago(5), "deputy": "mia"},
        ],
    )


def test_all_that_hangs_on_somebody_is_named(held: None, signed_in: SignedIn) -> None:
    found = handover.what(signed_in("champion"), "mia")
    assert {one.name for one in found} == ALL
    [promising] = [one for one in found if one.along]
    assert promising.title == "Ship it"
    assert "promised to Growth: A page, by " in promising.along[0]


def test_everything_is_handed_over_as_one_event_with_one_message(held: None, signed_in: SignedIn) -> None:
    given = handover.hand_over(signed_in("admin"), "mia", "fay", ALL, reason="mia moves to Oslo", request_key="r")
    assert (len(given.handed), given.left) == (5, ())
    assert {one.name[0] for one in handover.what(CONSOLE, "fay")} == {table for table, _ in ALL}
    assert handover.hand_over(signed_in("admin"), "mia", "fay", ALL, request_key="r").handed == ()  # the second click
    with company().read() as reader:
        rows = reader.rows("SELECT DISTINCT revision, actor, reason FROM events WHERE action = 'hand over'")
        assert [(row["actor"], row["reason"]) for row in rows] == [("ada", "mia moves to Oslo")]
        [message] = reader.rows("SELECT * FROM messages")
        assert (message["username"], message["kind"]) == ("fay", "handover")
        assert message["subject"] == "Ada Admin hands over to you what was Mia Member's"
        assert {"Ship it (Web · Q)", "You lead Web."} <= set(message["text"].splitlines())


def test_what_is_left_behind_is_named(held: None) -> None:
    given = handover.hand_over(CONSOLE, "mia", "leo", ALL - {("decisions", ("d",))})
    # Nobody stands in for themselves, so this one stays too.
    assert {one.name for one in given.left} == {("decisions", ("d",)), ("absences", ("leo", ago(-5)))}


def test_who_may_not_know_of_it_gets_nothing_confidential(held: None, signed_in: SignedIn) -> None:
    organisation.set_membership(CONSOLE, "chris", "Acme")
    add(objectives=[TABLES["objectives"].row(id="S", cycle="Q", team="Web", title="Secret", visibility="confidential")])
    add(key_results=[{"id": "KS", "objective": "S", "title": "Hush", "kind": "milestone", "owner": "mia"}])
    add(people=[{"username": "sam", "name": "Sam"}])
    secret = ("key_results", ("KS",))
    with pytest.raises(Invalid, match="may not see “Hush”"):
        handover.hand_over(signed_in("champion"), "mia", "sam", {secret, ("decisions", ("d",))})
    assert {one.name for one in handover.what(CONSOLE, "mia")} == {*ALL, secret}  # all or nothing
    # As the lead of the team, handed over with it, they see it; the message does not name it.
    handover.hand_over(signed_in("champion"), "mia", "sam", {secret, ("memberships", ("mia", "Web"))})
    with company().read() as reader:
        [message] = reader.rows("SELECT * FROM messages")
        assert "Something confidential." in message["text"]
        assert "Hush" not in message["text"]


@pytest.mark.parametrize(
    ("to", "says"), [("mia", "has it already"), ("vera", "a viewer"), ("", "choose who"), ("nobody", "choose who")]
)
def test_who_cannot_take_it_is_refused(held: None, to: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        handover.hand_over(CONSOLE, "mia", to, ALL)


def test_what_hangs_on_somebody_else_by_now_is_passed_over(held: None) -> None:
    with pytest.raises(Invalid, match="Nothing is chosen"):
        handover.hand_over(CONSOLE, "leo", "fay", {("key_results", ("K2",))})


@pytest.mark.parametrize("part", ["viewer", "member", "lead", "leader"])
def test_it_is_for_champions_and_admins(held: None, signed_in: SignedIn, part: str) -> None:
    with pytest.raises(Forbidden):
        handover.what(signed_in(part), "mia")
    with pytest.raises(Forbidden):
        handover.hand_over(signed_in(part), "mia", "fay", ALL)
