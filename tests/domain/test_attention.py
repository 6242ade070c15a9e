"""What needs attention: the rules of the leadership review, on small companies."""

from __future__ import annotations

from collections.abc import Sequence

from okrdash.domain import attention
from tests.domain.small_company import Company, one


def rules(company: Company, n: int, turned_red: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    items = attention.decisions(company.on(n), turned_red)
    return [(item.objective, [reason.rule for reason in item.reasons]) for item in items]


def test_nothing_needs_a_decision_where_all_is_well() -> None:
    assert rules(one().check_in(50, 50), 50) == []
    assert rules(Company(), 50) == []


def test_off_track_ranks_by_ambition_and_then_by_how_far_behind() -> None:
    company = Company()
    for identifier, ambition, value in (("A", "aspirational", 1), ("B", "committed", 30), ("C", "committed", 10)):
        company.objective(identifier, ambition=ambition).key_result(f"K{identifier}", identifier)
        company.check_in(50, value, of=f"K{identifier}")
    assert rules(company, 50) == [
        ("C", ["committed off track"]),
        ("B", ["committed off track"]),
    ]
    assert rules(company, 50, ["KA"])[2:] == [("A", ["turned red"])], "an aspirational one needs another reason"


def test_an_objective_is_listed_once_with_its_reasons_in_their_order() -> None:
    company = one().key_result("G", kind="maintain", lower=4.0)
    for day in (10, 20, 30, 50):
        company.check_in(day, 10, confidence=8)
    company.check_in(50, 3.0, of="G")
    assert rules(company, 50, ["K"]) == [("O", ["committed off track", "not likely", "guardrail broken", "turned red"])]


def test_an_objective_without_key_results_has_its_childrens_story() -> None:
    company = Company().objective("Top", progress_from="children").objective("A").objective("B")
    company.key_result("K", "A").key_result("L", "B").edge("A", "Top").edge("B", "Top")
    company.check_in(50, 40, of="K").check_in(50, 5, of="L")
    assert attention.told_by(company.on(50), attention.Item("Top", ())) == ["L", "K"]


def test_confidence_beside_the_numbers_the_widest_apart_first() -> None:
    company = Company().objective("O")
    for name, value, confidence in (("A", 20, 8), ("B", 10, 9), ("C", 50, 2), ("D", 55, 1), ("E", 50, 5)):
        company.key_result(name, "O").check_in(50, value, confidence=confidence, of=name)
    board = company.on(50)
    assert list(attention.more_confident(board).index) == ["B", "A"]
    assert list(attention.less_confident(board).index) == ["D", "C"]
    told = attention.numbers(board)
    assert (told.objectives, told.on_track, told.off_track, told.key_results, told.promises) == (1, 0, 1, 5, 0)


def test_only_running_cycles_and_active_objectives_count() -> None:
    company = Company().cycle("Q2", 101, 200)
    company.objective("Old", state="closed").key_result("KO", "Old").check_in(40, 1, of="KO")
    company.objective("New", cycle="Q2").key_result("KN", "New")
    assert rules(company, 50) == []
    assert list(attention.running(company.on(150)).index) == ["New"]


def test_housekeeping_names_what_is_missing() -> None:
    company = Company().objective("Top", team="Co").objective("O").key_result("K").key_result("S", kind="milestone")
    company.key_result("T", kind="milestone", owner="maya").step("first", of="T").edge("O", "Top")
    board = company.on(50)
    assert list(attention.without_owner(board).index) == ["K", "S"]
    assert list(attention.without_number(board).index) == ["S"]
    assert list(attention.without_value(board).index) == ["K", "S", "T"]
    assert list(attention.overdue(board).index) == ["K", "S", "T"]
    assert attention.unaligned(board).empty
    assert attention.to_be_scored(board).empty


def test_an_objective_that_contributes_to_nothing_is_not_aligned_unless_it_is_the_companys() -> None:
    company = (
        Company().objective("Top", team="Co").objective("O").objective("P").edge("O", "Top").edge("P", "O", "related")
    )
    assert list(attention.unaligned(company.on(50)).index) == ["P"]


def test_what_is_over_and_unscored_is_to_be_scored_in_past_cycles_too() -> None:
    company = one().check_in(50, 50)
    assert list(attention.to_be_scored(company.on(120)).index) == ["K"]
    assert attention.live(company.on(120)).empty
