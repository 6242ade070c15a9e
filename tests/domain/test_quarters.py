"""The next quarter: its days by the fiscal year, its name as those before it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from okrdash.domain.quarters import next_quarter
from okrdash.domain.tables import TABLES

TODAY = date(2026, 11, 22)


def cycle(name: str, start: date, end: date) -> dict[str, object]:
    return TABLES["cycles"].row(cycle=name, start=start, end=end, state="active")


@pytest.mark.parametrize(
    ("newest", "becomes"),
    [
        ("2026 Q4", "2027 Q1"),
        ("2026-Q4", "2027-Q1"),
        ("Q4 2026", "Q1 2027"),
        ("FY26 q4", "FY27 q1"),
        ("Q4/26 Growth", "Q1/27 Growth"),
        ("Autumn", "2027 Q1"),
    ],
)
def test_its_name_is_like_the_newest(newest: str, becomes: str) -> None:
    year = cycle("2026", date(2026, 1, 1), date(2026, 12, 31))
    row = next_quarter([cycle(newest, date(2026, 10, 1), date(2026, 12, 18)), year], 1, TODAY)
    assert (row["cycle"], row["start"], row["end"]) == (becomes, date(2027, 1, 1), date(2027, 3, 31))


@pytest.mark.parametrize(
    ("month", "name", "start"),
    [(1, "2026 Q4", date(2026, 10, 1)), (2, "2027 Q4", date(2026, 11, 1)), (9, "2027 Q1", date(2026, 9, 1))],
)
def test_the_first_one_is_the_present_of_the_fiscal_year(month: int, name: str, start: date) -> None:
    row = next_quarter([], month, TODAY)
    assert (row["cycle"], row["start"]) == (name, start)
    assert row["end"] - row["start"] in (timedelta(days=d) for d in range(88, 93))


def test_what_a_year_is_called_is_as_the_company_has_it() -> None:
    row = next_quarter([cycle("FY2026 Q4", date(2026, 11, 1), date(2027, 1, 31))], 2, TODAY)  # by the year it begins in
    assert (row["cycle"], row["start"], row["end"]) == ("FY2027 Q1", date(2027, 2, 1), date(2027, 4, 30))


def test_after_a_pause_it_is_the_present_one() -> None:
    row = next_quarter([cycle("2025 Q1", date(2025, 1, 1), date(2025, 3, 31))], 1, TODAY)
    assert (row["cycle"], row["start"]) == ("2026 Q4", date(2026, 10, 1))
