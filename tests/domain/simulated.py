"""Made-up histories of key results whose ends are known, in many shapes: what the forecast is calibrated by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from pandas import DataFrame

from okrdash.domain.arrays import Bools, Floats, column
from okrdash.domain.check_ins import CheckIns
from okrdash.domain.forecast import LEAST, Forecast, forecasts

WAYS = ("steady", "late push", "step", "stall", "noise", "regress")
GUARDRAILS = ("calm", "noisy", "drift", "break", "spike")
SHAPES = (*WAYS, *GUARDRAILS)

WALK = 1.0
Random = np.random.Generator


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Key results as they stood on some day, each with how it ended: a row per forecast."""

    rows: DataFrame
    """The key result (kind, from_day, to_day, bar, baseline, target, lower, upper), its shape, and on the `day`: its
    value (of a way, its progress), the pace, the confidence of its owner; at last its end and whether it was met."""
    check_ins: CheckIns

    @property
    def met(self) -> Bools:
        return self.rows["met"].to_numpy()

    @property
    def is_guardrail(self) -> Bools:
        return (self.rows["kind"] == "maintain").to_numpy()

    def forecast(self) -> Forecast:
        """What is forecast on each row's day."""
        planned = self.check_ins.as_of / column(self.rows, "to_day")[self.check_ins.key_result]
        return forecasts(self.rows, self.check_ins, planned, np.ones(len(self.rows), dtype=np.bool_))

    def of(self, shapes: tuple[str, ...]) -> Bools:
        """The rows of these shapes."""
        return self.rows["shape"].isin(shapes).to_numpy()


def simulate(seed: int, each: int, looks: int = 4) -> Histories:
    """`each` histories per shape, looked at on `looks` days between the third value and the due day."""
    random = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    known: list[tuple[Floats, Floats]] = []
    for shape in SHAPES:
        for _ in range(each):
            key_result, days, values = _history(random, shape)
            length = days[-1]
            for day in random.uniform(days[2], length, looks).round() if len(days) > LEAST else ():
                spoken = days <= min(day, length - 1)
                if spoken.sum() >= LEAST:
                    value, bar = float(values[spoken][-1]), float(key_result["bar"])
                    lower, upper = key_result["lower"], key_result["upper"]
                    kept = not value < lower and not value > upper
                    way = min(max(value, 0.0), 1.0) / (bar * day / length)
                    pace = float(kept) if key_result["kind"] == "maintain" else way
                    said = _said(random, pace, met=bool(key_result["met"]))
                    rows.append(key_result | {"day": day, "value": value, "pace": pace, "confidence": said})
                    known.append((days[spoken], values[spoken]))
    at = np.repeat(np.arange(len(known)), [len(days) for days, _ in known])
    values = np.concatenate([values for _, values in known])
    days = np.concatenate([days for days, _ in known])
    return Histories(DataFrame(rows), CheckIns(at, days, values, np.full(len(values), np.nan)))


def _history(random: Random, shape: str) -> tuple[dict[str, Any], Floats, Floats]:
    """A key result, the days of its check-ins, the last on its due day, and their values."""
    length = float(random.choice([45.0, 91.0, 91.0, 91.0, 182.0, 364.0]))
    bar, days, lower, upper = float(random.choice([1.0, 1.0, 0.7])), _days(random, length), np.nan, np.nan
    if shape in GUARDRAILS:
        values = _guarded(random, shape, days / length)
        lower, upper = [(0.0, np.nan), (np.nan, 2.0), (0.0, 2.0)][random.integers(0, 3)]
        met = not values[-1] < lower and not values[-1] > upper
    else:
        values = bar * _way(random, shape, days / length)
        met = values[-1] >= bar
    kind = "maintain" if shape in GUARDRAILS else "increase"
    row: dict[str, Any] = {"shape": shape, "kind": kind, "unit": ""}
    row |= {"from_day": 0.0, "to_day": length, "bar": bar, "baseline": 0.0, "target": 1.0}
    return row | {"lower": lower, "upper": upper, "end": values[-1], "met": bool(met)}, days, values


def _days(random: Random, length: float) -> Floats:
    """The days of check-ins: regular, off by a day or two, some left out; the last one on the due day."""
    every = float(random.choice([7.0, 7.0, 14.0, 28.0])) if length > 60 else 7.0
    days = np.arange(every, length, every)
    days = np.clip(days + random.integers(-2, 3, len(days)), 1, length - 1)
    days = days[random.random(len(days)) > random.uniform(0, 0.3)]
    return np.append(np.unique(days), length)


def _way(random: Random, shape: str, at: Floats) -> Floats:
    """Progress on its way, as a multiple of the bar."""
    end = random.lognormal(0.0, 0.25)
    walk = np.sqrt(np.diff(at, prepend=0.0)) * random.normal(0, random.uniform(0, 0.15), len(at))
    wobble = random.normal(0, random.uniform(0.0, 0.04), len(at)) + walk.cumsum()
    match shape:
        case "steady":
            return end * at + wobble
        case "late push":
            return end * at ** random.uniform(1.3, 2.5) + wobble
        case "step":
            jumps = np.sort(random.uniform(0, 1, random.integers(1, 6)))
            return end * np.searchsorted(jumps, at) / len(jumps) * random.choice([1.0, 1.15]) + wobble / 2
        case "stall":
            stop, rate = random.uniform(0.3, 1.1), random.lognormal(0.3, 0.25)
            return rate * np.minimum(at, stop) + random.uniform(0, 0.25) * np.maximum(at - stop, 0) + wobble
        case "noise":
            return end * at + random.normal(0, random.uniform(0.03, 0.15), len(at)) + wobble
        case _:
            turn, rate = random.uniform(0.4, 1.1), random.lognormal(0.35, 0.25)
            return rate * np.minimum(at, turn) - random.uniform(0.0, 1.0) * np.maximum(at - turn, 0) + wobble


def _guarded(random: Random, shape: str, at: Floats) -> Floats:
    """A guardrail's value; from 0 to 2 it is inside."""
    level, noise = random.normal(1, 0.5), random.normal(0, 1, len(at))
    match shape:
        case "calm":
            return level + 0.1 * noise
        case "noisy":
            return level + random.uniform(0.2, 0.8) * noise
        case "drift":
            return level + random.normal(0, 1) * at + 0.15 * noise
        case "break":
            return level + random.choice([-1.0, 1.0]) * (at > random.uniform(0.1, 1.2)) + 0.15 * noise
        case _:
            return level + 0.15 * noise + random.choice([-1.5, 1.5]) * (random.random(len(at)) < 0.15)


def _said(random: Random, pace: float, *, met: bool) -> float:
    """How likely the owner says it is, n in 10: the pace seen kindly, an inkling of what comes, and a mood."""
    return float(np.clip(np.round(10 * (0.25 + 0.45 * min(pace, 1.1) + 0.15 * met + random.normal(0, 0.12))), 0, 10))


def reliability(probability: Floats, met: Bools) -> dict[int, tuple[int, float]]:
    """Of the forecasts that say n in 10: how many there are and the share that came true."""
    tens = np.round(probability * 10).astype(int)
    return {n: (int((tens == n).sum()), float(met[tens == n].mean())) for n in range(11) if (tens == n).any()}


def brier(probability: Floats, met: Bools) -> float:
    """The mean squared distance of what was said from what came; 0.25 is a coin's."""
    return float(np.mean((probability - met) ** 2))
