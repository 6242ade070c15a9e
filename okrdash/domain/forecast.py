"""The forecast of a key result: how likely it is to be met by its due day, and where it will probably end.

It follows from the values that speak for the day or an earlier one, a day's newest alone; of status and of what its
owner thinks it knows nothing. There is one for `increase`, `decrease` and guardrails from the third value on, while
the window runs, achieved or not. There is none for `milestone` (a handful of steps that are done or not says too little
of when the next one is) and for `baseline` (which asks for a value, not for a way).

**On the way** from baseline to target, in shares of it, a key result goes on from its newest value at its pace so far,
the newest part counting most, and as if it had gone to plan before for `PRIOR` of the window. How far it may stray
follows from how unevenly it went before the newest value, and from how much of the plan is left, as everything can
turn. That the newest value says nothing of unevenness makes a better one never less likely to be met.

**A guardrail** is expected at the mean of its values, the newest counting most, and to stray as far as they did, and
farther the longer it lasts.

About this centre the end is spread as a logistic curve: as good as a normal one here, with a closed form and with more
weight far out. The constants were searched at random for the greatest likelihood of what came of made-up histories
(steady, late push, steps, stall, noise, regress, and guardrails of five shapes; seed 1), and rounded by hand to what
also held for wilder ones; `REACH` is what held 80 % of the ends. They are as good as these histories are like real
ones, of which each shape is an equal share; `tests/benchmarks/bench_forecast.py` shows what comes true, by shape.
Shares of the window are such that a quarter and a year are alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pandas import DataFrame

from okrdash.domain.arrays import Bools, Floats, Ints, column, totals
from okrdash.domain.check_ins import LARGEST, CheckIns, last

LEAST = 3
"""The days with a value that a forecast needs."""

SURE = 0.98
"""Nothing is said to be more certain, for or against, before its day."""

MEMORY = 0.15
"""The share of the window in which what a value says of the pace fades to 1/e."""
PRIOR = 0.4
"""For how much of the window the plan's own pace counts beside the one observed."""
UNEVEN, UNEVEN_PRIOR = 0.6, 0.2
"""The unevenness that is presumed, in bars per square root of a window, and for how much of a window it counts."""
WALK = 0.3
"""How much of the unevenness carries through to the end: some of it is noise of the values alone."""
TURN = 0.65
"""How much the rest may turn: the scale of the end, in bars, were the whole plan still ahead."""
REACH = 1.55
"""The scales on either side of the centre within which 80 % of the ends lay."""

STEADFAST = 4
"""From how many days with a value on one that never went back is said to end where it is or better."""

GUARD_MEMORY = 0.15
"""As `MEMORY`, of a guardrail."""
GAP, GAP_PRIOR = 0.75, 0.75
"""The spread that is presumed, in distances to the bounds, and for how many values it counts."""
AHEAD = 3.0
"""How much farther it strays (squared) were the whole window ahead."""
GUARD_WALK = 0.5
"""How much of its spread carries through to the end."""
GUARD_REACH = 2.1
"""As `REACH`, of a guardrail."""


@dataclass(frozen=True, slots=True, eq=False)
class Forecast:
    """By key result: how likely it is to be met, 0…1, and from where to where it ends, in its unit, with 80 %.

    NaN where there is no forecast; `days` counts the days with a value, for those of a kind that has forecasts.
    """

    probability: Floats
    low: Floats
    high: Floats
    days: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    """The values of all key results, a day's newest, the oldest first within each. Times are shares of the window."""

    at: Ints
    value: Floats
    time: Floats
    """Since the start; below 0 before it."""
    planned: Floats
    since: Floats
    """How long before the newest of its key result."""
    first: Bools
    newest: Bools
    left: Floats
    """By key result: from its newest value to the due day."""


def forecasts(key_results: DataFrame, check_ins: CheckIns, planned: Floats, running: Bools) -> Forecast:
    """The forecasts of the key results of a board that are `running`, from the check-ins that speak for its day.

    An end is not said to be below 0, nor above 100 %, where nothing that was stated is.

    `planned` is, for each check-in, the share of the way to the bar that was expected on its day, 0…1: where phases
    are agreed on, time runs as they do.
    """
    count, kind = len(key_results), key_results["kind"].to_numpy()
    start, due, baseline, target = (column(key_results, n) for n in ("from_day", "to_day", "baseline", "target"))
    lower, upper = column(key_results, "lower"), column(key_results, "upper")
    is_guardrail = kind == "maintain"
    is_way = ((kind == "increase") | (kind == "decrease")) & (baseline != target)
    is_way &= (np.abs(baseline) <= LARGEST) & (np.abs(target) <= LARGEST)
    able = (is_way | is_guardrail) & (start < due)

    kept = able[check_ins.key_result] & np.isfinite(check_ins.value)
    check_ins, planned = check_ins.where(kept), planned[kept]
    same_day = check_ins.key_result[1:] == check_ins.key_result[:-1]
    same_day &= check_ins.as_of[1:] == check_ins.as_of[:-1]
    newest = np.append(~same_day, np.ones(min(len(planned), 1), dtype=np.bool_))
    path = _path(check_ins.where(newest), planned[newest], start, due)

    days = np.bincount(path.at, minlength=count).astype(np.float64)
    with np.errstate(all="ignore"):
        on_way = _on_the_way(path, column(key_results, "bar"), baseline, target)
        guarded = _guarded(path, lower, upper)
        probability, low, high = (np.where(is_guardrail, g, w) for g, w in zip(guarded, on_way, strict=True))
        beyond = [totals(path.at, side, count) > 0 for side in (path.value < 0, path.value > 100)]
        for stated in (baseline, target, lower, upper):
            beyond = [beyond[0] | (stated < 0), beyond[1] | (stated > 100)]
    least = np.where(beyond[0], -np.inf, 0.0)
    most = np.where(beyond[1] | (key_results["unit"] != "%").to_numpy(), np.inf, 100.0)
    low, high = (np.clip(end, least, most) for end in (low, high))
    there = running & able & (days >= LEAST) & np.isfinite(probability) & np.isfinite(low) & np.isfinite(high)
    probability = np.clip(probability, 1 - SURE, SURE)
    probability, low, high = (np.where(there, part, np.nan) for part in (probability, low, high))
    return Forecast(probability, low + 0.0, high + 0.0, np.where(able, days, np.nan))  # + 0.0: no negative zero


def _path(check_ins: CheckIns, planned: Floats, start: Floats, due: Floats) -> _Path:
    at = check_ins.key_result
    time = (check_ins.as_of - start[at]) / (due - start)[at]
    change = at[1:] != at[:-1]
    edge = np.ones(min(len(at), 1), dtype=np.bool_)
    newest_time = last(check_ins, time, len(start))
    return _Path(
        at=at,
        value=check_ins.value,
        time=time,
        planned=planned,
        since=newest_time[at] - time,
        first=np.append(edge, change),
        newest=np.append(change, edge),
        left=np.clip(1.0 - newest_time, 0.0, 1.0),
    )


def _on_the_way(path: _Path, bar: Floats, baseline: Floats, target: Floats) -> tuple[Floats, Floats, Floats]:
    """Probability, low and high of `increase` and `decrease`."""
    at, count = path.at, len(bar)
    way = (path.value - baseline[at]) / (target - baseline)[at]
    run, went, took = (_steps(path, values) for values in (path.planned, way, path.time))
    weight = np.exp(-path.since / MEMORY)
    weighed = totals(at, weight * run, count) + PRIOR
    pace = (totals(at, weight * went, count) + PRIOR * bar) / weighed

    earlier = ~path.newest
    length = totals(at, earlier * run, count)
    even = totals(at, earlier * went, count) / np.where(length > 0, length, 1.0)
    stray = totals(at, earlier * (went - even[at] * run) ** 2, count) + UNEVEN_PRIOR * (UNEVEN * bar) ** 2
    uneven = stray / (totals(at, earlier * took, count) + UNEVEN_PRIOR)

    now, ahead = np.zeros(count), np.zeros(count)
    now[at[path.newest]] = way[path.newest]
    ahead[at[path.newest]] = 1.0 - path.planned[path.newest]
    centre = now + pace * ahead
    scale = np.sqrt(WALK**2 * uneven * (path.left + ahead**2 / weighed) + (TURN * bar * ahead) ** 2)
    steadfast = (totals(at, went < 0, count) == 0) & (np.bincount(at, minlength=count) >= STEADFAST)
    worst, best = centre - REACH * scale, centre + REACH * scale
    worst = np.where(steadfast, np.maximum(worst, now), worst)
    ends = [baseline + end * (target - baseline) for end in (worst, best)]
    return _passed(centre - bar, scale), np.minimum(*ends), np.maximum(*ends)


def _steps(path: _Path, values: Floats) -> Floats:
    """What each value adds to the one before. The first adds to 0 at the start, unless it speaks for then."""
    before = np.append(np.zeros(min(len(values), 1)), values[:-1])
    before[path.first] = np.where(path.time[path.first] > 0, 0.0, values[path.first])
    return values - before


def _guarded(path: _Path, lower: Floats, upper: Floats) -> tuple[Floats, Floats, Floats]:
    """Probability, low and high of guardrails."""
    at, count, value = path.at, len(lower), path.value
    weight = np.exp(-path.since / GUARD_MEMORY)
    weighed = totals(at, weight, count)
    newest = np.zeros(count)
    newest[at[path.newest]] = value[path.newest]
    # From the newest value on, so that the mean of equal values is that value to the last digit.
    centre = newest + totals(at, weight * (value - newest[at]), count) / weighed
    distance = np.fmin(np.abs(value - lower[at]), np.abs(value - upper[at]))
    gap = totals(at, weight * distance, count) / weighed
    gap = np.where(np.isfinite(lower) & np.isfinite(upper), (upper - lower) / 2, gap)
    stray = totals(at, weight * (value - centre[at]) ** 2, count) + GAP_PRIOR * (GAP * gap) ** 2
    scale = GUARD_WALK * np.sqrt(stray / (weighed + GAP_PRIOR) * (1 + AHEAD * path.left))
    above = np.where(np.isfinite(lower), _passed(centre - lower, scale), 1.0)
    beyond = np.where(np.isfinite(upper), _passed(centre - upper, scale, least=False), 0.0)
    return above - beyond, centre - GUARD_REACH * scale, centre + GUARD_REACH * scale


def _passed(distance: Floats, scale: Floats, *, least: bool = True) -> Floats:
    """How much of a logistic curve lies above a line that its centre is `distance` over; on the line counts if `least`.

    Without any spread it is all or nothing.
    """
    certain = np.where(distance == 0, float(least), distance > 0)
    share = 1.0 / (1.0 + np.exp(-np.clip(distance / scale, -500.0, 500.0)))
    return np.asarray(np.where(scale > 0, share, certain))
