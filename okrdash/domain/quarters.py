"""The next quarter: from when to when it runs, by the fiscal year, and what it is called, as those before it were."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from okrdash.domain.columns import Row
from okrdash.domain.tables import TABLES

_LONGEST = timedelta(days=110)
"""A cycle that takes more days is no quarter."""
_HALF = timedelta(days=46)
_QUARTER = re.compile(r"(?<![A-Za-z])Q(?P<quarter>[1-4])(?!\d)", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?P<year>20\d\d|\d\d)(?!\d)")


def next_quarter(cycles: Iterable[Row], fiscal_year_start: int, today: date) -> Row:
    """The row of the quarter after the newest that there is, or of the present one where there is none; in planning.

    The fiscal year begins in the month `fiscal_year_start` and bears the year in which it ends. A name such as
    "2027 Q1", "Q1 FY27" or "2027-Q1" follows that of the newest quarter; what is called otherwise says nothing.
    """
    quarters = [row for row in cycles if row["start"] and row["end"] and row["end"] - row["start"] <= _LONGEST]
    newest = max(quarters, key=lambda row: row["end"], default=None)
    now = _number(today, fiscal_year_start)
    # Half a quarter on is inside the next one, however many days the newest ends too early or too late.
    number = max(now, _number(newest["end"] + _HALF, fiscal_year_start)) if newest else now
    start = _first_day(number, fiscal_year_start)
    end = _first_day(number + 1, fiscal_year_start) - timedelta(days=1)
    named = max((row for row in quarters if _parts(row["cycle"])), key=lambda row: row["end"], default=None)
    name = _like(named, number, fiscal_year_start) if named else f"{_year(number, fiscal_year_start)} Q{number % 4 + 1}"
    return TABLES["cycles"].row(cycle=name, start=start, end=end, state="planning")


def _number(day: date, fiscal_year_start: int) -> int:
    """The quarters of fiscal years, counted on and on; those with the same rest by 4 are of one kind."""
    return (day.year * 12 + day.month - fiscal_year_start) // 3


def _first_day(number: int, fiscal_year_start: int) -> date:
    months = number * 3 + fiscal_year_start - 1
    return date(months // 12, months % 12 + 1, 1)


def _year(number: int, fiscal_year_start: int) -> int:
    """The year in which the fiscal year of a quarter ends."""
    return number // 4 + (fiscal_year_start > 1)


def _parts(name: str) -> tuple[re.Match[str], re.Match[str]] | None:
    """Where a name says which quarter it is, and of which year."""
    quarter, year = _QUARTER.search(name), _YEAR.search(_QUARTER.sub("__", name))
    return (quarter, year) if quarter and year else None


def _like(row: Row, number: int, fiscal_year_start: int) -> str:
    """A quarter's name as that of another one is, with as many quarters and years between them as there are days."""
    name, parts = row["cycle"], _parts(row["cycle"])
    if parts is None:
        return str(name)
    quarter, year = parts
    middle = row["start"] + (row["end"] - row["start"]) / 2
    counted = int(year["year"]) * 4 + int(quarter["quarter"]) - 1 + number - _number(middle, fiscal_year_start)
    digits = len(year["year"])
    for match, text in sorted(
        ((quarter, f"{name[quarter.start()]}{counted % 4 + 1}"), (year, f"{counted // 4 % 10**digits:0{digits}}")),
        key=lambda part: -part[0].start(),
    ):
        name = name[: match.start()] + text + name[match.end() :]
    return str(name)
