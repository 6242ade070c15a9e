"""By which check-in a key result turned: red, achieved, or back inside its bounds."""

from __future__ import annotations

from typing import Any

import pytest

from okrdash.domain.turned import turned
from tests.domain.small_company import Company, day, one

# of a key result from 0 to 100 in a hundred days: (day, value) of its check-ins, today, by which it turned, from what
WALKS: dict[str, tuple[list[tuple[int, float | None]], int, list[tuple[str, str, str]]]] = {
    "it fell behind": ([(20, 20), (27, 22), (34, 23)], 36, [("c0002", "at risk", "red")]),
    "the first was red": ([(34, 2)], 36, [("c0000", "", "red")]),
    "it stays red: the first that was": ([(20, 20), (27, 10), (34, 11)], 36, [("c0001", "on track", "red")]),
    "red for longer than four weeks": ([(12, 2), (30, 3), (41, 4)], 42, []),
    "it came back": ([(20, 20), (27, 10), (34, 34)], 36, []),
    "twice: the last time": ([(14, 3), (20, 20), (27, 10)], 36, [("c0002", "on track", "red")]),
    "a note changes nothing": ([(20, 20), (27, 10), (34, None)], 36, [("c0001", "on track", "red")]),
    "nobody said so: time passed": ([(20, 20)], 36, []),
    "too long ago": ([(20, 20), (27, 10)], 56, []),
    "of one day the last stands": ([(20, 20), (27, 10), (27, 27)], 28, []),
    "it was achieved": ([(20, 20), (27, 100)], 36, [("c0001", "on track", "achieved")]),
    "further on it stays achieved": ([(20, 100), (27, 120)], 28, [("c0000", "", "achieved")]),
    "nothing said": ([], 36, []),
}


def found(company: Company, today: int) -> list[tuple[str, str, str]]:
    rows = turned(company.facts, day(today))
    return list(zip(rows["check_in"], rows["was"], rows["turned"], strict=True))


@pytest.mark.parametrize("walk", WALKS)
def test_the_check_in_that_turned_it(walk: str) -> None:
    check_ins, today, wanted = WALKS[walk]
    company = one()
    for number, value in check_ins:
        company.check_in(number, value)
    assert found(company, today) == wanted


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([1.0, 3.0], [("c0001", "on track", "red")]),
        ([3.0, 1.0], [("c0001", "off track", "kept")]),
        ([1.0, 1.5], []),
        ([3.0, 1.0, 4.0], [("c0002", "on track", "red")]),
    ],
)
def test_a_guardrail_breaks_and_comes_back(values: list[float], wanted: list[Any]) -> None:
    company = one("maintain", upper=2.0)
    for number, value in enumerate(values):
        company.check_in(20 + 7 * number, value)
    assert found(company, 36) == wanted


def test_a_step_achieves_a_milestone() -> None:
    company = one("milestone").step("pack", done_on=20).step("go", done_on=27).check_in(20).check_in(27)
    assert found(company, 30) == [("c0001", "on track", "achieved")]


def test_what_was_replaced_counts_for_nothing() -> None:
    company = one().check_in(20, 20).check_in(27, 10).check_in(27, 27, replaces="c0001")
    assert found(company, 28) == []


def test_what_is_not_agreed_on_turns_nothing() -> None:
    company = Company()
    for state in ("draft", "dropped", "closed"):
        company.objective(state, state=state).key_result(f"k-{state}", state).check_in(34, 2, of=f"k-{state}")
    assert found(company, 36) == []


def test_the_latest_comes_first_with_what_was_said() -> None:
    company = one().key_result("L").check_in(27, 2).check_in(34, 3, of="L", note="Nobody buys", author="maya")
    rows = turned(company.facts, day(36))
    assert rows["key_result"].tolist() == ["L", "K"]
    assert (rows["author"].iat[0], rows["note"].iat[0]) == ("maya", "Nobody buys")


def test_confidential_ones_are_in_it() -> None:
    company = Company().objective(visibility="confidential").key_result().check_in(34, 2)
    assert found(company, 36) == [("c0000", "", "red")]
