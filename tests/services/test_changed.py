"""What changed between two days: each kind of change, with its reasons, and to whom it is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from okrdash.domain.difference import Difference
from okrdash.domain.errors import Invalid
from okrdash.services import changed, check_in, dependencies, key_results, objectives, organisation
from okrdash.services.check_in import Entry
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from tests.services.test_as_shown import BEGIN, Clock, clock, day, found_company, founded, fresh  # noqa: F401

ME = CONSOLE


@pytest.fixture
def week(founded: type[Clock]) -> type[Clock]:  # noqa: F811
    """The company on its second day."""
    founded.moment += timedelta(days=1)
    return founded


def told(since: int = 0, until: int = 1, actor: Any = ME) -> Difference:
    """What changed between two days of the company."""
    return changed.what_changed(actor, day(since), day(until))


def rows(found: Difference, *columns: str) -> list[tuple[Any, ...]]:
    """These columns of the changes."""
    return [*found.rows[list(columns or ("id", "what", "was", "now", "reasons"))].itertuples(index=False, name=None)]


def version(identifier: str) -> int:
    """Of a key result, to change it."""
    return int(key_results.key_result(ME, identifier)["version"])


def edit(identifier: str, changes: dict[str, Any], reason: str = "Because", **more: Any) -> None:
    """Changes a key result."""
    key_results.edit_key_result(ME, identifier, changes, version=version(identifier), reason=reason, **more)


def test_a_quiet_day_has_changed_nothing(week: type[Clock]) -> None:
    assert rows(told(), "id", "what") == [], "nothing but what time does"


def test_values_and_confidence(week: type[Clock]) -> None:
    check_in.check_in(ME, [Entry("K", value=10.0, confidence=7)])
    found = {
        what: (was, now) for what, was, now in rows(told(), "what", "was", "now") if what in ("value", "confidence")
    }
    assert found == {"value": (None, 10.0), "confidence": (None, 7.0)}
    assert ("K", "status", "no value yet", "on track", ()) in rows(told())


def test_targets_and_due_days_with_all_their_reasons(week: type[Clock]) -> None:
    edit("K", {"target": 80.0}, "The market shrank")
    edit("K", {"target": 60.0, "due": day(20)}, "And again")
    found = [row for row in rows(told()) if row[0] == "K"]
    assert ("K", "target", 100.0, 60.0, ("The market shrank", "And again")) in found
    assert ("K", "due", day(30), day(20), ("And again",)) in found


def test_a_change_that_was_turned_round_is_none(week: type[Clock]) -> None:
    edit("K", {"target": 80.0})
    edit("K", {"target": 100.0})
    assert rows(told()) == []


def test_steps_owners_moves_and_ties(week: type[Clock]) -> None:
    edit("M", {}, "Fewer", steps=[{"step": "a"}])
    edit("L", {"objective": "O", "also": ""}, "Fits better")
    objectives.edit_objective(ME, "O", {"owner": "leo"}, version=1, reason="Mia is off")
    objectives.unalign(ME, "O", "P")
    found = {(row[0], row[1]): row[2:] for row in rows(told())}
    assert found["M", "steps"][1:] == ((("a", 1.0, None),), ("Fewer",))
    assert found["L", "objective"] == ("R", "O", ("Fits better",))
    assert found["L", "also"] == (("P",), (), ("Fits better",))
    assert found["O", "owner"] == ("mia", "leo", ("Mia is off",))
    assert found["K", "owner"] == ("mia", "leo", ("Mia is off",)), "a key result follows its objective"
    assert found["O", "parents"] == (("P",), (), ())


def test_another_name_is_no_move(week: type[Clock]) -> None:
    organisation.edit_team(ME, "Web", {"team": "Sea"})
    organisation.edit_cycle(ME, "Q", {"cycle": "Quarter"})
    assert rows(told()) == []


def test_what_came_and_went(week: type[Clock]) -> None:
    key_results.drop_key_result(ME, "K", "Too many", version=version("K"))
    objectives.drop_objective(ME, "R", "Not now", version=1)
    made = objectives.create_objective(ME, {"cycle": "Q", "team": "Ops", "title": "Fast", "state": "active"})
    week.moment += timedelta(days=1)
    objectives.restore_objective(ME, "R", version=2)
    came = [row for row in rows(told(), "id", "what", "reasons") if row[1] in ("new", "back", "dropped", "gone")]
    assert sorted(came) == sorted(
        [
            (made, "new", ()),
            ("K", "dropped", ("Too many",)),
            *((one, "dropped", ("Not now",)) for one in ("R", "N")),  # L stands under another, too
        ]
    )
    back = [row[:2] for row in rows(told(1, 2), "id", "what") if row[1] == "back"]
    assert sorted(back) == [("N", "back"), ("R", "back")]


PROMISES = [
    ("accept", 5, "made", None, 5),
    ("decline", 0, "declined", None, None),
    ("deliver in time", 5, "kept", 5, 2),
    ("deliver late", 1, "late", 1, 2),
    ("wait", 1, "broken", 1, None),
]


@pytest.mark.parametrize(("what", "promised", "becomes", "was", "now"), PROMISES)
def test_promises(week: type[Clock], what: str, promised: int, becomes: str, was: int | None, now: int | None) -> None:
    if what == "decline":
        dependencies.decline(ME, "D", "No time")
    else:
        dependencies.accept(ME, "D", day(promised))
    since, until = 0, 1
    if what in ("deliver in time", "deliver late", "wait"):
        week.moment += timedelta(days=1)
        since, until = 1, 2
    if what.startswith("deliver"):
        dependencies.deliver(ME, "D")
    steps = told(since, until).promises[["what", "was", "now", "providing_function"]]
    days = [None if one is None else day(one) for one in (was, now)]
    assert [*steps.itertuples(index=False, name=None)] == [(becomes, *days, "Ops")]


def test_it_goes_by_function(week: type[Clock]) -> None:
    for one in ("L", "K"):
        edit(one, {"weight": 2.0})
    assert [row for row in rows(told(), "function", "id", "what") if row[2] == "weight"] == [
        ("Growth", "K", "weight"),
        ("Ops", "L", "weight"),
    ]


def test_what_is_confidential_is_told_to_its_circle(week: type[Clock]) -> None:
    objectives.edit_objective(ME, "R", {"visibility": "confidential", "visible_to": "mia"}, version=1)
    week.moment += timedelta(days=1)
    check_in.check_in(ME, [Entry("N", value=1.0)])
    found = [{row[0] for row in rows(told(1, 2, start_session(who)), "id")} for who in ("mia", "leo")]
    assert ("N" in found[0], found[1]) == (True, set())


def test_a_day_before_the_log_is_measured(week: type[Clock]) -> None:
    check_in.check_in(ME, [Entry("K", value=10.0)])
    found = told(-7, 1)
    assert (found.logged, found.before.day, ("K", "value", None, 10.0, ()) in rows(found)) == (False, day(-7), True)
    assert told().logged


def test_the_days_come_in_their_order(week: type[Clock]) -> None:
    with pytest.raises(Invalid, match="is after"):
        told(1, 0)
