"""What a key result's text says: what kind it is, and with which numbers.

The readings are tried in one fixed order; the first that fits is taken, and what else could be read is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from .numbers import Number, numbers, without_days
from .words import HIDDEN

_KEEP = re.compile(
    r"\b(?:keep|keeps|keeping|kept|maintain|maintains|maintained|maintaining|stay|stays|staying|stayed)\b", re.I
)
_KEPT_SHARES = re.compile(r"\b(?:retention|uptime|availability)\b", re.I)
_CLAUSE = re.compile(r"[;,]|\band\b", re.I)
_PART = re.compile(r"(?:[;,](?:\s+and\b)?|\band\b)", re.I)
_FROM = re.compile(
    r"\b(?:from|von|de)\s+(?:currently\s+|about\s+|around\s+|roughly\s+|approximately\s+|~\s?)?[±]?$", re.I
)
_TO = re.compile(
    r"\b(?:to|up\s+to|down\s+to|auf|à)\s+(?:about\s+|around\s+|roughly\s+|at\s+least\s+|over\s+|under\s+|~\s?)?$", re.I
)
_ARROW = re.compile(r"\s*(?:→|-+>|–>|➔)\s*")
_BETWEEN = re.compile(r"\bbetween\s+$", re.I)
_AROUND = re.compile(r"±\s*$")
_OF_PLAN = re.compile(r"\s*(?:of|from|off)\s+(?:the\s+|our\s+)?(?:plan|budget|forecast|target)", re.I)
_WITHIN = re.compile(r"\bwithin\s+$", re.I)
_BY = re.compile(r"\bby\s+(?:at\s+least\s+|about\s+|over\s+|another\s+|a\s+further\s+)?$", re.I)
_OF = re.compile(r"\s*of\b", re.I)
_LESS = re.compile(r"\b(?:reduce|decrease|lower|cut|shorten|drop|minimi[sz]e|bring\s+down)\w*\b", re.I)
_ONLY_A_TIME = re.compile(r"^(?:by|in|on|at|until|till|before|after|during|within)\b", re.I)
_DURATION = (
    ("ms|millisecond", 0.001),
    ("s|sec|second", 1.0),
    ("min|minute", 60.0),
    ("h|hr|hour", 3600.0),
    ("d|day", 86400.0),
    ("week", 7 * 86400.0),
    ("month", 30.4375 * 86400.0),
    ("quarter", 91.3125 * 86400.0),
    ("year", 365.25 * 86400.0),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A key result's kind and numbers; `notes` are what was guessed, each with the field it is about."""

    kind: str = "milestone"
    unit: str = ""
    baseline: float | None = None
    target: float | None = None
    lower: float | None = None
    upper: float | None = None
    steps: tuple[str, ...] = ()
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text with its numbers; `said` has blanks for what is not read."""

    whole: str
    said: str
    numbers: list[Number]

    def between(self, a: Number, b: Number) -> str:
        return self.said[a.end : b.start]


_Found = tuple[Reading, list[Number]] | None
"""A reading and the numbers it used; None if the text does not say this."""


def read_result(whole: str, said: str) -> Reading:
    """The reading of a text; `said` is the same text with blanks for its asides and its due day."""
    if HIDDEN in said:
        name = re.findall(rf"{HIDDEN}(\w+)", said)
        which = f"{name[0]} stands for a number that the document keeps to itself" if name else "its number is not told"
        return Reading(notes=[("target", f"{which}: a milestone until the number is known.")])
    said = without_days(said)
    text = _Text(whole, said, numbers(said))
    for read in _READINGS:
        if found := read(text):
            reading, used = found
            return _with_others(text, reading, used)
    return Reading(notes=[("target", "No number was found in the text: a milestone.")])


def _with_others(text: _Text, reading: Reading, used: list[Number]) -> Reading:
    others = [n for n in text.numbers if n not in used]
    if others and not reading.steps:
        listed = ", ".join(str(n) for n in others)
        reading.notes.append(("kind", f"The text has other numbers too ({listed}); the first reading was taken."))
    return reading


def _from_to(text: _Text) -> _Found:
    for a, b in zip(text.numbers, text.numbers[1:], strict=False):
        if a.times or b.times:
            continue
        between = text.between(a, b)
        arrow = bool(_ARROW.fullmatch(between))
        if arrow or (_FROM.search(a.before) and _TO.search(between) and len(between) < 80):
            return _change(a, b), [a, b]
        if _TO.search(a.before) and _FROM.search(between) and len(between) < 80:
            return _change(b, a), [a, b]
    return None


def _change(a: Number, b: Number) -> Reading:
    start, target, unit = a.value, b.value, b.unit or a.unit
    notes = []
    if a.span and b.span and (one := _seconds(a.unit)) and (other := _seconds(b.unit)):
        start = round(start * one / other, 9)
    elif a.unit and b.unit and a.unit != b.unit:
        return _unclear(f"From {a} to {b} changes its unit")
    elif bool(a.unit) != bool(b.unit):
        notes.append(("unit", f"From {a} to {b}: both are taken as {unit}."))
    if abs(target - start) <= 1e-9 * max(abs(start), abs(target)):
        return _unclear(f"From {a} to {b} is no change")
    return Reading("increase" if start < target else "decrease", unit, start, target, notes=notes)


def _around_plan(text: _Text) -> _Found:
    for n in text.numbers:
        near = bool(_WITHIN.search(n.before) and _OF_PLAN.match(text.said[n.end :]))
        if n.share and n.value > 0 and (_AROUND.search(n.before) or near):
            return Reading("maintain", "%", lower=100 - n.value, upper=100 + n.value), [n]
    return None


def _kept(text: _Text) -> _Found:
    """A bound after keep, maintain or stay."""
    if not (verb := _KEEP.search(text.said)):
        return None
    for a, b in pairwise(text.numbers):
        if a.start >= verb.end() and _BETWEEN.search(a.before) and text.between(a, b).strip().casefold() == "and":
            low, high = sorted((a.value, b.value))
            return Reading("maintain", b.unit or a.unit, lower=low, upper=high), [a, b]
    clause = _CLAUSE.search(text.said, verb.end())
    end = clause.start() if clause else len(text.said)
    after = [n for n in text.numbers if verb.end() <= n.start < end and not n.times and not _by_share(text, n)]
    if not after:
        return None
    n = after[0]
    if n.at_most and not n.share and (shares := [m for m in after if m.share and not m.at_most]):
        n = shares[0]
    reading = _bound(n)
    if not n.bounds and not n.share:
        side = "at most" if n.span else "at least"
        reading.notes.append(("kind", f"To be kept at {n}: taken as {side} {n}."))
    return reading, [n]


def _bound(n: Number) -> Reading:
    """The number as a bound: what has no word for it is the least of a share or count, the most of a time."""
    if n.at_most or (n.span and not n.at_least):
        return Reading("maintain", n.unit, upper=n.value)
    return Reading("maintain", n.unit, lower=n.value)


def _kept_share(text: _Text) -> _Found:
    """A share on retention, uptime or availability."""
    if _KEPT_SHARES.search(text.said):
        for n in text.numbers:
            if n.share and not _by_share(text, n):
                return _bound(n), [n]
    return None


def _limit(text: _Text) -> _Found:
    """A number after <, ≤, under, within, no more than."""
    for n in text.numbers:
        if n.at_most:
            shares = [m for m in text.numbers if m.share and not m.at_most]
            if shares and not n.share:
                share = shares[0]
                note = f"{share} is what is measured; {n} is part of the wording."
                return Reading("maintain", "%", lower=share.value, notes=[("kind", note)]), [share, n]
            return _bound(n), [n]
    return None


def _multiple(text: _Text) -> _Found:
    """So many times as much, or n % more or less, of a number that the text does not name."""
    for n in text.numbers:
        if n.times or _by_share(text, n):
            note = f"{'By ' if not n.times else ''}{n} of a number that the text does not name"
            return Reading(notes=[("target", f"{note}: a milestone until the number is known.")]), [n]
    return None


def _by_share(text: _Text, n: Number) -> bool:
    """Whether it is a change: "by 20 %" one; "used by 20 % of the teams" is a share."""
    return n.share and bool(_BY.search(n.before)) and not _OF.match(text.said[n.end :])


def _several(text: _Text) -> _Found:
    """Several counts joined by a comma, a semicolon or "and": a step for each."""
    counts = [n for n in text.numbers if not n.share and not n.span]
    if len(counts) < 2:
        return None
    # A part without a count belongs to the one before it; before the first count it stands for itself.
    cuts = [m for m in _PART.finditer(text.said) if not any(n.start <= m.start() < n.end for n in text.numbers)]
    bounds = [0, *(m.end() for m in cuts)]
    ends = [*(m.start() for m in cuts), len(text.said)]
    steps: list[tuple[int, int]] = []
    counted = 0
    for start, end in zip(bounds, ends, strict=True):
        has = any(start <= n.start < end for n in counts)
        counted += has
        if has or not steps:
            steps.append((start, end))
        else:
            steps[-1] = (steps[-1][0], end)
    if counted < 2:
        return None
    words = [text.whole[start:end].strip(" ,;.") for start, end in steps]
    if not any(steps[0][0] <= n.start < steps[0][1] for n in counts) and _ONLY_A_TIME.match(words[0]):
        words.pop(0)
    note = f"{counted} counts in one text: a milestone with a step for each."
    return Reading(steps=tuple(w for w in words if w), notes=[("kind", note)]), counts


def _reach(text: _Text) -> _Found:
    """One count or share, to be reached from 0."""
    if not text.numbers:
        return None
    n = text.numbers[0]
    if n.value <= 0:
        return _unclear(f"{n} cannot be reached from 0"), [n]
    if _TO.search(n.before) and _LESS.search(text.said[: n.start]):
        return _unclear(f"It is to go down to {n}, but the text does not say from where"), [n]
    note = f"The text does not say from where: it starts from 0 and goes to {n}."
    return Reading("increase", n.unit, 0.0, n.value, notes=[("baseline", note)]), [n]


def _unclear(why: str) -> Reading:
    return Reading(notes=[("baseline", f"{why}: a milestone until the numbers are given.")])


def _seconds(unit: str) -> float:
    return next((size for names, size in _DURATION if re.fullmatch(rf"(?:{names})s?", unit)), 0.0)


_READINGS: tuple[Callable[[_Text], _Found], ...] = (
    _from_to,
    _around_plan,
    _kept,
    _kept_share,
    _limit,
    _multiple,
    _several,
    _reach,
)
