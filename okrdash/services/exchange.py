"""Taking a company's OKRs in, all or nothing, and giving them out complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from okrdash.domain.errors import Forbidden, Invalid, Problem
from okrdash.domain.tables import TABLES, Row
from okrdash.services.company import company
from okrdash.services.people import Actor, allow
from okrdash.services.permissions import can
from okrdash.store.store import utc_now
from okrdash.store.transaction import Event, Reader, Writer

Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that an import guessed or missed, kept until someone has settled it."""

    about: str
    field: str
    note: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a table were created and changed."""

    created: int
    changed: int


def everything(actor: Actor) -> dict[str, list[Row]]:
    """Every row of every table of the bundle, in order, confidential ones included: for export and for merging."""
    with company().read() as reader:
        allow(reader, actor, "import")
        return _everything(reader)


def import_rows(
    actor: Actor, rows: Rows, *, notes: Iterable[Note] = (), expected: int | None = None
) -> dict[str, Counts]:
    """Writes rows that were merged and checked against revision `expected`: new ones are added, known ones changed.

    All or nothing, as one event; the `events` of a bundle are restored into an empty database instead.
    Raises Forbidden (people and settings are for admins), Invalid, Conflict.
    """
    with company().write(Event(actor.username, "import")) as tx:
        person = allow(tx, actor, "import")
        if expected is not None and tx.revision() != expected:
            raise Invalid("Somebody changed something since the preview was made. Look at it again.")
        for table, action in (("people", "manage people"), ("settings", "manage settings")):
            if rows.get(table) and _differs(tx, table, rows[table]) and not can(person, action):
                raise Forbidden(f"The file changes {table}, which only an admin may. Take that table out, or ask one.")
        empty = tx.revision() == 0
        counts = {name: _write(tx, name, rows.get(name, ())) for name in TABLES if name != "events"}
        for note in notes:
            tx.run(
                "INSERT INTO import_notes VALUES ($1, $2, $3, $4, $5, NULL)"
                " ON CONFLICT (id) DO UPDATE SET noted_at = excluded.noted_at",
                f"{note.about}/{note.field}/{note.note}"[:500],
                note.about,
                note.field,
                note.note,
                utc_now(),
            )
        if empty and rows.get("events"):
            tx.restore_events(rows["events"])
            tx.changes.clear()  # the log that came along already tells them
        return {name: count for name, count in counts.items() if count.created or count.changed}


def _everything(reader: Reader) -> dict[str, list[Row]]:
    return {name: reader.table(name) for name in TABLES}


def _differs(reader: Reader, name: str, rows: Sequence[Row]) -> bool:
    known = {TABLES[name].key_of(row): row for row in reader.table(name)}
    return any(known.get(TABLES[name].key_of(row)) != row for row in rows)


def _write(tx: Writer, name: str, rows: Sequence[Row]) -> Counts:
    table = TABLES[name]
    known = {table.key_of(row) for row in tx.table(name)}
    new = [row for row in rows if table.key_of(row) not in known]
    tx.insert(name, *new)
    old = [row for row in rows if table.key_of(row) in known]
    for row in old:
        if table.append_only:
            raise Invalid(Problem(f"{name} {table.key_of(row)[0]}", "is there already and is never changed."))
        tx.update(name, table.key_of(row), row)
    return Counts(len(new), len(old))
