"""What units carry of objectives, and the scores of what they carried."""

import pytest

from okrdash.domain import carried
from tests.domain.small_company import Company


def shared(**scores: float) -> Company:
    """An objective of Growth: of Growth A (0.2, weight 3) and B (0.6), of Sales C (1.0)."""
    company = Company().objective()
    company.key_result("A", weight=3, score=scores.get("A")).key_result("B", score=scores.get("B"))
    company.key_result("C", team="Sales", score=scores.get("C"))
    return company.check_in(50, 20, of="A").check_in(50, 60, of="B").check_in(50, 100, of="C")


def test_a_unit_carries_the_mean_of_its_own_key_results():
    rows = carried.carried(shared().on(50), "Q1", "Growth")
    assert rows.loc["O", ["part_progress", "part_expected", "part_status", "whole", "others"]].tolist() == [
        *(pytest.approx(0.3), 0.5, "off track", False, False),
    ]


def test_the_mean_of_the_parts_is_the_units_own_progress():
    company = shared().objective("P", team="Growth").key_result("KP", objective="P").check_in(50, 90, of="KP")
    board = company.on(50)
    own = board.units.set_index(["unit", "cycle"]).at[("Growth", "Q1"), "own_progress"]
    assert carried.carried(board, "Q1", "Growth")["part_progress"].mean() == pytest.approx(own)


def test_all_of_an_objective_has_the_objectives_status():
    company = Company().objective().key_result("A").key_result("B").check_in(50, 0, of="A").check_in(50, 100, of="B")
    row = carried.carried(company.on(50), "Q1", "Growth").loc["O"]
    assert (row["part_status"], row["whole"]) == ("at risk", True)  # by its pace alone it is on track


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        ("Growth", {"Sales": 1}),
        ("Marketing", {"Growth": 1, "Sales": 1}),
        ("Co", {"Growth": 1, "Marketing": 1, "Sales": 1}),
    ],
)
def test_of_others_is_what_is_owned_neither_here_nor_below(owner, found):
    company = Company().objective(team=owner).key_result("A", team="Growth").key_result("C", team="Sales")
    assert carried.of_others(company.on(50), "Q1") == found


def scored(company: Company) -> dict[tuple[str, str, str], tuple[float, int]]:
    rows = carried.scores(company.on(101), ["Q1"]).to_dict("records")
    return {
        (row["unit"], row["ambition"], row["side"]): (pytest.approx(row["score"]), row["objectives"]) for row in rows
    }


def test_scores_are_the_means_of_what_a_unit_carried_by_weight():
    found = scored(shared(A=0.2, B=0.6, C=1.0))
    assert found["Growth", "committed", "own"] == (0.3, 1)
    assert found["Sales", "committed", "own"] == (1.0, 1)
    assert found["Marketing", "committed", "below"] == (0.3, 1)
    assert found["Co", "committed", "below"] == (0.44, 1)  # both parts of one objective, once


def test_committed_and_aspirational_scores_are_apart():
    company = shared(A=0.2, B=0.6, C=1.0).objective("P", ambition="aspirational")
    found = scored(company.key_result("KP", objective="P", score=0.7))
    assert found["Growth", "aspirational", "own"] == (0.7, 1)
    assert found["Growth", "committed", "own"] == (0.3, 1)


def test_what_has_no_score_is_left_out():
    assert ("Growth", "committed", "own") not in scored(shared(A=0.2, C=1.0))
    assert scored(Company()) == {}


def test_updates_are_overdue_by_unit_and_all_below_it():
    found = carried.overdue(shared().on(75), "Q1")
    assert found["Growth"] == (2, 2)
    assert found["Co"] == (3, 3)
