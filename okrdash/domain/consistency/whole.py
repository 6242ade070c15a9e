"""All rows as an import would leave them, and the problems that are found in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from okrdash.domain.columns import Key, Row
from okrdash.domain.errors import Problem
from okrdash.domain.tables import TABLES


def over(known: Mapping[str, Sequence[Row]], new: Mapping[str, Sequence[Row]]) -> dict[str, dict[Key, Row]]:
    """All rows by table and key as they will be: the new ones over the known ones."""
    return {
        name: {table.key_of(row): row for rows in (known, new) for row in rows.get(name, ())}
        for name, table in TABLES.items()
    }


NOUNS = {
    "teams": "team",
    "people": "person",
    "cycles": "cycle",
    "objectives": "objective",
    "key_results": "key result",
    "check_ins": "check-in",
    "comments": "comment",
    "dependencies": "dependency",
}


@dataclass(slots=True)
class Whole:
    """New rows over the known ones; `say` collects what is wrong, named by file, row and column."""

    known: dict[str, dict[Key, Row]]
    new: dict[str, dict[Key, Row]]
    all: dict[str, dict[Key, Row]]
    places: Mapping[tuple[str, Key], str]
    today: date
    found: list[tuple[str, Problem]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        new: Mapping[str, Sequence[Row]],
        known: Mapping[str, Sequence[Row]],
        places: Mapping[tuple[str, Key], str],
        today: date,
    ) -> Whole:
        """The new rows over the known ones."""
        return cls(over(known, {}), over({}, new), over(known, new), places, today)

    def new_rows(self, table: str) -> Iterator[tuple[Key, Row]]:
        """The rows of a table that are created or changed."""
        yield from self.new[table].items()

    def exists(self, table: str, name: str) -> bool:
        """Whether there is a row of this name, be it one that itself has a problem."""
        return (name,) in self.all[table] or (table, (name,)) in self.places

    def where(self, table: str, key: Key) -> str:
        """Where a row stands: in the file, or else among what is known."""
        name = NOUNS.get(table, table)
        return self.places.get((table, key)) or f"{name} {', '.join(map(str, key))} (known before)"

    def say(self, table: str, key: Key, column: str, message: str) -> None:
        """Note a problem of a row, in one of its columns or (with "") as a whole."""
        place = self.where(table, key)
        self.found.append((place, Problem(f"{place}, column {column}" if column else place, message)))

    def say_all(self, table: str, key: Key, problems: Sequence[Problem]) -> None:
        """Note the problems of a row whose `where` is a column of it."""
        for problem in problems:
            self.say(table, key, problem.where if problem.where in TABLES[table].names else "", problem.message)

    def problems(self) -> list[Problem]:
        """What was found, in reading order."""
        order = {place: number for number, place in enumerate(self.places.values())}
        return [problem for _, problem in sorted(self.found, key=lambda pair: order.get(pair[0], len(order)))]
