"""The board: the immutable picture of one day at one revision."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast

import pandas as pd
from pandas import DataFrame, Series

from okrdash.domain.columns import refs
from okrdash.domain.errors import NotFound
from okrdash.domain.settings import Settings
from okrdash.domain.tables import TABLES

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Everything that is shown of one day, measured; `measure` makes it, pages select from it and draw.

    Shares (progress, expected, elapsed, bar, score) are 0…1, `raw` may lie outside, `pace` is progress / expected.
    Blank: NaN for numbers, NaT for days (datetime64[s]), "" for texts.
    """

    day: date
    revision: int
    settings: Settings
    cycles: DataFrame
    """Index cycle: start, end, state, running (start ≤ day ≤ end), elapsed."""
    teams: DataFrame
    """Active teams, index team: kind, parent (the company where none is stated), description, function (the nearest
    function above or itself, "" for the company), depth (0 at the top), path (names from the top down, `;` between)."""
    objectives: DataFrame
    """Index id, the file's order, all cycles: the table's columns with `score` the one in force (stated, else the mean
    of the parts' where each has one), accountable (username or "" = the champions), function, bar, elapsed, progress,
    expected, pace, status, off_track and overdue (key results), key_results (how many, guardrails included),
    from_children (bool: the progress is that of children alone)."""
    key_results: DataFrame
    """Index id, the file's order: the table's columns with also (those on the board), team, start, due, weight and
    cadence_weeks filled in, own_owner (as stated), accountable (username or "" = the champions together),
    objective_title, cycle, function, bar, elapsed, value, raw, progress, expected, pace, status, stated, guardrail
    (kept, broken, ""), confidence, missed (due days), freshness (fresh, late, overdue, ""), last_check_in, next_due
    (the first due day on or after the day), unmoved_since (the
    day since which the value, or the steps done, are the same), disagreement (of confidence and progress: confident but
    behind, doubtful but on track, confident but unmoved, ""), cadence (weeks), owes (username or "")."""
    parts: DataFrame
    """A row per standing of a key result under an objective: objective, key_result, weight, home, counted (bools; the
    last one: it is a part of the objective's mean)."""
    edges: DataFrame
    """child, parent (as stated), parent_objective (the home where the parent is a key result), kind."""
    steps: DataFrame
    """The milestones' steps; one with the key result's title where none is stated."""
    phases: DataFrame
    units: DataFrame
    """A row per unit and cycle in which it or something under it carries something, teams' then cycles' order:
    unit, kind, cycle, and for own_ and below_: objectives, progress, expected, pace, status, statuses (dict)."""
    dependencies: DataFrame
    """The table's rows of the key results on the board."""
    commitments: DataFrame
    """The table's rows of these dependencies of which the key result is on the board too."""
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)
    """What was worked out of it alone."""

    def objective(self, identifier: str) -> Series[Any]:
        """The row of one objective. Raises KeyError."""
        return self._row("objectives", self.objectives, identifier)

    def key_result(self, identifier: str) -> Series[Any]:
        """The row of one key result. Raises KeyError."""
        return self._row("key_results", self.key_results, identifier)

    def cycle(self, name: str) -> Series[Any]:
        """The row of one cycle. Raises KeyError."""
        return self._row("cycles", self.cycles, name)

    def _row(self, table: str, frame: DataFrame, key: str) -> Series[Any]:
        # pandas takes a row out of a wide table more slowly than a page draws it
        return self.once((table, key), lambda: cast("Series[Any]", frame.loc[key]))

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` works out of the board alone, which many screens ask for: made once, and changed by nobody."""
        if name not in self._made:
            self._made[name] = make()
        return cast("T", self._made[name])

    def as_json(self, cycle: str | None = None) -> dict[str, Any]:
        """The board as plain data: every cycle that runs on the day, or only `cycle`, running or not.

        Numbers are full doubles and finite; what there is none of is None. NotFound for a cycle that does not exist.
        """
        if cycle is None:
            cycles = self.cycles[self.cycles["running"]]
        elif cycle in self.cycles.index:
            cycles = self.cycles.loc[[cycle]]
        else:
            known = ", ".join(self.cycles.index) or "none yet"
            raise NotFound(f"There is no cycle {cycle!r}; the cycles are: {known}.")
        names = set(cycles.index)
        objectives = self.objectives[self.objectives["cycle"].isin(names)]
        standing = self.parts.loc[self.parts["objective"].isin(objectives.index), "key_result"]
        key_results = self.key_results[self.key_results.index.isin(standing)]
        dependencies = self.dependencies[self.dependencies["key_result"].isin(key_results.index)]
        return {
            "as_of": self.day.isoformat(),
            "revision": self.revision,
            "cycles": _rows(cycles.rename_axis("cycle").reset_index(), ("cycle", "start", "end")),
            "key_results": [_key_result(row) for row in _rows(key_results.reset_index(), _KEY_RESULT)],
            "objectives": _rows(objectives.reset_index(), _OBJECTIVE),
            "units": [_unit(row) for row in _rows(self.units[self.units["cycle"].isin(names)], _UNIT)],
            "dependencies": _rows(dependencies, TABLES["dependencies"].names),
        }


_SIDE = ("objectives", "progress", "expected", "pace", "status", "statuses")
_UNIT = ("unit", "kind", "cycle", *(f"{side}_{name}" for side in ("own", "below") for name in _SIDE))
_OBJECTIVE = (
    *("id", "cycle", "team", "title", "ambition", "state", "progress", "expected", "pace", "status"),
    *("off_track", "overdue", "score"),
)
_KEY_RESULT = (
    *("id", "objective", "also", "team", "accountable", "title", "kind", "value", "raw", "progress", "expected"),
    *("pace", "status", "stated", "guardrail", "confidence", "missed", "freshness"),
    *("forecast", "forecast_low", "forecast_high", "score"),
)


def _rows(frame: DataFrame, columns: Collection[str]) -> list[dict[str, Any]]:
    """The frame's rows as dicts of these columns, with plain Python values."""
    lists = [[_plain(value) for value in frame[name].tolist()] for name in columns]
    return [dict(zip(columns, values, strict=True)) for values in zip(*lists, strict=True)]


def _plain(value: Any) -> Any:
    if value is pd.NaT or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value


def _key_result(row: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    low, high = row.pop("forecast_low"), row.pop("forecast_high")
    for name, value in row.items():
        out["owner" if name == "accountable" else name] = value
    if row["forecast"] is not None:
        out["forecast"] = {"probability": row["forecast"], "low": low, "high": high}
    out["also"] = list(refs(row["also"] or ""))
    out["confidence"] = None if row["confidence"] is None else int(row["confidence"])
    return out


def _unit(row: dict[str, Any]) -> dict[str, Any]:
    out = {name: row[name] for name in ("unit", "kind", "cycle")}
    for side in ("own", "below"):
        figures = {name: row[f"{side}_{name}"] for name in _SIDE}
        out[side] = figures if figures["objectives"] else None
    return out
