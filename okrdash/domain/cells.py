"""A cell of the bundle: from the text in a file to the value in a row, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from okrdash.domain.columns import Column, join_refs, refs

LARGEST = 1e15
"""The largest number that is taken; up to here whole numbers are exact."""

NOON = time(12)

_TEXTS = ("text", "refs")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?", re.ASCII | re.IGNORECASE)
_FLAGS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# Spreadsheets take a cell that begins like this for a formula. Any run of ' before it counts too, so that taking
# one ' away always undoes adding one.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def normal(text: str) -> str:
    """A text as it is kept: NFC, trimmed, its lines parted by a line feed."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def folded(text: str) -> str:
    """A name as it is compared with another: in any letters' case, with any spaces."""
    return " ".join(text.casefold().split())


def read_cell(column: Column, text: str, *, decimal_comma: bool = False, escaped: bool = True) -> Any:
    """The value that a cell's text means in this column, its default where it is blank.

    `escaped` says that a text which looks like a formula bears a ' in front, as in CSV.
    Raises ValueError with what is wrong and how to mend it.
    """
    text = text.strip()
    if escaped and column.type in _TEXTS and text.startswith("'") and _FORMULA.match(text, 1):
        text = text[1:]
    text = normal(text)
    if not text:
        if column.required:
            raise ValueError("is blank, but is needed")
        return column.blank
    if column.type == "number":
        return _number(text, decimal_comma)
    return _READERS[column.type](text, column)


def cell_text(column: Column, value: Any) -> str:
    """The canonical text of a value, which `read_cell` reads back (but for the ' of `escape`)."""
    if value is None:
        return ""
    return _WRITERS[column.type](value)


def cell_json(column: Column, value: Any) -> Any:
    """The value as JSON holds it: numbers and booleans as themselves, null where there is none."""
    if value is None or column.type in ("flag", "count"):
        return value
    if column.type == "number":
        return int(value) if float(value).is_integer() else float(value)
    return cell_text(column, value)


def escape(column: Column, text: str) -> str:
    """A cell's text as CSV holds it: a ' in front of what a spreadsheet would take for a formula.

    Numbers and days are no texts: a spreadsheet shall take -5 as a number.
    """
    return "'" + text if column.type in _TEXTS and _FORMULA.match(text) else text


def shown(text: str) -> str:
    """A text as a message quotes it: on one line, its beginning if it is long."""
    return repr(text if len(text) <= 60 else text[:57] + "…")


def _text(text: str, column: Column) -> str:
    if _UNSTORABLE.search(text):
        raise ValueError("holds a character that cannot be stored (NUL or half of a pair); take it out")
    if column.choices:
        choice = text.lower().replace("’", "'")
        if choice not in column.choices:
            raise ValueError(f"{shown(text)} is none of its choices: {', '.join(column.choices)}")
        return choice
    if len(text) > column.longest:
        raise ValueError(f"has {len(text)} characters; at most {column.longest} are allowed")
    return text


def _refs(text: str, column: Column) -> str:
    return join_refs(refs(_text(text, column)))


def _number(text: str, decimal_comma: bool) -> float:
    plain = text.replace(",", ".", 1) if decimal_comma and "." not in text else text
    if not _NUMBER.fullmatch(plain):
        example = "1234,5" if decimal_comma else "1234.5"
        raise ValueError(f"{shown(text)} is no number; write it like {example}, without unit or thousands separator")
    value = float(plain)
    if abs(value) > LARGEST:
        raise ValueError(f"{shown(text)} is too large; numbers go up to 1e15 in size")
    return value + 0.0  # −0.0 becomes 0.0


def _count(text: str, column: Column) -> int:
    value = _number(text, decimal_comma=False)
    if value < 0 or not value.is_integer():
        raise ValueError(f"{shown(text)} must be a whole number, 0 or more")
    return int(value)


def _day(text: str, column: Column) -> date:
    if not _DAY.fullmatch(text):
        raise ValueError(f"{shown(text)} is no day; write it like 2026-11-22")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text} is not in the calendar") from None


def _instant(text: str, column: Column) -> datetime:
    if _DAY.fullmatch(text):
        return datetime.combine(_day(text, column), NOON)
    if not _INSTANT.fullmatch(text):
        raise ValueError(f"{shown(text)} is no time; write it like 2026-11-22T08:30:00Z")
    try:
        moment = datetime.fromisoformat(text.upper())
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise ValueError(f"{text} is not in the calendar") from None


def _flag(text: str, column: Column) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(f"{shown(text)} must be yes or no")
    return _FLAGS[text.lower()]


def _number_text(value: float) -> str:
    number = float(value)
    return str(int(number)) if number.is_integer() else repr(number)


_READERS: dict[str, Callable[[str, Column], Any]] = {
    "text": _text,
    "refs": _refs,
    "count": _count,
    "day": _day,
    "instant": _instant,
    "flag": _flag,
}

_WRITERS: dict[str, Callable[[Any], str]] = {
    "text": lambda value: normal(str(value)),
    "refs": lambda value: join_refs(refs(normal(str(value)))),
    "number": _number_text,
    "count": lambda value: str(int(value)),
    "day": lambda value: value.isoformat(),
    "instant": lambda value: value.isoformat() + "Z",
    "flag": lambda value: "yes" if value else "no",
}
