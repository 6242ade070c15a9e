"""What a check-in changes: the key result before it and after it, compared."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference between two rows of the board of one key result."""

    change: float | None
    """How much the value moved; None where there was none before or is none now."""
    step_back: bool
    """Whether it moved away from the target."""
    reached: bool
    """Whether the target is reached by it."""
    beyond: bool
    """Whether the value lies beyond the target."""
    broke: bool
    """Whether a guardrail that was kept is broken now."""
    mended: bool
    """Whether a guardrail that was broken is kept again."""


def effect(before: pd.Series[Any], after: pd.Series[Any]) -> Effect:
    """What changed from the one row to the other."""
    old, new = float(before["value"]), float(after["value"])
    change = new - old if math.isfinite(old) and math.isfinite(new) else None
    ways = after["kind"] in ("increase", "decrease")
    return Effect(
        change=float(f"{change:.10g}") if change is not None else None,
        step_back=bool(after["raw"] < before["raw"]) if ways and change is not None else _undone(before, after),
        reached=after["kind"] != "maintain" and before["progress"] < 1 <= after["progress"],
        beyond=ways and bool(after["raw"] > 1),
        broke=before["guardrail"] != "broken" and after["guardrail"] == "broken",
        mended=before["guardrail"] == "broken" and after["guardrail"] == "kept",
    )


def _undone(before: pd.Series[Any], after: pd.Series[Any]) -> bool:
    return after["kind"] == "milestone" and bool(after["progress"] < before["progress"])


def expected_value(key_result: pd.Series[Any]) -> float | None:
    """The value at which a key result would stand exactly on its expected line; None for kinds without one."""
    if key_result["kind"] not in ("increase", "decrease"):
        return None
    baseline, target = float(key_result["baseline"]), float(key_result["target"])
    value = baseline + float(key_result["expected"]) * (target - baseline)
    return float(f"{value:.3g}") if abs(value) < 1000 else float(round(value))
