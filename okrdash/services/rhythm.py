"""How regularly teams check in, week by week of a cycle; computed once per revision and shared."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

from pandas import DataFrame

from okrdash.domain import cadence
from okrdash.domain.errors import NotFound
from okrdash.services import company, overview
from okrdash.services.people import Actor, allow

_KEPT = 8
_lock = threading.Lock()
_calendars: OrderedDict[tuple[str, int, date, str], Calendar] = OrderedDict()


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The weeks of a cycle, by the day on which check-ins are due, and what was made of those due in each."""

    days: tuple[date, ...]
    """The due days, those to come included."""
    rows: DataFrame
    """A row per team and due day that is over: team, day, due, made, as `cadence.made` counts them."""


def calendar(actor: Actor, cycle: str) -> Calendar:
    """The check-ins of every team in the weeks of a cycle, those of key results of other cycles too.

    Nothing confidential is counted. Raises NotFound for a cycle that does not exist, Forbidden for who is signed out.
    """
    board = overview.board(actor)
    if cycle not in board.cycles.index:
        raise NotFound(f"There is no cycle {cycle!r} (any more). Choose another.")
    key = (company.company().opening, board.revision, board.day, cycle)
    with _lock:
        if key in _calendars:
            return _calendars[key]
    with company.company().read() as reader:
        allow(reader, actor, "read")
        facts = overview.facts_of(reader)
    row = board.cycle(cycle)
    days = cadence.weeks(board.settings, row["start"].date(), row["end"].date(), board.day)
    made = Calendar(tuple(days), cadence.made(board, facts, days))
    with _lock:
        _calendars[key] = made
        while len(_calendars) > _KEPT:
            _calendars.popitem(last=False)
    return made
