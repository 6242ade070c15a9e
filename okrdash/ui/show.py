"""How figures, days and statuses read on every screen. Pure: text in the reader's terms, nothing drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd

from okrdash.domain.columns import refs
from okrdash.domain.forecast import LEAST

NONE = "–"
"""What stands where there is no figure."""

ICONS: Mapping[str, str] = {
    "on track": "●",
    "at risk": "▲",
    "off track": "■",
    "achieved": "◆",
    "met": "◆",
    "missed": "■",
    "not started": "○",
    "no value yet": "○",
    "unknown": "○",
    "to be scored": "○",
    "kept": "●",
    "broken": "■",
}
"""A shape beside every status word, so that colour is never needed to tell them apart."""

COLOURS: Mapping[str, str] = {
    "on track": "blue",
    "kept": "blue",
    "at risk": "orange",
    "off track": "red",
    "broken": "red",
    "missed": "red",
    "achieved": "violet",
    "met": "violet",
}
"""The theme's colour of a status badge; the others are gray."""


def status(word: str) -> str:
    """A status as text: shape and word, "▲ At risk"; NONE for none."""
    return f"{ICONS[word]} {word.capitalize()}" if word else NONE


def badge(word: str) -> str:
    """A status as a Markdown badge: shape, word and colour."""
    return f":{COLOURS.get(word, 'gray')}-badge[{status(word)}]" if word else ""


def blank(value: Any) -> bool:
    """Whether there is no value: None, NaN, NaT or ""."""
    return value is None or value == "" or bool(pd.isna(value))


def percent(share: float | None) -> str:
    """A share of 1 in whole per cent: "62 %", "−12 %"."""
    return NONE if share is None or blank(share) else f"{round(share * 100):d} %".replace("-", "−")


def number(value: float | None, unit: str = "") -> str:
    """A measured number with its unit, no more digits than it has: "12,500", "4.5 stars", "30 %"."""
    if value is None or blank(value):
        return NONE
    digits = f"{value:,.0f}" if math.isclose(value, round(value)) else f"{value:,.10g}"
    return f"{digits} {unit}".strip().replace("-", "−")


def count(number_of: int, noun: str) -> str:
    """How many of a thing: "1 problem", "3 problems"."""
    return f"{number_of:,} {noun}" + ("" if number_of == 1 else "s")


def day(value: date | datetime | pd.Timestamp | None) -> str:
    """A day: "22 Nov 2026"."""
    return NONE if value is None or blank(value) else f"{value:%-d %b %Y}"


def person(username: str, names: Mapping[str, str]) -> str:
    """A person's name; "the champions" where nobody is accountable alone."""
    return names.get(username, username) if username else "the champions"


def stands(key_result: Mapping[Any, Any] | pd.Series[Any]) -> str:
    """Where a key result stands, from → now → to: "50 → 58 → 70 NPS", "within 4.5 or more stars, now 4.6"."""
    unit, value = key_result["unit"], key_result["value"]
    match key_result["kind"]:
        case "increase" | "decrease":
            now = number(value) if not blank(value) else "no value yet"
            return f"{number(key_result['baseline'])} → {now} → {number(key_result['target'], unit)}"
        case "maintain":
            now = f"now {number(value, unit)}" if not blank(value) else "no value yet"
            return f"{bounds(key_result)}, {now}"
        case "milestone":
            return f"{percent(key_result['progress'])} of the steps done"
        case _:
            return f"found: {number(value, unit)}" if not blank(value) else "the starting value is to be found"


def bounds(key_result: Mapping[Any, Any] | pd.Series[Any]) -> str:
    """What a guardrail is kept within: "at least 4.5 stars", "at most 2 %", "within 90 to 110 %"."""
    lower, upper, unit = key_result["lower"], key_result["upper"], key_result["unit"]
    if blank(upper):
        return f"at least {number(lower, unit)}"
    if blank(lower):
        return f"at most {number(upper, unit)}"
    return f"within {number(lower)} to {number(upper, unit)}"


def freshness(key_result: Mapping[Any, Any] | pd.Series[Any]) -> str:
    """A word beside the status when an update is missing: "late", "no update since 3 Nov 2026"; "" when fresh."""
    if key_result["freshness"] == "overdue":
        last = key_result["last_check_in"]
        return "no update yet" if blank(last) else f"no update since {day(last)}"
    return "update late" if key_result["freshness"] == "late" else ""


def troubles(objective: Mapping[Any, Any] | pd.Series[Any]) -> str:
    """What is wrong among an objective's key results: "1 of 4 off track, 2 overdue", else how many there are."""
    count, off_track, overdue = (int(objective[name]) for name in ("key_results", "off_track", "overdue"))
    if not count:
        return "from objectives below" if objective["from_children"] else "none yet"
    said = [f"{off_track} of {count} off track"] if off_track else []
    if overdue:
        said.append(f"{overdue} overdue" if said else f"{overdue} of {count} overdue")
    return ", ".join(said) or f"{count} key result{'s' if count > 1 else ''}"


def forecast(key_result: Mapping[Any, Any] | pd.Series[Any]) -> str:
    """The forecast in words and tens, "likely: 7 in 10, ending at 62–81 NPS", else why there is none.

    "" where there is nothing left to say: the window is over, or it has a score.
    """
    if not blank(key_result["forecast"]):
        ends = span(key_result["forecast_low"], key_result["forecast_high"], key_result["unit"])
        return f"{likely(key_result['forecast'])}, ending at {ends}"
    if key_result["elapsed"] >= 1 or key_result["status"] in ("met", "missed"):
        return ""
    if key_result["status"] == "not started":
        return f"too early for a forecast: it starts on {day(key_result['start'])}"
    if key_result["kind"] == "milestone":
        return "no forecast: a few steps say too little of when the next one is done"
    if key_result["kind"] == "baseline":
        return "no forecast: the starting value is still to be found"
    return f"too early for a forecast: {int(key_result['valued_days'])} of {LEAST} values"


def likely(probability: float) -> str:
    """A probability in words and tens: "likely: 7 in 10"."""
    tens = round(probability * 10)
    count = {0: "less than 1", 10: "more than 9"}.get(tens, str(tens))
    return f"{_LIKELY[tens]}: {count} in 10"


_LIKELY = (
    *("very unlikely", "very unlikely", "unlikely", "unlikely", "rather unlikely", "as likely as not"),
    *("rather likely", "likely", "likely", "very likely", "almost certain"),
)
"""What each number of tens is called."""


def span(low: float, high: float, unit: str = "") -> str:
    """From where to where, no more exact than it is wide: "62–81 NPS", "99.90–99.98 %"; one number if both are one."""
    width = high - low or abs(high)
    digits = -math.floor(math.log10(width / 2.5)) if width > 0 else 0
    low, high = (round(end, digits) + 0.0 for end in (low, high))
    if low == high:
        return number(high, unit)
    between = " to " if low < 0 else "–"
    return f"{low:,.{max(digits, 0)}f}{between}{high:,.{max(digits, 0)}f} {unit}".strip().replace("-", "−")


def units(text: str) -> str:
    """A path or list of names as read: "Acme › Sales"."""
    return " › ".join(refs(text))
