"""How a dependency reads: where it stands, what is wrong with it, what the two sides say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from okrdash.ui import show
from okrdash.ui.text import md

STATES: Mapping[str, str] = {
    "requested": "○ Asked",
    "accepted": "● Promised",
    "delivered": "◇ Delivered",
    "confirmed": "◆ Confirmed",
    "declined": "✕ Declined",
    "withdrawn": "– Withdrawn",
}
"""Where it stands: a shape and a word."""
PROPOSED = "◐ Another day proposed"
"""What was asked for and answered with another day, on which the asker has to decide."""

TROUBLES: Mapping[str, str] = {
    "late": "■ Late",
    "disputed": "▲ Disputed",
    "in conflict": "✚ In conflict",
    "unanswered": "? Unanswered",
}
"""What is wrong: a shape and a word, the gravest first."""

RULES: Mapping[str, str] = {
    "late": "the day it is needed by, or promised for, has passed",
    "disputed": "the two sides say different words about whether it comes in time",
    "in conflict": "promised for later than it is needed, or past its day",
    "unanswered": "nobody has answered for as many days as the settings give",
}
"""By which rule, for the legend."""

SAYS: Mapping[str, str] = {"will": "will", "may": "may", "won't": "won’t"}
"""Whether it will be there in time, as a side says it."""

_COLOURS = {"late": "red", "disputed": "orange", "in conflict": "orange", "unanswered": "gray"}
_STATE_COLOURS = {"accepted": "blue", "delivered": "blue", "confirmed": "violet"}


def troubles(row: Mapping[Any, Any]) -> list[str]:
    """What is wrong with a dependency, the gravest first: keys of TROUBLES."""
    return [*(["late"] if row["late"] else []), *([row["trouble"]] if row["trouble"] else [])]


def state(row: Mapping[Any, Any]) -> str:
    """Where it stands: shape and word."""
    return PROPOSED if row["proposed"] else STATES[row["state"]]


def badges(row: Mapping[Any, Any]) -> str:
    """State and troubles as Markdown badges."""
    marks = [f":{_STATE_COLOURS.get(row['state'], 'gray')}-badge[{state(row)}]"]
    return " ".join([*marks, *(f":{_COLOURS[one]}-badge[{TROUBLES[one]}]" for one in troubles(row))])


def days(row: Mapping[Any, Any]) -> str:
    """By when it is needed, and for when it is promised: "needed by 23 Nov 2026, promised for 9 Dec 2026"."""
    needed = f"needed by {show.day(row['need_by'])}" if not show.blank(row["need_by"]) else "no day given"
    if show.blank(row["promised"]):
        return needed
    word = "proposed" if row["proposed"] else "promised"
    return f"{needed}, {word} for {show.day(row['promised'])}"


def says(row: Mapping[Any, Any]) -> str:
    """What the two sides say, as Markdown: "In time? Partners says it may, Platform says it will"; "" for none.

    Only while it is promised: before and after, their words are about nothing.
    """
    if row["state"] != "accepted":
        return ""
    sides = ((row["from_team"], row["asker_says"]), (row["to_team"], row["provider_says"]))
    said = [f"{md(team)} says it {SAYS[word]}" for team, word in sides if word]
    if len(said) == 2 and row["asker_says"] == row["provider_says"]:
        said = [f"both say it {SAYS[row['asker_says']]}"]
    return f"In time? {', '.join(said) or 'Nobody has said yet'}"
