"""How far units had come on past days, by what is known and defined now: corrections and new targets reach back.

What the board showed on such a day is another question, and `okrdash.services.past` answers it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.domain.cadence import weeks
from okrdash.domain.measure import units_on
from okrdash.domain.standing import Standing, stand
from okrdash.services.company import company
from okrdash.services.kept import Kept
from okrdash.services.overview import facts_of, version
from okrdash.services.people import Actor, allow

_ALIKE = 1.5
"""How many times as long a cycle may be as another of its kind: a quarter has 12 to 14 weeks, a year has four."""

_standings: Kept[Standing] = Kept()
_units: Kept[DataFrame] = Kept(96)


def units_over_time(actor: Actor, days: Iterable[date]) -> DataFrame:
    """How far every unit had come on each of these days, measured with what is known and defined now.

    A row per day, unit and cycle, the earliest day first: the columns of `Board.units`, and day (datetime64[s]).
    Nothing confidential is counted. Raises Forbidden for who is signed out.
    """
    with company().read() as reader:
        allow(reader, actor, "read")
        state = version(reader)

        def measured(day: date) -> DataFrame:
            standing = _standings.get(state, lambda: stand(facts_of(reader)))
            units = units_on(standing, day)
            return units.assign(day=np.full(len(units), np.datetime64(day, "s")))

        found = [_units.get((*state, day), partial(measured, day)) for day in sorted(set(days))]
        return pd.concat(found, ignore_index=True) if found else measured(date.min).iloc[:0]


def days_of(board: Board, cycle: str) -> list[date]:
    """The days on which a cycle is looked at: the due days that are over, of a long one the last thirteen, and the
    board's day, or the cycle's last where that is earlier. None before its first day.
    """
    row = board.cycle(cycle)
    start, end = row["start"].date(), row["end"].date()
    last = min(board.day, end)
    due = [day for day in weeks(board.settings, start, end, board.day) if day < last]
    return [*due, last] if start <= last else []


def before(board: Board, cycle: str, most: int = 4) -> list[str]:
    """The cycles of the same length that ended before this one began, the newest first."""
    rows = board.cycles
    row: Any = rows.loc[cycle]
    length = (rows["end"] - rows["start"]).dt.days + 1
    own = (row["end"] - row["start"]).days + 1
    alike = (length <= own * _ALIKE) & (own <= length * _ALIKE) & (rows["end"] < row["start"])
    return [str(name) for name in rows[alike].sort_values("end", ascending=False, kind="stable").index[:most]]


def same_point(board: Board, cycle: str, other: str) -> date:
    """The day on which another cycle was as old, as a share of its length, as this one is on the board's day."""
    row = board.cycle(other)
    start: date = row["start"].date()
    share: Any = board.cycles.at[cycle, "elapsed"]
    return start + timedelta(days=round(float(share) * (row["end"].date() - start).days))
