"""The organisation's settings: what a champion may turn, each with its default and its meaning."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from okrdash.domain.errors import Invalid, Problem


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force. Days are local to `time_zone`; shares and paces are 0…1."""

    company: str = field(default="", metadata={"says": "the company's name"})
    time_zone: str = field(default="UTC", metadata={"says": "where a day begins and ends (IANA name)"})
    due_weekday: int = field(default=5, metadata={"says": "the day check-ins are due: 1 Monday … 7 Sunday"})
    cadence_weeks: int = field(default=1, metadata={"says": "weeks from one check-in to the next: 1, 2 or 4"})
    remind_hour: int = field(
        default=9,
        metadata={"says": "the hour of the due day, where each person is, at which they are reminded: 0 to 23"},
    )
    overdue_after: int = field(default=2, metadata={"says": "missed due days after which an update is overdue"})
    closed_days: tuple[date, ...] = field(default=(), metadata={"says": "days on which nothing is due"})
    fiscal_year_start: int = field(
        default=1,
        metadata={"says": "the month in which the fiscal year, and with it a first quarter, begins: 1 to 12"},
    )
    early_share: float = field(default=0.10, metadata={"says": "share of the time in which pace is not judged yet"})
    on_track_pace: float = field(default=0.95, metadata={"says": "pace from which a key result is on track"})
    at_risk_pace: float = field(default=0.75, metadata={"says": "pace from which it is at risk, below it off track"})
    aspirational_bar: float = field(default=0.7, metadata={"says": "progress at which an aspirational goal is met"})
    answer_days: int = field(default=5, metadata={"says": "days after which an unanswered request is escalated"})

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.time_zone)


DESCRIPTIONS: Mapping[str, str] = {f.name: f.metadata["says"] for f in fields(Settings)}

_RANGES = {
    "due_weekday": (1, 7),
    "remind_hour": (0, 23),
    "overdue_after": (1, 52),
    "fiscal_year_start": (1, 12),
    "early_share": (0.0, 0.9),
    "on_track_pace": (0.01, 2.0),
    "at_risk_pace": (0.0, 2.0),
    "aspirational_bar": (0.01, 1.0),
    "answer_days": (1, 365),
}


def parse(rows: Iterable[Mapping[str, Any]]) -> Settings:
    """The settings that `name`/`value` rows of text state, defaults for the rest.

    Raises Invalid naming every setting that is unknown or out of its range.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for row in rows:
        name, text = str(row["name"]), str(row["value"]).strip()
        try:
            values[name] = _value(name, text)
        except ValueError as fault:
            problems.append(Problem(f"setting {name}", str(fault)))
    settings = Settings(**values)
    if settings.at_risk_pace > settings.on_track_pace:
        problems.append(Problem("setting at_risk_pace", "may not be above on_track_pace"))
    if problems:
        raise Invalid(*problems)
    return settings


def text_of(name: str, settings: Settings) -> str:
    """A setting as the text that `parse` reads."""
    value = getattr(settings, name)
    if isinstance(value, tuple):
        return ";".join(day.isoformat() for day in value)
    return str(value)


def _value(name: str, text: str) -> Any:
    default = {f.name: f.default for f in fields(Settings)}.get(name)
    if default is None:
        raise ValueError("there is no such setting; known are " + ", ".join(DESCRIPTIONS))
    if name == "time_zone":
        return _zone(text)
    if name == "closed_days":
        return tuple(_day(part.strip()) for part in text.split(";") if part.strip())
    if isinstance(default, str):
        return text
    try:
        number = float(text) if isinstance(default, float) else int(text)
    except ValueError:
        kind = "a number such as 0.5" if isinstance(default, float) else "a whole number"
        raise ValueError(f"is {text!r}, but must be {kind}") from None
    if name == "cadence_weeks" and number not in (1, 2, 4):
        raise ValueError(f"is {text}, but must be 1, 2 or 4")
    low, high = _RANGES.get(name, (-math.inf, math.inf))
    if not low <= number <= high:
        raise ValueError(f"is {text}, but must be between {low} and {high}")
    return number


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError):  # an unknown name is a KeyError
        raise ValueError(f"{text!r} is no time zone; use a name such as Europe/Berlin or UTC") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no day; write days like 2026-12-24 with ; between them") from None
