"""A CSV file as rows of cells: its encoding, its separator and its quoting."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass

from okrdash.domain.errors import Invalid, Problem

SEPARATORS = (",", ";", "\t")

_BEGINNING = 65_536
"""Characters in which row 1 is looked for."""

_LONGEST = 4_000_000
"""Characters in a cell; the module's own limit (131,072) is below the longest that is allowed."""

csv.field_size_limit(_LONGEST)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The headings in row 1 and the rows below that are not blank, each with the number a spreadsheet shows."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    decimal_comma: bool


def read_sheet(label: str, data: bytes, columns: Collection[str]) -> Sheet:
    """The sheet in a file; the separator is the one that finds the most of these columns in row 1.

    Raises Invalid, naming file and row, when it cannot be read.
    """
    text = decoded(label, data)
    separator = _separator(text, columns)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[tuple[int, tuple[str, ...]]] = []
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number == 1 or any(cell.strip() for cell in cells):
                rows.append((number, tuple(cells)))
    except csv.Error as fault:
        long = f"a cell has more than {_LONGEST:,} characters" if "limit" in str(fault) else ""
        message = f"cannot be read: {long or 'its quotes do not match'} ({fault})"
        raise Invalid(Problem(f"{label} row {number + 1}", message)) from None
    header = tuple(name.strip().lower() for name in rows[0][1]) if rows else ()
    if not any(header):
        raise Invalid(Problem(f"{label} row 1", "is blank; the first row must name the columns"))
    return Sheet(header, tuple(rows[1:]), decimal_comma=separator == ";")


def headings(data: bytes, columns: Collection[str]) -> tuple[str, ...]:
    """The headings of what begins like this, as far as they can be read."""
    text = data.decode("utf-8-sig", errors="replace")
    return tuple(name.strip().lower() for name in _first(text, _separator(text, columns)))


def decoded(label: str, data: bytes) -> str:
    """The text of a UTF-8 file, with or without a byte order mark."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        row = data.count(b"\n", 0, fault.start) + 1
        message = "is no text in UTF-8; save the file as UTF-8 (in a spreadsheet: “CSV UTF-8”)"
        raise Invalid(Problem(f"{label} line {row}", message)) from None


def _separator(text: str, columns: Collection[str]) -> str:
    def fit(separator: str) -> tuple[int, int]:
        names = [name.strip().lower() for name in _first(text, separator)]
        return sum(name in columns for name in names), len(names)

    return max(SEPARATORS, key=fit)


def _first(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text[:_BEGINNING], newline=""), delimiter=separator, strict=True), [])
    except csv.Error:
        return []
