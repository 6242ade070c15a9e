"""When a check-in is due; day 1 is the first Friday, then every seventh."""

from __future__ import annotations

import pandas as pd
import pytest

from okrdash.domain.due import due_now, next_check_in
from tests.domain.small_company import Company, day, one


def is_due(company: Company, n: int, id: str = "K") -> bool:
    return bool(due_now(company.on(n))[id])


def test_from_its_start_until_the_first_check_in() -> None:
    company = one(start=10)
    assert not is_due(company, 9)
    assert is_due(company, 10)
    assert is_due(company, 30)


@pytest.mark.parametrize(
    ("last", "now", "due"), [(5, 6, False), (5, 8, False), (5, 9, True), (8, 8, False), (8, 9, True)]
)
def test_on_saturday_the_period_has_turned(last: int, now: int, due: bool) -> None:
    assert is_due(one().check_in(last, 1.0), now) is due


def test_a_period_is_as_long_as_the_cadence() -> None:
    company = one(cadence_weeks=2).check_in(9, 1.0)  # due on days 8, 22, 36
    assert not is_due(company, 22)
    assert is_due(company, 23)


def test_a_due_day_on_which_the_company_is_closed_does_not_turn_the_period() -> None:
    company = Company(closed_days=(day(8),)).objective().key_result().check_in(5, 1.0)
    assert not is_due(company, 9)
    assert not is_due(company, 15)
    assert is_due(company, 16)


def test_nothing_is_due_of_what_is_scored() -> None:
    scored = one(due=40, score=0.7)
    assert is_due(scored, 99)
    assert not is_due(scored, 100)


def test_after_its_due_day_the_value_of_that_day_is_due_once() -> None:
    assert is_due(one(due=40).check_in(35, 1.0), 60)
    assert not is_due(one(due=40).check_in(35, 1.0).check_in(40, 9.0), 60)


def test_the_next_check_in() -> None:
    company = one().check_in(5, 1.0)
    assert next_check_in(company.on(6))["K"] == pd.Timestamp(day(15))  # that of day 8 is made
    assert next_check_in(company.on(9))["K"] == pd.Timestamp(day(15))
    assert next_check_in(one().on(6))["K"] == pd.Timestamp(day(8))
    assert pd.isna(next_check_in(one(due=40).check_in(40, 1.0).on(60))["K"])


def test_no_key_results_no_due() -> None:
    board = Company().on(5)
    assert due_now(board).empty
    assert next_check_in(board).empty
