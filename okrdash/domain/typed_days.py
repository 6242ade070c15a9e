"""Days as people type them ("13 Nov", "yesterday", "Friday"): taken where they can mean one day, else asked about."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class TypedDay:
    """What was understood: a day that is not to come, nothing (the field is empty), or a question back."""

    day: date | None = None
    question: str = ""
    """What to ask in place, "" when it was understood."""
    literal: bool = True
    """Whether the text is the day as 2026-11-13, so that there is nothing to explain."""


_WANTED = "Type a day such as 2026-11-13, 13 Nov or yesterday."
_MONTHS = {name.casefold(): n for n in range(1, 13) for name in (calendar.month_name[n], calendar.month_abbr[n])}
_WEEKDAYS = {name.casefold(): n for n in range(7) for name in (calendar.day_name[n], calendar.day_abbr[n])}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_POINTS = re.compile(r"(\d{1,2})\. ?(\d{1,2})\.? ?(\d{4})?")
_SLASHES = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? (?:of )?([a-z]+)\.?,?(?: (\d{4}))?")
_MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,?(?: (\d{4}))?")


def understand_day(text: str, today: date) -> TypedDay:
    """The day that a person typed, if it can only mean one; without a year the last such day until `today`."""
    line = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    if not line:
        return TypedDay()
    days = sorted(set(_readings(line, today)))
    if len(days) > 1:
        return TypedDay(question=f"This can be {' or '.join(day.isoformat() for day in days)}: type one of them.")
    if not days:
        return TypedDay(question=_WANTED)
    if days[0] > today:
        return TypedDay(question=f"{days[0]:%-d %B %Y} is yet to come. {_WANTED}")
    return TypedDay(days[0], literal=line == days[0].isoformat())


def _readings(line: str, today: date) -> list[date]:
    if line in ("today", "yesterday"):
        return [today - timedelta(days=line == "yesterday")]
    if (weekday := _WEEKDAYS.get(line.removeprefix("last "))) is not None:
        return [today - timedelta(days=(today.weekday() - weekday) % 7 or (7 if line.startswith("last ") else 0))]
    if found := _ISO.fullmatch(line):
        return _day(today, found[3], int(found[2]), found[1])
    if found := _POINTS.fullmatch(line):
        return _day(today, found[1], int(found[2]), found[3])
    if found := _SLASHES.fullmatch(line):  # the one half of the world puts the day first, the other the month
        first, second = int(found[1]), int(found[2])
        return [*_day(today, first, second, found[3]), *_day(today, second, first, found[3])]
    if found := _DAY_MONTH.fullmatch(line):
        return _day(today, found[1], _MONTHS.get(found[2], 0), found[3])
    if found := _MONTH_DAY.fullmatch(line):
        return _day(today, found[2], _MONTHS.get(found[1], 0), found[3])
    return []


def _day(today: date, day: str | int, month: int, year: str | None) -> list[date]:
    """That day; without a year the last one until today, which 29 February may have years ago."""
    for one in [int(year)] if year else range(today.year, today.year - 8, -1):
        try:
            found = date(one, month, int(day))
        except ValueError:
            continue
        if year or found <= today:
            return [found]
    return []
