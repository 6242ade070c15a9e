"""What is different between the boards of two days: what came, went and changed, and the reasons that were given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain.arrays import positions, put, table, texts
from okrdash.domain.board import Board
from okrdash.domain.columns import refs
from okrdash.domain.past import Told
from okrdash.domain.promises import PROMISE_COLUMNS, promises

NEW, BACK, DROPPED, GONE = "new", "back", "dropped", "gone"
"""What came and went: made or agreed on, brought back, dropped; gone otherwise (no longer agreed on, taken back)."""
MEASURE = ("kind", "baseline", "target", "lower", "upper", "weight", "steps", "phases", "start", "due")
"""What a key result is measured by."""
PLACES = ("objective", "also", "parents", "team", "cycle")
"""Where something stands: a change of it is a move."""
_OBJECTIVE = ("title", "owner", "ambition", "progress_from", "team", "cycle", "parents", "progress", "status", "score")
_KEY_RESULT = (
    *("title", "owner", "objective", "also", "team", "unit", *MEASURE, "cadence_weeks"),
    *("value", "progress", "confidence", "status", "score"),
)
GROUPS: Mapping[str, tuple[str, ...]] = {
    "status": ("status", "score"),
    "values": ("value", "progress"),
    "confidence": ("confidence",),
    "targets and days": (*MEASURE, "unit", "cadence_weeks", "ambition", "progress_from"),
    "owners": ("owner",),
    "new, moved, dropped": (NEW, BACK, DROPPED, GONE, *PLACES),
    "wording": ("title",),
}
"""What people ask for when they ask what changed: the kinds of change of each, the most telling first."""
PROMISES = "promises"
"""The group of what became of promises."""
_GROUP_OF = {what: group for group, kinds in GROUPS.items() for what in kinds}
_COLUMNS = ("kind", "id", "title", "objective", "team", "function", "group", "what", "was", "now", "reasons", "by")


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """What is different on the later of two boards."""

    before: Board
    after: Board
    rows: DataFrame
    """A row per change, by function, objectives before their key results: kind ("objective" or "key result"), id,
    title, objective (itself or the home), team, function, group (of GROUPS), what (NEW, BACK, DROPPED, GONE or what
    changed: a column of the board; owner is who is accountable), was and now (plain values, None where there is none;
    days are dates; steps are pairs of step, weight, due; phases of day, value), reasons and by (usernames): what the
    log says of it, the oldest first."""
    promises: DataFrame
    """A row per step of what teams need of each other, as `okrdash.domain.promises` tells it, by providing function."""
    counts: DataFrame
    """How many objectives and key results changed, and how many steps promises took (of the function that gives): a row
    per function ("" for what is none's), a column per group."""
    titles: Mapping[str, str]
    """Of the objectives and key results on either board, by id: the later one's."""
    units: Mapping[str, str]
    """In which the key results are measured, by id."""
    logged: bool = True
    """Whether the earlier board was shown so; otherwise it was measured from what was known first."""


@dataclass(frozen=True, slots=True)
class States:
    """The states of objectives and key results that were known on a day, by id, those not on the board too."""

    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(slots=True)
class _Log:
    """What the log tells, by table and by the row that it is about."""

    rows: dict[tuple[str, str], list[Told]] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=lambda: {"teams": {}, "cycles": {}})
    """Of teams and cycles with another name now: the new one by the old one."""

    def reasons(self, wanted: Iterable[tuple[str, str, Sequence[str]]]) -> dict[str, tuple[str, ...]]:
        """Why and by whom one of these columns of a row (table, id, columns; none for any) was changed."""
        told = [
            one
            for name, identifier, columns in wanted
            for one in self.rows.get((name, identifier), ())
            if not columns or any(column in one.change.before for column in columns)
        ]
        return {
            "reasons": tuple(dict.fromkeys(one.reason for one in told if one.reason)),
            "by": tuple(dict.fromkeys(one.actor for one in told)),
        }


def difference(before: Board, after: Board, states: States, told: Sequence[Told]) -> Difference:
    """What is different on `after`; `told` are the changes of rows between the two, the oldest first."""
    log = _log(told)
    objectives = _states(_objectives(before, log), _objectives(after, None), _OBJECTIVE)
    came = {row["id"]: _came(row, states) for row in objectives if row["what"] in (NEW, GONE)}
    rows = [_with_reasons(row | {"what": came.get(row["id"], row["what"])}, log) for row in objectives]
    kinds = after.key_results["kind"]
    for row in _states(_key_results(before, log), _key_results(after, None), _KEY_RESULT):
        if row["what"] == "progress" and kinds[row["id"]] == "maintain":
            continue  # of the days on which it was kept: every day that passes changes their share
        if row["what"] in (NEW, GONE):
            row["what"] = _came(row, states, came.get(row["objective"], ""))
        rows.append(_with_reasons(row, log))
    order = {name: n for n, name in enumerate(after.teams.index)}
    every = (frame.index for frame in (after.objectives, before.objectives, after.key_results, before.key_results))
    places = {name: n for n, name in enumerate(dict.fromkeys(chain.from_iterable(every)))}
    rows.sort(key=lambda row: (order.get(row["function"], -1), places.get(row["objective"], -1), places[row["id"]]))
    made = promises(before, after, [one for one in told if one.change.table == "dependencies"])
    made.sort(key=lambda row: order.get(row["providing_function"], -1))
    for row in rows:
        row["group"] = _GROUP_OF[row["what"]]
    changes, steps = _frame(_COLUMNS, rows), _frame(PROMISE_COLUMNS, made)
    titles: dict[str, str] = {}
    units: dict[str, str] = {}
    for board in (before, after):
        for of in (board.objectives, board.key_results):
            titles |= dict(zip(of.index, of["title"], strict=True))
        units |= dict(zip(board.key_results.index, board.key_results["unit"], strict=True))
    return Difference(before, after, changes, steps, _counts(changes, steps), titles, units)


def _counts(rows: DataFrame, steps: DataFrame) -> DataFrame:
    once = rows.drop_duplicates(["id", "group"])[["function", "group"]]
    given = put(steps, function=steps["providing_function"], group=texts(PROMISES for _ in steps.index))
    every = pd.concat([once, given[["function", "group"]]], ignore_index=True)
    counted = every.value_counts(sort=False).unstack(fill_value=0)
    functions = list(dict.fromkeys(every["function"]))
    return counted.reindex(index=functions, columns=[*GROUPS, PROMISES], fill_value=0).astype(int)


def _log(told: Sequence[Told]) -> _Log:
    log = _Log()
    for one in told:
        change = one.change
        log.rows.setdefault((change.table, str(change.key[0])), []).append(one)
        names, column = log.names.get(change.table), "team" if change.table == "teams" else "cycle"
        if names is not None and column in change.before and column in change.after:
            old, new = change.before[column], change.after[column]
            names |= {name: new for name, now in names.items() if now == old} | {old: new}
    return log


def _objectives(board: Board, log: _Log | None) -> DataFrame:
    rows = board.objectives
    parents: dict[str, list[str]] = {}
    edges = board.edges[board.edges["kind"] == "contributes"]
    for child, parent in zip(edges["child"], edges["parent"], strict=True):
        parents.setdefault(child, []).append(parent)
    shown = {
        "objective": rows.index.to_numpy(),
        "owner": rows["accountable"].to_numpy(),
        "parents": _tuples(rows.index, {name: sorted(some) for name, some in parents.items()}),
    }
    return _named(rows.drop(columns="owner"), shown | {"kind_of": texts("objective" for _ in rows.index)}, log)


def _key_results(board: Board, log: _Log | None) -> DataFrame:
    rows = board.key_results
    steps: dict[str, list[Any]] = {}
    for row in zip(*(board.steps[name] for name in ("key_result", "step", "weight", "due")), strict=True):
        steps.setdefault(row[0], []).append(tuple(_plain(one) for one in row[1:]))
    phases: dict[str, list[Any]] = {}
    for row in zip(*(board.phases[name] for name in ("key_result", "date", "value")), strict=True):
        phases.setdefault(row[0], []).append(tuple(_plain(one) for one in row[1:]))
    shown = {
        "owner": rows["accountable"].to_numpy(),
        "also": _tuples(rows.index, {name: sorted(refs(also)) for name, also in rows["also"].items()}),
        "steps": _tuples(rows.index, steps),
        "phases": _tuples(rows.index, {name: sorted(some) for name, some in phases.items()}),
    }
    rows = rows.drop(columns=["owner", "also"])
    return _named(rows, shown | {"kind_of": texts("key result" for _ in rows.index)}, log)


def _tuples(index: pd.Index, some: Mapping[Any, Sequence[Any]]) -> Any:
    out = np.empty(len(index), dtype=object)
    for n, name in enumerate(index):
        out[n] = tuple(some.get(name, ()))
    return out


def _named(rows: DataFrame, shown: Mapping[str, Any], log: _Log | None) -> DataFrame:
    """The rows with these columns; of the earlier board with the names that teams and cycles have on the later one."""
    out = rows.assign(**{name: pd.Series(values, index=rows.index, dtype=object) for name, values in shown.items()})
    if log is not None:
        for column, names in (("team", "teams"), ("function", "teams"), ("cycle", "cycles")):
            if log.names[names]:
                out[column] = out[column].map(lambda name, names=log.names[names]: names.get(name, name))
    return out


def _states(before: DataFrame, after: DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """What came, what went, and each column of what stayed that has another value."""
    rows = [
        {**names, "what": what, "was": None, "now": None}
        for what, these, others in ((NEW, after, before), (GONE, before, after))
        for names in _labels(these.loc[these.index.difference(others.index, sort=False)])
    ]
    both = [one for one in after.index if one in before.index]
    old, new = (frame.iloc[positions(frame.index, both)] for frame in (before, after))
    labels = _labels(new)
    for column in columns:
        was, now = (frame[column].to_numpy(dtype=object) for frame in (old, new))
        blank = np.asarray(pd.isna(old[column])) & np.asarray(pd.isna(new[column]))
        other = np.array([a != b for a, b in zip(was, now, strict=True)], dtype=np.bool_) & ~blank
        rows += [
            {**labels[n], "what": column, "was": _plain(was[n]), "now": _plain(now[n])}
            for n in np.flatnonzero(other).tolist()
        ]
    return rows


def _labels(rows: DataFrame) -> list[dict[str, Any]]:
    """What tells each row from the others."""
    names = ("title", "objective", "team", "function")
    values = zip(rows["kind_of"], rows.index, *(rows[name] for name in names), strict=True)
    return [dict(zip(("kind", "id", *names), one, strict=True)) for one in values]


def _came(row: Mapping[str, Any], states: States, home: str = "") -> str:
    """How something came or went; `home` says how its objective did, "" where that stayed."""
    was, now = (known.get(row["id"]) for known in (states.before, states.after))
    if row["what"] == NEW:
        if was == "dropped":
            return BACK
        return home if was == "active" and home else NEW
    return DROPPED if now == "dropped" else home if now and home else GONE


def _with_reasons(row: dict[str, Any], log: _Log) -> dict[str, Any]:
    identifier, home, what = row["id"], row["objective"], row["what"]
    if row["kind"] == "objective":
        columns = {NEW: ("state",), BACK: ("state",), DROPPED: ("state",), GONE: ("state", "visibility")}
        wanted = [("objectives", identifier, columns.get(what, (what,)))]
        if what == "parents":
            wanted = [("alignment", identifier, ())]
        return row | log.reasons(wanted)
    if what in (NEW, BACK, DROPPED, GONE):
        return row | log.reasons([("key_results", identifier, ("state",)), ("objectives", home, ("state",))])
    if what in ("steps", "phases"):
        return row | log.reasons([("milestones" if what == "steps" else "phases", identifier, ())])
    found = log.reasons([("key_results", identifier, (what,))])
    if not found["by"] and what in ("owner", "team", "start", "due"):
        found = log.reasons([("objectives", home, (what if what in ("owner", "team") else "cycle",))])
    return row | found


def _plain(value: Any) -> Any:
    """A value of a board as people would write it down: a day as a date, None where there is none."""
    if isinstance(value, tuple):
        return value
    if value is None or value == "" or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp | np.datetime64):
        return pd.Timestamp(value).date()
    return value.item() if isinstance(value, np.generic) else value


def _frame(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> DataFrame:
    return table(**{name: _objects([row[name] for row in rows]) for name in columns})


def _objects(values: Sequence[Any]) -> Any:
    out = np.empty(len(values), dtype=object)
    for n, value in enumerate(values):
        out[n] = value
    return out
