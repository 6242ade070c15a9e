"""The forecast: who gets one, what it says of plain cases, what always holds, and that about as many come true."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from okrdash.domain.check_ins import CheckIns
from okrdash.domain.forecast import Forecast, forecasts
from tests.domain.simulated import WAYS, brier, reliability, simulate
from tests.domain.small_company import Company, one

few = settings(max_examples=100, deadline=None)
numbers = st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
values = st.lists(st.floats(-50, 150).map(lambda number: round(number, 3)), min_size=3, max_size=7)


def on(day: int, company: Company, *reports: tuple[int, float]) -> pd.Series[Any]:
    for when, value in reports:
        company.check_in(when, value)
    return company.kr(day)


def weekly(reports: list[float], kind: str = "increase", **stated: Any) -> Forecast:
    """Of one key result of a hundred days, with a value in each of its first weeks."""
    plain = {"bar": 1.0, "baseline": 0.0, "target": 100.0, "lower": np.nan, "upper": np.nan, "unit": ""}
    row = plain | {"kind": kind, "from_day": 0.0, "to_day": 100.0} | stated
    days = np.arange(7.0, 7.0 * len(reports) + 1, 7.0)
    check_ins = CheckIns(np.zeros(len(days), dtype=np.int64), days, np.array(reports), np.full(len(days), np.nan))
    return forecasts(pd.DataFrame([row]), check_ins, days / 100, np.array([True]))


STEADY = tuple((n, float(n)) for n in (8, 15, 22, 36, 50))


def test_on_its_line_it_is_as_likely_as_not_and_ends_about_the_target():
    row = on(50, one(), *STEADY)
    assert row["forecast"] == pytest.approx(0.5)
    assert 50 <= row["forecast_low"] < 100 < row["forecast_high"]


@pytest.mark.parametrize(
    ("reports", "least", "most"),
    [
        ([(10, 20.0), (20, 38.0), (30, 61.0), (40, 80.0)], 0.75, 1.0),
        ([(25, 25.0), (50, 52.0), (75, 80.0), (90, 99.0)], 0.75, 1.0),
        ([(10, 20.0), (20, 22.0), (30, 22.0), (40, 22.0), (60, 22.0)], 0.0, 0.15),
        ([(20, 40.0), (40, 80.0), (60, 101.0)], 0.8, 1.0),
        ([(20, 70.0), (40, 50.0), (60, 30.0)], 0.0, 0.2),
    ],
    ids=["ahead", "nearly there", "stalled", "achieved", "going back"],
)
def test_plain_cases(reports: list[tuple[int, float]], least: float, most: float):
    assert least <= on(90, one(), *reports)["forecast"] <= most


@pytest.mark.parametrize(
    ("company", "day"),
    [
        (one().check_in(5, 1).check_in(10, 2), 50),
        (one().check_in(5, 1).check_in(10, 2).check_in(10, 3).check_in(60, 4), 50),
        (one().check_in(5, 1).check_in(10, 2).check_in(15, 3, id="x").check_in(15, None, replaces="x"), 50),
        (one().check_in(-9, 1).check_in(-8, 2).check_in(-7, 3), -1),
        (one().check_in(5, 1).check_in(10, 2).check_in(15, 3), 101),
        (one(score=0.5).check_in(5, 1).check_in(10, 2).check_in(15, 3), 100),
        (one("milestone").step("a", done_on=1).step("b", done_on=2).step("c", done_on=3).step("d"), 50),
        (one("baseline").check_in(5, 1).check_in(10, 2).check_in(15, 3), 50),
    ],
    ids=["two values", "two days", "one replaced", "not begun", "over", "scored", "steps", "starting value"],
)
def test_there_is_none(company: Company, day: int):
    row = company.kr(day)
    assert row[["forecast", "forecast_low", "forecast_high"]].isna().all()


def test_json_says_none():
    company = one().check_in(5, 1)
    assert company.on(50).as_json()["key_results"][0]["forecast"] is None


def test_json_has_probability_and_range():
    company = one()
    row = on(50, company, *STEADY)
    assert company.on(50).as_json()["key_results"][0]["forecast"] == {
        "probability": row["forecast"],
        "low": row["forecast_low"],
        "high": row["forecast_high"],
    }


def test_it_knows_what_the_day_knows():
    later = on(50, one(), *STEADY, (51, 500.0))
    assert later["forecast"] == on(50, one(), *STEADY)["forecast"]


def test_the_last_entry_of_a_day_counts():
    company = one()
    company.check_in(50, 7.0, entered_at=datetime(2026, 1, 1))
    assert on(50, company, *STEADY)["forecast"] == on(50, one(), *STEADY)["forecast"]


def test_an_aspirational_one_is_met_at_its_bar():
    stretch = Company().objective(ambition="aspirational").key_result()
    assert on(50, stretch, *STEADY)["forecast"] >= 0.7


def test_phases_are_the_plan():
    late = one().phase(60, 10.0)
    reports = [(10, 2.0), (30, 5.0), (50, 8.0)]
    assert on(50, one(), *reports)["forecast"] < 0.2 < 0.45 < on(50, late, *reports)["forecast"]


def test_a_value_that_never_went_back_is_not_said_to():
    forth = on(60, one(), (10, 20.0), (20, 40.0), (30, 40.0), (40, 41.0))
    back = on(60, one(), (10, 20.0), (20, 42.0), (30, 40.0), (40, 41.0))
    assert back["forecast_low"] < 41 == forth["forecast_low"]


@pytest.mark.parametrize(
    ("reports", "least", "most"),
    [([4.7, 4.8, 4.7, 4.8], 0.85, 1.0), ([4.7, 4.2, 4.1, 4.0], 0.0, 0.25), ([4.5, 4.5, 4.5, 4.5], 0.9, 1.0)],
    ids=["calm", "broken", "on the bound"],
)
def test_guardrails(reports: list[float], least: float, most: float):
    said = weekly(reports, "maintain", lower=4.5)
    assert least <= said.probability <= most
    assert said.low <= said.high


def test_shares_end_within_a_hundred_per_cent():
    assert weekly([50.0, 70.0, 85.0, 93.0], baseline=20.0, target=95.0, unit="%").high == 100


@few
@given(values, st.sampled_from(["increase", "decrease", "maintain"]), numbers, numbers)
def test_probability_and_range_are_sound(reports: list[float], kind: str, one_end: float, other: float):
    low, high = sorted((one_end, other))
    assume(high - low > 1)
    baseline, target = (high, low) if kind == "decrease" else (low, high)
    said = weekly(reports, kind, baseline=baseline, target=target, lower=low, upper=high)
    assert 0 <= said.probability <= 1
    assert said.low <= said.high


@few
@given(values, st.floats(0, 500))
def test_a_better_newest_value_never_makes_it_less_likely(reports: list[float], better: float):
    other = weekly([*reports[:-1], reports[-1] + better])
    assert other.probability >= weekly(reports).probability - 1e-12


@few
@given(values, st.sampled_from([0.001, 0.5, 3.0, 1e6]))
def test_the_unit_makes_no_difference(reports: list[float], by: float):
    said, other = weekly(reports), weekly([value * by for value in reports], target=100.0 * by)
    assert other.probability == pytest.approx(said.probability, abs=1e-9)
    assert other.low == pytest.approx(said.low * by, rel=1e-9, abs=1e-9 * by)


@few
@given(values)
def test_decrease_mirrors_increase(reports: list[float]):
    up = weekly([value + 1000 for value in reports], baseline=1000.0, target=1100.0)
    down = weekly([1100 - value for value in reports], "decrease", baseline=1100.0, target=1000.0)
    assert down.probability == pytest.approx(up.probability, abs=1e-9)
    assert down.low == pytest.approx(2100 - up.high, abs=1e-6)


def test_about_as_many_come_true_as_it_says_and_more_than_naive_ones():
    histories = simulate(seed=3, each=150)
    found = histories.forecast()
    said, met, rows = found.probability, histories.met, histories.rows
    off = {
        n: share for n, (count, share) in reliability(said, met).items() if count > 99 and abs(share - n / 10) > 0.12
    }
    assert off == {}
    within = (found.low <= rows["end"]) & (rows["end"] <= found.high)
    assert 0.75 < within.mean() < 0.85
    confident, on_pace = rows["confidence"].to_numpy() / 10, (rows["pace"] >= 0.95).to_numpy(dtype=float)
    for of in (rows["shape"].isin(WAYS).to_numpy(), met == met):
        best = brier(said[of], met[of])
        assert best < brier(confident[of], met[of])
        assert best < brier(on_pace[of], met[of])
