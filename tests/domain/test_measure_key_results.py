"""What one key result's value, progress and expected line are."""

import math

import pytest

from tests.domain.small_company import Company, day, one


@pytest.mark.parametrize(
    ("kind", "baseline", "target", "value", "raw"),
    [
        ("increase", 50, 70, 62, 0.6),
        ("increase", 50, 70, 47.6, -0.12),
        ("increase", 50, 70, 78, 1.4),
        ("increase", -10, 10, 0, 0.5),
        ("decrease", 80, 40, 60, 0.5),
        ("decrease", 80, 40, 90, -0.25),
    ],
)
def test_raw_is_the_way_gone_from_baseline_to_target(kind, baseline, target, value, raw):
    kr = one(kind, baseline=baseline, target=target).check_in(50, value).kr(50)
    assert kr["raw"] == pytest.approx(raw)
    assert kr["progress"] == pytest.approx(min(max(raw, 0), 1))


def test_only_progress_rolls_up():
    assert one().check_in(5, 250).ob(50)["progress"] == 1


def test_milestone_is_the_weight_done_of_all():
    company = one("milestone").step("a", weight=3, done_on=5).step("b")
    assert company.kr(5)["raw"] == 0.75
    assert company.kr(4)["raw"] == 0
    assert math.isnan(company.kr(5)["value"])


def test_milestone_without_steps_has_one_with_its_title():
    board = one("milestone", title="Launch").on(5)
    assert board.steps["step"].tolist() == ["Launch"]
    assert board.key_results.loc["K", "progress"] == 0


def test_milestone_done_by_a_step_of_its_title():
    assert one("milestone", title="Launch").step("Launch", done_on=7).kr(7)["status"] == "achieved"


def test_baseline_is_done_once_there_is_a_value():
    company = one("baseline").check_in(3, note="looking").check_in(5, 17)
    assert company.kr(4)["progress"] == 0
    assert company.kr(5)["progress"] == 1


def test_no_value_is_no_progress():
    kr = one().kr(50)
    assert math.isnan(kr["value"])
    assert (kr["raw"], kr["progress"]) == (0, 0)


def test_value_is_that_of_the_newest_day():
    company = one().check_in(20, 30).check_in(10, 20)
    assert company.kr(25)["value"] == 30


def test_value_of_a_past_day_is_what_speaks_for_it():
    assert one().check_in(20, 30).check_in(10, 20).kr(15)["value"] == 20


def test_value_before_the_start_counts():
    assert one(start=20).check_in(10, 20).kr(30)["value"] == 20


def test_same_day_the_later_entry_counts():
    noon, evening = (f"2026-01-11T{hour}:00" for hour in ("12", "18"))
    company = one().check_in(10, 1, entered_at=evening).check_in(10, 2, entered_at=noon)
    assert company.kr(10)["value"] == 1


def test_an_entry_without_time_was_made_at_noon():
    morning, evening = (f"2026-01-11T{hour}:00" for hour in ("09", "18"))
    assert one().check_in(10, 1).check_in(10, 2, entered_at=morning).kr(10)["value"] == 1
    assert one().check_in(10, 1).check_in(10, 2, entered_at=evening).kr(10)["value"] == 2


def test_same_time_the_last_id_counts():
    assert one().check_in(10, 1, id="b").check_in(10, 2, id="a").kr(10)["value"] == 1


def test_check_in_without_value_counts_for_freshness_only():
    kr = one().check_in(10, 20).check_in(30, note="no change").kr(30)
    assert kr["value"] == 20
    assert kr["last_check_in"].date() == day(30)
    assert kr["freshness"] == "fresh"


def test_replaced_check_in_counts_for_nothing_on_any_day():
    company = one().check_in(10, 20, id="a").check_in(30, 40, id="b", replaces="a", confidence=5)
    assert math.isnan(company.kr(20)["value"])
    assert company.kr(30)["value"] == 40


def test_replacing_goes_on_through_a_chain():
    company = one().check_in(10, 1, id="a").check_in(10, 2, id="b", replaces="a").check_in(9, 3, id="c", replaces="b")
    assert company.kr(20)["value"] == 3


def test_confidence_is_the_last_stated():
    assert one().check_in(10, 1, confidence=4).check_in(20, 2).kr(30)["confidence"] == 4


def test_step_done_counts_as_check_in():
    assert one("milestone").step("a", done_on=12).step("b").kr(20)["last_check_in"].date() == day(12)


def test_window_is_by_default_the_cycle():
    kr = one().kr(25)
    assert (kr["start"].date(), kr["due"].date()) == (day(0), day(100))
    assert kr["elapsed"] == 0.25


def test_own_window_may_end_after_the_cycle():
    assert one(start=50, due=150).kr(100)["elapsed"] == 0.5


@pytest.mark.parametrize(("n", "share"), [(-5, 0), (0, 0), (100, 1), (130, 1)])
def test_elapsed_is_clamped(n, share):
    assert one().kr(n)["elapsed"] == share


def test_expected_leads_to_the_bar():
    assert one().kr(50)["expected"] == 0.5
    company = Company().objective(ambition="aspirational").key_result()
    assert company.kr(50)["expected"] == pytest.approx(0.35)
    assert company.kr(50)["bar"] == 0.7


def test_bar_is_that_of_the_home():
    company = Company().objective(ambition="aspirational").objective("P").key_result(also="P")
    assert company.kr(50)["bar"] == 0.7


@pytest.mark.parametrize(("n", "expected"), [(0, 0), (20, 0.3), (30, 0.3 + 0.3 / 4), (60, 0.6), (80, 0.8), (100, 1)])
def test_phases_bend_the_expected_line(n, expected):
    assert one().phase(20, 30).phase(60, 60).kr(n)["expected"] == pytest.approx(expected)


def test_phases_of_a_decrease():
    assert one("decrease").phase(20, 70).kr(20)["expected"] == pytest.approx(0.3)


@pytest.mark.parametrize(("n", "expected"), [(30, 0), (31, 0.7 * 0.75), (100, 0.7 * 0.75), (101, 0.7)])
def test_milestone_is_expected_in_stairs(n, expected):
    company = Company().objective(ambition="aspirational").key_result(kind="milestone")
    company.step("a", weight=3, due=30).step("b")
    assert company.kr(n)["expected"] == pytest.approx(expected)


def test_baseline_is_expected_after_its_due_day():
    company = one("baseline", due=40)
    assert (company.kr(40)["expected"], company.kr(41)["expected"]) == (0, 1)


def test_pace_is_progress_over_expected():
    company = one().check_in(0, 30)
    assert company.kr(50)["pace"] == pytest.approx(0.6)
    assert math.isnan(company.kr(0)["pace"])


def guardrail(**bounds: float) -> Company:
    return one("maintain", **bounds)


@pytest.mark.parametrize(("value", "word"), [(20, "kept"), (19.99, "broken"), (30, "kept"), (30.01, "broken")])
def test_guardrail_is_kept_inside_its_bounds(value, word):
    assert guardrail(lower=20, upper=30).check_in(5, value).kr(5)["guardrail"] == word


def test_guardrail_with_one_bound():
    assert guardrail(lower=20).check_in(5, 1e9).kr(5)["guardrail"] == "kept"
    assert guardrail(upper=20).check_in(5, -1e9).kr(5)["guardrail"] == "kept"


def test_guardrail_before_its_first_value():
    kr = guardrail(lower=20).check_in(5, note="soon").kr(5)
    assert (kr["guardrail"], kr["raw"], kr["status"]) == ("", 0, "no value yet")


def test_guardrail_progress_is_the_share_of_days_kept():
    company = guardrail(lower=20).check_in(10, 25).check_in(14, 15).check_in(18, 22)
    assert company.kr(13)["raw"] == 1
    assert company.kr(17)["raw"] == 0.5
    assert company.kr(19)["raw"] == 0.6
    assert company.kr(19)["expected"] == 1


def test_guardrail_days_begin_with_the_start():
    assert guardrail(lower=20, start=10).check_in(0, 15).check_in(11, 25).kr(13)["raw"] == 0.75


def test_team_owner_and_home():
    company = Company().objective(owner="omar").key_result().key_result("L", team="Sales", owner="maya")
    assert company.kr(1)["team"] == "Growth"
    assert company.kr(1, "L")["team"] == "Sales"
    assert (company.kr(1)["accountable"], company.kr(1, "L")["accountable"]) == ("omar", "maya")


def test_owner_falls_to_the_lead_then_the_lead_above_then_the_champions():
    company = one()
    assert company.kr(1)["accountable"] == ""
    company.lead("carl", "Co")
    assert company.kr(1)["accountable"] == "carl"
    company.lead("lea", "Growth")
    assert company.kr(1)["accountable"] == "lea"


def test_inactive_person_gives_way_to_the_next():
    company = Company().person("gone", active=False).objective(owner="omar").key_result(owner="gone")
    assert company.kr(1)["accountable"] == "omar"
    assert company.kr(1)["own_owner"] == "gone"


def test_one_value_counts_in_each_objective():
    company = Company().objective().objective("P", team="Sales").key_result(also="P").check_in(10, 40)
    assert (company.ob(50)["progress"], company.ob(50, "P")["progress"]) == (0.4, 0.4)
    assert len(company.on(50).key_results) == 1


def test_confidence_and_progress_may_disagree():
    assert one().check_in(50, 10, confidence=8).kr(50)["disagreement"] == "confident but behind"
    assert one().check_in(50, 50, confidence=3).kr(50)["disagreement"] == "doubtful but on track"
    assert one().check_in(50, 50, confidence=8).kr(50)["disagreement"] == ""
    unmoved = one().check_in(10, 45).check_in(40, 45, confidence=8)
    assert unmoved.kr(40)["disagreement"] == "confident but unmoved"
    assert unmoved.kr(40)["unmoved_since"].date() == day(10)
    assert one().check_in(1, 5, confidence=9).kr(9)["disagreement"] == "confident but behind"
