"""Consistent reads of the tables: one snapshot for one call, or for a whole screen."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Sized
from typing import Any, TypeVar, cast

from pandas import DataFrame

from okrdash.domain import facts as domain_facts
from okrdash.domain import settings as domain_settings
from okrdash.domain.arrays import stacked
from okrdash.domain.columns import Row
from okrdash.domain.past import Change
from okrdash.domain.tables import TABLES
from okrdash.store import log
from okrdash.store.engine import Cursor, Engine

T = TypeVar("T")


def places(values: Sized, first: int = 1) -> str:
    """The parameters for these values in a query's IN (…), numbered from `first`; never none, which SQL refuses."""
    return ", ".join(f"${n}" for n in range(first, first + len(values))) or "''"


def keyed(columns: Iterable[str], after: int = 0) -> str:
    """The condition that these columns are the parameters that come `after` so many."""
    return " AND ".join(f'"{c}" = ${i}' for i, c in enumerate(columns, after + 1))


class Reader:
    """One consistent snapshot of the database."""

    def __init__(self, cursor: Cursor, asked: dict[Hashable, Any] | None = None) -> None:
        """`asked` is what others asked of the same state of the database, where it is known to be the same."""
        self._cursor = cursor
        self._known: dict[Hashable, Any] = {}
        self._asked = self._known if asked is None else asked

    def once(self, name: Hashable, ask: Callable[[], T]) -> T:
        """What `ask` gives, asked once: within a snapshot it stays so, within a transaction until it changes something.

        `name` says all that it depends on; one screen asks for the same row, and who it is that asks, many times.
        """
        if name not in self._known:
            self._known[name] = ask()
        return cast(T, self._known[name])

    def lasting(self, name: Hashable, ask: Callable[[], T | None]) -> T | None:
        """The same until somebody writes: for the little that every click asks for, and no clock changes.

        None is asked again.
        """
        if name not in self._asked and (found := ask()) is not None:
            self._asked[name] = found
        return cast("T | None", self._asked.get(name))

    def rows(self, sql: str, *parameters: Any) -> list[Row]:
        """All rows of a query as dicts by column name; parameters stand as $1…$n."""
        self._cursor.execute(sql, parameters)
        return self._cursor.rows()

    def one(self, sql: str, *parameters: Any) -> Row | None:
        """The first row of a query, or None."""
        rows = self.rows(sql, *parameters)
        return rows[0] if rows else None

    def table(self, name: str, where: str = "TRUE", *parameters: Any) -> list[Row]:
        """Rows of a table of the bundle, in the file's order, without the store's own columns."""
        columns = ", ".join(f'"{c}"' for c in TABLES[name].names)
        return self.rows(f'SELECT {columns} FROM "{name}" WHERE {where} ORDER BY "position"', *parameters)  # noqa: S608

    def get(self, name: str, *key: Any) -> Row | None:
        """One row by its key, with its `version` if it can be edited; None if there is none."""
        sql = f'SELECT * FROM "{name}" WHERE {keyed(TABLES[name].key)}'  # noqa: S608
        row = self.once((name, key), lambda: self.one(sql, *key))
        return dict(row) if row is not None else None

    def revision(self) -> int:
        """The number of the newest event: whatever was measured at this number is still right."""
        newest = self.lasting("revision", lambda: self.one("SELECT coalesce(max(revision), 0) AS revision FROM events"))
        return int(newest["revision"]) if newest else 0

    def settings(self) -> domain_settings.Settings:
        """The organisation's settings."""
        return domain_settings.parse(self.table("settings"))

    def changes_after(self, revision: int, until: int | None = None) -> dict[str, list[Change]]:
        """What was done after a revision, up to `until`, to what a board is measured from: by table, the newest first.

        What nothing here can read, because it came with another database's log, is left out.
        """
        places = ", ".join(f"'{name}'" for name in (*domain_facts.MEASURED, "settings"))
        rows = self.rows(
            'SELECT "table", "row", "before", "after" FROM events'  # noqa: S608
            f' WHERE revision > $1 AND revision <= $2 AND "table" IN ({places}) ORDER BY revision DESC, number DESC',
            revision,
            self.revision() if until is None else until,
        )
        found: dict[str, list[Change]] = {}
        for row in rows:
            if change := log.change_of(row):
                found.setdefault(change.table, []).append(change)
        return found

    def facts(self, known: domain_facts.Facts | None = None) -> domain_facts.Facts:
        """Everything a board is measured from.

        `known` is the same of an earlier revision, but not of revision 0: what nothing has touched since is taken over,
        and of a table that only grew the new rows alone are read.
        """
        grown = self._grown_since(known.revision) if known else {}
        frames = {
            name: self._longer(name, getattr(known, name), grown[name])
            if name in grown
            else domain_facts.frame(name, self.table(name))
            for name in domain_facts.MEASURED
        }
        return domain_facts.Facts(settings=self.settings(), revision=self.revision(), **frames)

    def _grown_since(self, revision: int) -> dict[str, int]:
        """How many rows each table got to which nothing else was done; none, where the log does not tell that."""
        rows = self.rows(
            "SELECT \"table\", count(*) AS changes, count(CASE WHEN before = '' THEN 1 END) AS added,"
            " count(CASE WHEN action = $2 THEN 1 END) AS forgetting"
            ' FROM events WHERE revision > $1 GROUP BY "table"',
            revision,
            log.FORGETTING,
        )
        if any(row["forgetting"] for row in rows):
            return {}
        added = {row["table"]: row["added"] if row["added"] == row["changes"] else None for row in rows}
        grown = {name: added.get(name, 0) for name in domain_facts.MEASURED}
        return {name: count for name, count in grown.items() if count is not None}

    def _longer(self, name: str, before: DataFrame, added: int) -> DataFrame:
        if not added:
            return before
        columns = ", ".join(f'"{c}"' for c in TABLES[name].names)
        newest = self.rows(f'SELECT {columns} FROM "{name}" ORDER BY "position" DESC LIMIT $1', added)  # noqa: S608
        later = domain_facts.frame(name, reversed(newest))
        return stacked(before, later)


class Moment:
    """The snapshot of all that a thread reads for one screen: begun by its first query, and anew once it was ended."""

    def __init__(self, engine: Engine, asked: Callable[[], dict[Hashable, Any] | None]) -> None:
        """`asked` is what was asked of the database's present state; None while somebody changes it."""
        self._engine, self._asked = engine, asked
        self._cursor: Cursor | None = None
        self._reader: Reader | None = None
        self._read_from = 0
        """How many calls read from it just now."""
        self._over = False
        """Whether it ends with the last of them."""

    @contextlib.contextmanager
    def reading(self) -> Iterator[Reader]:
        """The snapshot, for one call. Raises Failure."""
        if self._cursor is None or self._reader is None:
            self._cursor, asked = self._engine.cursor(), self._asked()
            self._cursor.begin(writing=False)
            self._reader = Reader(self._cursor, asked if asked is self._asked() else None)
        self._read_from += 1
        try:
            yield self._reader
        finally:
            self._read_from -= 1
            if self._over:
                self.end()

    def end(self) -> None:
        """Gives the connection back, if there is one: at once, or when the last call has read from it."""
        self._over = bool(self._read_from)
        if self._over:
            return
        cursor, self._cursor, self._reader = self._cursor, None, None
        if cursor:
            with contextlib.closing(cursor):
                cursor.rollback()
