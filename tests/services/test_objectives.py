"""Objectives through their service: who may, what is refused, two people at once, ties that would close a loop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound
from okrdash.domain.tables import TABLES
from okrdash.services import history, objectives
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn

TODAY = datetime.now(UTC).date()
NOW = {"cycle": "Now", "start": TODAY - timedelta(days=40), "end": TODAY + timedelta(days=50), "state": "active"}
NEXT = {"cycle": "Next", "start": TODAY + timedelta(days=51), "end": TODAY + timedelta(days=140), "state": "planning"}


@pytest.fixture(autouse=True)
def cycles(store: Store) -> None:
    with store.write(Event("console", "set up")) as tx:
        tx.insert("cycles", NOW, NEXT)


def make(title: str = "Grow", **values: object) -> str:
    return objectives.create_objective(CONSOLE, {"title": title, "team": "Web", "cycle": "Now", **values})


def row_of(identifier: str) -> Row:
    return objectives.objective(CONSOLE, identifier)


def test_members_may_only_draft(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    draft = objectives.create_objective(mia, {"title": "Mine", "team": "Web", "cycle": "Now", "state": "draft"})
    assert [row["id"] for row in objectives.unagreed(mia)] == [draft]
    objectives.edit_objective(mia, draft, {"state": "proposed"}, version=1)
    with pytest.raises(Forbidden):
        objectives.edit_objective(mia, draft, {"state": "active"}, version=2)
    with pytest.raises(Forbidden):
        objectives.create_objective(mia, {"title": "Mine", "team": "Web", "cycle": "Now"})
    with pytest.raises(Forbidden):
        objectives.edit_objective(mia, make(), {"title": "Another"}, version=1)
    assert row_of(draft)["state"] == "proposed"


def test_members_draft_for_their_own_teams_only(signed_in: SignedIn) -> None:
    mia = signed_in("member")
    elsewhere = {"title": "Theirs", "team": "Acme", "cycle": "Now", "state": "draft"}
    with pytest.raises(Forbidden):
        objectives.create_objective(mia, elsewhere | {"owner": "mia"})
    draft = objectives.create_objective(mia, elsewhere | {"team": "Web", "owner": "mia"})
    with pytest.raises(Forbidden):
        objectives.edit_objective(mia, draft, {"team": "Acme"}, version=1)


def test_leads_decide_at_and_below_their_unit(signed_in: SignedIn) -> None:
    leo, fay = signed_in("lead"), signed_in("leader")
    web, growth = make(), make(team="Growth")
    objectives.edit_objective(leo, web, {"title": "By its lead"}, version=1)
    objectives.edit_objective(fay, web, {"title": "By the lead above"}, version=2)
    objectives.edit_objective(fay, growth, {"title": "By its lead"}, version=1)
    with pytest.raises(Forbidden):
        objectives.edit_objective(leo, growth, {"title": "By a lead below"}, version=2)
    with pytest.raises(Forbidden):
        objectives.edit_objective(leo, web, {"team": "Growth"}, version=3)
    with pytest.raises(Forbidden):
        objectives.drop_objective(leo, growth, "no longer", version=2)


def test_viewers_change_nothing(signed_in: SignedIn) -> None:
    vera, goal = signed_in("viewer"), make()
    with pytest.raises(Forbidden):
        objectives.create_objective(vera, {"title": "X", "team": "Web", "cycle": "Now", "state": "draft"})
    with pytest.raises(Forbidden):
        objectives.align(vera, goal, make("Above"))


def test_of_two_sessions_that_edit_one_objective_the_second_hears_what_changed(signed_in: SignedIn) -> None:
    leo, fay, goal = signed_in("lead"), signed_in("leader"), make("Grow")
    opened = row_of(goal)["version"]
    objectives.edit_objective(fay, goal, {"title": "Grow twice"}, version=opened)
    with pytest.raises(Conflict, match="title is now “Grow twice”"):
        objectives.edit_objective(leo, goal, {"why": "Because"}, version=opened)
    objectives.edit_objective(leo, goal, {"why": "Because"}, version=row_of(goal)["version"])
    assert (row_of(goal)["title"], row_of(goal)["why"]) == ("Grow twice", "Because")


def test_a_second_click_makes_one_objective(store: Store) -> None:
    values = {"title": "Once", "team": "Web", "cycle": "Now"}
    first = objectives.create_objective(CONSOLE, values, request_key="k1")
    assert first
    assert objectives.create_objective(CONSOLE, values, request_key="k1") == ""
    objectives.edit_objective(CONSOLE, first, {"title": "Twice"}, version=1, request_key="k2")
    objectives.edit_objective(CONSOLE, first, {"title": "Twice"}, version=1, request_key="k2")
    with store.read() as reader:
        assert [row["title"] for row in reader.table("objectives")] == ["Twice"]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"title": "   "}, "title"),
        ({"title": "x" * 501}, "title"),
        ({"title": "nul \0"}, "title"),
        ({"owner": "nobody"}, "owner"),
        ({"team": "Nowhere"}, "team"),
        ({"cycle": "Never"}, "cycle"),
        ({"ambition": "heroic"}, "ambition"),
        ({"visible_to": "mia;nobody"}, "visible_to"),
        ({"score": float("nan")}, "score"),
        ({"score": object()}, "score"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field(changes: Row, where: str) -> None:
    goal = make()
    with pytest.raises(Invalid) as fault:
        objectives.edit_objective(CONSOLE, goal, changes, version=1)
    assert [p.where for p in fault.value.problems] == [where]
    assert row_of(goal)["version"] == 1


def test_dropping_needs_a_reason_and_can_be_undone() -> None:
    goal = make()
    with pytest.raises(Invalid, match="reason"):
        objectives.drop_objective(CONSOLE, goal, "  ", version=1)
    objectives.drop_objective(CONSOLE, goal, "merged", version=1)
    assert row_of(goal)["state"] == "dropped"
    objectives.restore_objective(CONSOLE, goal, version=2)
    assert row_of(goal)["state"] == "active"


def test_moving_to_another_cycle_needs_a_reason_once_a_key_result_has_begun(store: Store) -> None:
    goal = make()
    objectives.edit_objective(CONSOLE, goal, {"cycle": "Next"}, version=1)  # nothing under it yet
    objectives.edit_objective(CONSOLE, goal, {"cycle": "Now"}, version=2)
    with store.write(Event("console", "set up")) as tx:
        tx.insert("key_results", TABLES["key_results"].row(id="kr", objective=goal, title="Find it", kind="baseline"))
    with pytest.raises(Invalid, match="“Find it”"):
        objectives.edit_objective(CONSOLE, goal, {"cycle": "Next"}, version=3)
    objectives.edit_objective(CONSOLE, goal, {"cycle": "Next"}, version=3, reason="not this quarter")
    assert row_of(goal)["cycle"] == "Next"


def test_a_tie_that_would_close_a_loop_is_refused_with_the_path() -> None:
    low, middle, high = make("Low"), make("Middle"), make("High")
    objectives.align(CONSOLE, low, middle)
    objectives.align(CONSOLE, middle, high)
    with pytest.raises(Invalid, match="“Low” → “Middle” → “High” already leads back"):
        objectives.align(CONSOLE, high, low)
    with pytest.raises(Invalid, match="itself"):
        objectives.align(CONSOLE, low, low)
    objectives.align(CONSOLE, high, low, kind="related")  # counts in no figure, so it may
    objectives.unalign(CONSOLE, low, middle)
    objectives.align(CONSOLE, high, low)


def test_a_tie_to_a_key_result_stands_for_its_home(store: Store) -> None:
    low, high = make("Low"), make("High")
    with store.write(Event("console", "set up")) as tx:
        tx.insert("key_results", TABLES["key_results"].row(id="kr", objective=high, title="KR", kind="baseline"))
    objectives.align(CONSOLE, low, "kr")
    with pytest.raises(Invalid, match="“Low” → “High”"):
        objectives.align(CONSOLE, high, low)
    with pytest.raises(Invalid, match="itself"):
        objectives.align(CONSOLE, high, "kr")


def test_a_new_objective_is_tied_to_its_parents_or_not_made(store: Store) -> None:
    high = make("High")
    objectives.create_objective(CONSOLE, {"title": "Low", "team": "Web", "cycle": "Now"}, parents=[high, high])
    with pytest.raises(Invalid):
        objectives.create_objective(CONSOLE, {"title": "Lost", "team": "Web", "cycle": "Now"}, parents=["nowhere"])
    with store.read() as reader:
        assert [row["title"] for row in reader.table("objectives")] == ["High", "Low"]
        assert [row["parent"] for row in reader.table("alignment")] == [high]


def test_who_may_not_see_a_confidential_objective_does_not_learn_of_it(store: Store, signed_in: SignedIn) -> None:
    secret = make("Secret", team="Acme", visibility="confidential")
    leo = signed_in("lead")
    low = make("Low")
    for attempt in (
        lambda: objectives.objective(leo, secret),
        lambda: objectives.edit_objective(leo, secret, {"title": "Mine"}, version=1),
        lambda: objectives.align(leo, secret, low),
        lambda: history.changes(leo, secret),
    ):
        with pytest.raises(NotFound, match="There is no such objective"):
            attempt()
    with pytest.raises(Invalid, match="does not exist"):
        objectives.align(leo, low, secret)
    with store.read() as reader:
        assert reader.table("alignment") == []


def test_the_path_of_a_loop_does_not_name_what_is_confidential(signed_in: SignedIn) -> None:
    low, secret, high = make("Low"), make("Secret", team="Acme", visibility="confidential"), make("High")
    objectives.align(CONSOLE, low, secret)
    objectives.align(CONSOLE, secret, high)
    with pytest.raises(Invalid) as fault:
        objectives.align(signed_in("lead"), high, low)
    assert "“Low” → … → “High”" in str(fault.value)
    assert "Secret" not in str(fault.value)


def test_history_tells_from_what_to_what_by_whom_and_why(signed_in: SignedIn) -> None:
    goal, above = make("Grow"), make("Above")
    objectives.edit_objective(signed_in("lead"), goal, {"title": "Grow well"}, version=1, reason="clearer")
    objectives.align(CONSOLE, goal, above)
    tied, edited, made = history.changes(signed_in("viewer"), goal)
    assert (edited.actor, edited.before, edited.after) == ("leo", {"title": "Grow"}, {"title": "Grow well"})
    assert edited.reason == "clearer"
    assert (tied.table, tied.key) == ("alignment", (goal, above))
    assert (made.before, made.after["title"]) == ({}, "Grow")
