"""Changes between two days in words: from what to what, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from okrdash.domain.difference import BACK, DROPPED, GONE, GROUPS, NEW
from okrdash.domain.promises import ASKED, BROKEN, DECLINED, KEPT, LATE, MADE, OTHER_DAY, REOPENED, WANTS_LONGER
from okrdash.ui import show
from okrdash.ui.open_points import KIND_WORDS
from okrdash.ui.text import md, plain, short

CAME: Mapping[str, str] = {NEW: "New", BACK: "Back again", DROPPED: "Dropped", GONE: "Not on the board any more"}
_FIELDS: Mapping[str, str] = {
    "baseline": "from",
    "lower": "at least",
    "upper": "at most",
    "progress_from": "progress comes from",
    "cadence_weeks": "weeks between updates",
    "objective": "at home under",
    "also": "also under",
    "parents": "contributes to",
    "start": "starts",
    "title": "called",
}
"""What is changed, by the words that the screens have for it, where these differ."""
_BEFORE = ("status", "value", "progress")
"""What speaks for itself: no word stands before it."""
PROMISE: Mapping[str, str] = {
    ASKED: "○ Asked for",
    MADE: "● Promised",
    OTHER_DAY: "▲ Another day",
    KEPT: "◆ Kept",
    LATE: "▲ Delivered late",
    BROKEN: "■ Broken",
    WANTS_LONGER: "▲ Wants longer",
    REOPENED: "▲ Not done yet",
    DECLINED: "■ Declined",
}
"""What became of a promise, with a shape beside each word."""
_COLOURS: Mapping[str, str] = {MADE: "blue", KEPT: "violet", BROKEN: "red", DECLINED: "red"}
_LONGEST = 140


@dataclass(frozen=True, slots=True)
class Known:
    """By what names things are called."""

    titles: Mapping[str, str]
    """Of objectives and key results, by id."""
    units: Mapping[str, str]
    """The unit in which each key result is measured."""
    names: Mapping[str, str]
    """People's."""


def one_line(rows: Sequence[Mapping[str, Any]], known: Known) -> str:
    """All that changed of one objective or key result, as Markdown: "■ Off track → ● On track · 30 → 45 %"."""
    measured = {row["what"] for row in rows}
    rows = sorted(rows, key=lambda row: list(GROUPS).index(row["group"]))
    told = [_said(row, known) for row in rows if not (row["what"] == "progress" and "value" in measured)]
    reasons = list(dict.fromkeys(reason for row in rows for reason in row["reasons"]))
    by = list(dict.fromkeys(who for row in rows for who in row["by"]))
    why = f", because: {md('; '.join(reasons))}" if reasons else ""
    who = f" :small[({md(people(by, known.names))})]" if by else ""
    return " · ".join(told) + why + who


def people(usernames: Iterable[str], names: Mapping[str, str]) -> str:
    """Who changed something: names, "a command on the server" among them."""
    return ", ".join(names.get(one, "a command on the server" if one == "console" else one) for one in usernames)


def _said(row: Mapping[str, Any], known: Known) -> str:
    what = row["what"]
    if what in CAME:
        return f":gray-badge[{CAME[what]}]"
    if what == "status":
        return f"{show.badge(row['was']) if row['was'] else '–'} → {show.badge(row['now']) if row['now'] else '–'}"
    if what in ("steps", "phases"):
        return f"{what} changed{_steps(row) if what == 'steps' else ''}"
    was, now = as_text(row, known)
    word = "" if what in _BEFORE else f"{_FIELDS.get(what, what)} "
    return f"{word}{md(was)} → **{md(now)}**"


def as_text(row: Mapping[str, Any], known: Known) -> tuple[str, str]:
    """What it was and what it is now, in plain text; "–" for nothing."""
    was, now = (_value(row["what"], row[side], row["id"], known) for side in ("was", "now"))
    return was, now


def _value(what: str, value: Any, identifier: str, known: Known) -> str:
    if what in ("steps", "phases"):
        return plain("; ".join(f"{one[0]}" for one in value)) if value else show.NONE
    if value is None or value == ():
        return show.NONE
    if isinstance(value, date):
        return show.day(value)
    if isinstance(value, tuple):
        return plain(", ".join(f"“{short(known.titles.get(one, one), _LONGEST)}”" for one in value))
    match what:
        case "progress":
            return show.percent(value)
        case "value" | "baseline" | "target" | "lower" | "upper":
            return plain(show.number(value, known.units.get(identifier, "")))
        case "confidence":
            return f"{value:.0f} in 10"
        case "owner":
            return plain(show.person(value, known.names))
        case "objective":
            return plain(f"“{short(known.titles.get(value, value), _LONGEST)}”")
        case "kind":
            return KIND_WORDS.get(value, value)
    return show.number(value) if isinstance(value, float | int) else plain(value)


def _steps(row: Mapping[str, Any]) -> str:
    """Which steps came and which went."""
    was, now = ([step[0] for step in row[side] or ()] for side in ("was", "now"))
    came, went = [one for one in now if one not in was], [one for one in was if one not in now]
    said = [f"new “{short(one, _LONGEST)}”" for one in came] + [f"without “{short(one, _LONGEST)}”" for one in went]
    return f": {md(', '.join(said))}" if said else " (weights or days)"


def promise(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """A step of a promise as Markdown: what became of it, what it is about, between whom, from which day to which."""
    what = row["what"]
    badge = f":{_COLOURS.get(what, 'gray')}-badge[{PROMISE.get(what, what.capitalize())}]"
    why = f", because: {md('; '.join(row['reasons']))}" if row["reasons"] else ""
    by = f" ({md(people(row['by'], names))})" if row["by"] else ""
    sides = f"**{md(row['to_team'])}** for **{md(row['from_team'])}**"
    return (
        f"{badge} {md(short(row['need'], _LONGEST))} :small[· {sides}{_days(row)}]{why}{f' :small[{by}]' if by else ''}"
    )


def _days(row: Mapping[str, Any]) -> str:
    was, now = (show.day(row[side]) for side in ("was", "now"))
    match row["what"]:
        case "kept" | "late":
            return f" · promised for {was}, delivered on {now}"
        case "broken":
            return f" · promised for {was}"
        case "other day" | "wants longer":
            return f" · {was} → {now}"
        case "made" | "reopened":
            return f" · for {now}"
    return ""


def as_table(rows: pd.DataFrame, steps: pd.DataFrame, known: Known) -> dict[str, list[str]]:
    """The same as columns of plain text, for a file: the changes, then the promises."""
    out: dict[str, list[str]] = {name: [] for name in _FILE}
    for row in rows.to_dict("records"):
        was, now = ("", "") if row["what"] in CAME else as_text(row, known)  # type: ignore[arg-type]
        home = known.titles.get(row["objective"], "")
        told = (row["function"], row["team"], home, row["kind"], row["title"], row["what"], was, now)
        _add(out, (*told, "; ".join(row["reasons"]), people(row["by"], known.names)))
    for row in steps.to_dict("records"):
        days = ("" if row[side] is None else show.day(row[side]) for side in ("was", "now"))
        told = (row["providing_function"], row["to_team"], row["title"], "promise", row["need"], row["what"], *days)
        _add(out, (*told, "; ".join(row["reasons"]), people(row["by"], known.names)))
    return out


_FILE = ("Function", "Team", "Objective", "Kind", "Title", "What", "From", "To", "Reasons", "By")


def _add(out: dict[str, list[str]], values: Sequence[str]) -> None:
    for name, value in zip(_FILE, values, strict=True):
        out[name].append(value)
