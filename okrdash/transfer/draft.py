"""What an outline comes to while it is read: the rows, what was guessed, and what is at fault."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from okrdash.domain.columns import Row
from okrdash.domain.errors import Problem

from .days import Cycle

DRAFTED = ("teams", "cycles", "objectives", "key_results", "milestones", "check_ins", "alignment")
"""The tables that an outline speaks of."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What was guessed or is missing, to be looked at: `about` is an id, or the name of a unit or cycle."""

    about: str
    field: str
    note: str
    line: int


class Draft:
    """The rows of a document named `name`, next to those that are known."""

    def __init__(self, name: str, today: date, known: Mapping[str, Sequence[Row]]) -> None:
        """Begins with nothing but what is known."""
        self.name, self.today = name, today
        self.known = {table: list(known.get(table, ())) for table in DRAFTED}
        self.rows: dict[str, list[Row]] = {table: [] for table in DRAFTED}
        self.guesses: list[Guess] = []
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}
        self.cycle = Cycle("", today, today)
        self._taken = {row["id"] for table in ("objectives", "key_results") for row in self.known[table]}
        self._counters: dict[str, int] = defaultdict(int)

    @property
    def day(self) -> date:
        """The day for which the document's results speak."""
        return min(self.today, self.cycle.end)

    def problem(self, line: int, message: str) -> None:
        """Tells what is at fault in a line."""
        self.problems.append(Problem(f"{self.name} line {line}", message))

    def guess(self, about: str, field: str, note: str, line: int) -> None:
        """Tells what was guessed or is missing."""
        self.guesses.append(Guess(about, field, note, line))

    def new_id(self, prefix: str) -> str:
        """The first id with this prefix that nothing else has."""
        while True:
            self._counters[prefix] += 1
            new = f"{prefix}{self._counters[prefix]}"
            if new not in self._taken:
                self._taken.add(new)
                return new


def slug(text: str, longest: int) -> str:
    """The text as part of an identifier: small letters, digits and "-"; a hash where nothing of it is left."""
    ascii_ = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:longest].strip("-")
    return slug or "x" + hashlib.sha256(text.encode()).hexdigest()[:6]
