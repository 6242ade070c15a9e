"""Which of the check-ins that were due are made, by team and week. Fridays are days 1, 8, 15, 22, 29 …"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okrdash.domain.cadence import made, weeks
from okrdash.domain.settings import Settings
from tests.domain.small_company import Company, day
from tests.domain.test_measure_properties import companies, days, few

FRIDAYS = [day(n) for n in (8, 15, 22)]


def shares(company: Company, on: int, due: Sequence[date] = FRIDAYS, team: str = "Growth") -> list[tuple[int, int]]:
    """Made and due of a team on each of these due days that is over."""
    rows = made(company.on(on), company.facts, due)
    rows = rows[rows["team"] == team]
    return list(zip(rows["made"], rows["due"], strict=True))


def growth(**settings: object) -> Company:
    """A team with three key results from day 5 on, maya's, and one of another team."""
    company = Company(**settings).objective(owner="maya").key_result("B", team="Brand", start=5)
    for id in ("K", "L", "M"):
        company.key_result(id, start=5)
    return company


def test_a_worked_example() -> None:
    company = growth().check_in(8, 1.0).check_in(9, 1.0, of="L").check_in(15, 1.0).check_in(16, 1.0, of="M")
    # To day 8: K of three. To day 15: L (on day 9) and K. To day 22: M (on day 16).
    assert shares(company, 23) == [(1, 3), (2, 3), (1, 3)]
    assert shares(company, 23, team="Brand") == [(0, 1), (0, 1), (0, 1)]


def test_a_week_counts_once_its_due_day_is_over() -> None:
    assert [len(shares(growth(), n)) for n in (8, 9, 15, 16)] == [0, 1, 1, 2]


def test_a_late_one_counts_for_the_week_that_it_speaks_for() -> None:
    company = growth().check_in(8, 1.0, entered_at=datetime(2026, 2, 1, 9))
    assert shares(company, 40) == [(1, 3), (0, 3), (0, 3)]


def test_a_corrected_one_counts_where_its_correction_says() -> None:
    company = growth().check_in(8, 1.0, id="wrong").check_in(14, 1.0, replaces="wrong")
    assert shares(company, 23) == [(0, 3), (1, 3), (0, 3)]


def test_a_step_that_was_done_is_a_check_in() -> None:
    company = Company().objective().key_result(kind="milestone", start=5).step("s", done_on=14)
    assert shares(company, 23) == [(0, 1), (1, 1), (0, 1)]


def test_with_a_cadence_of_two_weeks_every_other_week_is_due() -> None:
    company = Company().objective().key_result(cadence_weeks=2).check_in(2, 1.0).check_in(15, 1.0)
    assert shares(company, 23) == [(1, 1), (0, 0), (1, 1)]  # due on days 8 and 22; day 15 speaks for the second


def test_what_is_said_before_a_closed_day_is_said_for_the_next() -> None:
    company = growth(closed_days=(day(8),)).check_in(7, 1.0)
    assert shares(company, 23) == [(0, 0), (1, 3), (0, 3)]


@pytest.mark.parametrize(("deputy", "due"), [("", [(0, 0), (1, 1)]), ("omar", [(0, 3), (1, 3)])])
def test_who_is_away_without_a_deputy_owes_nothing(deputy: str, due: list[tuple[int, int]]) -> None:
    company = growth().away("maya", 6, 20, deputy).check_in(13, 1.0, of="L")
    assert shares(company, 20) == due


def test_nothing_is_due_once_the_value_of_its_due_day_is() -> None:
    company = Company().objective().key_result(start=0, due=12)
    assert shares(company, 40) == [(0, 1), (0, 1), (0, 0)]


def test_a_closed_cycle_asks_for_nothing_more() -> None:
    company = Company().objective().key_result()
    company.rows["cycles"][0]["state"] = "closed"
    assert shares(company, 140, [day(n) for n in (99, 106)]) == [(0, 1), (0, 0)]


def test_what_is_confidential_or_a_draft_is_not_counted() -> None:
    company = Company().objective(visibility="confidential").key_result()
    assert shares(company.objective("D", state="draft").key_result("L", "D"), 23) == []


@few
@given(companies(), days, days, st.integers(0, 30))
def test_a_share_is_from_0_to_1_and_no_leave_without_a_deputy_lowers_it(
    company: Company, on: int, first: int, length: int
) -> None:
    due = [day(n) for n in range(-34, 141, 7)]
    before = made(company.on(on), company.facts, due)
    assert before["made"].between(0, before["due"]).all()
    company.away("maya", first, first + length)
    after = made(company.on(on), company.facts, due)
    both = (before["due"] > 0) & (after["due"] > 0)
    assert (after["made"] / after["due"] >= before["made"] / before["due"])[both].all()


@pytest.mark.parametrize(
    ("end", "today", "first", "last", "count"),
    [
        (90, 0, 1, 85, 13),  # a quarter: all of it
        (3, 0, 1, 1, 1),
        (0, 0, 0, 0, 0),
        (364, 0, 1, 85, 13),  # a year: its first weeks, then those up to the next due day
        (364, 200, 120, 204, 13),
        (364, 400, 274, 358, 13),
    ],
)
def test_the_weeks_of_a_cycle(end: int, today: int, first: int, last: int, count: int) -> None:
    found = weeks(Settings(), day(0), day(end), day(today))
    assert len(found) == count
    assert found[:1] + found[-1:] == ([day(first), day(last)] if count else [])
