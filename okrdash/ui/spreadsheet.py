"""What a screen shows, as a file for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

import pandas as pd

from okrdash.domain.cells import escape
from okrdash.domain.columns import Column
from okrdash.ui import show
from okrdash.ui.text import plain

_TEXT = Column("text")


def as_csv(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """The rows as CSV under a head; what would be taken for a formula bears a ' in front.

    Numbers stay numbers, days are YYYY-MM-DD, flags "yes" or nothing, and what is missing is blank.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_cell(name) for name in head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return escape(_TEXT, plain(value))
    if isinstance(value, bool):
        return "yes" if value else ""
    if show.blank(value):
        return ""
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value
