"""Key results on a day: value, progress, what is expected of them, freshness, status."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
from pandas import DataFrame

from okrdash.domain import status
from okrdash.domain.arrays import Bools, Floats, Texts, column, put, totals
from okrdash.domain.check_ins import LARGEST, CheckIns, inside, kept_shares, last, moved_on
from okrdash.domain.forecast import forecasts
from okrdash.domain.freshness import due_days, freshness, missed, next_due, owes
from okrdash.domain.standing import Standing
from okrdash.domain.time import as_days, day_number, day_numbers, elapsed, expected_by_phases, pace

_HUGE = 1e300
"""Keeps raw finite whatever baseline and target are."""


def measured(standing: Standing, day: date, *, ahead: bool = True) -> DataFrame:
    """The key results of the board with everything that is measured on the day, days as datetime64[s].

    Of `increase` and `decrease` raw = (value − baseline) / (target − baseline), of a milestone weight done / weight of
    all steps, of `baseline` 1 once there is a value, of a guardrail the share of days inside its bounds; 0 without a
    value. progress = raw clamped to 0…1; pace = progress / expected; a guardrail's expected is 1. Without `ahead`
    nothing is forecast, which is half of the work.
    """
    out, settings, today = standing.key_results, standing.settings, day_number(day)
    count = len(out)
    check_ins = standing.check_ins.where(standing.check_ins.as_of <= today)
    kind = out["kind"].to_numpy()
    is_milestone, is_guardrail = kind == "milestone", kind == "maintain"
    start, due, bar, score = (column(out, name) for name in ("from_day", "to_day", "bar", "score"))
    lower, upper = column(out, "lower"), column(out, "upper")

    done_on = day_numbers(standing.steps["done_on"])
    done = done_on <= today
    step_of = standing.steps["of"].to_numpy()
    newest = last(check_ins, check_ins.as_of, count)
    np.fmax.at(newest, step_of[done], done_on[done])
    moved = np.where(is_milestone, np.nan, moved_on(check_ins, count))
    np.fmax.at(moved, step_of[done], done_on[done])
    value = np.where(is_milestone, np.nan, last(check_ins, check_ins.value, count))
    confidence = last(check_ins, check_ins.confidence, count)
    has_value = np.where(is_milestone, np.isfinite(newest), np.isfinite(value))

    raw = _way(value, column(out, "baseline"), column(out, "target"))
    raw = np.where(kind == "baseline", has_value, raw)
    raw = np.where(is_milestone, _share(standing, done, count), raw)
    raw = np.where(is_guardrail, kept_shares(check_ins, today, start, lower, upper), raw)
    progress = np.clip(raw, 0.0, 1.0)

    passed = elapsed(today, start, due)
    expected = _expected(standing, today, kind, passed)
    tempo = pace(progress, expected)

    scored = np.isfinite(score) & (today >= column(out, "cycle_end"))
    live = (start <= today) & ~scored & out["runs"].to_numpy()
    dues = due_days(settings, standing.absences, standing.tree, start, column(out, "cadence"), day)
    gone = np.where(live, missed(dues, out["accountable"], np.fmax(newest, start), today), 0)
    fresh = freshness(gone, live, settings)
    owing = owes(standing.tree, standing.absences, out["team"], out["accountable"].to_numpy(), today)

    kept = status.first((np.isnan(value), ""), (inside(value, lower, upper), "kept"), otherwise="broken")
    words, stated = status.of_key_results(
        score=score,
        scorable=today >= column(out, "cycle_end"),
        begun=start <= today,
        over=today > due,
        progress=progress,
        has_value=has_value,
        guardrail=status.first((is_guardrail, kept), otherwise=None),
        pace=tempo,
        elapsed=passed,
        bar=bar,
        confidence=confidence,
        overdue=fresh == "overdue",
        settings=settings,
    )
    spoken = check_ins if ahead else check_ins.where(np.zeros(len(check_ins.as_of), dtype=np.bool_))
    end = forecasts(out, spoken, _planned(standing, spoken), (start <= today) & (today <= due) & ~scored)
    return put(
        out,
        elapsed=passed,
        value=value,
        raw=raw,
        progress=progress,
        expected=expected,
        pace=tempo,
        status=words,
        stated=stated,
        guardrail=np.where(is_guardrail, kept, ""),
        confidence=confidence,
        missed=gone,
        freshness=fresh,
        last_check_in=as_days(newest),
        unmoved_since=as_days(moved),
        forecast=end.probability,
        forecast_low=end.low,
        forecast_high=end.high,
        valued_days=end.days,
        disagreement=status.disagreement(words, tempo, confidence, today - moved, settings),
        next_due=as_days(np.where(scored | ~out["runs"].to_numpy(), np.nan, next_due(dues, out["accountable"], today))),
        owes=np.where(live, owing, ""),
        has_value=has_value,
    )


def _way(value: Floats, baseline: Floats, target: Floats) -> Floats:
    """(value − baseline) / (target − baseline), 0 where one of them is missing or both ends are the same."""
    ends = (np.abs(baseline) <= LARGEST) & (np.abs(target) <= LARGEST) & (baseline != target)
    length = np.where(ends, target, 1.0) - np.where(ends, baseline, 0.0)
    known = ends & np.isfinite(value)
    with np.errstate(over="ignore"):
        share = (np.where(known, value, 0.0) - np.where(known, baseline, 0.0)) / length
    return np.asarray(np.clip(share, -_HUGE, _HUGE) + 0.0)  # + 0.0: no negative zero


def _share(standing: Standing, chosen: Bools, count: int) -> Floats:
    """The share of the steps' weight that the chosen steps have, by key result; 0 without steps."""
    of, weight = standing.steps["of"].to_numpy(), column(standing.steps, "weight")
    every = totals(of, weight, count)
    return np.clip(totals(of, weight * chosen, count) / np.where(every > 0, every, 1.0), 0.0, 1.0)


def _expected(standing: Standing, today: float, kind: Texts, passed: Floats) -> Floats:
    """Where each key result should stand: bar × elapsed; by phases, a stair for steps, at the end for `baseline`."""
    rows, count = standing.key_results, len(standing.key_results)
    due, bar = column(rows, "to_day"), column(rows, "bar")
    expected = bar * passed
    start = column(rows, "from_day")
    for of, points in _phased(standing):
        expected[of] = expected_by_phases(today, start[of], due[of], bar[of], points)
    step_due = day_numbers(standing.steps["due"])
    step_due = np.where(np.isnan(step_due), due[standing.steps["of"]], step_due)
    expected = np.where(kind == "milestone", bar * _share(standing, step_due < today, count), expected)
    expected = np.where(kind == "baseline", np.where(today > due, bar, 0.0), expected)
    return np.where(kind == "maintain", 1.0, expected)


def _phased(standing: Standing) -> Iterator[tuple[int, list[tuple[float, float]]]]:
    """The position of each key result with phases, and their days with the progress that their values mean."""
    rows, phases = standing.key_results, standing.phases
    meant = _way(
        column(phases, "value"),
        column(rows, "baseline")[phases["of"]],
        column(rows, "target")[phases["of"]],
    )
    phased: dict[int, list[tuple[float, float]]] = {}
    for of, when, progress in zip(phases["of"], day_numbers(phases["date"]), meant, strict=True):
        phased.setdefault(of, []).append((when, progress))
    start, due = column(rows, "from_day"), column(rows, "to_day")
    return ((of, points) for of, points in phased.items() if start[of] < due[of])


def _planned(standing: Standing, check_ins: CheckIns) -> Floats:
    """For each check-in the share of the way to the bar that was expected on its day."""
    rows, at = standing.key_results, check_ins.key_result
    start, due, bar = (column(rows, name) for name in ("from_day", "to_day", "bar"))
    length = due - start
    planned = np.clip((check_ins.as_of - start[at]) / np.where(length > 0, length, 1.0)[at], 0.0, 1.0)
    for of, points in _phased(standing):
        mine = slice(*np.searchsorted(at, [of, of + 1]))
        planned[mine] = expected_by_phases(check_ins.as_of[mine], start[of], due[of], bar[of], points) / bar[of]
    return planned
