"""Objectives on a day: the roll-up of their parts, and their status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

import numpy as np
from pandas import DataFrame

from okrdash.domain import status
from okrdash.domain.arrays import Bools, Floats, column, near, positions, put, totals
from okrdash.domain.check_ins import inside, values_on
from okrdash.domain.standing import Standing
from okrdash.domain.time import day_number, elapsed, pace


@dataclass(frozen=True, slots=True)
class RollUp:
    """What the parts of each objective come to, by its position; a child or the children's mean is one more part."""

    weight: Floats
    """Of all parts, 0 where there is none."""
    progress: Floats
    """Of all parts, Σ weight × progress; so too expected and score."""
    expected: Floats
    score: Floats
    unscored: Floats
    """How many parts have no score."""
    has_value: Bools
    """Some part has a check-in."""
    achieved: Bools
    """Every part is achieved."""
    guarded: Bools
    """Guardrails alone are what its key results give: their shares are parts, and it is never achieved."""
    from_children: Bools
    """Children are its only parts."""

    def scores(self, stated: Floats, at: Any) -> Floats:
        """The score in force of the objectives `at`: the stated one, else the mean of the parts' where each has one."""
        weight = self.weight[at]
        mean = self.score[at] / np.where(weight > 0, weight, 1.0)
        implied = np.where((weight > 0) & (self.unscored[at] == 0), mean, np.nan)
        return np.where(np.isnan(stated[at]), implied, stated[at])


def measured(standing: Standing, key_results: DataFrame, day: date) -> tuple[DataFrame, DataFrame]:
    """The objectives of the board, measured; and which parts they counted (`parts` with `counted`, a bool).

    progress = Σ weight × progress / Σ weight over the parts, expected likewise, NaN without parts;
    pace = progress / expected. A part without a value counts as 0.
    """
    out, parts, today = standing.objectives, standing.parts, day_number(day)
    count, at, of = len(out), parts["at"].to_numpy(), parts["of"].to_numpy()
    weight = column(parts, "weight")
    guardrail = (key_results["kind"] == "maintain").to_numpy()[of]
    under = np.bincount(at, minlength=count)
    source = out["progress_from"].to_numpy()
    guarded = (under > 0) & (totals(at, ~guardrail, count) == 0) & (source != "children")
    counted = (~guardrail | guarded[at]) & (source != "children")[at]
    roll_up = _of_key_results(key_results, at[counted], of[counted], weight[counted], guarded)
    asks = (source == "children") | (source == "both") | (under == 0)
    begun, stated = today >= column(out, "from_day"), column(out, "score")
    _add_children(roll_up, asks, _children(standing, asks), out["counts"].to_numpy(), begun, stated)

    some = roll_up.weight > 0
    every = np.where(some, roll_up.weight, 1.0)
    progress = np.where(some, np.clip(roll_up.progress / every, 0.0, 1.0), np.nan)
    expected = np.where(some, np.clip(roll_up.expected / every, 0.0, 1.0), np.nan)
    score = roll_up.scores(stated, slice(None))
    tempo = pace(progress, expected)
    passed = elapsed(today, column(out, "from_day"), column(out, "to_day"))
    words = key_results["status"].to_numpy()[of]
    overdue = (key_results["freshness"] == "overdue").to_numpy()[of]
    all_weight = totals(at, weight, count)
    off_track = totals(at, words == "off track", count)
    broken = totals(at, (key_results["guardrail"] == "broken").to_numpy()[of], count)
    out = put(
        out,
        score=score,
        elapsed=passed,
        progress=progress,
        expected=expected,
        pace=tempo,
        status=status.of_objectives(
            score=score,
            scorable=today >= column(out, "to_day"),
            guardrails_kept=_guardrails_kept(standing, at[guardrail], of[guardrail]),
            begun=begun,
            over=today > column(out, "to_day"),
            has_value=some & roll_up.has_value,
            achieved=roll_up.achieved,
            pace=tempo,
            elapsed=passed,
            bar=column(out, "bar"),
            troubled=(off_track > 0) | (broken > 0),
            overdue_share=totals(at, weight * overdue, count) / np.where(all_weight > 0, all_weight, 1.0),
            settings=standing.settings,
        ),
        off_track=off_track.astype(np.int64),
        overdue=totals(at, overdue, count).astype(np.int64),
        key_results=under,
        has_value=roll_up.has_value,
        from_children=roll_up.from_children,
    )
    return out, parts.assign(counted=counted)


def _of_key_results(key_results: DataFrame, at: Any, of: Any, weight: Floats, guarded: Bools) -> RollUp:
    """The roll-up of the parts that are key results: `of` under the objective `at`."""
    count = len(guarded)
    score = column(key_results, "score")
    reached = (near(key_results["progress"]) >= 1) & (key_results["status"] != "not started").to_numpy()
    return RollUp(
        weight=totals(at, weight, count),
        progress=totals(at, weight * column(key_results, "progress")[of], count),
        expected=totals(at, weight * column(key_results, "expected")[of], count),
        score=totals(at, weight * np.nan_to_num(score)[of], count),
        unscored=totals(at, np.isnan(score)[of], count),
        has_value=totals(at, key_results["has_value"].to_numpy()[of], count) > 0,
        achieved=~guarded & (totals(at, ~reached[of], count) == 0),
        guarded=guarded,
        from_children=np.zeros(count, dtype=np.bool_),
    )


def _children(standing: Standing, asks: Bools) -> dict[int, list[int]]:
    """The children of each objective that asks for its children's progress, by position, each child once."""
    edges = standing.edges[standing.edges["kind"] == "contributes"]
    index = standing.objectives.index
    pairs = zip(
        positions(index, edges["parent_objective"]).tolist(), positions(index, edges["child"]).tolist(), strict=True
    )
    children: dict[int, list[int]] = {}
    for parent, child in dict.fromkeys(pairs):
        if asks[parent]:
            children.setdefault(parent, []).append(child)
    return children


def _upward(children: dict[int, list[int]]) -> Iterable[int]:
    """Those that have children, each after its children; edges that close a loop are taken out of `children`."""
    while True:
        try:
            return [n for n in TopologicalSorter(children).static_order() if n in children]
        except CycleError as fault:
            loop = fault.args[1]
            for one, other in pairwise(loop):
                for parent, child in ((one, other), (other, one)):
                    if child in children.get(parent, ()):
                        children[parent].remove(child)


def _add_children(
    roll_up: RollUp, asks: Bools, children: dict[int, list[int]], counts: Bools, begun: Bools, stated: Floats
) -> None:
    """Let the mean of the children's figures join, with weight 1, as one more part of each objective that asks."""
    r = roll_up
    nobody = asks & (r.weight == 0)
    r.achieved[:] &= begun & ~nobody
    for parent in _upward(children):
        kids = np.array([k for k in children[parent] if counts[k] and r.weight[k] > 0], dtype=np.int64)
        if not len(kids):
            continue
        alone = r.weight[parent] == 0
        for figure in (r.progress, r.expected):
            figure[parent] += np.mean(figure[kids] / r.weight[kids])
        scores = r.scores(stated, kids)
        r.score[parent] += np.mean(np.nan_to_num(scores))
        r.unscored[parent] += np.count_nonzero(np.isnan(scores))
        r.weight[parent] += 1
        r.has_value[parent] |= bool(r.has_value[kids].any())
        r.achieved[parent] = bool(
            begun[parent] and (alone or r.achieved[parent]) and r.achieved[kids].all() and not r.guarded[parent]
        )
        r.from_children[parent] = alone


def _guardrails_kept(standing: Standing, at: Any, of: Any) -> Bools:
    """Whether every guardrail under each objective was inside its bounds on the last day of the objective's cycle."""
    rows = standing.key_results
    value = values_on(standing.check_ins, of, column(standing.objectives, "to_day")[at])
    kept = inside(value, column(rows, "lower")[of], column(rows, "upper")[of])
    return np.asarray(totals(at, ~kept, len(standing.objectives)) == 0)
