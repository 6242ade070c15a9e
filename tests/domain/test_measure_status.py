"""The status of a key result: the first line that applies."""

import pytest

from tests.domain.small_company import Company, one


def status(company: Company, n: int) -> str:
    return str(company.kr(n)["status"])


def test_scored_is_met_or_missed_from_the_cycle_end_on():
    assert status(one(score=1.0).check_in(90, 80), 100) == "met"
    assert status(one(score=0.9).check_in(90, 80), 100) == "missed"
    assert status(one(score=0.9).check_in(95, 95), 99) == "on track"


def test_scored_against_the_bar():
    company = Company().objective(ambition="aspirational").key_result(score=0.7)
    assert status(company, 100) == "met"


def test_before_its_start():
    assert status(one(start=10).check_in(2, 100), 9) == "not started"


def test_achieved_even_after_the_due_day():
    assert status(one().check_in(50, 100), 120) == "achieved"


def test_to_be_scored_after_the_due_day():
    assert status(one().check_in(90, 90), 101) == "to be scored"
    assert status(one(), 101) == "to be scored"


def test_no_value_yet():
    assert status(one(), 50) == "no value yet"
    assert status(one().check_in(50, note="busy", confidence=9), 50) == "no value yet"
    assert status(one("milestone").step("a").step("b"), 50) == "no value yet"


def test_a_milestone_counts_any_check_in():
    assert status(one("milestone").step("a").step("b").check_in(50, note="begun"), 50) == "on track"


def test_guardrails():
    assert status(one("maintain", upper=5).check_in(50, 6), 50) == "off track"
    assert status(one("maintain", upper=5).check_in(40, 6).check_in(50, 5), 50) == "on track"
    assert status(one("maintain", upper=5), 50) == "no value yet"


def test_a_guardrail_is_never_achieved():
    assert one("maintain", upper=5).check_in(0, 5).kr(3)["progress"] == 1
    assert status(one("maintain", upper=5).check_in(0, 5), 3) == "on track"


@pytest.mark.parametrize(
    ("value", "word"),
    [(37.4, "off track"), (37.5, "at risk"), (47.4, "at risk"), (47.5, "on track"), (60, "on track")],
)
def test_by_pace(value, word):
    assert status(one().check_in(50, value), 50) == word


def test_thresholds_are_compared_after_rounding():
    assert status(one(baseline=0, target=1).check_in(50, 0.475 - 1e-12), 50) == "on track"
    assert status(one(baseline=0, target=1).check_in(50, 1 - 1e-12), 50) == "achieved"


def test_paces_are_settings():
    company = Company(on_track_pace=0.8, at_risk_pace=0.5).objective().key_result()
    assert status(company.check_in(50, 40), 50) == "on track"


@pytest.mark.parametrize(("n", "word"), [(10, "on track"), (11, "off track")])
def test_pace_is_not_judged_in_the_first_tenth(n, word):
    assert status(one().check_in(5, 0.1), n) == word


@pytest.mark.parametrize(
    ("confidence", "word"),
    [(3, "off track"), (4, "at risk"), (6, "at risk"), (7, "on track"), (None, "on track")],
)
def test_as_stated_while_nothing_is_expected(confidence, word):
    kr = one("milestone").step("a", due=90).step("b").check_in(50, confidence=confidence).kr(50)
    assert (kr["status"], bool(kr["stated"])) == (word, True)


def test_by_pace_is_not_stated():
    assert not one().check_in(50, 40, confidence=9).kr(50)["stated"]


def test_silence_is_never_green():
    company = one().check_in(20, 80)
    assert [status(company, n) for n in (22, 29, 30)] == ["on track", "on track", "unknown"]


def test_silence_does_not_hide_what_is_not_green():
    assert status(one().check_in(20, 10), 60) == "off track"
    assert status(one().check_in(20, 100), 60) == "achieved"
