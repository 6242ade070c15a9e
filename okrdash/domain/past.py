"""The facts as they were: changes that came later are turned back, the newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain import settings as domain_settings
from okrdash.domain.arrays import put, stacked, texts
from okrdash.domain.columns import Key, Row, Table
from okrdash.domain.facts import MEASURED, Facts, frame
from okrdash.domain.tables import TABLES


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to one row of a table."""

    table: str
    key: Key
    """Of the row as it was before."""
    before: Row
    """The columns that changed, as they were; {} for a new row; all of them for one that was taken away."""
    after: Row
    """The same, as they became; {} for a row that was taken away, and for a new one of a table that only grows."""
    place: int | None = None
    """How many rows stood before one that was taken away; it comes back as the last where the log does not tell."""


@dataclass(frozen=True, slots=True)
class Told:
    """A change as the log tells it: on which day of the organisation, by whom and why."""

    change: Change
    day: date
    actor: str
    reason: str


def facts_before(facts: Facts, changes: Mapping[str, Sequence[Change]], revision: int) -> Facts:
    """The facts as they were at a revision; `changes` is what was done since then, by table, the newest first.

    A change of what is not there, which only a log from elsewhere can hold, turns nothing.
    """
    rows = {name: rows_before(TABLES[name], getattr(facts, name), changes.get(name, ())) for name in MEASURED}
    stated = {name: domain_settings.text_of(name, facts.settings) for name in domain_settings.DESCRIPTIONS}
    for change in changes.get("settings", ()):
        stated[change.key[0]] = change.before.get("value", "")
    settings = domain_settings.parse({"name": name, "value": value} for name, value in stated.items() if value)
    return replace(facts, settings=settings, revision=revision, **rows)


def without(facts: Facts, hidden: Collection[str]) -> Facts:
    """Facts without these objectives and key results: as if the objectives had been confidential."""
    if not hidden:
        return facts
    objectives, key_results = facts.objectives, facts.key_results
    visibility = objectives["visibility"].where(~objectives["id"].isin(list(hidden)), "confidential")
    return replace(
        facts,
        objectives=put(objectives, visibility=texts(visibility)),
        key_results=key_results[~key_results["id"].isin(list(hidden))].reset_index(drop=True),
    )


def rows_before(table: Table, rows: DataFrame, changes: Iterable[Change]) -> DataFrame:
    """A table's frame as it was before these changes, given the newest first; in the order in which it was."""
    changes = list(changes)
    if not changes:
        return rows
    at = {key: n for n, key in enumerate(_keys(table, rows))}
    gone: set[int] = set()
    back: list[Row] = []
    said: dict[int, Row] = {}
    order: list[int] | None = None
    for change in changes:
        if not change.before:
            gone.add(at.pop(change.key, -1))
        elif change.after:
            n = at.pop(_key_after(table, change), -1)
            if n >= 0:
                said.setdefault(n, {}).update(change.before)
                at[change.key] = n
        elif change.key not in at:
            n = at[change.key] = len(rows) + len(back)
            back.append(table.row(**change.before))
            order = [one for one in (range(n) if order is None else order) if one not in gone]
            order.insert(len(order) if change.place is None else change.place, n)
    kept = [one for one in (range(len(rows)) if order is None else order) if one not in gone]
    if back:
        rows = stacked(rows, frame(table.name, back))
    rows = rows.take(kept).reset_index(drop=True)
    return _with(table, rows, {place: said[n] for place, n in enumerate(kept) if n in said})


def _keys(table: Table, rows: DataFrame) -> Iterable[Key]:
    """The keys of the rows, with the types that they have in a row."""
    columns = [
        rows[name].to_numpy().astype("datetime64[D]").tolist()
        if table.column(name).type == "day"
        else rows[name].tolist()
        for name in table.key
    ]
    return zip(*columns, strict=True)


def _key_after(table: Table, change: Change) -> Key:
    return tuple(change.after.get(name, part) for name, part in zip(table.key, change.key, strict=True))


def _with(table: Table, rows: DataFrame, said: Mapping[int, Row]) -> DataFrame:
    """The rows with what is said of the columns of some of them, by their place."""
    if not said:
        return rows
    places = np.array(list(said), dtype=np.int64)
    typed = frame(table.name, [table.row(**one) for one in said.values()])
    columns = {}
    for name in dict.fromkeys(name for one in said.values() for name in one):
        stated = np.array([name in one for one in said.values()], dtype=np.bool_)
        values = rows[name].to_numpy().copy()
        values[places[stated]] = typed[name].to_numpy()[stated]
        columns[name] = pd.Series(values, index=rows.index, dtype=rows[name].dtype)
    return rows.assign(**columns)
