"""Teams, functions and the company: what each carries itself, and what is carried below it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain import status
from okrdash.domain.arrays import column, near, positions, put, table, texts
from okrdash.domain.standing import Standing
from okrdash.domain.status import STATUSES
from okrdash.domain.time import day_number, day_numbers, elapsed, pace

_FIGURES = ["weight", "progress", "expected", "has_value"]


def measured(
    standing: Standing, objectives: DataFrame, key_results: DataFrame, parts: DataFrame, day: date
) -> DataFrame:
    """A row per active team and cycle in which it or something under it carries something.

    An objective counts in a unit with the weighted mean of those of its parts that are the unit's key results; one
    whose parts are children alone counts in the unit that owns it. own = the mean over the objectives in which the unit
    carries something, below = the same over all units under it taken together. pace = progress / expected.
    """
    carried = _carried(objectives, key_results, parts)
    above = standing.tree.above
    upward = [(team, other) for team in carried["unit"].unique() for other in above.get(team, ())]
    lifted = carried.merge(table(unit=texts(u for u, _ in upward), over=texts(o for _, o in upward)), on="unit")
    below = lifted.drop(columns="unit").rename(columns={"over": "unit"})
    rows = pd.MultiIndex.from_product([_active(standing), standing.cycles.index], names=["unit", "cycle"])
    out = DataFrame(index=rows)
    for side, shares in (("own", carried), ("below", below)):
        out = out.join(_side(standing, objectives, shares, day).add_prefix(f"{side}_"))
        count = out[f"{side}_objectives"].fillna(0).astype(np.int64)
        words = texts(counts if isinstance(counts, dict) else {} for counts in out[f"{side}_statuses"])
        status_words = texts(word if isinstance(word, str) else "" for word in out[f"{side}_status"])
        out = put(out, **{f"{side}_objectives": count, f"{side}_status": status_words, f"{side}_statuses": words})
    out = out[(out["own_objectives"] > 0) | (out["below_objectives"] > 0)].reset_index()
    kinds = texts(standing.tree.rows["kind"].get(unit) for unit in out["unit"])
    named = table(unit=texts(out["unit"]), kind=kinds, cycle=texts(out["cycle"]))
    return pd.concat([named, out.drop(columns=["unit", "cycle"])], axis=1)


def _active(standing: Standing) -> pd.Index:
    return standing.tree.rows.index[standing.tree.rows["active"]]


def _carried(objectives: DataFrame, key_results: DataFrame, parts: DataFrame) -> DataFrame:
    """unit, objective and, weighted, the figures of what it carries of the objective; a row per part."""
    counts = objectives["counts"].to_numpy() & np.isfinite(column(objectives, "progress"))
    parts = parts[parts["counted"].to_numpy() & counts[parts["at"]]]
    of = parts["of"].to_numpy()
    held = objectives[counts & objectives["from_children"].to_numpy()]
    weight = column(parts, "weight")
    return table(
        unit=np.concatenate([key_results["team"].to_numpy()[of], held["team"].to_numpy()]),
        objective=np.concatenate([parts["objective"].to_numpy(), held.index.to_numpy()]),
        weight=np.concatenate([weight, np.ones(len(held))]),
        progress=np.concatenate([weight * column(key_results, "progress")[of], column(held, "progress")]),
        expected=np.concatenate([weight * column(key_results, "expected")[of], column(held, "expected")]),
        has_value=np.concatenate([key_results["has_value"].to_numpy()[of], held["has_value"]]).astype(np.float64),
    )


def _side(standing: Standing, objectives: DataFrame, shares: DataFrame, day: date) -> DataFrame:
    """The figures by (unit, cycle): objectives, progress, expected, pace, status, statuses."""
    each = shares.groupby(["unit", "objective"], sort=False)[_FIGURES].sum().reset_index()
    each["progress"] /= each["weight"]
    each["expected"] /= each["weight"]
    of = positions(objectives.index, each["objective"])
    each = put(each, cycle=objectives["cycle"].to_numpy()[of], word=objectives["status"].to_numpy()[of])
    grouped = each.groupby(["unit", "cycle"], sort=False)
    out = grouped.agg(
        objectives=("weight", "size"),
        progress=("progress", "mean"),
        expected=("expected", "mean"),
        has_value=("has_value", "sum"),
    )
    out["pace"] = pace(column(out, "progress"), column(out, "expected"))
    cycles = standing.cycles.reindex(out.index.get_level_values("cycle"))
    today = day_number(day)
    start, end = (day_numbers(cycles[name]) for name in ("start", "end"))
    words = status.first(
        (today < start, "not started"),
        (near(out["has_value"]) == 0, "no value yet"),
        otherwise=status.by_pace(column(out, "pace"), elapsed(today, start, end), standing.settings),
    )
    tallies: dict[Any, dict[str, int]] = {key: {} for key in out.index}
    counts = each.groupby(["unit", "cycle", "word"], sort=False).size().to_dict()
    for word in STATUSES:
        for key, tally in tallies.items():
            if (*key, word) in counts:
                tally[word] = int(counts[(*key, word)])
    return put(out, status=words, statuses=texts(tallies.values())).drop(columns="has_value")
