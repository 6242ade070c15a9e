"""Decisions and reviews: what is decided is kept, told to who sees to it, and comes back until it is done."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound
from okrdash.services import decisions, objectives, reviews
from okrdash.services.company import company
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from okrdash.services.undo import undo
from okrdash.store.store import Store
from tests.services.small import TODAY, add, ago, check_in, quarter

SOON = ago(-7)


@pytest.fixture
def leo(store: Store) -> Actor:
    """The lead of Web, in a quarter at half time."""
    quarter()
    return start_session("leo")


def told(username: str) -> list[str]:
    with company().read() as reader:
        return [row["subject"] for row in reader.rows("SELECT subject FROM messages WHERE username = $1", username)]


def states(actor: Actor, objective: str = "O") -> list[tuple[str, str]]:
    return [(one.text, one.state(TODAY)) for one in decisions.of(actor, objective)]


def test_a_decision_comes_back_to_its_owner_until_it_is_done(leo: Actor) -> None:
    revision = decisions.decide(leo, "K", "Stop the campaign", "mia", SOON, request_key="once")
    assert decisions.decide(leo, "K", "Stop the campaign", "mia", SOON, request_key="once") == revision
    assert told("mia") == ["Leo Lead leaves a decision with you"]
    mia = start_session("mia")
    [one] = decisions.open_for(mia)
    assert (one.objective, one.title, one.author, one.decided_on, one.due) == ("O", "More", "leo", TODAY, SOON)
    decisions.done(mia, one.id)
    assert decisions.open_for(mia) == []
    assert states(leo) == [("Stop the campaign", "done")]
    with pytest.raises(Conflict):
        decisions.done(leo, one.id)
    decisions.reopen(leo, one.id)
    assert states(leo) == [("Stop the campaign", "open")]


def test_every_step_can_be_taken_back(leo: Actor) -> None:
    decided = decisions.decide(leo, "O", "Go on", "mia", SOON)
    [one] = decisions.of(leo, "O")
    finished = decisions.done(leo, one.id)
    undo(leo, finished)
    assert states(leo) == [("Go on", "open")]
    undo(leo, decided)
    assert states(leo) == []
    assert told("mia") == []
    chris = start_session("chris")
    undo(chris, reviews.finish(chris))
    assert reviews.last(leo) is None


WRONG: list[tuple[tuple[str, str, date | None], str]] = [
    ((" ", "mia", SOON), "text"),
    (("Go", "", SOON), "owner"),
    (("Go", "nobody", SOON), "owner"),
    (("Go", "mia", None), "due"),
    (("Go", "mia", ago(1)), "due"),
]


@pytest.mark.parametrize(("said", "where"), WRONG)
def test_what_would_come_back_to_nobody_is_refused(leo: Actor, said: tuple[Any, ...], where: str) -> None:
    with pytest.raises(Invalid) as fault:
        decisions.decide(leo, "O", *said)
    assert [problem.where for problem in fault.value.problems] == [where]


def test_a_decision_about_a_confidential_objective_is_nobody_elses(leo: Actor) -> None:
    objectives.edit_objective(CONSOLE, "P", {"visibility": "confidential"}, version=1)
    fay = start_session("fay")
    with pytest.raises(Invalid, match="does not see"):
        decisions.decide(fay, "P", "Sell", "vera", SOON)
    decisions.decide(fay, "P", "Sell", "ada", SOON)
    with company().read() as reader:
        [message] = reader.rows("SELECT subject, text FROM messages WHERE username = 'ada'")
    assert message["text"] == "It is about something confidential."
    vera = start_session("vera")
    assert decisions.since(vera, ago(9)) == []
    with pytest.raises(NotFound):
        decisions.of(vera, "P")
    assert [one.text for one in decisions.since(fay, ago(9))] == ["Sell"]


def test_a_review_looks_again_at_what_is_open_and_what_was_done_since(leo: Actor) -> None:
    old = {"about": "O", "owner": "mia", "author": "leo"}
    add(
        decisions=[
            {"id": "a", "text": "late", "due": ago(3), **old},
            {"id": "b", "text": "open", "due": SOON, **old},
            {"id": "c", "text": "done", "done_on": ago(2), **old},
            {"id": "d", "text": "done long ago", "done_on": ago(30), **old},
        ]
    )
    found = [(one.text, one.state(TODAY)) for one in decisions.since(leo, ago(7))]
    assert found == [("late", "overdue"), ("open", "open"), ("done", "done")]


def test_the_next_review_begins_where_the_last_one_ended(leo: Actor) -> None:
    check_in("c", 20, 10.0, note="Slow")
    agenda = reviews.agenda(leo)
    assert (agenda.since, agenda.reviewed, agenda.finished) == (ago(7), False, None)
    assert (agenda.numbers.off_track, [item.objective for item in agenda.items]) == (2, ["O", "P"])
    assert (agenda.tellers["O"], agenda.stories["K"]["note"], agenda.values["K"].values) == (
        *("K", "Slow"),
        ((ago(20), 10.0),),
    )
    assert agenda.waits["O"]["id"].tolist() == ["P"]
    chris = start_session("chris")
    reviews.finish(chris, ago(4))
    reviews.finish(chris)
    with pytest.raises(Conflict):
        reviews.finish(chris)
    with pytest.raises(Invalid):
        reviews.finish(chris, SOON)
    with pytest.raises(Forbidden):
        reviews.finish(leo, ago(5))
    agenda = reviews.agenda(leo)
    assert (agenda.since, agenda.reviewed, (agenda.finished or {})["author"]) == (ago(4), True, "chris")
    assert (reviews.last(leo) or {})["day"] == TODAY
