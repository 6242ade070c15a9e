"""What stands behind a key result in an outline: "=> 80%", "==> Done"."""

from __future__ import annotations

import re

from okrdash.domain.tables import Row

from .numbers import numbers

_DONE = re.compile(r"(?:done|completed?|achieved|finished|met|✅|✔|100\s?%)(?:\s*(?:[.!,;:(–—-].*)?)$", re.I | re.S)
_OF_ALL = re.compile(r"\s*(?:/|of\b|out\s+of\b)\s*\d+")


def is_done(said: str) -> bool:
    """Whether the result says that all is done."""
    return bool(_DONE.match(said))


def done_value(row: Row) -> float | None:
    """The value that a key result has when it is done: its target, or the bound to be kept."""
    if row["kind"] == "maintain":
        return row["lower"] if row["lower"] is not None else row["upper"]  # type: ignore[no-any-return]
    return row["target"] if row["kind"] in ("increase", "decrease") else None


def value_said(row: Row, said: str) -> tuple[float | None, str, str]:
    """The value that a result tells ("80%", "3 of 5", "12, two more next week"), its note, and what was guessed."""
    read = said
    if of := re.match(r"(\d+)(?=\s*(?:/|of\b|out\s+of\b)\s*\d+)", said):
        read = of[1]
    found = [n for n in numbers(read) if n.start == 0]
    if not found:
        return None, said, ""
    number = found[0]
    rest = said[len(of[0]) + len(m[0]) if of and (m := _OF_ALL.match(said[of.end() :])) else number.end :].strip(" .,;")
    note = said if rest else ""
    if not number.share or row["unit"] == "%":
        return number.value, note, ""
    if row["kind"] == "maintain":
        return None, said, f'"{said}" is a share, the key result is not measured by one: it is kept as a note.'
    value = row["baseline"] + number.value / 100 * (row["target"] - row["baseline"])
    return value, said, f'"{said}" of the way from {row["baseline"]:g} to {row["target"]:g} is taken as {value:g}.'
