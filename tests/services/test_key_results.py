"""Key results through their service: numbers that are refused, reasons after the start, two people at once, many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound
from okrdash.services import check_in, history, key_results, objectives
from okrdash.services.people import CONSOLE
from okrdash.store.store import Store
from okrdash.store.transaction import Event
from tests.conftest import SignedIn

TODAY = datetime.now(UTC).date()
NOW = {"cycle": "Now", "start": TODAY - timedelta(days=40), "end": TODAY + timedelta(days=50), "state": "active"}
NEXT = {"cycle": "Next", "start": TODAY + timedelta(days=51), "end": TODAY + timedelta(days=140), "state": "planning"}
INCREASE = {"title": "Trials", "kind": "increase", "baseline": 10, "target": 50}


@pytest.fixture
def goal(store: Store) -> str:
    """An active objective of Web in the running cycle."""
    with store.write(Event("console", "set up")) as tx:
        tx.insert("cycles", NOW, NEXT)
    return objective("Grow")


def objective(title: str, **values: object) -> str:
    return objectives.create_objective(CONSOLE, {"title": title, "team": "Web", "cycle": "Now", **values})


def make(objective: str, **values: Any) -> str:
    steps = values.pop("steps", ())
    return key_results.create_key_result(CONSOLE, {**INCREASE, "objective": objective, **values}, steps=steps)


def row_of(identifier: str) -> Row:
    return key_results.key_result(CONSOLE, identifier)


def refused(identifier: str, changes: dict[str, Any], **options: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as fault:
        key_results.edit_key_result(
            CONSOLE, identifier, changes, version=row_of(identifier)["version"], **{"reason": "test", **options}
        )
    return [(p.where, p.message) for p in fault.value.problems]


@pytest.mark.parametrize(
    ("changes", "where", "says"),
    [
        ({"target": 10}, "target", "The baseline is 10 and the target 10"),
        ({"target": 10 + 1e-12}, "target", "must differ"),
        ({"target": 5}, "target", "The baseline is 10 and the target 5"),
        ({"target": float("nan")}, "target", "no number"),
        ({"target": float("inf")}, "target", "no number"),
        ({"target": 1e308}, "target", "too large"),
        ({"baseline": -1e16}, "baseline", "too large"),
        ({"target": None}, "target", "State the target"),
        ({"weight": 0}, "weight", "from 0.001 to 1000"),
        ({"weight": float("nan")}, "weight", "no number"),
        ({"cadence_weeks": 3}, "cadence_weeks", "1, 2 or 4"),
        ({"cadence_weeks": 1.5}, "cadence_weeks", "whole number"),
        ({"cadence_weeks": float("inf")}, "cadence_weeks", "is no count"),
        ({"due": TODAY - timedelta(days=60)}, "due", "after the start"),
        ({"due": "tomorrow"}, "due", "is no day"),
        ({"kind": "maintain"}, "lower", "bounds"),
        ({"kind": "maintain", "lower": 5, "upper": 4}, "lower", "swap them"),
        ({"kind": "guess"}, "kind", "choices"),
        ({"title": ""}, "title", "needed"),
        ({"also": "nowhere"}, "also", "does not exist"),
    ],
)
def test_what_breaks_a_rule_is_refused_at_its_field(goal: str, changes: Row, where: str, says: str) -> None:
    identifier = make(goal)
    (problem,) = refused(identifier, changes)
    assert problem[0] == where
    assert says in problem[1]
    assert row_of(identifier)["version"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"target": 60},
        {"baseline": 5},
        {"weight": 2},
        {"due": TODAY + timedelta(days=20)},
        {"start": TODAY - timedelta(days=10)},
        {"kind": "maintain", "lower": 1},
    ],
)
def test_after_the_start_a_change_of_the_measure_needs_a_reason(goal: str, changes: Row) -> None:
    identifier = make(goal)
    assert refused(identifier, changes, reason="  ")[0][0] == "reason"
    key_results.edit_key_result(CONSOLE, identifier, changes, version=1, reason="we learned")
    (changed, _) = history.changes(CONSOLE, goal)[:2]
    assert (changed.reason, set(changed.after)) == ("we learned", set(changes))


def test_before_the_start_and_for_words_no_reason_is_asked(goal: str) -> None:
    later = make(objective("Later", cycle="Next"))
    key_results.edit_key_result(CONSOLE, later, {"target": 60}, version=1)
    begun = make(goal)
    key_results.edit_key_result(CONSOLE, begun, {"title": "Trials a week", "owner": "mia"}, version=1)
    key_results.edit_key_result(CONSOLE, begun, {"due": NOW["end"]}, version=2)  # states the day that it is due anyway


def test_moving_to_an_objective_of_another_cycle_moves_the_days_and_needs_a_reason(goal: str) -> None:
    identifier, later = make(goal), objective("Later", cycle="Next")
    assert refused(identifier, {"objective": later}, reason="")[0][0] == "reason"
    key_results.edit_key_result(CONSOLE, identifier, {"objective": later}, version=1, reason="not ready")
    assert row_of(identifier)["objective"] == later


def test_under_its_home_it_does_not_stand_twice(goal: str) -> None:
    other, identifier = objective("Other"), make(goal, also=goal)
    assert row_of(identifier)["also"] == ""
    key_results.edit_key_result(CONSOLE, identifier, {"also": other}, version=1)
    key_results.edit_key_result(CONSOLE, identifier, {"objective": other}, version=2)
    assert (row_of(identifier)["objective"], row_of(identifier)["also"]) == (other, "")


def test_moving_never_closes_a_loop(goal: str) -> None:
    identifier, child = make(goal), objective("Child")
    objectives.align(CONSOLE, child, identifier)
    ((where, says),) = refused(identifier, {"objective": child})
    assert where == "objective"
    assert "itself" in says
    grandchild = objective("Grandchild")
    objectives.align(CONSOLE, grandchild, child)
    ((where, says),) = refused(identifier, {"objective": grandchild})
    assert (where, "“Grandchild” → “Child”" in says) == ("objective", True)


def test_steps_after_the_start_need_a_reason_unless_they_are_only_ticked(goal: str) -> None:
    steps = [{"step": "Plan", "weight": 1.0}, {"step": "Build", "weight": 1.0}]
    identifier = make(goal, kind="milestone", baseline=None, target=None, steps=steps)
    known = row_of(identifier)["steps"]
    ticked = [known[0] | {"done_on": TODAY}, known[1]]
    key_results.edit_key_result(CONSOLE, identifier, {}, version=1, steps=ticked)
    assert [s["done_on"] for s in row_of(identifier)["steps"]] == [TODAY, None]
    assert refused(identifier, {}, steps=ticked[:1], reason="")[0][0] == "reason"
    assert refused(identifier, {}, steps=[ticked[0], ticked[0]])[0][0] == "steps"
    assert refused(identifier, {}, steps=[{"step": "Plan", "done_on": TODAY + timedelta(days=1)}])[0][0] == "steps"
    key_results.edit_key_result(CONSOLE, identifier, {}, version=1, steps=ticked[:1], reason="dropped the build")
    assert [s["step"] for s in row_of(identifier)["steps"]] == ["Plan"]


def test_steps_that_somebody_ticked_meanwhile_are_not_overwritten(goal: str) -> None:
    identifier = make(goal, kind="milestone", steps=[{"step": "Plan", "weight": 1.0}])
    opened = row_of(identifier)
    check_in.check_in(CONSOLE, [check_in.Entry(identifier, steps={"Plan": TODAY})])
    wanted = [*opened["steps"], {"step": "Build", "weight": 1.0}]
    with pytest.raises(Conflict, match="“Plan” done on"):
        key_results.edit_key_result(
            CONSOLE, identifier, {}, version=1, reason="more", steps=wanted, steps_before=opened["steps"]
        )
    assert row_of(identifier)["steps"][0]["done_on"] == TODAY


def test_of_two_sessions_the_second_hears_what_changed(goal: str, signed_in: SignedIn) -> None:
    identifier = make(goal)
    key_results.edit_key_result(signed_in("leader"), identifier, {"target": 80}, version=1, reason="more")
    with pytest.raises(Conflict, match=r"Fay Function changed this meanwhile: target is now “80”"):
        key_results.edit_key_result(signed_in("lead"), identifier, {"target": 60}, version=1, reason="less")
    assert row_of(identifier)["target"] == 80


def test_a_second_click_makes_and_changes_once(goal: str, store: Store) -> None:
    values = {**INCREASE, "objective": goal}
    identifier = key_results.create_key_result(CONSOLE, values, request_key="k1")
    assert key_results.create_key_result(CONSOLE, values, request_key="k1") == ""
    for _ in range(2):
        key_results.edit_key_result(CONSOLE, identifier, {"title": "Anew"}, version=1, request_key="k2")
        key_results.edit_many(CONSOLE, [identifier], {"owner": "mia"}, request_key="k3")
    with store.read() as reader:
        assert [(row["title"], row["owner"]) for row in reader.table("key_results")] == [("Anew", "mia")]
    assert row_of(identifier)["version"] == 3


def test_members_change_key_results_of_drafts_only(goal: str, signed_in: SignedIn) -> None:
    mia = signed_in("member")
    with pytest.raises(Forbidden):
        key_results.create_key_result(mia, {**INCREASE, "objective": goal, "owner": "mia"})
    with pytest.raises(Forbidden):
        key_results.drop_key_result(mia, make(goal, owner="mia"), "no", version=1)
    draft = objective("Draft", state="draft")
    identifier = key_results.create_key_result(mia, {**INCREASE, "objective": draft})
    key_results.edit_key_result(mia, identifier, {"title": "Anew"}, version=1)
    with pytest.raises(Forbidden):
        key_results.edit_key_result(mia, identifier, {"objective": goal}, version=2)


def test_leads_decide_on_what_their_units_carry(goal: str, signed_in: SignedIn) -> None:
    leo = signed_in("lead")
    own, others = make(goal), make(objective("Above", team="Growth"))
    key_results.edit_key_result(leo, own, {"title": "Anew"}, version=1)
    with pytest.raises(Forbidden):
        key_results.edit_key_result(leo, others, {"title": "Anew"}, version=1)
    with pytest.raises(Forbidden):
        key_results.edit_key_result(leo, own, {"team": "Growth"}, version=2)


def test_what_is_under_a_confidential_objective_is_hidden(goal: str, signed_in: SignedIn) -> None:
    secret = objective("Secret", team="Acme", visibility="confidential")
    hidden, leo = make(secret), signed_in("lead")
    for attempt in (
        lambda: key_results.key_result(leo, hidden),
        lambda: key_results.dropped(leo, secret),
        lambda: key_results.edit_key_result(leo, hidden, {"title": "Mine"}, version=1),
    ):
        with pytest.raises(NotFound):
            attempt()
    for where in ({"objective": secret, "team": "Web"}, {"objective": goal, "also": secret}):
        with pytest.raises(Invalid, match="does not exist"):
            key_results.create_key_result(leo, {**INCREASE, **where})


def test_dropped_with_a_reason_and_brought_back(goal: str) -> None:
    identifier = make(goal)
    with pytest.raises(Invalid, match="reason"):
        key_results.drop_key_result(CONSOLE, identifier, " ", version=1)
    key_results.drop_key_result(CONSOLE, identifier, "merged", version=1)
    (row,) = key_results.dropped(CONSOLE, goal)
    key_results.restore_key_result(CONSOLE, identifier, version=row["version"])
    assert (row_of(identifier)["state"], key_results.dropped(CONSOLE, goal)) == ("active", [])


def test_many_are_changed_together_or_not_at_all(goal: str, signed_in: SignedIn) -> None:
    begun, later = make(goal), make(objective("Later", cycle="Next"))
    due = TODAY + timedelta(days=130)
    with pytest.raises(Invalid) as fault:
        key_results.edit_many(CONSOLE, [begun, later], {"due": due})
    assert [p.where for p in fault.value.problems] == ["reason"]
    assert row_of(later)["due"] is None
    assert key_results.edit_many(CONSOLE, [begun, later], {"due": due, "cadence_weeks": 2}, reason="slower") == 2
    assert {row_of(i)["due"] for i in (begun, later)} == {due}
    with pytest.raises(Invalid) as fault:
        key_results.edit_many(CONSOLE, [begun, later], {"due": TODAY}, reason="x")
    assert [p.where for p in fault.value.problems] == [f"{later} due"]
    with pytest.raises(Forbidden, match="Nothing was changed"):
        key_results.edit_many(signed_in("lead"), [begun, make(objective("Up", team="Growth"))], {"owner": "mia"})
    assert row_of(begun)["owner"] == ""
    with pytest.raises(Invalid, match="many at once"):
        key_results.edit_many(CONSOLE, [begun], {"target": 1})


def test_a_team_of_ones_own_does_not_open_others_objectives(goal: str, signed_in: SignedIn) -> None:
    leo, mia, own = signed_in("lead"), signed_in("member"), make(goal)
    above, draft = objective("Above", team="Growth"), objective("Draft", team="Acme", state="draft")
    for attempt in (
        lambda: key_results.create_key_result(leo, {**INCREASE, "objective": above, "team": "Web"}),
        lambda: key_results.create_key_result(mia, {**INCREASE, "objective": draft, "team": "Web"}),
        lambda: key_results.edit_key_result(leo, own, {"objective": above, "team": "Web"}, version=1, reason="x"),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_request_key_of_somebody_else_neither_blocks_nor_tells(goal: str, signed_in: SignedIn) -> None:
    values = {**INCREASE, "objective": goal}
    first = key_results.create_key_result(signed_in("lead"), values, request_key="k")
    second = key_results.create_key_result(signed_in("leader"), values, request_key="k")
    assert len({first, second, ""}) == 3
    with pytest.raises(Forbidden):
        key_results.create_key_result(signed_in("member"), values, request_key="k")


@pytest.mark.parametrize("reason", ["x" * 100_000, "a\0b", "a\ud800b"])
def test_a_reason_that_cannot_be_kept_is_refused(goal: str, reason: str) -> None:
    with pytest.raises(Invalid, match=r"^reason: "):
        key_results.drop_key_result(CONSOLE, make(goal), reason, version=1)
