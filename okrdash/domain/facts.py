"""The facts that a board is measured from: the tables as pandas frames, with exact column types."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from okrdash.domain.settings import Settings
from okrdash.domain.tables import TABLES

_DTYPES = {"text": object, "refs": object, "number": np.float64, "count": np.float64, "flag": np.bool_}
_TIMES = {"day": "datetime64[s]", "instant": "datetime64[us]"}

MEASURED = (
    "teams",
    "people",
    "memberships",
    "absences",
    "cycles",
    "objectives",
    "key_results",
    "milestones",
    "phases",
    "check_ins",
    "alignment",
    "dependencies",
    "commitments",
)
"""The tables that a board depends on."""


def frame(table: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows of a table as a frame in their order: numbers NaN and times NaT where blank, texts "" (dtype object).

    Days become datetime64[s] at midnight, instants datetime64[us] in UTC. Columns outside the table are dropped.
    """
    rows = list(rows)
    columns: dict[str, pd.Series[Any]] = {}
    for column in TABLES[table].columns:
        values = [row[column.name] for row in rows]
        if column.type in _TIMES:
            columns[column.name] = pd.Series(np.array(values, dtype=_TIMES[column.type]))
        elif column.type in ("text", "refs"):
            columns[column.name] = pd.Series(values, dtype=object)
        else:
            filled = [np.nan if v is None else v for v in values]
            columns[column.name] = pd.Series(np.array(filled, dtype=_DTYPES[column.type]))
    return pd.DataFrame(columns, columns=list(TABLES[table].names))


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Everything that was ever set, promised and reported, as of one revision."""

    settings: Settings
    teams: pd.DataFrame
    people: pd.DataFrame
    memberships: pd.DataFrame
    absences: pd.DataFrame
    cycles: pd.DataFrame
    objectives: pd.DataFrame
    key_results: pd.DataFrame
    milestones: pd.DataFrame
    phases: pd.DataFrame
    check_ins: pd.DataFrame
    alignment: pd.DataFrame
    dependencies: pd.DataFrame
    commitments: pd.DataFrame
    revision: int = 0


def facts(settings: Settings, rows: Mapping[str, Iterable[Mapping[str, Any]]], revision: int = 0) -> Facts:
    """Facts from rows by table name; a table that is missing is empty."""
    frames = {name: frame(name, rows.get(name, ())) for name in MEASURED}
    return Facts(settings=settings, revision=revision, **frames)


def of(facts: Facts, key_results: Collection[str]) -> Facts:
    """The facts with these key results and their check-ins alone."""
    return replace(
        facts,
        key_results=facts.key_results[facts.key_results["id"].isin(key_results)],
        check_ins=facts.check_ins[facts.check_ins["key_result"].isin(key_results)],
    )


def checked_in(before: Facts, after: Facts) -> set[str] | None:
    """The key results of the check-ins that came between two revisions, if nothing else did; None if it did, or may.

    The frames of what nothing touched are the same objects, as `okrdash.store` reads them.
    """
    same = all(getattr(before, name) is getattr(after, name) for name in MEASURED if name != "check_ins")
    if not same or before.settings != after.settings:
        return None
    count, ids = len(before.check_ins), after.check_ins["id"].to_numpy()
    if count > len(ids) or (ids[:count] != before.check_ins["id"].to_numpy()).any():
        return None
    return set(after.check_ins["key_result"].iloc[count:])
