"""One transaction: changes that write their own history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okrdash.domain.cells import cell_text
from okrdash.domain.columns import Key, Row, Table
from okrdash.domain.errors import Conflict
from okrdash.domain.tables import TABLES
from okrdash.store import log
from okrdash.store.engine import Cursor, TakenError
from okrdash.store.reader import Reader, keyed, places

_CHUNK = 4000
"""Parameters of one INSERT at most; PostgreSQL's limit is 65,535."""


@dataclass(frozen=True, slots=True)
class Event:
    """Who changes something, what they do and why; `request_key` makes a repeated request harmless."""

    actor: str
    action: str
    reason: str = ""
    request_key: str = ""


class Writer(Reader):
    """A transaction: what it inserts, updates and removes is written to the event log with it."""

    def __init__(self, cursor: Cursor) -> None:
        super().__init__(cursor)
        self.changes: list[tuple[str, str, str, str]] = []
        """Table, row, before, after of each change so far, as the log holds them."""
        self.written = 0
        """The revision that this transaction became; 0 before its end, and without changes."""
        self.recorded: Row = {}
        """The first row of its event."""

    def run(self, sql: str, *parameters: Any) -> int:
        """Housekeeping outside the bundle's tables (sessions, counters): returns the number of rows changed."""
        self._known.clear()
        return self._cursor.execute(sql, parameters)

    def insert(self, name: str, *rows: Mapping[str, Any]) -> None:
        """Adds rows at the end of a table. Raises Conflict when one of them is there already."""
        table = TABLES[name]
        self._fill(name, table.names, rows)
        for row in rows:
            said = {c.name: row[c.name] for c in table.columns if row[c.name] != c.blank or c.name in table.key}
            self._note(table, table.key_of(row), {}, {} if table.append_only else said)

    def restore_events(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Puts back the event log of another database, into one that has none."""
        self._fill("events", TABLES["events"].names, rows)

    def update(self, name: str, key: Key, changes: Mapping[str, Any], version: int | None = None) -> None:
        """Changes columns of one row; with `version`, only if nobody changed it since that version was read.

        Raises Conflict naming what changed meanwhile. Changes that change nothing write nothing.
        """
        table = TABLES[name]
        row = self.get(name, *key)
        if row is None:
            raise Conflict(f"{_spoken(table, key)} is gone meanwhile.")
        changed = {c: v for c, v in changes.items() if row[c] != v}
        if version is not None and row["version"] != version:
            raise Conflict(self._meanwhile(table, key))
        if not changed:
            return
        stated = ", ".join(f'"{c}" = ${i}' for i, c in enumerate(changed, 1))
        where = keyed((*table.key, "version"), len(changed))
        sql = f'UPDATE "{name}" SET {stated}, "version" = "version" + 1 WHERE {where}'  # noqa: S608
        if self.run(sql, *changed.values(), *key, row["version"]) != 1:
            raise Conflict(self._meanwhile(table, key))
        self._note(table, key, {c: row[c] for c in changed}, changed)

    def restate(self, name: str, key: Key, *columns: str) -> None:
        """Writes to the event log that these columns of a row were said again, as they are."""
        row = self.get(name, *key)
        if row is None:
            raise Conflict(f"{_spoken(TABLES[name], key)} is gone meanwhile.")
        same = {c: row[c] for c in columns}
        self._note(TABLES[name], key, same, same)

    def remove(self, name: str, key: Key) -> None:
        """Takes a row away; it lives on in the event."""
        table = TABLES[name]
        row = self.get(name, *key)
        if row is not None:
            before = self.one(f'SELECT count(*) AS rows FROM "{name}" WHERE "position" < $1', row["position"])  # noqa: S608
            self.run(f'DELETE FROM "{name}" WHERE {keyed(table.key)}', *key)  # noqa: S608
            was = log.dump_taken_away(table, row, int(before["rows"]) if before else 0)
            self.changes.append((name, log.name_of(key), was, ""))

    def revert(self, change: Row) -> None:
        """Turns one change round, given as its row of the event log. Raises Conflict when it was built upon since."""
        table = TABLES[change["table"]]
        key, before, after = (
            log.key_of(table, change["row"]),
            *(log.read(table, change[n]) for n in ("before", "after")),
        )
        row = self.get(table.name, *key)
        if row is None and not before:
            raise Conflict(f"{_spoken(table, key)} was taken back already.")
        if row is None:  # it was taken away
            self.insert(table.name, table.row(**before))
        elif any(row[name] != value for name, value in after.items()) or self._replaced(table, key):
            raise Conflict(f"{_spoken(table, key)} was changed again meanwhile, so this cannot be taken back any more.")
        elif before:
            self.update(table.name, key, before)
        else:
            self.remove(table.name, key)

    def _replaced(self, table: Table, key: Key) -> bool:
        replaces = "replaces" in table.names and f'SELECT 1 FROM "{table.name}" WHERE "replaces" = $1'  # noqa: S608
        return bool(replaces and self.one(replaces, *key))

    def rename(self, name: str, old: str, new: str) -> None:
        """Gives a team or cycle another name, everywhere it is mentioned."""
        self.update(name, (old,), {TABLES[name].key[0]: new})
        for table in TABLES.values():
            for column in table.columns:
                if name in column.refers and column.type == "text":
                    for row in self.table(table.name, f'"{column.name}" = $1', old):
                        self.update(table.name, table.key_of(row), {column.name: new})

    def _fill(self, name: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
        found = self.one(f'SELECT coalesce(max("position"), 0) AS last FROM "{name}"')  # noqa: S608
        last = found["last"] if found else 0
        quoted = ", ".join(f'"{c}"' for c in (*columns, "position"))
        width = len(columns) + 1
        size = max(1, _CHUNK // width)
        for begin in range(0, len(rows), size):
            chunk = rows[begin : begin + size]
            values = [v for i, row in enumerate(chunk) for v in (*(row[c] for c in columns), last + begin + i + 1)]
            filled = ", ".join(f"({places(range(width), i * width + 1)})" for i in range(len(chunk)))
            try:
                self.run(f'INSERT INTO "{name}" ({quoted}) VALUES {filled}', *values)  # noqa: S608
            except TakenError as fault:
                raise Conflict(f"{name}: one of these is there already ({str(fault).splitlines()[0]})") from None

    def _note(self, table: Table, key: Key, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self.changes.append((table.name, log.name_of(key), log.dump(table, before), log.dump(table, after)))

    def _meanwhile(self, table: Table, key: Key) -> str:
        last = self.one(
            'SELECT * FROM events WHERE "table" = $1 AND "row" = $2 ORDER BY revision DESC LIMIT 1',
            table.name,
            log.name_of(key),
        )
        if last is None:
            return f"{_spoken(table, key)} was changed meanwhile. Look at it again before you save."
        person = self.get("people", last["actor"])
        who = person["name"] if person else last["actor"]
        now = log.read(table, last["after"])
        told = (f"{n.replace('_', ' ')} is now “{cell_text(table.column(n), v)}”" for n, v in now.items())
        what = ", ".join(told) or "it was taken away"
        return f"{who} changed this meanwhile: {what}. What you typed is kept; save again to keep it."

    def used(self, request_key: str) -> int:
        """The revision of the write that was already done with this request key; 0 for none."""
        row = self.one("SELECT revision FROM events WHERE request_key = $1", request_key)
        return int(row["revision"]) if row else 0

    def record(self, event: Event, now: datetime) -> None:
        """Writes the event of the changes so far, under the next revision number."""
        table, revision = TABLES["events"], self.revision() + 1
        rows = [
            table.row(
                revision=revision,
                number=number,
                happened_at=now,
                actor=event.actor,
                action=event.action,
                reason=event.reason,
                table=change[0],
                row=change[1],
                before=change[2],
                after=change[3],
            )
            | {"request_key": (event.request_key or None) if number == 0 else None}
            for number, change in enumerate(self.changes)
        ]
        self._fill("events", (*table.names, "request_key"), rows)
        self.written, self.recorded = revision, rows[0]


def _spoken(table: Table, key: Key) -> str:
    return f"{table.name.rstrip('s').replace('_', ' ')} {' / '.join(map(str, key))}"
