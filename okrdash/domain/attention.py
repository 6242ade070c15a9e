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
    "promise in question": "a promise across functions is disputed, in conflict or unanswered",
    "not likely": "a key result is not likely to be met (3 in 10 or less)",
    "guardrail broken": "a guardrail is broken",
    "turned red": "a key result turned red and nobody whom it concerns has answered",
}
"""Why something has to be decided, the most important first, in words."""
UNLIKELY = 3
"""Of ten: from here down a key result is not likely to be met."""
WELL = ("on track", "achieved", "met")
"""Statuses of what goes well."""


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


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the objectives that run stand, in the numbers on top of the leadership review."""

    objectives: int
    on_track: int
    """On track, achieved or met."""
    off_track: int
    key_results: int
    overdue: int
    """Key results whose update is overdue."""
    promises: int
    """Requested or accepted, for key results that run."""
    late: int


def numbers(board: Board) -> Numbers:
    """The numbers of a board's day."""
    status, freshness, awaited = running(board)["status"], live(board)["freshness"], promises(board)
    return Numbers(
        objectives=len(status),
        on_track=int(status.isin(WELL).sum()),
        off_track=int((status == "off track").sum()),
        key_results=len(freshness),
        overdue=int((freshness == "overdue").sum()),
        promises=len(awaited),
        late=int(awaited["late"].sum()),
    )


def decisions(board: Board, turned_red: Collection[str] = ()) -> list[Item]:
    """What needs a decision first: every objective with a reason, by its first reason in the order of RULES.

    Within a rule the one furthest behind its expected line comes first, then the board's order. `turned_red` are the
    key results that did so by a check-in to which nobody whom it concerns has said anything.
    """
    objectives, key_results = running(board), live(board)
    reasons: dict[str, list[Reason]] = {}
    behind = objectives.index[(objectives["status"] == "off track") & (objectives["ambition"] == "committed")]
    for objective in behind:
        reasons.setdefault(objective, []).append(Reason("committed off track"))
    rows = promises(board)
    across = (rows["asking_function"] != rows["providing_function"]) | (rows["asking_function"] == "")
    rows = rows[(rows["trouble"] != "") & across]
    for identifier, key_result, home in zip(rows["id"], rows["key_result"], rows["objective"], strict=True):
        reasons.setdefault(home, []).append(Reason("promise in question", key_result, identifier))
    for rule, rows in (
        ("not likely", key_results[(key_results["forecast"] * 10).round() <= UNLIKELY]),
        ("guardrail broken", key_results[key_results["guardrail"] == "broken"]),
        ("turned red", key_results[key_results.index.isin(list(turned_red))]),
    ):
        for identifier, home in zip(rows.index, rows["objective"], strict=True):
            reasons.setdefault(home, []).append(Reason(rule, identifier))

    order = {rule: n for n, rule in enumerate(RULES)}
    pace = dict(zip(objectives.index, objectives["pace"].fillna(np.inf), strict=True))
    items = [Item(o, tuple(sorted(reasons[o], key=lambda r: order[r.rule]))) for o in objectives.index if o in reasons]
    return sorted(items, key=lambda item: (order[item.reasons[0].rule], pace[item.objective]))


def told_by(board: Board, item: Item) -> list[str]:
    """The key results that can tell an item's story, the most telling first: those off track, those that it is about,
    then those furthest behind. Where an objective has none itself, those of what contributes to it.
    """
    edges = board.edges[board.edges["kind"] == "contributes"]
    level, known = [item.objective], {item.objective}
    parts: list[str] = []
    while level and not parts:
        parts = board.parts.loc[board.parts["objective"].isin(level), "key_result"].tolist()
        level = [one for one in edges.loc[edges["parent_objective"].isin(level), "child"] if one not in known]
        known.update(level)
    rows = board.key_results.loc[list(dict.fromkeys(parts))].sort_values("pace", kind="stable")
    about = [reason.key_result for reason in item.reasons if reason.key_result]
    return list(dict.fromkeys([*rows.index[rows["status"] == "off track"], *about, *rows.index]))


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


def more_confident(board: Board) -> DataFrame:
    """Those of which the owner is surer than the numbers: behind, or unmoved; the furthest apart first."""
    rows = disagreements(board)
    rows = rows[rows["disagreement"] != "doubtful but on track"]
    return rows.sort_values(["confidence", "pace"], ascending=[False, True], kind="stable")


def less_confident(board: Board) -> DataFrame:
    """Those of which the owner is less sure than the numbers; the furthest apart first."""
    rows = disagreements(board)
    rows = rows[rows["disagreement"] == "doubtful but on track"]
    return rows.sort_values(["confidence", "pace"], ascending=[True, False], kind="stable")


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


def housekeeping(board: Board) -> dict[str, DataFrame]:
    """What keeps the figures from being right: the key results to see to, by what is missing."""
    return {
        "overdue": overdue(board),
        "without owner": without_owner(board),
        "without number": without_number(board),
        "without value": without_value(board),
        "to be scored": to_be_scored(board),
    }
