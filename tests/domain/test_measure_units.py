"""What teams, functions and the company carry, and what stands below them."""

import pytest

from tests.domain.small_company import Company


def shared() -> Company:
    """An objective of Growth with key results of Growth (0.2, weight 3 and 0.6) and of Brand (1.0)."""
    company = Company().objective()
    company.key_result("A", weight=3).key_result("B").key_result("C", team="Brand")
    return company.check_in(50, 20, of="A").check_in(50, 60, of="B").check_in(50, 100, of="C")


def test_an_objective_counts_with_the_part_that_the_unit_carries():
    company = shared()
    assert company.unit(50, "Growth")["own"]["progress"] == pytest.approx(0.3)
    assert company.unit(50, "Brand")["own"]["progress"] == 1


def test_below_counts_it_once_with_both_parts():
    below = shared().unit(50, "Marketing")["below"]
    assert below["objectives"] == 1
    assert below["progress"] == pytest.approx((3 * 0.2 + 0.6 + 1) / 5)


def test_own_and_below_are_never_blended():
    unit = shared().objective("F", team="Marketing").key_result("KF", objective="F").unit(50, "Marketing")
    assert unit["own"]["progress"] == 0
    assert unit["below"]["progress"] == pytest.approx(0.44)


def test_units_without_anything_are_left_out():
    company = shared()
    assert company.unit(50, "Sales") is None
    assert company.unit(50, "Co")["own"] is None
    assert company.unit(50, "Growth")["below"] is None


def test_own_is_the_mean_over_objectives():
    company = shared().objective("P", team="Brand").key_result("KP", objective="P")
    assert company.unit(50, "Brand")["own"]["progress"] == pytest.approx(0.5)


def test_progress_from_children_counts_in_the_owning_unit():
    company = shared().objective("S", team="Sales", progress_from="children").edge("O", "S")
    company.key_result("KS", objective="S", team="Brand")
    assert company.unit(50, "Sales")["own"]["progress"] == pytest.approx(0.44)
    assert company.unit(50, "Brand")["own"]["objectives"] == 1


def test_both_counts_in_the_units_of_its_key_results():
    company = shared().objective("S", team="Sales", progress_from="both").edge("O", "S")
    company.key_result("KS", objective="S", team="Brand")
    assert company.unit(50, "Sales") is None
    assert company.unit(50, "Brand")["own"]["progress"] == pytest.approx(0.5)


def test_no_progress_counts_nowhere():
    assert Company().objective().unit(50, "Growth") is None


def test_per_cycle():
    company = shared().cycle("Y", 0, 200).objective("P", cycle="Y").key_result("KP", objective="P")
    assert company.unit(50, "Growth", "Y")["own"]["progress"] == 0
    assert company.unit(50, "Growth")["own"]["progress"] == pytest.approx(0.3)


def test_status_from_its_pace_and_counts_by_status():
    own = shared().unit(50, "Growth")["own"]
    assert own["pace"] == pytest.approx(0.6)
    assert own["status"] == "off track"
    assert own["statuses"] == {"at risk": 1}


def test_not_started_and_no_value_yet():
    company = Company().objective().key_result()
    assert company.unit(-1, "Growth")["own"]["status"] == "not started"
    assert company.unit(50, "Growth")["own"]["status"] == "no value yet"


def test_a_score_is_no_value():
    company = Company().objective(score=1.0, team="Sales").objective("P").key_result("KP", objective="P")
    own = company.edge("P", "O").unit(100, "Sales")["own"]
    assert (own["status"], own["statuses"]) == ("no value yet", {"met": 1})


def test_only_guardrails_count_by_their_team():
    company = Company().objective().key_result(kind="maintain", upper=5, team="Sales").check_in(0, 5)
    assert company.unit(50, "Sales")["own"]["progress"] == 1
    assert company.unit(50, "Growth") is None


def test_order_is_that_of_teams_then_cycles():
    company = shared().cycle("Y", 0, 200).objective("P", cycle="Y").key_result("KP", objective="P")
    units = company.on(50).units
    assert list(zip(units["unit"], units["cycle"], strict=True))[:3] == [("Co", "Q1"), ("Co", "Y"), ("Marketing", "Q1")]


def test_a_team_without_parent_stands_under_the_company():
    company = shared().add("teams", team="Ops", kind="function").objective("P", team="Ops")
    company.key_result("KP", objective="P")
    assert company.unit(50, "Co")["below"]["objectives"] == 2
    assert company.on(50).teams.loc["Ops", ["parent", "path", "depth"]].tolist() == ["Co", "Co;Ops", 1]


def test_teams_know_their_function_and_path():
    teams = Company().add("teams", team="Old", kind="team", parent="Sales", active=False).on(0).teams
    assert teams.loc["Growth", ["function", "depth", "path"]].tolist() == ["Marketing", 2, "Co;Marketing;Growth"]
    assert teams.loc["Marketing", "function"] == "Marketing"
    assert teams.loc["Co", ["function", "depth"]].tolist() == ["", 0]
    assert "Old" not in teams.index
