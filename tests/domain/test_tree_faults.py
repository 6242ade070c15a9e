"""What is wrong with the tree, rule by rule; what is written alike; and to what an objective probably contributes."""

from typing import Any

import pytest

from okrdash.domain.alike import written_twice
from okrdash.domain.arrays import table, texts
from okrdash.domain.parents import likely_parents
from okrdash.domain.tree_faults import KINDS, Beyond, Fault, Gone, faults
from tests.domain.small_company import Company


def of(company: Company, kind: str, **beyond: Any) -> list[Fault]:
    """What is wrong on day 50, of one kind."""
    return [fault for fault in faults(company.on(50), Beyond(**beyond)) if fault.kind == kind]


def whose(company: Company, kind: str, **beyond: Any) -> list[str]:
    return [fault.objective for fault in of(company, kind, **beyond)]


def company(**teams: str) -> Company:
    """Objectives by name, each of a team."""
    made = Company().cycle("Past", -100, -1).cycle("Year", -100, 300)
    for name, team in teams.items():
        made.objective(name, team=team)
    return made


def test_an_objective_without_a_parent_is_unaligned_unless_it_is_the_companys_or_somebody_said_why() -> None:
    tree = company(C="Co", tied="Growth", related="Growth", none="Brand", alone="Sales", drafted="Sales")
    tree.edge("tied", "C").edge("related", "C", "related").objective("over", cycle="Past")
    beyond = {"stands_alone": {"alone": "The lease ends", "tied": "Not so"}, "tied": frozenset({"drafted"})}
    assert whose(tree, "unaligned", **beyond) == ["related", "none"]
    assert [(fault.objective, fault.reason) for fault in of(tree, "stands alone", **beyond)] == [
        ("alone", "The lease ends")
    ]


def test_a_company_objective_is_worked_on_through_others_or_by_a_key_result_of_a_team() -> None:
    tree = company(none="Co", year="Co", quarter="Co", carried="Co", O="Growth")
    tree.edge("quarter", "year").edge("O", "quarter")
    tree.key_result("own", "none").key_result("given", "carried", team="Brand")
    assert whose(tree, "no team") == ["none"]


def test_a_parent_is_gone_when_it_was_dropped_or_closed_or_its_cycle_is_over() -> None:
    tree = company(C="Co", child="Growth").objective("past", cycle="Past").objective("closed", state="closed")
    tree.edge("child", "C").edge("child", "past").edge("child", "closed").key_result("K", "past").edge("child", "K")
    found = of(tree, "parent gone", gone=(Gone("child", "X", "Old hall"), Gone("past", "X", "Old hall")))
    assert [(fault.parent, fault.reason) for fault in found] == [
        ("X", "“Old hall” was dropped"),
        ("past", "“Title of past” ended with Past"),
        ("closed", "“Title of closed” is closed"),
        ("K", "“Title of past” ended with Past"),
    ]
    assert whose(tree, "unaligned", gone=(Gone("child", "X", "Old hall"),)) == []


@pytest.mark.parametrize(
    ("ties", "skipped"),
    [
        ([("team", "C"), ("function", "C")], ["team"]),
        ([("team", "K"), ("team", "C"), ("function", "C")], ["team"]),  # told once
        ([("team", "C"), ("team", "function"), ("function", "C")], []),
        ([("team", "C")], []),  # the function has none under it
        ([("team", "C"), ("other", "C")], []),  # that is another function's
        ([("team", "Y"), ("function", "Y")], []),  # the function's is for the quarter, as the team's is
    ],
)
def test_a_level_is_skipped_where_the_function_has_one_of_the_companys_cycle(
    ties: list[tuple[str, str]], skipped: list[str]
) -> None:
    tree = company(C="Co", team="Growth", function="Marketing", other="Sales").objective("Y", team="Co", cycle="Year")
    tree.key_result("K", "C")
    for child, parent in ties:
        tree.edge(child, parent)
    found = of(tree, "level skipped")
    assert [fault.objective for fault in found] == skipped
    assert all((fault.other, fault.parent) == ("function", "C") for fault in found)


@pytest.mark.parametrize(
    ("above", "below", "counts", "wrong"),
    [
        ("committed", "aspirational", "children", True),
        ("committed", "aspirational", "both", True),
        ("committed", "aspirational", "key results", False),
        ("committed", "committed", "children", False),
        ("aspirational", "aspirational", "children", False),
    ],
)
def test_a_promise_rests_on_a_stretch_where_its_progress_counts_one(
    above: str, below: str, counts: str, wrong: bool
) -> None:
    tree = Company().objective("A", ambition=above, progress_from=counts).objective("B", ambition=below)
    tree.key_result("K", "A").edge("B", "A")
    assert [(fault.objective, fault.other) for fault in of(tree, "rests on a stretch")] == [("A", "B")] * wrong


def test_an_objective_is_incomplete_without_key_results_and_without_an_owner() -> None:
    tree = Company().objective("bare").objective("counted", owner="maya").objective("below", owner="maya")
    tree.edge("below", "counted").key_result("K", "below")
    assert (whose(tree, "no key results"), whose(tree, "no owner")) == (["bare"], ["bare"])


def test_a_part_is_not_taken_on_until_somebody_promises_it() -> None:
    tree = Company().objective().key_result().person("nia")
    asked = {"key_result": "K", "from_team": "Growth", "to_team": "Sales", "need": "Data"}
    for state in ("requested", "declined", "accepted", "withdrawn"):
        tree.add("dependencies", id=state, state=state, **asked)
    assert [(fault.dependency, fault.reason) for fault in of(tree, "not taken on")] == [
        ("requested", "“Data” for “Title of K”: asked of Sales, not answered so far"),
        ("declined", "“Data” for “Title of K”: Sales declined it"),
    ]


def test_faults_come_by_kind_and_every_kind_says_its_rule() -> None:
    found = [fault.kind for fault in faults(company(A="Growth", B="Brand", C="Co").on(50), Beyond())]
    assert found == sorted(found, key=list(KINDS).index)
    assert all(kind.rule.endswith(".") for kind in KINDS.values())


def titled(*titles: str, **columns: list[Any]) -> dict[str, str]:
    rows = table(
        title=texts(titles),
        cycle=texts(columns.get("cycle", ["Q1"] * len(titles))),
        unit=texts(columns.get("unit", [""] * len(titles))),
        target=columns.get("target", [float("nan")] * len(titles)),
    )
    return written_twice(rows.set_index(texts("abcdefg"[: len(titles)])))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Raise sign-ups to 300 a month", "Sign-ups raised to 300 a month"),
        ("Reach an adoption rate of 30 % within three months", "Adoption rate of 30% within three months"),
        ("Cut churn to 2 %", "CUT CHURN to 2%"),
        ("Answer every ticket within the hour", "Answer every tiket within an hour"),
    ],
)
def test_the_same_in_other_words_is_written_twice(one: str, other: str) -> None:
    assert titled(one, "Something else entirely", other) == {"c": "a"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Crash rate of the web app below 1 %", "Crash rate of the mobile app below 1 %"),
        ("Move 600 sites", "Move 900 sites"),
        ("Increase tickets by 20 %", "Reduce tickets by 20 %"),
        ("Satisfaction of partners", "Satisfaction of practices"),
    ],
)
def test_a_word_or_a_number_that_the_other_lacks_makes_another_of_it(one: str, other: str) -> None:
    assert titled(one, other) == {}


def test_unit_target_and_cycle_tell_apart_what_has_the_same_words() -> None:
    same = ("Time to answer", "Time to answer")
    assert (
        titled(*same, unit=["hours", "days"]) == titled(*same, target=[4, 8]) == titled(*same, cycle=["a", "b"]) == {}
    )
    assert titled(*same, unit=["hours", ""], target=[4, float("nan")]) == {"b": "a"}
    assert titled(*["Time to answer"] * 5) == dict.fromkeys("bcde", "a")
    assert titled() == {}


def test_likely_parents_are_those_above_and_those_of_the_same_words() -> None:
    tree = company(C="Co", F="Marketing", strange="Sales").objective("Y", team="Co", cycle="Year")
    tree.objective("said", team="Sales", title="Practices recommend us").objective("old", team="Co", cycle="Past")
    board = tree.key_result("K", "strange", title="Practices recommend us").on(50)
    found = likely_parents(board, "Practices recommend us", "Growth", "Q1", but=["F"])
    assert set(found[:2]) == {"said", "strange"}
    assert set(found[2:]) == {"C", "Y"}
    assert likely_parents(board, "Anything", "Growth", "nowhere") == []
