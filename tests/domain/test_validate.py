"""What is refused, with a message that says how to mend it."""

import pytest

from okrdash.domain.errors import Invalid
from okrdash.domain.tables import TABLES
from okrdash.domain.validate import (
    check_in_problems,
    cycle_problems,
    key_result_problems,
    loop,
    target_from_relative,
)
from tests.domain.small_company import day

Q1 = (day(0), day(100))


def wrong(*, steps=(), phases=(), cycle=Q1, **values) -> list[str]:
    row = TABLES["key_results"].row(**{"id": "K", "title": "t", "kind": "increase"} | values)
    steps = [TABLES["milestones"].row(step=step, weight=weight) for step, weight in steps]
    phases = [TABLES["phases"].row(date=day(n), value=value) for n, value in phases]
    return [str(problem) for problem in key_result_problems(row, steps=steps, phases=phases, cycle=cycle)]


def ends(baseline, target, **more):
    return wrong(baseline=baseline, target=target, **more)


def test_good_ones_pass():
    assert ends(0, 10) == []
    assert ends(10, 0, kind="decrease") == []
    assert wrong(kind="baseline") == []
    assert wrong(kind="maintain", lower=3.0) == []
    assert wrong(kind="maintain", lower=3.0, upper=3.0) == []
    assert wrong(kind="milestone", steps=[("a", 1), ("b", 0.001)]) == []
    assert ends(0, 100, phases=[(20, 30), (60, 60)]) == []
    assert ends(100, 0, kind="decrease", phases=[(20, 70), (60, 70)]) == []


@pytest.mark.parametrize(
    ("kind", "baseline", "target", "words"),
    [
        ("increase", 80, 50, ["80", "50", "above", "reduce to"]),
        ("decrease", 50, 80, ["50", "80", "below", "increase to"]),
        ("increase", 5, 5, ["5", "differ"]),
        ("increase", 1e6, 1e6 + 1e-4, ["1000000", "1000000.0001", "differ"]),
        ("increase", None, 5, ["State the baseline"]),
        ("decrease", 5, None, ["State the target"]),
    ],
)
def test_the_way_from_baseline_to_target(kind, baseline, target, words):
    (message,) = ends(baseline, target, kind=kind)
    assert all(word in message for word in words)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1.1e15, -1.1e15])
def test_numbers_are_finite_and_not_huge(number):
    assert "target" in ends(0, number)[0]


@pytest.mark.parametrize("weight", [0.0, -1.0, 0.0009, 1000.1, float("nan")])
def test_weights(weight):
    assert "weight" in ends(0, 1, weight=weight)[0]
    assert "Step “a”" in wrong(kind="milestone", steps=[("a", weight)])[0]


def test_steps_are_named_and_unique():
    assert "two steps" in wrong(kind="milestone", steps=[("a", 1), ("a", 1)])[0]
    assert "semicolon" in wrong(kind="milestone", steps=[("a;b", 1)])[0]
    assert "no name" in wrong(kind="milestone", steps=[(" ", 1)])[0]


def test_bounds():
    assert "State the bounds" in wrong(kind="maintain")[0]
    assert "swap" in wrong(kind="maintain", lower=4.0, upper=3.0)[0]


def test_window():
    assert "after the start" in ends(0, 1, start=day(5), due=day(5))[0]
    assert ends(0, 1, due=day(0))[0].startswith("due: ")
    assert ends(0, 1, start=day(100))[0].startswith("start: ")
    assert ends(0, 1, start=day(100), cycle=None) == []


def test_phases():
    assert "after the start" in ends(0, 100, phases=[(0, 30)])[0]
    assert "before the due day" in ends(0, 100, phases=[(100, 30)])[0]
    assert "between" in ends(0, 100, phases=[(5, 101)])[0]
    assert "in order" in ends(0, 100, phases=[(9, 30), (5, 40)])[0]
    assert "two phases" in ends(0, 100, phases=[(5, 30), (5, 40)])[0]
    assert "take phases" in wrong(kind="baseline", phases=[(5, 30)])[0]


def test_other_fields():
    assert "choose one of" in wrong(kind="percent")[0]
    assert "1, 2 or 4" in wrong(kind="baseline", cadence_weeks=3)[0]
    assert "from 0 to 1" in wrong(kind="baseline", score=1.2)[0]


def test_cycles():
    row = TABLES["cycles"].row
    assert cycle_problems(row(cycle="Q", start=day(0), end=day(9))) == []
    assert "after its start" in str(cycle_problems(row(cycle="Q", start=day(9), end=day(9)))[0])
    assert len(cycle_problems(row(cycle="Q"))) == 2


@pytest.mark.parametrize(
    ("where", "value"),
    [
        ("as_of", day(11)),
        ("as_of", None),
        ("confidence", 11),
        ("confidence", -1),
        ("confidence", 2.5),
        ("value", float("inf")),
        ("value", 2e15),
        ("evidence", "javascript:alert(1)"),
        ("evidence", "see wiki"),
        ("evidence", "https://"),
        ("evidence", "http://[bad"),
    ],
)
def test_check_ins(where, value):
    good = {"key_result": "K", "as_of": day(10), "confidence": 10, "value": 1.0, "evidence": "https://example.org/a"}
    assert check_in_problems(TABLES["check_ins"].row(**good), day(10)) == []
    assert [p.where for p in check_in_problems(TABLES["check_ins"].row(**good | {where: value}), day(10))] == [where]


def test_loops_are_found_with_their_path():
    edges = [("a", "b"), ("b", "c"), ("b", "d"), ("x", "a")]
    assert loop(edges, "c", "a") == ["a", "b", "c"]
    assert loop(edges, "a", "c") is None
    assert loop(edges, "x", "d") is None
    assert loop([], "a", "a") == ["a"]


@pytest.mark.parametrize(
    ("baseline", "percent", "factor", "target"),
    [(200, -20, None, 160), (50, None, 2, 100), (0.1, 20, None, 0.12), (-50, 20, None, -40), (300, None, 0.5, 150)],
)
def test_relative_goals(baseline, percent, factor, target):
    assert target_from_relative(baseline, percent, factor) == target


@pytest.mark.parametrize(("baseline", "percent", "factor"), [(0, 20, None), (5, None, None), (5, 1, 1), (5, None, 1)])
def test_relative_goals_that_mean_nothing(baseline, percent, factor):
    with pytest.raises(Invalid):
        target_from_relative(baseline, percent, factor)
