"""What teams need of each other: where it stands, who waits for whom in a ring, and who feels it if something slips."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain.arrays import mapped, positions, put, table, texts
from okrdash.domain.board import Board
from okrdash.domain.status import first
from okrdash.domain.time import day_number, day_numbers
from okrdash.domain.validate import way

OPEN = ("requested", "accepted", "delivered")
"""States in which somebody still has to do something."""
AWAITED = ("requested", "accepted")
"""States in which the asking team still waits for it."""
_STANDS = ("key_result", "step")
_LONGEST = 60
"""The letters of a title within a way in words."""


def view(board: Board) -> DataFrame:
    """All dependencies on the board, in the file's order: the table's columns, and

    title (of the key result that needs it), objective (its home), owner (who is accountable for the key result, or ""),
    asking_function and providing_function ("" for the company), carrier and step (the provider's key result in which it
    stands, and the step of it; "" for a plain promise), open (bool: requested, accepted, or delivered and not
    confirmed, of an active objective), proposed (bool: another day was proposed, and the asker has not decided), late
    (bool: still awaited, and the day by which it is needed, or for which it is promised, has passed), trouble
    ("disputed", "in conflict", "unanswered" or ""), escalated (bool: unanswered), due (the day that counts: for which
    it is promised, else by which it is needed, else on which the key result is due), waits_days (since it was asked
    for, while the asker waits; NaN otherwise).

    disputed: accepted, and the sides say different words. in conflict: accepted for later than it is needed, than the
    key result is due, or than today. unanswered: for as many days as the settings say nobody has answered the request,
    or the other day that was proposed.
    """
    return board.once("dependencies", lambda: _view(board))


def _view(board: Board) -> DataFrame:
    rows, key_results = board.dependencies, board.key_results
    of = positions(key_results.index, rows["key_result"])
    home = key_results["objective"].to_numpy()[of]
    active = board.objectives["state"].reindex(home).to_numpy() == "active"
    functions = dict(zip(board.teams.index, board.teams["function"], strict=True))
    today, state = np.datetime64(board.day, "s"), rows["state"].to_numpy()
    is_open, requested, accepted = active & np.isin(state, OPEN), state == "requested", state == "accepted"
    awaited = is_open & (requested | accepted)
    need_by, promised, asked = (rows[name].to_numpy() for name in ("need_by", "promised", "requested_on"))
    answered, due = rows["answered_on"].to_numpy(), key_results["due"].to_numpy()[of]
    proposed = is_open & requested & ~np.isnat(answered) & ~np.isnat(promised)
    passed = accepted & (promised < today)
    both = (rows["asker_says"] != "").to_numpy() & (rows["provider_says"] != "").to_numpy()
    asked_last = np.where(proposed, answered, asked)
    unanswered = requested & (asked_last <= today - np.timedelta64(board.settings.answer_days, "D"))
    trouble = first(
        (awaited & accepted & both & (rows["asker_says"] != rows["provider_says"]).to_numpy(), "disputed"),
        (awaited & accepted & ((promised > need_by) | (promised > due) | passed), "in conflict"),
        (awaited & unanswered, "unanswered"),
        otherwise="",
    )
    needed = np.where(np.isnat(need_by), due, need_by)
    carried, step = (dict(zip(board.commitments["dependency"], board.commitments[n], strict=True)) for n in _STANDS)
    return put(
        rows,
        title=key_results["title"].to_numpy()[of],
        objective=home,
        owner=key_results["accountable"].to_numpy()[of],
        asking_function=mapped(rows["from_team"], functions),
        providing_function=mapped(rows["to_team"], functions),
        carrier=mapped(rows["id"], carried),
        step=mapped(rows["id"], step),
        open=is_open,
        proposed=proposed,
        late=awaited & ((need_by < today) | passed),
        trouble=trouble,
        escalated=awaited & unanswered,
        due=np.where(np.isnat(promised) | requested, needed, promised),
        waits_days=np.where(awaited, day_number(board.day) - day_numbers(rows["requested_on"]), np.nan),
    )


def waiting_teams(board: Board, key_result: str) -> list[str]:
    """The teams that wait for something which this key result carries, each once, the earliest need first."""
    rows = _awaited(board)
    rows = rows[rows["carrier"] == key_result].sort_values("due", kind="stable")
    return list(dict.fromkeys(rows["from_team"]))


def rings(board: Board) -> list[tuple[str, ...]]:
    """Teams that wait for each other: ("A", "B", "C") where A waits for B, B for C and C for A.

    For each team that is in some ring the shortest one, each ring once, beginning with the team that the company's
    order puts first.
    """
    rows = _awaited(board)
    after = _in_rings(zip(rows["from_team"], rows["to_team"], strict=True))
    order = {team: n for n, team in enumerate(dict.fromkeys([*board.teams.index, *after]))}
    found: dict[tuple[str, ...], None] = {}
    for team in sorted(after, key=order.__getitem__):
        path = way({**after, "": after[team]}, "", team)  # from the team, under no name, back to itself
        if path:
            ring = [team, *path[1:-1]]
            start = ring.index(min(ring, key=order.__getitem__))
            found[*ring[start:], *ring[:start]] = None
    return sorted(found, key=lambda ring: (order[ring[0]], len(ring)))


def ring_closed_by(waits: Iterable[tuple[str, str]], from_team: str, to_team: str) -> tuple[str, ...]:
    """The shortest ring that closes when one team waits for another, beginning with it; () where none does.

    `waits` are pairs of the team that waits and the one for which it waits.
    """
    after: dict[str, list[str]] = {}
    for waiting, other in waits:
        after.setdefault(waiting, []).append(other)
    path = way(after, to_team, from_team)
    return (from_team, *path[:-1]) if path else ()


def _awaited(board: Board) -> DataFrame:
    rows = view(board)
    return rows[rows["open"] & rows["state"].isin(AWAITED)]


def _in_rings(waits: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """For whom each team waits, without the teams that can be in no ring: mostly all of them."""
    left, before = set(waits), -1
    while len(left) != before:
        before = len(left)
        waiting, awaited = {one for one, _ in left}, {other for _, other in left}
        left = {(one, other) for one, other in left if one in awaited and other in waiting}
    after: dict[str, list[str]] = {}
    for one, other in sorted(left):
        after.setdefault(one, []).append(other)
    return after


_EVER = -(10**15)
"""Before every day."""


class _Felt(NamedTuple):
    """Something that feels it, in the order in which it is found: the earliest first."""

    day: int
    depth: int
    number: int
    identifier: str
    dependency: str
    path: str


@dataclass(frozen=True, slots=True)
class _Ties:
    """What stands on what: identifiers of key results and objectives, days as seconds."""

    names: dict[str, str]
    """Titles of what can feel it: active objectives and the key results at home there."""
    until: dict[str, int]
    """When the key result is due, or the objective's cycle ends."""
    parts: dict[str, list[str]]
    parents: dict[str, list[str]]
    promises: dict[str, list[dict[str, Any]]]
    """What is awaited, by the key result that carries it."""

    def felt(self, identifier: str) -> Iterator[tuple[str, int, str, str]]:
        """What feels it directly: identifier, from which day on, the dependency or "", and the way in words."""
        for objective in self.parts.get(identifier, ()):
            yield objective, self.until[identifier], "", f"counts in {self.called(objective)}"
        for parent in self.parents.get(identifier, ()):
            yield parent, self.until[identifier], "", f"contributes to {self.called(parent)}"
        for promise in self.promises.get(identifier, ()):
            yield self.awaiting(promise)

    def awaiting(self, promise: dict[str, Any]) -> tuple[str, int, str, str]:
        """The key result that waits for what is promised, as `felt` tells it."""
        key_result = str(promise["key_result"])
        needed = (
            promise["need_by"] if promise["need_by"] is not pd.NaT else pd.Timestamp(self.until[key_result], unit="s")
        )
        words = f"{promise['from_team']} needs it for {self.called(key_result)}"
        return key_result, int(needed.timestamp()), str(promise["id"]), words

    def called(self, identifier: str) -> str:
        """The title, shortened, in quotation marks."""
        title = self.names.get(identifier, "")
        return f"“{title if len(title) <= _LONGEST else title[: _LONGEST - 1] + '…'}”"


def slips(board: Board, key_result: str = "", dependency: str = "") -> DataFrame:
    """What feels it if a key result, or what was asked for with a dependency, slips: a row each, the earliest first.

    Columns: kind ("key result" or "objective"), id, title, objective (itself, or the key result's home), team,
    function, owner (username or ""), day (from which it feels it), depth (1 for what feels it directly), dependency
    (the one by which it reaches it, or "" for a part or a contribution), path (the way in words). A key result is felt
    by the objectives under which it stands from its due day on; an objective by what it contributes to from its cycle's
    end on; what a key result carries by who awaits it from the need-by on; and all of them not before what is ahead
    of them on the way. Each is there once, with its earliest day. Empty where neither is on the board.
    """
    awaited = _awaited(board)
    ties = _ties(board, awaited)
    first = list(ties.felt(key_result)) if key_result in ties.names else []
    first += [ties.awaiting(row) for row in _records(awaited[awaited["id"] == dependency])]
    return _rows(board, _feel(ties, first, {key_result}))


def slips_of(board: Board, objectives: Iterable[str]) -> dict[str, DataFrame]:
    """What feels it if all of an objective slips, for each of these: as `slips` tells it, its own parts left out."""
    ties = _ties(board, _awaited(board))
    found = {}
    for objective in objectives:
        parts = board.key_results.index[board.key_results["objective"] == objective].tolist()
        first = [felt for one in (objective, *parts) for felt in ties.felt(one)] if objective in ties.names else []
        found[objective] = _rows(board, _feel(ties, first, {objective, *parts}))
    return found


def _feel(ties: _Ties, first: Iterable[tuple[str, int, str, str]], itself: set[str]) -> list[_Felt]:
    """Everything that feels it, from what feels it directly on, the earliest first; `itself` is left out."""
    numbers = iter(range(1_000_000_000))
    known: dict[str, _Felt] = {}
    waiting: list[_Felt] = []

    def reach(day: int, depth: int, path: str, felt: Iterable[tuple[str, int, str, str]]) -> None:
        for identifier, since, by, words in felt:
            if identifier in ties.names and identifier not in known and identifier not in itself:
                said = f"{path} → {words}" if path else words
                heapq.heappush(waiting, _Felt(max(day, since), depth, next(numbers), identifier, by, said))

    reach(_EVER, 1, "", first)
    while waiting:
        one = heapq.heappop(waiting)
        if one.identifier not in known:
            known[one.identifier] = one
            reach(one.day, one.depth + 1, one.path, ties.felt(one.identifier))
    return list(known.values())


def _ties(board: Board, awaited: DataFrame) -> _Ties:
    objectives, key_results = board.objectives, board.key_results
    objectives = objectives[objectives["state"] == "active"]
    key_results = key_results[key_results["objective"].isin(objectives.index)]
    ends = board.cycles["end"].reindex(objectives["cycle"]).to_numpy()
    days = [*ends.astype("datetime64[s]").astype(np.int64), *key_results["due"].to_numpy().astype(np.int64)]
    names = [*objectives.index, *key_results.index]
    edges, promises = board.edges[board.edges["kind"] == "contributes"], awaited[awaited["carrier"] != ""]
    return _Ties(
        names=dict(zip(names, [*objectives["title"], *key_results["title"]], strict=True)),
        until=dict(zip(names, map(int, days), strict=True)),
        parts=_by(board.parts["key_result"], board.parts["objective"]),
        parents=_by(edges["child"], edges["parent"]),
        promises=_by(promises["carrier"], _records(promises)),
    )


def _records(rows: DataFrame) -> list[dict[str, Any]]:
    """What is told of promises on the way."""
    names = ("id", "key_result", "from_team", "need_by")
    return [dict(zip(names, values, strict=True)) for values in zip(*(rows[name] for name in names), strict=True)]


def _by(keys: Iterable[Any], values: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for key, value in zip(keys, values, strict=True):
        found.setdefault(key, []).append(value)
    return found


def _rows(board: Board, felt: list[_Felt]) -> DataFrame:
    is_objective = [one.identifier in board.objectives.index for one in felt]
    found = [
        (board.objectives if objective else board.key_results).loc[one.identifier]
        for one, objective in zip(felt, is_objective, strict=True)
    ]
    return table(
        kind=texts("objective" if objective else "key result" for objective in is_objective),
        id=texts(one.identifier for one in felt),
        title=texts(row["title"] for row in found),
        objective=texts(
            one.identifier if objective else row["objective"]
            for one, row, objective in zip(felt, found, is_objective, strict=True)
        ),
        team=texts(row["team"] for row in found),
        function=texts(row["function"] for row in found),
        owner=texts(row["accountable"] for row in found),
        day=np.array([one.day for one in felt], dtype=np.int64).astype("datetime64[s]"),
        depth=np.array([one.depth for one in felt], dtype=np.int64),
        dependency=texts(one.dependency for one in felt),
        path=texts(one.path for one in felt),
    )
