"""On which days key results were measured by something else from then on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from okrdash.domain.errors import Forbidden
from okrdash.services import check_in, exchange, history, key_results, objectives
from okrdash.services.check_in import Entry
from okrdash.services.company import company
from okrdash.services.people import CONSOLE, Actor
from okrdash.store.reader import places
from tests.services.test_as_shown import BEGIN, Clock, clock, day, found_company, founded, fresh  # noqa: F401


@pytest.fixture
def week(founded: type[Clock]) -> type[Clock]:  # noqa: F811
    """The company on its second day."""
    founded.moment += timedelta(days=1)
    return founded


def edit(identifier: str, changes: dict[str, Any], **more: Any) -> None:
    """Changes a key result."""
    known = key_results.key_result(CONSOLE, identifier)["version"]
    key_results.edit_key_result(CONSOLE, identifier, changes, version=known, reason="Because", **more)


def steps(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of M, some of them changed."""
    return [row | changes.get(row["step"], {}) for row in key_results.key_result(CONSOLE, "M")["steps"]]


def log(*rows: tuple[str, str, str, str]) -> None:
    """Adds to the log: the table, the row's key, before and after."""
    columns = 'revision, number, happened_at, actor, action, "table", "row", before, after, position'
    with company().write(None) as tx:
        for number, row in enumerate(rows):
            values = (99, number, BEGIN.replace(tzinfo=None), "x", "y", *row, 99 + number)
            tx.run(f"INSERT INTO events ({columns}) VALUES ({places(values)})", *values)


def test_what_key_results_came_with_is_no_change_of_them(week: type[Clock]) -> None:
    made = {"objective": "O", "title": "Build", "kind": "milestone"}
    key_results.create_key_result(CONSOLE, made, steps=[{"step": "Plan"}, {"step": "Build"}])
    assert history.measured_anew(CONSOLE) == []


@pytest.mark.parametrize("change", [{"target": 80.0}, {"due": day(20)}, {"weight": 3.0}], ids=str)
def test_another_measure_of_the_same_key_result(week: type[Clock], change: dict[str, Any]) -> None:
    edit("K", change)
    assert history.measured_anew(CONSOLE) == [(day(1), "K")]


def test_another_step_and_another_weight_of_a_step(week: type[Clock]) -> None:
    edit("M", {}, steps=[*steps(), {"step": "d"}])
    week.moment += timedelta(days=1)
    edit("M", {}, steps=steps(a={"weight": 9.0}))
    week.moment += timedelta(days=1)
    edit("M", {}, steps=steps()[1:])
    assert history.measured_anew(CONSOLE) == [(day(n), "M") for n in (1, 2, 3)]


def test_another_phase(week: type[Clock]) -> None:
    exchange.import_rows(CONSOLE, {"phases": [{"key_result": "K", "date": day(12), "value": 30.0}]})
    assert history.measured_anew(CONSOLE) == [(day(1), "K")]


def test_what_is_done_or_called_otherwise_changes_no_measure(week: type[Clock]) -> None:
    check_in.check_in(CONSOLE, [Entry("M", steps={"a": day(1)}), Entry("K", value=10.0)])
    edit("M", {}, steps=steps(b={"done_on": day(1)}))
    edit("K", {"title": "Much more", "owner": "leo"})
    assert history.measured_anew(CONSOLE) == []


def test_nothing_is_told_of_what_is_confidential(week: type[Clock]) -> None:
    edit("N", {"upper": 4.0})
    assert history.measured_anew(CONSOLE) == [(day(1), "N")]
    objectives.edit_objective(CONSOLE, "R", {"visibility": "confidential"}, version=1)
    assert history.measured_anew(CONSOLE) == []


def test_what_nothing_here_can_read_because_it_came_with_another_log_is_left_out(week: type[Clock]) -> None:
    edit("K", {"target": 80.0})
    log(
        ("milestones", "M", "not JSON", ""),
        ("milestones", '["M", "z"]', "[1]", ""),
        ("key_results", "K", '{"colour": "red"}', '{"colour": "blue"}'),
        ("phases", "[]", "", "{}"),
        ("alignment", '["O"', '{"kind": "contributes"}', ""),
    )
    assert history.measured_anew(CONSOLE) == [(day(1), "K")]
    assert [change.after for change in history.changes(CONSOLE, "O") if change.before] == [{"target": 80.0}]


def test_a_change_stays_marked_however_much_else_was_changed_since(week: type[Clock]) -> None:
    edit("K", {"target": 80.0})
    log(*[("key_results", "K", '{"title": "Less"}', '{"title": "More"}')] * 250)
    assert history.measured_anew(CONSOLE, "O") == [(day(1), "K")]


def test_who_is_signed_out_is_told_nothing(week: type[Clock]) -> None:
    with pytest.raises(Forbidden):
        history.measured_anew(Actor("mia", "no session"))
