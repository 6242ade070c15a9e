"""What of a board needs somebody's attention: what has to be decided first, and what has to be put in order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.domain.dependencies import AWAITED, view

RULES: Mapping[str, str] = {
    "committed off track": "a committed objective is off track",
    "guardrail broken": "a guardrail is broken",
    "promise in question": "a promise between teams is disputed, in conflict or unanswered",
    "blocked": "a blocker is open",
    "disagreement": "confidence and progress disagree",
    "aspirational off track": "an aspirational objective is off track",
}
"""Why something has to be decided, the most important first, in words."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why an objective needs a decision: a rule, and the key result or dependency that it is about."""

    rule: str
    key_result: str = ""
    dependency: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An objective that needs a decision, with its reasons, the most important first."""

    objective: str
    reasons: tuple[Reason, ...]


def running(board: Board) -> DataFrame:
    """The active objectives of the cycles that run."""
    cycles = board.cycles.index[board.cycles["running"]]
    return board.objectives[(board.objectives["state"] == "active") & board.objectives["cycle"].isin(cycles)]


def live(board: Board) -> DataFrame:
    """The key results at home under these, each once."""
    return board.key_results[board.key_results["objective"].isin(running(board).index)]


def decisions(board: Board, blocked: Collection[str] = ()) -> list[Item]:
    """What needs a decision first: every objective with a reason, by its first reason in the order of RULES.

    Within a rule the one furthest behind its expected line comes first, then the board's order. `blocked` are the key
    results of which the newest check-in names a blocker that is not cleared.
    """
    objectives, key_results = running(board), live(board)
    reasons: dict[str, list[Reason]] = {}

    def add(objective: str, reason: Reason) -> None:
        reasons.setdefault(objective, []).append(reason)

    behind = objectives[objectives["status"] == "off track"]
    for identifier, ambition in zip(behind.index, behind["ambition"], strict=True):
        add(identifier, Reason(f"{ambition} off track"))
    for rule, rows in (
        ("guardrail broken", key_results[key_results["guardrail"] == "broken"]),
        ("blocked", key_results[key_results.index.isin(list(blocked))]),
        ("disagreement", key_results[key_results["disagreement"] != ""]),
    ):
        for identifier, objective in zip(rows.index, rows["objective"], strict=True):
            add(objective, Reason(rule, key_result=identifier))
    rows = promises(board)
    rows = rows[rows["trouble"] != ""]
    for identifier, key_result, home in zip(rows["id"], rows["key_result"], rows["objective"], strict=True):
        add(home, Reason("promise in question", key_result=key_result, dependency=identifier))

    order = {rule: n for n, rule in enumerate(RULES)}
    pace = dict(zip(objectives.index, objectives["pace"].fillna(np.inf), strict=True))
    items = [Item(o, tuple(sorted(reasons[o], key=lambda r: order[r.rule]))) for o in objectives.index if o in reasons]
    return sorted(items, key=lambda item: (order[item.reasons[0].rule], pace[item.objective]))


def promises(board: Board) -> DataFrame:
    """Those of `okrdash.domain.dependencies.view` that are requested or accepted, of live key results."""
    rows = view(board)
    return rows[rows["state"].isin(AWAITED) & rows["key_result"].isin(live(board).index)]


def overdue(board: Board) -> DataFrame:
    """The live key results whose update is overdue."""
    rows = live(board)
    return rows[rows["freshness"] == "overdue"]


def disagreements(board: Board) -> DataFrame:
    """The live key results of which the confidence and the progress tell different stories."""
    rows = live(board)
    return rows[rows["disagreement"] != ""]


def without_owner(board: Board) -> DataFrame:
    """The live key results that nobody owns by name: neither they nor their objective say who."""
    rows, owner = live(board), board.objectives["owner"]
    return rows[(rows["own_owner"] == "") & (owner.reindex(rows["objective"]) == "").to_numpy()]


def without_number(board: Board) -> DataFrame:
    """The live key results that are measured by steps but of which no step is named yet."""
    rows = live(board)
    rows = rows[rows["kind"] == "milestone"]
    titles = dict(zip(rows.index, rows["title"], strict=True))
    steps = board.steps[board.steps["key_result"].isin(rows.index)]
    named = {k for k, step in zip(steps["key_result"], steps["step"], strict=True) if step != titles[k]}
    return rows[~rows.index.isin(list(named))]


def without_value(board: Board) -> DataFrame:
    """The live key results that have begun and have no value yet."""
    rows = live(board)
    return rows[rows["status"] == "no value yet"]


def unaligned(board: Board) -> DataFrame:
    """The running objectives below the company that contribute to none above."""
    rows = running(board)
    contributes = board.edges.loc[board.edges["kind"] == "contributes", "child"]
    company = board.teams.index[board.teams["kind"] == "company"]
    return rows[~rows.index.isin(contributes) & ~rows["team"].isin(company)]


def to_be_scored(board: Board) -> DataFrame:
    """The key results that are over and have no score yet, of active objectives of any cycle."""
    active = board.objectives.index[board.objectives["state"] == "active"]
    rows = board.key_results
    return rows[(rows["status"] == "to be scored") & rows["objective"].isin(active)]
