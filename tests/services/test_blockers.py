"""Blockers as calls to somebody: who is asked, what they answer, who clears them, and what clearing leaves alone."""

from __future__ import annotations

from typing import Any

import pytest

from okrdash.domain.errors import Conflict, Forbidden, NotFound
from okrdash.services import blockers, check_in, check_in_history, comments, company
from okrdash.services.check_in import Entry
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from tests.conftest import PEOPLE, SignedIn
from tests.services import small

WORDS = "No budget"


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    """The quarter, and a team without a lead and one whose lead is away, chris standing in."""
    small.quarter()
    small.add(
        teams=[
            {"team": "Shop", "kind": "team", "parent": "Growth"},
            {"team": "Ops", "kind": "function", "parent": "Acme"},
        ],
        memberships=[{"person": "ada", "team": "Ops", "leads": True}],
        absences=[{"person": "ada", "start": small.ago(1), "end": small.ago(-7), "deputy": "chris"}],
    )


def named(helper: str, days: int = 6, words: str = WORDS, **said: Any) -> None:
    small.check_in(f"c{days}", days, 10.0, blocker=words, helper=helper, **said)


ASKED = {
    "leo": {"lead"},
    "Leo  lead": {"lead"},
    "web": {"lead"},
    "Shop": {"leader"},
    "Growth": {"leader"},
    "Ops": {"admin", "champion"},
    "Acme": set(),
    "somebody": set(),
    "": set(),
}


@pytest.mark.parametrize("helper", ASKED)
def test_who_is_asked(signed_in: SignedIn, helper: str) -> None:
    named(helper)
    assert {part for part in PEOPLE if blockers.asked_of(signed_in(part))} == ASKED[helper]
    assert [one.helper for one in blockers.open_now(signed_in("viewer"))] == [helper]


def texts() -> list[tuple[str, int]]:
    """The open blockers, with since how many days."""
    return [(one.text, (small.TODAY - one.since).days) for one in blockers.open_now(CONSOLE)]


def test_the_same_words_are_one_blocker_until_it_is_cleared(signed_in: SignedIn) -> None:
    named("leo", 20)
    named("leo", 13, words="no  BUDGET")
    assert texts() == [("no  BUDGET", 20)]
    blockers.clear(signed_in("lead"), blockers.open_now(CONSOLE)[0].check_in)
    assert texts() == []
    named("leo", 2)
    assert texts() == [(WORDS, 2)]


def test_answers_stay_when_it_is_named_again(signed_in: SignedIn) -> None:
    named("leo", 13)
    comments.comment(signed_in("lead"), "K", "Next week", check_in="c13")
    named("leo", 6)
    [one] = blockers.asked_of(signed_in("lead"))
    assert (one.check_in, [row["text"] for row in one.answers]) == ("c6", ["Next week"])


MAY_CLEAR = {"viewer": False, "member": True, "lead": True, "leader": True, "champion": True, "admin": True}


@pytest.mark.parametrize("part", MAY_CLEAR)
def test_who_may_clear_it(signed_in: SignedIn, part: str) -> None:
    named("")
    if MAY_CLEAR[part]:
        assert blockers.clear(signed_in(part), "c6") > 0
    else:
        with pytest.raises(Forbidden):
            blockers.clear(signed_in(part), "c6")


def test_who_is_asked_may_clear_it_too(signed_in: SignedIn) -> None:
    named("Vera Viewer")
    blockers.clear(signed_in("viewer"), "c6")
    assert texts() == []


def test_clearing_moves_nothing_else(signed_in: SignedIn) -> None:
    named("leo", note="Waiting", confidence=4, next="Ask again")
    before = check_in_history.history(CONSOLE, "K")[0]
    blockers.clear(signed_in("lead"), "c6")
    after = check_in_history.history(CONSOLE, "K")[0]
    assert after["replaces"] == "c6"
    assert after["cleared_on"] == small.TODAY
    kept = set(before) - {"id", "replaces", "cleared_on"}
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_a_second_click_clears_nothing_twice(signed_in: SignedIn) -> None:
    named("leo")
    leo = signed_in("lead")
    assert blockers.clear(leo, "c6", request_key="one") == blockers.clear(leo, "c6", request_key="one")
    with pytest.raises(Conflict, match="cleared already"):
        blockers.clear(leo, "c6")


def test_what_is_hidden_or_unknown_is_not_there(store: Store, signed_in: SignedIn) -> None:
    small.quarter(visibility="confidential")
    named("Vera Viewer")
    vera = signed_in("viewer")
    assert (blockers.asked_of(vera), blockers.open_now(vera)) == ([], [])
    said = []
    for name in ("c6", "c-none"):
        with pytest.raises(NotFound) as fault:
            blockers.clear(vera, name)
        said.append(str(fault.value))
    assert said[0] == said[1]


def test_of_what_is_dropped_nobody_is_asked(store: Store, signed_in: SignedIn) -> None:
    named("leo")
    small.add(objectives=[{"id": "O", "cycle": "Q", "team": "Web", "title": "Be found", "state": "dropped"}])
    assert texts() == []


def called() -> list[str]:
    with company.company().read() as reader:
        return [row["username"] for row in reader.rows("SELECT username FROM messages WHERE kind = 'blocker'")]


def test_who_is_asked_gets_one_message(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    entry = Entry("K", value=10.0, blocker=WORDS, helper="Web")
    for _ in range(2):
        check_in.check_in(mia, [entry], request_key="one")
    assert called() == ["leo"]


def test_nobody_calls_themselves(signed_in: SignedIn) -> None:
    check_in.check_in(signed_in("lead"), [Entry("K", value=10.0, blocker=WORDS, helper="Web")])
    assert called() == []
