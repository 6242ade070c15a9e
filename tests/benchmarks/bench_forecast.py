"""How good the forecast is: `python -m tests.benchmarks.bench_forecast`.

Prints, for made-up histories of many shapes and for the closed cycles of the demo companies, how many of the forecasts
that say n in 10 came true, how many ends lay in the range (80 % should), and the Brier score (the mean squared distance
of what was said from what came; 0 is perfect, 0.25 a coin's) beside those of two naive forecasts: "a pace of 0.95 or
more means yes", and the confidence that the owner stated, as n in 10. The seed is not the one of the calibration.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain.facts import facts
from okrdash.domain.measure import measure
from okrdash.domain.settings import Settings
from okrdash.transfer.demo import DEMOS, WRITTEN_FOR, demo_rows
from tests.domain.simulated import GUARDRAILS, SHAPES, WAYS, brier, reliability, simulate


def simulated(seed: int = 2, each: int = 1500) -> DataFrame:
    """A row per forecast of a made-up history: shape, forecast, low, high, pace, confidence, end, met."""
    histories = simulate(seed, each)
    found = histories.forecast()
    return histories.rows.assign(forecast=found.probability, low=found.low, high=found.high)


def of_demos() -> DataFrame:
    """The same of the closed cycles of the demo companies: a row per key result and Friday on which there is one."""
    return pd.concat([rows for name in DEMOS for rows in _of_demo(name)], ignore_index=True)


def _of_demo(name: str) -> Iterator[DataFrame]:
    company = facts(Settings(), demo_rows(name, WRITTEN_FOR))
    for cycle in company.cycles[company.cycles["state"] == "closed"].to_dict("records"):
        start, end = cycle["start"].date(), cycle["end"].date()
        last = measure(company, end).key_results
        met = last["guardrail"].eq("kept") | (last["kind"].ne("maintain") & last["progress"].ge(last["bar"]))
        for days in range(4, (end - start).days, 7):
            board = measure(company, start + timedelta(days=days)).key_results
            rows = board[(board["cycle"] == cycle["cycle"]) & board["forecast"].notna()]
            rows = rows.assign(met=met[rows.index], end=last.loc[rows.index, "value"], shape=name)
            yield rows.rename(columns={"forecast_low": "low", "forecast_high": "high"})


def print_scores(rows: DataFrame, names: tuple[str, ...]) -> None:
    """A line per name with the scores of the rows of its shapes."""
    print(f"{'':12}forecasts   came true   in range   Brier: forecast    pace   confidence")
    groups = {"all": rows["shape"].unique(), "ways": WAYS, "guardrails": GUARDRAILS}
    for name in names:
        of = rows[rows["shape"].isin(groups.get(name, (name,)))]
        met = of["met"].to_numpy(dtype=bool)
        said = of["forecast"], of["pace"].ge(0.95).astype(float), of["confidence"].fillna(5) / 10
        scores = [brier(numbers.to_numpy(), met) for numbers in said]
        within = ((of["low"] <= of["end"]) & (of["end"] <= of["high"])).mean()
        figures = f"{len(of):9,}   {met.mean():9.2f}   {within:8.2f}"
        best = "beats both" if scores[0] < min(scores[1:]) else ""
        print(f"{name:12}{figures}   {scores[0]:15.3f}   {scores[1]:5.3f}   {scores[2]:10.3f}   {best}".rstrip())


def print_reliability(rows: DataFrame) -> None:
    """How many of the forecasts that say n in 10 came true."""
    table = reliability(rows["forecast"].to_numpy(), rows["met"].to_numpy(dtype=bool))
    print("  n in 10   forecasts   came true")
    for n, (count, share) in table.items():
        print(f"  {n:7}   {count:9,}   {share:9.2f}  {'·' * round(share * 40)}")


def main() -> None:
    """Prints the tables."""
    rows = simulated()
    print("Made-up histories")
    print_scores(rows, ("all", "ways", *WAYS, "guardrails", *GUARDRAILS))
    for name, shapes in (("all", SHAPES), ("ways", WAYS), ("guardrails", GUARDRAILS)):
        print(f"\nReliability, {name}")
        print_reliability(rows[rows["shape"].isin(shapes)])
    demos = of_demos()
    count = len(demos)
    print(f"\nClosed cycles of the demo companies: {count} forecasts of {demos['title'].nunique()} key results")
    print_scores(demos, ("all", *np.unique(demos["shape"])))
    print_reliability(demos)


if __name__ == "__main__":
    main()
