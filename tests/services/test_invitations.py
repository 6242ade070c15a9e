"""Inviting a team to contribute: who may, whom it calls, what it is answered with, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound
from okrdash.services import company, invitations, key_results, objectives, organisation, undo
from okrdash.services.invitations import Invitation
from okrdash.services.people import CONSOLE, Actor
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from tests.conftest import SignedIn
from tests.services import small

DRAFT = {"title": "Clean figures", "team": "Lake", "cycle": "Q", "state": "draft"}


@pytest.fixture(autouse=True)
def okrs(store: Store) -> None:
    """P of Growth, which is fay's, over mia's O; Data, which dora leads and dan is in, over Lake; T is Data's."""
    small.quarter()
    small.add(
        teams=[
            {"team": "Data", "kind": "function", "parent": "Acme"},
            {"team": "Lake", "kind": "team", "parent": "Data"},
            {"team": "Gone", "kind": "team", "parent": "Data", "active": False},
        ],
        people=[{"username": name, "name": name.title()} for name in ("dora", "dan", "dee")],
        memberships=[{"person": "dora", "team": "Data", "leads": True}, {"person": "dan", "team": "Data"}],
        absences=[{"person": "dora", "start": small.ago(1), "end": small.ago(-1), "deputy": "dee"}],
        cycles=[{"cycle": "Old", "start": small.ago(300), "end": small.ago(200), "state": "active"}],
        objectives=[
            {"id": "T", "cycle": "Q", "team": "Data", "title": "Good figures", "owner": "dan"},
            {"id": "F", "cycle": "Q", "team": "Lake", "title": "Deep lake", "state": "proposed"},
            {"id": "X", "cycle": "Old", "team": "Growth", "title": "Old"},
            {"id": "D", "cycle": "Q", "team": "Growth", "title": "Not yet", "state": "draft"},
        ],
    )


def as_(name: str) -> Actor:
    return start_session(name)


def invited(**said: Any) -> str:
    """An open invitation of fay's to Data."""
    row = {"id": "i", "about": "P", "team": "Data", "author": "fay", "text": "We need figures"}
    small.add(invitations=[row | said])
    return str((row | said)["id"])


def row(identifier: str = "i") -> dict[str, Any]:
    with company.company().read() as reader:
        return reader.get("invitations", identifier) or {}


def parents(child: str) -> list[str]:
    with company.company().read() as reader:
        return [edge["parent"] for edge in reader.table("alignment", "child = $1", child)]


def called() -> list[tuple[str, str, str]]:
    with company.company().read() as reader:
        rows = reader.rows("SELECT username, subject, text FROM messages ORDER BY made_at, username")
    return [(one["username"], one["subject"], one["text"]) for one in rows]


STEPS: Mapping[str, Callable[[Actor], int]] = {
    "answer": lambda a: invitations.answer(a, "i", "T"),
    "draft": lambda a: invitations.answer_with_draft(a, "i", DRAFT, parents=["O"]),
    "decline": lambda a: invitations.decline(a, "i", "Nobody is free"),
    "withdraw": lambda a: invitations.withdraw(a, "i", "Solved"),
}


def test_who_leads_the_team_is_called_and_finds_it_in_their_week(signed_in: SignedIn) -> None:
    invitations.invite(signed_in("leader"), "O", "Data", "Figures, please")
    assert [(who, subject) for who, subject, _ in called()] == [
        ("dora", "Fay Function asks which of your objectives carries “Be found”")
    ]
    people = ("dora", "dee", "dan", "fay", "chris")  # dee stands in for dora
    waiting = {name: [one.title for one in invitations.open_for(as_(name))] for name in people}
    assert waiting == {"dora": ["Be found"], "dee": ["Be found"], "dan": [], "fay": [], "chris": []}


REFUSED = [
    ("P", "Growth", "team", "answers for it itself"),
    ("P", "Acme", "team", "whole company"),
    ("P", "Gone", "team", "is archived"),
    ("P", "Nowhere", "team", "There is no team 'Nowhere'"),
    ("P", "", "team", "must not be blank|missing|is blank"),
    ("P", "Data", "team", "invited already"),
    ("X", "Data", "about", "not pursued"),
    ("D", "Data", "about", "not pursued"),
]


def test_who_cannot_be_invited_is_said_at_the_field() -> None:
    invited()
    for about, team, where, message in REFUSED:
        with pytest.raises(Invalid, match=message) as fault:
            invitations.invite(CONSOLE, about, team)
        assert [problem.where for problem in fault.value.problems] == [where]


def test_another_part_of_it_may_be_asked_of_the_same_team() -> None:
    invited()
    invitations.invite(CONSOLE, "K", "Data", "= 1 + 1 <b>@dan</b> " + "x" * 9000)
    assert [one.title for one in invitations.open_for(as_("dora"))] == ["Grow", "More"]
    assert [one.row["about"] for one in invitations.of(CONSOLE, "O")] == ["K"]
    with pytest.raises(Invalid, match="text"):
        invitations.invite(CONSOLE, "O", "Data", "x" * 10_001)
    with pytest.raises(NotFound):
        invitations.invite(CONSOLE, "nothing", "Data")


STATES = {"answer": "answered", "draft": "answered", "decline": "declined", "withdraw": "withdrawn"}


def test_a_step_is_taken_by_whom_it_is_for_and_can_be_taken_back() -> None:
    invited()
    before = row()
    for step, take in STEPS.items():
        who = as_("fay" if step == "withdraw" else "dora")
        with pytest.raises(Forbidden):
            take(as_("dora" if step == "withdraw" else "dan"))
        revision = take(who)
        after = row()
        assert after["state"] == STATES[step]
        assert parents(after["answer"]) == {"answer": ["P"], "draft": ["P", "O"]}.get(step, [])
        assert [name for name, _, _ in called()] == ["dora" if step == "withdraw" else "fay"]
        with pytest.raises(Conflict, match="meanwhile"):
            take(who)
        undo.undo(who, revision)
        assert {**row(), "version": 0} == {**before, "version": 0}
        assert (parents(after["answer"]), called()) == ([], [])
        with company.company().read() as reader:
            assert (reader.get("objectives", after["answer"]) is None) == (step != "answer")


def test_a_draft_on_which_somebody_worked_is_not_taken_back(signed_in: SignedIn) -> None:
    invited()
    revision = STEPS["draft"](as_("dora"))
    key_results.create_key_result(CONSOLE, {"title": "Rows", "kind": "baseline", "objective": row()["answer"]})
    with pytest.raises(Conflict, match="worked on the new objective"):
        undo.undo(as_("dora"), revision)
    assert row()["state"] == "answered"


def test_a_repeated_request_does_nothing_twice() -> None:
    for _ in range(2):
        invitations.invite(CONSOLE, "O", "Data", request_key="k")
    [one] = invitations.of(CONSOLE, "O")
    revisions = {invitations.answer(as_("dora"), one.row["id"], "T", request_key="r") for _ in range(2)}
    assert len(revisions) == 1


NO_ANSWER = {"": "is missing", "O": "no objective that Data pursues", "nothing": "no such objective", "U": "circle"}


def test_what_cannot_carry_it_is_said_at_the_field() -> None:
    small.add(
        objectives=[{"id": "U", "cycle": "Q", "team": "Data", "title": "Above"}],
        alignment=[{"child": "P", "parent": "U"}],
    )
    invited()
    for answer, message in NO_ANSWER.items():
        with pytest.raises((Invalid, NotFound), match=message):
            invitations.answer(as_("dora"), "i", answer)
    with pytest.raises(Invalid, match="must be Data or one below"):
        invitations.answer_with_draft(CONSOLE, "i", DRAFT | {"team": "Web"})
    with pytest.raises(Invalid, match="say why"):
        invitations.decline(as_("dora"), "i", " ")
    assert row()["state"] == "open"


def test_what_contributes_already_is_an_answer_too() -> None:
    invited()
    objectives.align(CONSOLE, "T", "P")
    assert {one["id"] for one in invitations.answers(as_("dora"), "i")} == {"T", "F"}
    invitations.answer(as_("dora"), "i", "T")
    assert parents("T") == ["P"]


def test_the_inviter_hears_the_answer_in_their_news_and_at_the_objective() -> None:
    invited()
    invited(id="j", team="Lake")
    invitations.answer(as_("dora"), "i", "T")
    invitations.decline(as_("dora"), "j", "Too deep")
    told = invitations.answered_since(as_("fay"), small.moment(2))
    assert [(one.row["id"], one.row["state"], one.answer_title) for one in told] == [
        ("j", "declined", ""),
        ("i", "answered", "Good figures"),
    ]
    assert invitations.answered_since(as_("fay"), small.moment(-2)) == []
    assert [one.may_answer or one.may_withdraw for one in invitations.of(as_("fay"), "P")] == [False, False]


def test_what_is_not_pursued_any_more_waits_for_nobody() -> None:
    invited()
    invited(id="j", about="K")
    objectives.drop_objective(CONSOLE, "P", "no", version=1)
    key_results.drop_key_result(CONSOLE, "K", "no", version=1)
    assert invitations.open_for(as_("dora")) == []
    with pytest.raises(Invalid, match="not pursued"):
        invitations.answer(as_("dora"), "i", "T")
    invitations.decline(as_("dora"), "i", "It is gone")


def test_a_team_that_is_renamed_or_archived_keeps_its_place() -> None:
    invited(team="Lake")
    organisation.edit_team(CONSOLE, "Lake", {"team": "Pond"})
    assert row()["team"] == "Pond"
    assert [one.row["id"] for one in invitations.open_for(as_("dora"))] == ["i"]


def seen(actor: Actor, objective: str) -> list[Invitation]:
    try:
        return invitations.of(actor, objective)
    except NotFound:
        return []


def test_confidential_objectives_are_asked_about_only_where_the_leads_see_them(signed_in: SignedIn) -> None:
    hidden = {"cycle": "Q", "visibility": "confidential", "title": "Zebra"}
    small.add(
        objectives=[
            {"id": "S", "team": "Growth", **hidden},
            {"id": "H", "team": "Data", **hidden},
        ]
    )
    fay = as_("fay")
    with pytest.raises(Invalid, match="Nobody who leads Data may see"):
        invitations.invite(fay, "S", "Data")
    objectives.edit_objective(CONSOLE, "S", {"visible_to": "dora"}, version=1)
    invitations.invite(fay, "S", "Data", "Zebra text")
    assert not any("zebra" in f"{subject} {text}".lower() for _, subject, text in called())
    [one] = invitations.open_for(as_("dora"))
    assert [len(seen(as_(name), "S")) for name in ("dora", "fay", "dee", "vera")] == [1, 1, 0, 0]
    with pytest.raises(NotFound):
        invitations.answer(as_("dee"), one.row["id"], "T")
    invitations.answer(as_("dora"), one.row["id"], "H")
    [answered] = invitations.of(fay, "S")
    assert (answered.row["state"], answered.row["answer"], answered.answer_title) == ("answered", "", "")
    objectives.edit_objective(CONSOLE, "S", {"visible_to": ""}, version=2)
    assert invitations.answered_since(as_("dora"), small.moment(2)) == []
