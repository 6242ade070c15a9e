"""When a check-in is due, how many due days have been missed, and who owes the next one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain.arrays import Bools, Floats, Ints, Texts, table, texts
from okrdash.domain.settings import Settings
from okrdash.domain.status import first
from okrdash.domain.teams import Tree
from okrdash.domain.time import day_number, day_numbers

_AHEAD = 2 * 366
"""The days ahead within which the next due day is looked for."""


@dataclass(frozen=True, slots=True)
class DueDays:
    """The due days of key results: the n-th, 2n-th … due weekday strictly after the start, for a cadence of n weeks.

    Days that are closed, and days on which the accountable person is away without an active deputy, do not count;
    they are not moved either.
    """

    opening: Floats
    """The first of each key result."""
    step: Floats
    """Days from one to the next."""
    closed: Floats
    away: DataFrame
    """person, day: due weekdays on which a person is away without an active deputy; none that is closed."""


def due_days(settings: Settings, absences: DataFrame, tree: Tree, start: Floats, cadence: Floats, day: date) -> DueDays:
    """The due days of key results that start on `start` (a day number) with a cadence in weeks, beyond `day`."""
    step = 7 * np.floor(cadence)
    closed = np.unique([day_number(closed) for closed in settings.closed_days])
    closed = closed[_weekday(closed) == settings.due_weekday]
    away = _away(absences, tree, settings.due_weekday, day_number(day) + _AHEAD)
    return DueDays(
        opening=next_weekday(start + 1, settings.due_weekday) + step - 7,
        step=step,
        closed=closed,
        away=away[~away["day"].isin(closed)],
    )


def missed(due: DueDays, person: pd.Series[str], after: Floats, day: float) -> Ints:
    """How many due days of each key result lie strictly between `after` and `day`; `person` is accountable."""
    count = _through(due, np.full(len(after), day - 1)) - _through(due, after)
    for closed in due.closed.tolist():
        count -= is_due(due.opening, due.step, closed) & (closed > after) & (closed < day)
    if due.away.empty:
        return np.asarray(np.maximum(count, 0), dtype=np.int64)
    at = np.flatnonzero(person.isin(due.away["person"]))
    owed = table(at=at, person=person.to_numpy()[at]).merge(due.away, on="person")
    n, when = owed["at"].to_numpy(), owed["day"].to_numpy()
    off = is_due(due.opening[n], due.step[n], when) & (when > after[n]) & (when < day)
    count -= np.bincount(n[off], minlength=len(after))
    return np.asarray(np.maximum(count, 0), dtype=np.int64)


def next_due(due: DueDays, person: pd.Series[str], day: float) -> Floats:
    """The first due day of each key result on or after `day`; NaN where two years have none."""
    ahead = np.maximum(np.ceil((day - due.opening) / due.step), 0)
    found = due.opening + due.step * ahead
    closed = set(due.closed.tolist())
    away: dict[str, set[float]] = {}
    for name, off_day in zip(due.away["person"], due.away["day"], strict=True):
        away.setdefault(name, set(closed)).add(off_day)
    people = person.to_numpy()
    for n in np.flatnonzero(np.isin(found, due.closed) | person.isin(list(away)).to_numpy()).tolist():
        off = away.get(people[n], closed)
        while found[n] in off:
            found[n] += due.step[n]
        if found[n] > day + _AHEAD:
            found[n] = np.nan
    return found


def freshness(missed: Ints, live: Bools, settings: Settings) -> Texts:
    """Fresh, late or overdue by the due days missed; "" where no check-in is owed."""
    return first((~live, ""), (missed >= settings.overdue_after, "overdue"), (missed > 0, "late"), otherwise="fresh")


def owes(tree: Tree, absences: DataFrame, team: pd.Series[str], person: Texts, day: float) -> Texts:
    """Who owes the check-in: the accountable person; while away, the deputy; with neither, the nearest lead.

    A lead who is away is passed over; where everybody is away, it stays with the accountable person.
    """
    on_leave = absences[(day_numbers(absences["start"]) <= day) & (day_numbers(absences["end"]) >= day)]
    away: dict[str, str] = {}
    for name, deputy in zip(on_leave["person"], on_leave["deputy"], strict=True):
        stands_in = deputy if deputy in tree.active_people and deputy != name else ""
        away[name] = away.get(name) or stands_in
    if not away:
        return person.copy()

    def one(name: str, team: str) -> str:
        if name not in away:
            return name
        leads = (lead for lead in tree.leads.get(team, ()) if lead not in away)
        return away[name] or next(leads, name)

    return texts(one(name, team) for name, team in zip(person, team, strict=True))


def _weekday(day: Floats) -> Floats:
    return (day + 3) % 7 + 1  # 1970-01-01 was a Thursday


def next_weekday(day: Floats, weekday: int) -> Floats:
    """The first day of that weekday on or after `day`."""
    return day + (weekday - _weekday(day)) % 7


def _through(due: DueDays, day: Floats) -> Ints:
    """How many due days there are until `day`, inclusive."""
    return np.asarray(np.maximum(np.floor((day - due.opening) / due.step) + 1, 0), dtype=np.int64)


def is_due(opening: Floats, step: Floats, day: float | Floats) -> Bools:
    """Whether a day is one of the due days; `opening` is the first, `step` the days from one to the next."""
    return np.asarray((day >= opening) & ((day - opening) % step == 0))


def _away(absences: DataFrame, tree: Tree, weekday: int, until: float) -> DataFrame:
    """person, day: the weekdays until `until` on which a person is away and no active deputy stands in."""
    if absences.empty:
        return table(person=texts(()), day=np.zeros(0))
    start, end = day_numbers(absences["start"]), day_numbers(absences["end"])
    known = (np.isfinite(start) & np.isfinite(end)) & absences["person"].isin(tree.active_people).to_numpy()
    person, deputy = absences["person"].to_numpy()[known], absences["deputy"][known]
    opening, end = next_weekday(start[known], weekday), np.minimum(end[known], until)
    weeks = np.maximum(np.floor((end - opening) / 7) + 1, 0).astype(np.int64)
    each = np.repeat(np.arange(len(weeks)), weeks)
    week = np.arange(len(each)) - np.repeat(np.cumsum(weeks) - weeks, weeks)
    covered = deputy.isin(tree.active_people).to_numpy() & (deputy.to_numpy() != person)
    days = table(person=person[each], day=opening[each] + 7.0 * week, covered=covered[each])
    alone = ~days.groupby(["person", "day"])["covered"].transform("any").to_numpy(dtype=np.bool_)
    return days.loc[alone, ["person", "day"]].drop_duplicates()
