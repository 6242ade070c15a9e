"""The days an outline names: its cycle's, and the day by which a key result is due."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_YEAR = r"(?:,?\s+(?:19|20)\d\d)"
_ISO = r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
_DAY = (
    rf"(?:{_ISO}|{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?!\d){_YEAR}?"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?{_MONTH}{_YEAR}?)"
)
DAYS = re.compile(rf"(?<![\w-])(?:{_DAY}|{_MONTH}{_YEAR})(?!\w)")
"""Days and months with a year, wherever they stand in a text; month names with a capital, so that "may" is none."""

_NAMED = re.compile(
    r"(?<![\w/])(?:FY\s?'?\d{2,4}[\s/_-]*[QH][1-4]|[QH][1-4][\s/_-]*(?:FY|CY)?\s?['’]?(?:\d{4}|\d{2})"
    r"|(?:19|20)\d\d[\s/_-]*[QH][1-4]|T[1-4]\s(?:19|20)\d\d|FY\s?'?\d{2,4}|(?<![\d.-])(?:19|20)\d\d|Q[1-4])(?![\w/])(?!-\d)",
    re.I,
)
_QUARTER = re.compile(r"(?<![A-Za-z])Q([1-4])(?!\d)", re.I)
_FISCAL_YEAR = re.compile(r"(?:FY|CY)?\s?['’]?(?<!\d)(\d{4}|\d{2})(?!\d)", re.I)
_ONE_DAY = re.compile(rf"(?<![\w-]){_DAY}(?!\w)", re.I)
_BETWEEN = re.compile(r"\s*(?:to|until|till|through|and|bis|–|—|-|→)\s*(?:the\s+)?", re.I)

_DUE = re.compile(
    rf"""(?<![\w-])(?:(?P<prep>by|until|till|before|in|on|at)\s+)?(?:the\s+)?
    (?:(?P<part>end\s+of|mid(?:dle\s+of)?|early|late|start\s+of|beginning\s+of)[\s-]*(?:the\s+)?)?
    (?:(?P<day>{_DAY})|(?P<month>{_MONTH})(?P<year>{_YEAR})?
      |(?:FY\s?'?\d{{2,4}}[\s-]*)?Q(?P<quarter>[1-4])(?:[\s/-]*(?:FY|CY)?\s?['’]?\d{{2,4}})?
      |(?P<own>EOQ|(?:this\s+)?(?:quarter|cycle)(?P<own_end>(?:[\s-]|'s)*end)?)
      |(?P<annual>EOY|(?:this\s+)?year(?P<annual_end>(?:[\s-]|'s)*end)?|(?P<bare>(?:19|20)\d\d)))$""",
    re.I | re.X,
)


@dataclass(frozen=True, slots=True)
class Cycle:
    """A cycle's name and its first and last day."""

    name: str
    start: date
    end: date

    def holds(self, day: date) -> bool:
        """Whether something that begins with the cycle can be due that day."""
        return self.start < day <= self.end

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


@dataclass(frozen=True, slots=True)
class Due:
    """The due day at the end of a text: where it stands, the day (None if it cannot be used), what is to be told."""

    start: int
    day: date | None
    note: str


def cycle_name(text: str) -> str:
    """The first name of a quarter, half or year in the text ("FY22-Q1", "Q3 2026"), else ""; a longer name wins."""
    found = [m[0].strip() for m in _NAMED.finditer(text)]
    return next((name for name in found if not re.fullmatch(r"Q\d|\d+", name, re.I)), found[0] if found else "")


def cycle_days(text: str) -> tuple[date, date, str] | None:
    """The first two days of the text that are joined ("from … to …"), and what had to be guessed of them."""
    days = list(_ONE_DAY.finditer(text))
    for first, last in pairwise(days):
        if not _BETWEEN.fullmatch(text[first.end() : last.start()]):
            continue
        end = _read(last[0])
        start = _read(first[0], year=end.year if end else None)
        if not start or not end or not end.year or not start.year:
            continue
        if start.month > end.month and not _has_year(first[0]):
            start = _Day(start.year - 1, start.month, start.day)
        notes = [note for text, day in ((first[0], start), (last[0], end)) if (note := day.note(text))]
        return start.on(start.year or 1), end.on(end.year), " ".join(notes)
    return None


def due_day(text: str, cycle: Cycle) -> Due | None:
    """The day by which the text says at its end that it is due; None if it names none.

    After "in" and "end of" a month or quarter is its last day, after "by" and "before" the day before it begins.
    """
    tail = text.rstrip(" .!;,")
    at = max(0, len(tail) - 60)
    found = _DUE.search(tail[at:])
    if not found or not _introduced(found):
        return None
    said = found[0]
    day, note = _meant(said, cycle)
    start = at + found.start()
    if day is None:
        return Due(start, None, f'"{said}" is not clear enough for a due day: none is set, so the cycle\'s end counts.')
    if not cycle.holds(day):
        outside = f'"{said}" is {day}, outside the cycle ({cycle}): it is not set, so the cycle\'s end counts.'
        return Due(start, None, outside)
    return Due(start, day, note)


@lru_cache(1024)
def _meant(said: str, cycle: Cycle) -> tuple[date | None, str]:
    found = _DUE.search(said)
    try:
        return _resolved(found, cycle) if found else (None, "")
    except (OverflowError, ValueError):
        return None, ""


def _introduced(found: re.Match[str]) -> bool:
    part = (found["part"] or "").casefold()
    return bool(found["prep"]) or part.startswith("end")


def _resolved(found: re.Match[str], cycle: Cycle) -> tuple[date | None, str]:
    part = " ".join((found["part"] or "").casefold().split())
    if found["day"]:
        day = _read(found["day"])
        return (_inside(day.dates(cycle), cycle), day.note(found["day"])) if day and not part else (None, "")
    if part.startswith("mid") and found["month"]:
        return _inside([first.replace(day=15) for first, _ in _periods(found, cycle)], cycle), ""
    if part and part != "end of":
        return None, ""
    prep = (found["prep"] or "").casefold()
    whole_end = part or found["own_end"] or found["annual_end"] or found[0].upper().endswith(("EOQ", "EOY"))
    before = prep in ("by", "before", "until", "till") and not whole_end
    periods = _periods(found, cycle)
    return _inside([first - timedelta(days=1) if before else last for first, last in periods], cycle), ""


def _periods(found: re.Match[str], cycle: Cycle) -> list[tuple[date, date]]:
    """The periods that may be meant: one a year where the text does not name the year."""
    years = range(max(2, cycle.start.year - 1), min(9997, cycle.end.year + 1) + 1)
    if found["month"]:
        if found["year"]:
            years = range(int(found["year"].strip(" ,")), int(found["year"].strip(" ,")) + 1)
        return [_months(year, _month(found["month"]), 1) for year in years]
    if found["quarter"]:
        return [quarter(int(found["quarter"]), found[0], cycle)]
    if found["own"]:
        return [(cycle.start, cycle.end)]
    if found["bare"]:
        years = range(int(found["bare"]), int(found["bare"]) + 1)
    return [_months(year, 1, 12) for year in years]


def quarter(number: int, said: str, cycle: Cycle) -> tuple[date, date]:
    """First and last day of Q1…Q4 as the document counts: from its own quarter, else from its own year."""
    own = _QUARTER.search(cycle.name)
    length = (cycle.end - cycle.start).days
    if own and length < 200:
        shift = number - int(own[1]) + 4 * _years_apart(said, cycle.name)
        if shift == 0:
            return cycle.start, cycle.end
        return _months(cycle.start.year, cycle.start.month + 3 * shift, 3)
    if length >= 300:
        return _months(cycle.start.year, cycle.start.month + 3 * (number - 1), 3)
    return _months(cycle.end.year, 3 * number - 2, 3)


def _years_apart(said: str, name: str) -> int:
    a, b = (_FISCAL_YEAR.findall(_QUARTER.sub(" ", text)) for text in (said, name))
    return int(a[0]) % 100 - int(b[0]) % 100 if a and b else 0


def _months(year: int, month: int, count: int) -> tuple[date, date]:
    """First and last day of so many months from that one on; months beyond the year run over."""
    first, after = ((year * 12 + month - 1 + n) for n in (0, count))
    return date(first // 12, first % 12 + 1, 1), date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def _inside(days: list[date], cycle: Cycle) -> date | None:
    """The day that the cycle holds; if it holds none, the one nearest to it."""
    middle = cycle.start + (cycle.end - cycle.start) / 2
    return min(days, key=lambda day: (not cycle.holds(day), day <= cycle.start, abs(day - middle)), default=None)


@dataclass(frozen=True, slots=True)
class _Day:
    year: int | None
    month: int
    day: int

    def on(self, year: int) -> date:
        """In that year; a day that the month does not have is its last."""
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))

    def dates(self, cycle: Cycle) -> list[date]:
        years = range(max(1, cycle.start.year - 1), min(9998, cycle.end.year + 1) + 1)
        return [self.on(year) for year in ([self.year] if self.year else years)]

    def note(self, said: str) -> str:
        year = self.year or 2024
        last = monthrange(year, self.month)[1]
        return f'"{said}": that month has {last} days, so its last is taken.' if self.day > last else ""


def _read(said: str, year: int | None = None) -> _Day | None:
    numbers = [int(n) for n in re.findall(r"\d+", said)]
    if re.match(_ISO, said):
        year, month, day = numbers
    else:
        month, day = _month(said), numbers[0]
        year = numbers[1] if len(numbers) > 1 else year
    return _Day(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _month(said: str) -> int:
    word = re.search(_MONTH, said, re.I)
    return _NAMES.index(word[0][:3].casefold()) + 1 if word else 0


def _has_year(said: str) -> bool:
    return bool(re.search(r"\d{4}", said))
