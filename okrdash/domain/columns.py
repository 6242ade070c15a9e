"""What a table is: its columns, what each of them may hold, and what identifies a row.

A *row* is a dict by column name with these Python types:

=========  ==========================================  =================
type       in a row                                    blank
=========  ==========================================  =================
text       str                                         ""
refs       str, identifiers joined by ";"              ""
number     float, finite                               None
count      int                                         None
day        datetime.date                               None
instant    datetime.datetime, naive, UTC               None
flag       bool                                        (has a default)
=========  ==========================================  =================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Type = Literal["text", "refs", "number", "count", "day", "instant", "flag"]
Row = dict[str, Any]
Key = tuple[Any, ...]

TITLE, NAME, ID, TEXT = 500, 120, 64, 10_000
"""The longest a title, a name, an identifier and any other text may be, in characters."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type, what a blank cell means and what it may hold."""

    name: str
    type: Type = "text"
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    longest: int = TEXT
    refers: tuple[str, ...] = ()
    """Tables one of which must have a row of this name."""

    @property
    def blank(self) -> Any:
        """The value of an empty cell."""
        if self.default is not None:
            return self.default
        return "" if self.type in ("text", "refs") else None


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in the bundle's order and those that identify a row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    append_only: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(c.name for c in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    def key_of(self, row: Mapping[str, Any]) -> Key:
        """What identifies the row within its table."""
        return tuple(row[name] for name in self.key)

    def row(self, **values: Any) -> Row:
        """A full row: the values given, every other column blank."""
        unknown = values.keys() - set(self.names)
        if unknown:
            raise KeyError(f"{self.name} has no column {sorted(unknown)[0]}")
        return {c.name: values.get(c.name, c.blank) for c in self.columns}


def refs(text: str) -> tuple[str, ...]:
    """The identifiers of a refs cell, in order, without blanks."""
    return tuple(part.strip() for part in text.split(";") if part.strip())


def join_refs(ids: Iterable[str]) -> str:
    """The refs cell of these identifiers, each once, in order."""
    return ";".join(dict.fromkeys(ids))
