"""A check-in that turned red: who is asked to see it, and until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from okrdash.services import acknowledgements, blockers, comments
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from tests.conftest import PEOPLE, SignedIn
from tests.services import small


def fell_behind() -> None:
    small.check_in("c1", 20, 30.0)
    small.check_in("c2", 6, 12.0, note="Nobody searches", blocker="No budget")


def asked(signed_in: SignedIn) -> set[str]:
    return {part for part in PEOPLE if acknowledgements.asked_of(signed_in(part))}


def test_the_nearest_lead_and_the_owner_above_are_asked(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    fell_behind()
    assert asked(signed_in) == {"lead", "leader"}
    [one] = acknowledgements.asked_of(signed_in("lead"))
    assert (one.key_result, one.check_in, one.was, one.note) == ("K", "c2", "on track", "Nobody searches")


def test_nobody_is_asked_to_see_their_own(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    small.check_in("c1", 6, 1.0, author="leo")
    assert asked(signed_in) == {"leader"}


def test_without_a_lead_the_one_above_is_asked(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    small.add(
        teams=[{"team": "Shop", "kind": "team", "parent": "Growth"}],
        key_results=[
            {"id": "L", "objective": "O", "team": "Shop", "title": "Sell", "kind": "maintain", "lower": 1.0},
        ],
    )
    small.check_in("c1", 3, 0.0, key_result="L")
    assert asked(signed_in) == {"leader"}


@pytest.mark.parametrize("seen", ["acknowledged", "with a word", "commented", "after it was cleared"])
def test_once_one_has_seen_it_nobody_is_asked(store: Store, signed_in: SignedIn, seen: str) -> None:
    small.quarter()
    fell_behind()
    leo = signed_in("lead")
    match seen:
        case "acknowledged":
            comments.acknowledge(leo, "c2")
        case "with a word":
            comments.acknowledge(leo, "c2", "Let us talk")
        case "commented":
            comments.comment(leo, "K", "Why?", check_in="c2")
        case "after it was cleared":
            comments.acknowledge(leo, "c2")
            blockers.clear(signed_in("member"), "c2")
    assert asked(signed_in) == set()


def test_what_others_say_to_it_does_not_count(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    fell_behind()
    comments.comment(signed_in("viewer"), "K", "Oh no", check_in="c2")
    comments.comment(signed_in("lead"), "K", "Something else")
    assert asked(signed_in) == {"lead", "leader"}


def test_who_withdraws_the_word_has_not_seen_it(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    fell_behind()
    leo = signed_in("lead")
    comments.withdraw_comment(leo, comments.acknowledge(leo, "c2", "Hm"))
    assert asked(signed_in) == {"lead", "leader"}


def test_a_deputy_is_asked_and_answers_for_who_is_away(store: Store, signed_in: SignedIn) -> None:
    small.quarter()
    fell_behind()
    small.add(absences=[{"person": "leo", "start": small.ago(1), "end": small.ago(-7), "deputy": "chris"}])
    assert asked(signed_in) == {"lead", "leader", "champion"}
    comments.acknowledge(signed_in("champion"), "c2")
    assert asked(signed_in) == set()


def test_of_a_confidential_one_only_those_hear_who_may_know_of_it(store: Store, signed_in: SignedIn) -> None:
    small.quarter(visibility="confidential")
    small.add(
        people=[{"username": "otto", "name": "Otto"}],
        objectives=[{"id": "P", "cycle": "Q", "team": "Growth", "title": "Grow", "owner": "otto"}],
    )
    fell_behind()
    assert asked(signed_in) == {"lead"}
    assert acknowledgements.asked_of(start_session("otto")) == []
    assert acknowledgements.asked_of(CONSOLE) == []


def test_the_list_follows_the_days(store: Store, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    small.quarter()
    fell_behind()
    later = small.TODAY + timedelta(days=25)
    monkeypatch.setattr("okrdash.services.company.today", lambda _: later)
    assert asked(signed_in) == set()
