"""Columns as arrays: numbers, texts (dtype object throughout), positions, rounding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas import DataFrame

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


def near(values: Any) -> Floats:
    """Rounded to 9 decimal places, as every figure is before it meets a threshold."""
    return np.asarray(np.round(np.asarray(values, dtype=np.float64), 9))


def column(frame: DataFrame, name: str) -> Floats:
    """A column of numbers."""
    return frame[name].to_numpy(dtype=np.float64)


def texts(values: Iterable[Any]) -> Texts:
    """These texts, as objects."""
    out: Texts = np.array([*values, None], dtype=object)[:-1]
    return out


def mapped(names: Iterable[Any], meaning: dict[str, Any], blank: Any = "") -> Texts:
    """What each name means, `blank` where it is unknown."""
    return texts(meaning.get(name, blank) for name in names)


def positions(index: pd.Index, names: Any) -> Ints:
    """Where each name stands in the index, −1 where it does not."""
    return index.get_indexer(pd.Index(names, dtype=object)).astype(np.int64)


def totals(at: Any, amounts: Any, count: int) -> Floats:
    """The sum of the amounts at each of `count` positions."""
    return np.bincount(at, amounts, minlength=count).astype(np.float64)


def put(frame: DataFrame, **columns: Any) -> DataFrame:
    """The frame with these columns of its own length; texts keep dtype object (pandas would turn them to Arrow)."""
    arrays = {name: np.asarray(values) for name, values in columns.items()}
    added = {
        name: pd.Series(values, index=frame.index, dtype=object if values.dtype == object else None)
        for name, values in arrays.items()
    }
    return DataFrame({**frame, **added}, index=frame.index)  # at once: setting one by one takes ten times as long


def table(**columns: Any) -> DataFrame:
    """A frame of these columns, texts with dtype object."""
    length = len(next(iter(columns.values())))
    return put(DataFrame(index=pd.RangeIndex(length)), **columns)


def stacked(first: DataFrame, then: DataFrame) -> DataFrame:
    """The rows of both; one without rows does not count, its types would blur the other's."""
    if first.empty or then.empty:
        return then if first.empty else first
    return pd.concat([first, then], ignore_index=True)
