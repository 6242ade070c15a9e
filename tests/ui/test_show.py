"""How figures read."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from okrdash.ui import show

NONE: dict[str, Any] = {
    **{"forecast": math.nan, "forecast_low": math.nan, "forecast_high": math.nan, "valued_days": 5.0},
    **{"kind": "increase", "unit": "NPS", "elapsed": 0.5, "status": "on track", "start": pd.Timestamp("2026-12-28")},
}


def test_a_forecast_is_said_in_words_and_tens():
    said = show.forecast(NONE | {"forecast": 0.71, "forecast_low": 61.7, "forecast_high": 80.96})
    assert said == "likely: 7 in 10, ending at 62–81 NPS"


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.02, "very unlikely: less than 1 in 10"),
        (0.38, "rather unlikely: 4 in 10"),
        (0.5, "as likely as not: 5 in 10"),
        (0.98, "almost certain: more than 9 in 10"),
    ],
)
def test_likely(probability: float, said: str):
    assert show.likely(probability) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (99.9016, 99.9826, "99.90–99.98 %"),
        (0.83, 1.9, "0.8–1.9 %"),
        (12345.6, 16789.1, "12,000–17,000 %"),
        (-12.3, 4.1, "−12 to 4 %"),
        (6.0, 6.0, "6 %"),
        (0.0, 0.0, "0 %"),
    ],
)
def test_a_range_is_no_more_exact_than_it_is_wide(low: float, high: float, said: str):
    assert show.span(low, high, "%") == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"valued_days": 2.0}, "too early for a forecast: 2 of 3 values"),
        ({"status": "not started", "elapsed": 0.0}, "too early for a forecast: it starts on 28 Dec 2026"),
        ({"kind": "milestone"}, "no forecast: a few steps say too little of when the next one is done"),
        ({"kind": "baseline"}, "no forecast: the starting value is still to be found"),
        ({"status": "to be scored", "elapsed": 1.0}, ""),
    ],
)
def test_without_a_forecast_it_says_why(row: dict[str, Any], said: str):
    assert show.forecast(NONE | row) == said
