"""A person who must be forgotten: the pseudonym that stands for them, and texts without their name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from okrdash.domain.cells import folded
from okrdash.domain.columns import Column, Table, join_refs, refs

_UNLIKE = re.compile(r"(?=.*[^\W\d_])(?=.*[\d._@-]).{6,}", re.DOTALL)
"""A username that is no word of the language: "maya.lind", "mlind02", but not "will", "q4" or "2026"."""


@dataclass(frozen=True)
class Forgotten:
    """Who is forgotten, and what stands in their place everywhere."""

    username: str
    name: str
    """"" where somebody else has the same: then it stays in texts, which may mean them."""
    email: str
    pseudonym: str
    """The username from now on."""
    called: str
    """The name from now on."""

    def text(self, text: str) -> str:
        """A text of anybody's without the person's username, name and e-mail address.

        A username, or a name of one word, that may be a word of the language ("will") goes behind an @ alone.
        """
        for pattern, instead in self._patterns:
            text = pattern.sub(instead, text)
        return text

    @property
    def traces(self) -> tuple[str, ...]:
        """Pieces of text, in small letters: only what holds one of them can hold the person's username, name or mail.

        As they stand in a text, and as in one that is written as JSON.
        """
        longest = max(self.name.split(), key=len, default="")
        pieces = (self.username, longest, self.email)
        written = (json.dumps(piece, ensure_ascii=False)[1:-1] for piece in pieces)
        return tuple(dict.fromkeys(piece.lower() for piece in (*pieces, *written) if piece))

    def value(self, column: Column, value: Any) -> Any:
        """The value of a column of any table's row, without the person."""
        if not isinstance(value, str) or not value:
            return value
        if "people" in column.refers:
            if column.type == "refs":
                return join_refs(self.pseudonym if one == self.username else one for one in refs(value))
            return self.pseudonym if value == self.username else value
        if column.name == "helper" and folded(value) in (folded(self.username), folded(self.name)):
            return self.called
        return self.text(value)[: column.longest] if _is_prose(column) else value

    def row(self, table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a row, or of some of it, in which the person is found, as they are without.

        Of the table of people: their own row.
        """
        if table.name == "people":
            given = {"username": self.pseudonym, "name": self.called, "email": ""}
            return {name: value for name, value in given.items() if row.get(name, value) != value}
        after = {name: self.value(table.column(name), value) for name, value in row.items() if name in table.names}
        return {name: value for name, value in after.items() if value != row[name]}

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        name, username = r"\s+".join(map(re.escape, self.name.split())), re.escape(self.username)
        made: list[tuple[re.Pattern[str], str]] = []
        if self.email:
            made.append(_whole(re.escape(self.email), self.pseudonym))
        alone = (
            (name, self.called, len(self.name.split()) > 1),
            (username, self.pseudonym, _UNLIKE.fullmatch(self.username)),
        )
        for said, instead, plain in alone:
            if said:
                made.append(_whole(said, instead) if plain else _whole(f"@{said}", f"@{instead}"))
        return tuple(made)


def pseudonym(taken: Callable[[str], bool], make: Callable[[], str]) -> tuple[str, str]:
    """A username that nobody has, and its name, of the letters and digits that `make` gives."""
    while True:
        letters = make()
        if not taken(f"former-{letters}"):
            return f"former-{letters}", f"Former person {letters}"


def _is_prose(column: Column) -> bool:
    """Whether people write what they like there: it names no row and is no choice."""
    return column.type == "text" and not column.refers and not column.choices and column.name not in _NAMES


_NAMES = ("id", "team", "cycle", "username", "actor", "action", "table", "row", "before", "after")
"""Columns of text by which rows are told apart, or that hold several things."""


def _whole(pattern: str, instead: str) -> tuple[re.Pattern[str], str]:
    """What finds it where no letter or digit stands right before or behind; the text instead, as `sub` takes it."""
    return re.compile(rf"(?<!\w){pattern}(?!\w)", re.IGNORECASE), instead.replace("\\", r"\\")
