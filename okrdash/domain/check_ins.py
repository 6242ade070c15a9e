"""What the check-ins say on a day: the newest value, the last confidence, the days a guardrail was kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain.arrays import Bools, Floats, Ints, column, positions
from okrdash.domain.time import day_numbers

LARGEST = 1e15
"""The largest number that is accepted anywhere; beyond it a value counts as none."""

_DAYS = 4_000_000  # more than there are between the first and the last date
_FIRST = 800_000


@dataclass(frozen=True, slots=True)
class CheckIns:
    """The check-ins that count, the oldest first within each key result.

    `key_result` is the position of the key result, `as_of` a day number; value and confidence are NaN where blank.
    """

    key_result: Ints
    as_of: Floats
    value: Floats
    confidence: Floats

    def where(self, mask: Bools) -> CheckIns:
        """Those of the mask."""
        return CheckIns(self.key_result[mask], self.as_of[mask], self.value[mask], self.confidence[mask])


def ordered(check_ins: DataFrame, key_results: pd.Index) -> CheckIns:
    """The check-ins of these key results by day, time of entry and id; those that another one replaces are left out.

    A check-in without a time of entry counts as entered at noon of its day.
    """
    at, as_of = positions(key_results, check_ins["key_result"]), day_numbers(check_ins["as_of"])
    kept = (at >= 0) & np.isfinite(as_of) & ~_replaced(check_ins)
    at, as_of = at[kept], as_of[kept]
    noon = as_of.astype(np.int64).astype("datetime64[D]").astype("datetime64[us]") + np.timedelta64(12, "h")
    entered = check_ins["entered_at"].to_numpy().astype("datetime64[us]")[kept]
    entered = np.where(np.isnat(entered), noon, entered).astype(np.int64)
    order = np.lexsort((entered, as_of, at))
    at, as_of = at[order], as_of[order]
    chosen = np.flatnonzero(kept)[order]
    tied = _tied(at, as_of, entered[order])
    if tied.any():  # ids, slow to sort, matter for these alone
        _, rank = np.unique(check_ins["id"].to_numpy()[chosen[tied]].astype(str), return_inverse=True)
        chosen[tied] = chosen[tied][np.lexsort((rank, entered[order][tied], as_of[tied], at[tied]))]
    value, confidence = column(check_ins, "value")[chosen], column(check_ins, "confidence")[chosen]
    return CheckIns(
        key_result=at,
        as_of=as_of,
        value=np.where(np.abs(value) <= LARGEST, value, np.nan),
        confidence=np.where((confidence >= 0) & (confidence <= 10), confidence, np.nan),
    )


def _replaced(check_ins: DataFrame) -> Bools:
    """The check-ins that another one names as replaced, however long the chain."""
    ids, replaces = check_ins["id"].to_numpy(), check_ins["replaces"].to_numpy()
    named = replaces[(replaces != "") & (replaces != ids)]
    return check_ins["id"].isin(set(named)).to_numpy() if len(named) else np.zeros(len(ids), dtype=np.bool_)


def _tied(at: Ints, as_of: Floats, entered: Ints) -> Bools:
    """Of sorted check-ins, those with a neighbour of the same key result, day and time."""
    same = (at[1:] == at[:-1]) & (as_of[1:] == as_of[:-1]) & (entered[1:] == entered[:-1])
    tied: Bools = np.append(same, False) | np.append(False, same)
    return tied


def last(check_ins: CheckIns, column: Floats, count: int) -> Floats:
    """The newest number of `column` that is not blank, by key result (`count` of them), NaN where there is none."""
    out = np.full(count, np.nan)
    stated = np.isfinite(column)
    out[check_ins.key_result[stated]] = column[stated]  # of several for one position the last stays
    return out


def moved_on(check_ins: CheckIns, count: int) -> Floats:
    """The day since which each key result's value has been what it is, NaN where it has none."""
    valued = check_ins.where(np.isfinite(check_ins.value))
    moved = np.ones(len(valued.value), dtype=np.bool_)
    moved[1:] = (valued.value[1:] != valued.value[:-1]) | (valued.key_result[1:] != valued.key_result[:-1])
    return last(valued, np.where(moved, valued.as_of, np.nan), count)


def values_on(check_ins: CheckIns, key_result: Ints, day: Floats) -> Floats:
    """The value that each of these key results had on the day beside it, NaN where there was none."""
    valued = check_ins.where(np.isfinite(check_ins.value))
    if not len(valued.value):
        return np.full(len(key_result), np.nan)
    keys = valued.key_result * _DAYS + valued.as_of.astype(np.int64) + _FIRST
    found = np.searchsorted(keys, key_result * _DAYS + day.astype(np.int64) + _FIRST, side="right") - 1
    known = (found >= 0) & (valued.key_result[found] == key_result)
    return np.where(known, valued.value[found], np.nan)


def inside(value: Floats, lower: Floats, upper: Floats) -> Bools:
    """Whether the value is within the bounds, bounds included; a bound that is NaN does not bind."""
    return np.isfinite(value) & ~(value < lower) & ~(value > upper)


def kept_shares(check_ins: CheckIns, day: float, start: Floats, lower: Floats, upper: Floats) -> Floats:
    """The share of days on which each key result's value was inside its bounds.

    The days run from the first value's (or the start, if that is later) through `day`, which no check-in may exceed.
    0 where there is no such day.
    """
    count = len(start)
    valued = check_ins.where(np.isfinite(check_ins.value))
    at, since = valued.key_result, valued.as_of
    until = np.full(len(at), day + 1)  # each value holds until the day of the next one
    same = at[1:] == at[:-1]
    until[:-1][same] = since[1:][same]
    days = np.maximum(until - np.maximum(since, start[at]), 0.0)
    kept = np.bincount(at, days * inside(valued.value, lower[at], upper[at]), minlength=count)
    every = np.bincount(at, days, minlength=count)
    return np.where(every > 0, kept / np.where(every > 0, every, 1.0), 0.0)
