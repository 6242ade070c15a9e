"""Comments that wait for somebody: whom they wait for, and until when."""

from __future__ import annotations

import pytest

from okrdash.domain.errors import Forbidden
from okrdash.services import blockers, check_in, comments, inbox
from okrdash.services.people import Actor
from okrdash.store.store import Store
from tests.conftest import PEOPLE, SignedIn
from tests.services import small


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    small.quarter()


def waiting(actor: Actor) -> list[inbox.Waiting]:
    return inbox.to_me(actor, check_in.board_to_check(actor))


def for_whom(signed_in: SignedIn) -> dict[str, str]:
    """Why something waits, by the part of those for whom it does."""
    return {part: found[0].why for part in PEOPLE if (found := waiting(signed_in(part)))}


CALLS = {
    "Nice": {"member": "about yours"},
    "@leo, can you?": {"member": "about yours", "lead": "calls you"},
    "ask @LEO  LEAD!": {"member": "about yours", "lead": "calls you"},
    "@Web, look": {"member": "calls you", "lead": "calls you"},
    "@Growth, look": {"member": "about yours", "leader": "calls you"},
    "mail@leo.example": {"member": "about yours"},
    "@leona": {"member": "about yours"},
}


@pytest.mark.parametrize("text", CALLS)
def test_whom_a_comment_waits_for(signed_in: SignedIn, text: str) -> None:
    comments.comment(signed_in("viewer"), "K", text)
    assert for_whom(signed_in) == CALLS[text]


def test_an_answer_waits_for_those_who_spoke_before(signed_in: SignedIn) -> None:
    vera, leo = signed_in("viewer"), signed_in("lead")
    first = comments.comment(vera, "P", "Why?")
    comments.comment(leo, "P", "Because", replies_to=first)
    assert for_whom(signed_in) == {"viewer": "answers you", "leader": "about yours"}
    comments.comment(vera, "P", "I see", replies_to=first)
    assert for_whom(signed_in) == {"lead": "answers you", "leader": "about yours"}


def test_an_answer_to_a_blocker_waits_for_who_asked(signed_in: SignedIn) -> None:
    small.check_in("c1", 6, 10.0, author="ada", blocker="No budget", helper="Leo Lead")
    leo = signed_in("lead")
    comments.comment(leo, "K", "Take mine", check_in=blockers.asked_of(leo)[0].check_in)
    assert for_whom(signed_in) == {"admin": "answers you", "member": "about yours"}


def test_what_is_settled_withdrawn_or_seen_without_words_waits_for_nobody(signed_in: SignedIn) -> None:
    vera = signed_in("viewer")
    comments.resolve_comment(vera, comments.comment(vera, "K", "Hm"))
    comments.withdraw_comment(vera, comments.comment(vera, "K", "Hm"))
    small.check_in("c1", 6, 10.0)
    comments.acknowledge(vera, "c1")
    assert for_whom(signed_in) == {}


def test_a_comment_waits_for_four_weeks(signed_in: SignedIn) -> None:
    for days in (27, 29):
        row = {"id": f"m{days}", "about": "K", "author": "vera", "text": f"{days}", "entered_at": small.moment(days)}
        small.add(comments=[row])
    [one] = waiting(signed_in("member"))
    assert one.comments[0].text == "27"


def test_who_may_settle_it(signed_in: SignedIn) -> None:
    comments.comment(signed_in("champion"), "K", "@leo and @vera: well?")
    assert {part: waiting(signed_in(part))[0].may_resolve for part in ("lead", "viewer")} == {
        "lead": True,
        "viewer": False,
    }


def test_nothing_confidential_waits_for_who_may_not_know(store: Store, signed_in: SignedIn) -> None:
    small.quarter(visibility="confidential")
    comments.comment(signed_in("champion"), "K", "@vera @fay @leo, look")
    assert for_whom(signed_in) == {"member": "about yours", "lead": "calls you", "leader": "calls you"}


def test_who_is_signed_out_gets_nothing(signed_in: SignedIn) -> None:
    board = check_in.board_to_check(signed_in("member"))
    with pytest.raises(Forbidden):
        inbox.to_me(Actor("mia", "gone"), board)
