"""Days as numbers, and how much of a window has passed and is expected by a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from okrdash.domain.arrays import Floats, near


def begins(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins in a time zone: an instant as rows have it, naive and UTC."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)
    except OverflowError:  # on the calendar's first or last day
        return datetime.combine(day, time())


def local(moment: datetime, zone: ZoneInfo) -> datetime:
    """An instant as rows have it, naive and UTC, as the clocks of a time zone show it."""
    return moment.replace(tzinfo=UTC).astimezone(zone)


def day_number(day: date) -> float:
    """The day as the number of days since 1970-01-01."""
    return float(np.datetime64(day, "D").astype(np.int64))


def day_numbers(column: pd.Series[Any]) -> Floats:
    """A column of days as day numbers, NaN where blank."""
    days = column.to_numpy().astype("datetime64[D]")
    numbers = days.astype(np.int64).astype(np.float64)
    numbers[np.isnat(days)] = np.nan
    return numbers


def as_days(numbers: Floats) -> npt.NDArray[np.datetime64]:
    """Day numbers as datetime64[s], NaT where NaN."""
    days = np.full(len(numbers), np.datetime64("NaT"), dtype="datetime64[s]")
    known = np.isfinite(numbers)
    days[known] = numbers[known].astype(np.int64).astype("datetime64[D]")
    return days


def elapsed(day: float, start: Floats, due: Floats) -> Floats:
    """The share of the window that has passed: (day − start) / (due − start), clamped to 0…1.

    0 on the first day, 1 on the due day. A window without length (which validation refuses) has passed on its day.
    """
    length = due - start
    share = (day - start) / np.where(length > 0, length, 1.0)
    return np.clip(np.where(length > 0, share, day >= due), 0.0, 1.0)


def expected_by_phases(
    day: float | Floats, start: float, due: float, bar: float, phases: Sequence[tuple[float, float]]
) -> Any:
    """Where the line through (start, 0), each phase's (day, progress) and (due, bar) stands on a day, or on each day.

    Phases outside the window (which validation refuses) are left out; progress is clamped to 0…1.
    """
    inside = sorted((when, min(max(progress, 0.0), 1.0)) for when, progress in phases if start < when < due)
    days = [start, *(when for when, _ in inside), due]
    line = [0.0, *(progress for _, progress in inside), bar]
    return np.interp(day, days, line)


def pace(progress: Floats, expected: Floats) -> Floats:
    """The pace: progress / expected where something is expected, NaN elsewhere."""
    some = near(expected) > 0
    return np.where(some, progress / np.where(some, expected, 1.0), np.nan)
