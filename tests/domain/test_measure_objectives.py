"""How objectives roll up, and their status."""

import math

import pytest

from tests.domain.small_company import Company


def two(**objective) -> Company:
    """An objective with a key result of weight 3 and one of weight 1."""
    return Company().objective(**objective).key_result("A", weight=3).key_result("B")


def test_progress_is_the_weighted_mean():
    objective = two().check_in(50, 40, of="A").check_in(50, 80, of="B").ob(50)
    assert objective["progress"] == pytest.approx(0.5)
    assert objective["pace"] == pytest.approx(1)


def test_a_part_without_value_counts_as_nothing():
    assert two().check_in(50, 80, of="B").ob(50)["progress"] == pytest.approx(0.2)


def test_dropped_and_guardrails_stay_out():
    company = two().key_result("G", kind="maintain", upper=1).key_result("D", state="dropped")
    company.check_in(50, 40, of="A").check_in(50, 40, of="B").check_in(50, 9, of="G")
    assert company.ob(50)["progress"] == pytest.approx(0.4)
    assert company.ob(50)["key_results"] == 3


def test_expected_is_the_mean_of_the_parts():
    company = Company().objective().key_result("A").key_result("B", start=50, weight=3)
    assert company.ob(75)["expected"] == pytest.approx((0.75 + 3 * 0.5) / 4)


def test_only_guardrails():
    company = Company().objective().key_result("A", kind="maintain", upper=5).key_result("B", kind="maintain", upper=5)
    company.check_in(0, 5, of="A").check_in(0, 6, of="B").check_in(2, 5, of="B")
    objective = company.ob(3)
    assert (objective["progress"], objective["expected"], objective["pace"]) == (0.75, 1, 0.75)


def test_only_guardrails_is_never_achieved():
    company = Company().objective().key_result(kind="maintain", upper=5).check_in(0, 5)
    assert company.ob(5)["status"] == "on track"


def family(progress_from: str = "children") -> Company:
    """O with a key result at 0.2 and the children P (0.6) and Q (1.0)."""
    company = Company().objective(progress_from=progress_from).key_result().check_in(50, 20)
    for child, value in (("P", 60), ("Q", 100)):
        company.objective(child).key_result(f"K{child}", objective=child).check_in(50, value, of=f"K{child}")
        company.edge(child, "O")
    return company


@pytest.mark.parametrize(("source", "progress"), [("key results", 0.2), ("children", 0.8), ("both", 0.5)])
def test_where_progress_comes_from(source, progress):
    objective = family(source).ob(50)
    assert objective["progress"] == pytest.approx(progress)
    assert objective["from_children"] == (source == "children")


def test_without_key_results_children_count_by_default():
    company = family("key results")
    company.rows["key_results"][0]["state"] = "dropped"
    assert company.ob(50)["progress"] == pytest.approx(0.8)


def test_children_tied_to_a_key_result_count_for_its_home_once():
    company = family("children").edge("P", "K")
    assert company.ob(50)["progress"] == pytest.approx(0.8)


def test_children_without_progress_and_drafts_do_not_count():
    company = family("children").objective("R").edge("R", "O")
    company.objective("S", state="draft").key_result("KS", objective="S").edge("S", "O")
    assert company.ob(50)["progress"] == pytest.approx(0.8)
    assert company.on(50, ("S",)).objectives.loc["O", "progress"] == pytest.approx(0.8)


def test_related_edges_never_count():
    company = family("children").objective("R").key_result("KR", objective="R").edge("R", "O", kind="related")
    assert company.ob(50)["progress"] == pytest.approx(0.8)


def test_children_of_any_cycle_and_depth():
    company = Company().cycle("Y", 0, 300).objective(cycle="Y").objective("P").objective("Q")
    company.edge("P", "O").edge("Q", "P").key_result(objective="Q").check_in(50, 30)
    assert company.ob(50)["progress"] == pytest.approx(0.3)
    assert company.ob(50)["expected"] == pytest.approx(0.5)


def test_edges_in_a_loop_are_ignored():
    company = family("children").edge("O", "P")
    company.rows["objectives"][1]["progress_from"] = "both"
    assert company.ob(50)["progress"] == pytest.approx(1)  # Q alone


def test_an_edge_to_a_dropped_key_result_does_not_count():
    company = Company().objective().key_result(state="dropped").objective("P").key_result("KP", objective="P")
    assert math.isnan(company.edge("P", "K").ob(50)["progress"])
    assert company.on(50).edges.empty


def test_no_parts_is_no_progress():
    objective = Company().objective().ob(50)
    assert math.isnan(objective["progress"])
    assert objective["status"] == "no value yet"


def test_no_part_with_a_check_in():
    assert two().ob(50)["status"] == "no value yet"


def test_not_started_before_its_cycle():
    assert two().check_in(-5, 10, of="A").ob(-1)["status"] == "not started"


def test_achieved_when_every_part_is():
    company = two().check_in(50, 100, of="A").check_in(50, 99, of="B")
    assert company.ob(50)["status"] == "on track"
    assert company.check_in(51, 120, of="B").ob(51)["status"] == "achieved"


def test_achieved_when_every_child_is_whatever_guardrails_it_replaces():
    company = Company().objective(progress_from="children").key_result(kind="maintain", upper=5).check_in(50, 1)
    company.objective("P").key_result("KP", objective="P").check_in(50, 100, of="KP").edge("P", "O")
    assert company.ob(50)["status"] == "achieved"


def test_to_be_scored_after_the_cycle():
    assert two().check_in(90, 90, of="A").ob(101)["status"] == "to be scored"


@pytest.mark.parametrize(("value", "word"), [(20, "off track"), (40, "at risk"), (60, "on track")])
def test_by_its_own_pace(value, word):
    assert Company().objective().key_result().check_in(50, value).ob(50)["status"] == word


def test_on_track_in_the_first_tenth():
    company = Company().objective().key_result(start=-100, due=20).check_in(5, 60)
    assert company.kr(9)["status"] == "off track"
    assert company.ob(9)["status"] == "at risk"  # not by its pace, but by its key result


def test_no_pace_is_on_track():
    company = Company().objective().key_result(kind="milestone").step("a", due=90).step("b").check_in(50)
    assert company.ob(50)["status"] == "on track"


def test_at_risk_while_a_key_result_is_off_track():
    objective = two().check_in(50, 80, of="A").check_in(50, 10, of="B").ob(50)
    assert (objective["status"], objective["off_track"]) == ("at risk", 1)


def test_at_risk_while_a_guardrail_is_broken():
    company = two().key_result("G", kind="maintain", upper=5)
    company.check_in(50, 80, of="A").check_in(50, 80, of="B").check_in(50, 6, of="G")
    assert company.ob(50)["status"] == "at risk"


def test_unknown_while_more_than_half_of_the_weight_is_overdue():
    company = two().check_in(20, 90, of="A").check_in(50, 90, of="B")
    assert company.ob(50)["status"] == "unknown"
    assert company.ob(50)["overdue"] == 1
    assert two().check_in(50, 90, of="A").check_in(20, 90, of="B").ob(50)["status"] == "on track"


def test_half_of_the_weight_is_not_more_than_half():
    company = Company().objective().key_result("A").key_result("B").check_in(20, 90, of="A").check_in(50, 90, of="B")
    assert company.ob(50)["status"] == "on track"


def test_at_risk_goes_before_unknown():
    company = two().key_result("C").check_in(20, 90, of="A").check_in(50, 90, of="B").check_in(50, 1, of="C")
    assert company.ob(50)["status"] == "at risk"


def test_score_is_stated_or_the_mean_of_the_parts():
    company = Company().objective().key_result("A", weight=3, score=1.0).key_result("B", score=0.6)
    assert company.ob(100)["score"] == pytest.approx(0.9)
    company.rows["objectives"][0]["score"] = 1.0
    assert company.ob(100)["score"] == 1.0


def test_a_child_counts_with_the_score_in_force():
    company = family()
    for row, score in zip(company.rows["key_results"], (None, 0.6, 1.0), strict=True):
        row["score"] = score
    assert company.ob(100)["score"] == pytest.approx(0.8)
    company.rows["objectives"][1]["score"] = 0.4  # overridden
    assert company.ob(100)["score"] == pytest.approx(0.7)
    company.rows["key_results"][1]["score"] = None
    assert company.ob(100)["score"] == pytest.approx(0.7)


def test_no_score_while_a_part_has_none():
    company = Company().objective().key_result("A", score=1.0).key_result("B")
    assert math.isnan(company.ob(100)["score"])


def test_met_and_missed():
    company = Company().objective(score=0.7, ambition="aspirational").objective("P", score=0.7)
    assert company.ob(100)["status"] == "met"
    assert company.ob(100, "P")["status"] == "missed"
    assert company.ob(99)["status"] == "no value yet"


def test_met_only_with_every_guardrail_kept_on_the_last_day():
    company = Company().objective(score=1.0).key_result(kind="maintain", upper=5)
    assert company.check_in(100, 6).ob(110)["status"] == "missed"
    assert company.check_in(100, 5).check_in(105, 9).ob(110)["status"] == "met"


def test_accountable_and_function():
    company = Company().lead("lea", "Marketing").objective().objective("P", team="Co", owner="maya")
    assert company.ob(1)[["accountable", "function"]].tolist() == ["lea", "Marketing"]
    assert company.ob(1, "P")[["accountable", "function"]].tolist() == ["maya", ""]
