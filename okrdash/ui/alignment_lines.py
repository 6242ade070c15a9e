"""Which objectives stand under which: the lines of the alignment, by unit, by goal or all in a row. Draws nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from okrdash.domain.board import Board
from okrdash.domain.columns import refs
from okrdash.domain.status import STATUSES

Kind = Literal["unit", "objective", "mention", "heading"]
"""A team with its figures; an objective with its own; one that is shown in full elsewhere; a heading."""
Parents = Mapping[str, tuple[str, ...]]

ALONE = "Stands alone"
"""The heading over objectives that contribute to none and to which none contributes."""

GRAVEST = ("off track", "missed", "at risk", "unknown", "no value yet", "to be scored", "not started")
"""The statuses that want somebody's attention, the gravest first; the others follow as they are listed."""
ORDERS: Mapping[str, str] = {
    "": "As listed",
    "behind": "Farthest behind first",
    "status": "Gravest status first",
    "least": "Least progress first",
    "most": "Most progress first",
    "stale": "Longest without update",
    "title": "Title, A to Z",
    "owner": "Owner, A to Z",
}
"""In which order objectives stand that are side by side; each in words."""
_NOBODY: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; `name` is a team's name, an objective's id or the words of a heading."""

    kind: Kind
    name: str
    depth: int = 0
    context: bool = False
    """Not asked for by the filters; it is there for what stands beneath it."""


def parents_of(board: Board) -> dict[str, tuple[str, ...]]:
    """The objectives to which each contributes, in the order in which the edges were made, each once."""
    edges = board.edges[board.edges["kind"] == "contributes"]
    found: dict[str, dict[str, None]] = {}
    for child, parent in zip(edges["child"], edges["parent_objective"], strict=True):
        found.setdefault(child, {})[parent] = None
    return {child: tuple(parents) for child, parents in found.items()}


def by_goal(board: Board, shown: Collection[str], order: str = "", names: Mapping[str, str] = _NOBODY) -> list[Line]:
    """The objectives `shown`, each beneath what it contributes to; what is above one of them is there as context.

    At the top stand the company's, then others above which there is nothing, those of longer cycles first; at the end,
    under a heading, those that neither contribute to anything nor have anything beneath. Each is shown once, under the
    first of several parents; under the others it is mentioned. A loop, which is refused wherever an edge is made, is
    cut where it would close.
    """
    parents = parents_of(board)
    kept = _with_those_above(shown, parents)
    ordered = _ordered(board, kept, order, names)
    beneath: dict[str, list[str]] = {}
    for child in ordered:
        for parent in parents.get(child, ()):
            beneath.setdefault(parent, []).append(child)
    tops = [one for one in ordered if one not in parents]
    apart, asked = set(standing_alone(board, shown)), set(shown)
    alone = [one for one in ordered if one in apart]
    lines: list[Line] = []
    placed: set[str] = set()
    for top in (*(one for one in tops if one not in apart), *(one for one in ordered if one in parents)):
        # The second round finds only what a loop holds: everything else stands beneath a top by then.
        if top not in placed:
            _place(top, beneath, parents, asked, placed, lines)
    return lines + _apart(alone)


def standing_alone(board: Board, shown: Collection[str]) -> list[str]:
    """Those of `shown` below the company that contribute to none and to which none contributes, in any cycle."""
    edges = board.edges[board.edges["kind"] == "contributes"]
    tied = {*edges["child"], *edges["parent_objective"]}
    company = set(board.teams.index[board.teams["kind"] == "company"])
    teams = dict(zip(board.objectives.index, board.objectives["team"], strict=True))
    return [one for one in shown if one not in tied and teams[one] not in company]


def by_unit(board: Board, shown: Collection[str], order: str = "", names: Mapping[str, str] = _NOBODY) -> list[Line]:
    """The units from the company down, beneath each its objectives of `shown`, then the units under it.

    Units that have none of them, nor anything under them, are left out; objectives of an archived team come last.
    """
    of: dict[str, list[str]] = {}
    teams = dict(zip(board.objectives.index, board.objectives["team"], strict=True))
    for identifier in _ordered(board, shown, order, names):
        of.setdefault(teams[identifier], []).append(identifier)
    paths = {team: refs(path) for team, path in zip(board.teams.index, board.teams["path"], strict=True)}
    needed = {unit for team in of for unit in paths.get(team, ())}
    under: dict[str, list[str]] = {}
    for team, path in paths.items():
        if team in needed:
            under.setdefault(path[-2] if len(path) > 1 else "", []).append(team)
    lines: list[Line] = []
    waiting = [(team, 0) for team in reversed(under.get("", ()))]
    while waiting:
        team, depth = waiting.pop()
        lines.append(Line("unit", team, depth))
        lines += [Line("objective", one, depth + 1) for one in of.get(team, ())]
        waiting += [(below, depth + 1) for below in reversed(under.get(team, ()))]
    for team in of:
        if team not in paths:
            lines.append(Line("heading", team))
            lines += [Line("objective", one, 1) for one in of[team]]
    return lines


def in_a_row(board: Board, shown: Collection[str], order: str = "", names: Mapping[str, str] = _NOBODY) -> list[Line]:
    """The objectives `shown`, none beneath another, so that the order holds over all of them."""
    return [Line("objective", one) for one in _ordered(board, shown, order, names)]


def last_updates(board: Board) -> pd.DataFrame:
    """Of each objective with key results: the day of its newest check-in (NaT for none), how many are late, overdue.

    Index objective; columns last, late, overdue (late and overdue: key results on which 1, or 2 and more, are missed).
    """
    rows = board.key_results[["last_check_in", "freshness"]].reindex(board.parts["key_result"])
    frame = pd.DataFrame(
        {
            "objective": board.parts["objective"].to_numpy(),
            "last": rows["last_check_in"].to_numpy(),
            "late": (rows["freshness"] == "late").to_numpy(),
            "overdue": (rows["freshness"] == "overdue").to_numpy(),
        }
    )
    return frame.groupby("objective", sort=False).agg({"last": "max", "late": "sum", "overdue": "sum"})


def shared_with(board: Board, objectives: Iterable[str]) -> dict[str, list[str]]:
    """The other teams that carry key results of each objective, in the board's order."""
    wanted = set(objectives)
    parts = board.parts[board.parts["objective"].isin(wanted)]
    carriers = board.key_results["team"].reindex(parts["key_result"])
    owners = board.objectives["team"].reindex(parts["objective"])
    found: dict[str, dict[str, None]] = {}
    for objective, carrier, owner in zip(parts["objective"], carriers, owners, strict=True):
        if carrier != owner:
            found.setdefault(objective, {})[carrier] = None
    return {objective: list(teams) for objective, teams in found.items()}


def _with_those_above(shown: Collection[str], parents: Parents) -> set[str]:
    kept, waiting = set(shown), list(shown)
    for one in waiting:
        for parent in parents.get(one, ()):
            if parent not in kept:
                kept.add(parent)
                waiting.append(parent)
    return kept


def _ordered(board: Board, kept: Collection[str], order: str, names: Mapping[str, str]) -> list[str]:
    """By what ORDERS says; then the company's first, those of longer cycles before shorter ones, as the board has them.

    What the order cannot say anything of, comes last.
    """
    rows = board.objectives[board.objectives.index.isin(list(kept))]
    days = (board.cycles["end"] - board.cycles["start"]).dt.days
    company = board.teams.index[board.teams["kind"] == "company"]
    keys = pd.DataFrame({"below": ~rows["team"].isin(company), "days": -rows["cycle"].map(days)}, index=rows.index)
    match order:
        case "behind":
            first = rows["progress"] - rows["expected"]
        case "status":
            gravest = [*GRAVEST, *(one for one in STATUSES if one not in GRAVEST)]
            first = rows["status"].map({status: n for n, status in enumerate(gravest)})
        case "least":
            first = rows["progress"]
        case "most":
            first = -rows["progress"]
        case "stale":
            first = last_updates(board)["last"].fillna(pd.Timestamp(0)).reindex(rows.index)
        case "title":
            first = rows["title"].str.casefold()
        case "owner":
            first = rows["accountable"].map(lambda one: names.get(one, one).casefold() or None)
        case _:
            return keys.sort_values(["below", "days"], kind="stable").index.tolist()
    return keys.assign(first=first).sort_values(["first", "below", "days"], kind="stable").index.tolist()


def _place(
    top: str,
    beneath: Mapping[str, Sequence[str]],
    parents: Parents,
    asked: Collection[str],
    placed: set[str],
    lines: list[Line],
) -> None:
    """Adds the lines of an objective and of all beneath it."""
    waiting = [(top, 0, False)]
    while waiting:
        one, depth, elsewhere = waiting.pop()
        if elsewhere or one in placed:
            lines.append(Line("mention", one, depth))
            continue
        placed.add(one)
        lines.append(Line("objective", one, depth, context=one not in asked))
        waiting += [(child, depth + 1, parents[child][0] != one) for child in reversed(beneath.get(one, ()))]


def _apart(alone: Sequence[str]) -> list[Line]:
    return [Line("heading", ALONE), *(Line("objective", one, 1) for one in alone)] if alone else []
