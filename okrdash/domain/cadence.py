"""The rhythm of teams: of the check-ins that were due in a week, how many were made. Never said of a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain.arrays import Bools, Floats, Ints, column, positions, put, table, texts, totals
from okrdash.domain.board import Board
from okrdash.domain.check_ins import ordered
from okrdash.domain.facts import Facts
from okrdash.domain.freshness import DueDays, due_days, is_due, next_weekday
from okrdash.domain.settings import Settings
from okrdash.domain.teams import tree
from okrdash.domain.time import as_days, day_number, day_numbers

WEEKS = 13
"""The weeks that are looked at together: a quarter."""
_BEYOND = 10_000_000
"""More days than there are between the first and the last date."""


def weeks(settings: Settings, start: date, end: date, day: date) -> list[date]:
    """The due days of the weeks of a cycle; of a long one the last thirteen, up to the next due day after `day`."""
    first = next_weekday(np.array([day_number(start) + 1]), settings.due_weekday)[0]
    count = max(int(day_number(end) - first) // 7 + 1, 0)
    every = [date(1970, 1, 1) + timedelta(days=int(first) + 7 * n) for n in range(count)]
    shown = sum(when < day for when in every) + 1
    last = min(max(shown, WEEKS), count)
    return every[max(last - WEEKS, 0) : last]


def made(board: Board, facts: Facts, days: Sequence[date]) -> DataFrame:
    """Of the check-ins that were due on each of these due days, how many were made, by the team that carries them.

    Columns team, day (datetime64[s]), due, made (counts): a row for every active team that carries key results, in the
    teams' order, and every one of `days` that lies before the board's day; both are 0 where nothing was due.

    A check-in was made when one speaks for the time after the due day before it, up to and including its own, whenever
    it was entered; a step done on such a day is one too. With a cadence of several weeks only every n-th is due, and
    the time before it is as long; nothing is due on days on which the company was closed, nor after the first due day
    on or after the key result's own. While the accountable person is away without a deputy, only what was made all the
    same counts. `board` is everybody's, so that nothing confidential is counted; `facts` are those it was measured of.
    """
    rows = board.key_results
    rows = rows[rows["team"].isin(board.teams.index) & rows["objective"].isin(board.objectives.index)]
    teams = board.teams.index[board.teams.index.isin(rows["team"])]
    past = np.array([day_number(when) for when in days if when < board.day], dtype=np.float64)
    start = day_numbers(rows["start"])
    dues = due_days(board.settings, facts.absences, tree(facts), start, column(rows, "cadence"), board.day)
    last = _last(board, rows, day_numbers(rows["due"]) + dues.step - 1)
    longest = dues.step.max(initial=0.0) * (len(dues.closed) + 1)
    reports = _reports(board, facts, rows.index, past.min(initial=0.0) - longest)
    of = positions(teams, rows["team"])
    counts: list[tuple[Floats, Floats]] = []
    for when in past.tolist():
        asked = is_due(dues.opening, dues.step, when) & (when <= last) & (when not in dues.closed)
        done = asked & _reported(reports, np.maximum(_before(dues, when), start - 1), when)
        asked &= done | ~_away(dues, rows["accountable"], when)
        counts.append((totals(of, asked, len(teams)), totals(of, done, len(teams))))
    return put(
        table(team=texts(name for name in teams for _ in past), day=as_days(np.tile(past, len(teams)))),
        due=np.array([asked for asked, _ in counts]).T.ravel().astype(np.int64),
        made=np.array([done for _, done in counts]).T.ravel().astype(np.int64),
    )


def _last(board: Board, rows: DataFrame, last: Floats) -> Floats:
    """The last day on which a check-in can be due: not after the cycle, where that is closed or the result scored."""
    closed = rows["cycle"].isin(board.cycles.index[board.cycles["state"] == "closed"]).to_numpy()
    ends = day_numbers(board.cycles["end"])[positions(board.cycles.index, rows["cycle"])]
    return np.where(closed | np.isfinite(column(rows, "score")), np.minimum(ends, last), last)


def _reports(board: Board, facts: Facts, key_results: pd.Index, since: float) -> Ints:
    """Key result and day of everything that was reported after `since`, as one sorted number each."""
    spoken = day_numbers(facts.check_ins["as_of"])
    recent = facts.check_ins[(spoken > since) | (facts.check_ins["replaces"] != "").to_numpy()]
    said = ordered(recent, key_results)
    steps = board.steps[board.steps["done_on"].notna()]
    of, done_on = positions(key_results, steps["key_result"]), day_numbers(steps["done_on"])
    at = np.concatenate([said.key_result, of[of >= 0]])
    return np.sort(_place(at, np.concatenate([said.as_of, done_on[of >= 0]])))


def _reported(reports: Ints, after: Floats, until: float) -> Bools:
    """Of every key result, whether something was reported after the one day, up to and including the other."""
    at = np.arange(len(after))
    upper = np.searchsorted(reports, _place(at, np.full(len(at), until)), side="right")
    return np.asarray(upper > np.searchsorted(reports, _place(at, after), side="right"))


def _place(key_result: Any, day: Floats) -> Ints:
    return np.asarray(key_result, dtype=np.int64) * _BEYOND + day.astype(np.int64) + _BEYOND // 2


def _before(dues: DueDays, when: float) -> Floats:
    """The due day of each key result before this one on which the company was not closed."""
    before = when - dues.step
    while (shut := np.isin(before, dues.closed)).any():
        before = np.where(shut, before - dues.step, before)
    return before


def _away(dues: DueDays, person: pd.Series[Any], when: float) -> Bools:
    return person.isin(dues.away.loc[dues.away["day"] == when, "person"]).to_numpy()
