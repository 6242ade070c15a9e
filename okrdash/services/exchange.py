"""Taking a company's OKRs in, all or nothing, and giving them out complete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from okrdash.domain.columns import Row, Table, join_refs, refs
from okrdash.domain.consistency.check import problems as contradictions
from okrdash.domain.errors import Forbidden, Invalid, NotFound, Problem
from okrdash.domain.tables import TABLES
from okrdash.services.company import company, today
from okrdash.services.editing import event
from okrdash.services.organisation_rules import admins, keep_an_admin
from okrdash.services.people import Actor, allow
from okrdash.services.permissions import can
from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

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


def everything(actor: Actor, cycle: str = "") -> tuple[dict[str, list[Row]], int]:
    """Every row of every table in order, confidential ones included, and the revision: for export and for merging.

    `cycle` leaves only what belongs to that cycle's objectives. Raises Forbidden, NotFound.
    """
    with company().read() as reader:
        allow(reader, actor, "import")
        rows = {name: reader.table(name) for name in TABLES}
        if cycle:
            if reader.get("cycles", cycle) is None:
                known = ", ".join(row["cycle"] for row in rows["cycles"]) or "none yet"
                raise NotFound(f"There is no cycle {cycle!r}; the cycles are: {known}.")
            rows = _of_cycle(rows, cycle)
        return rows, reader.revision()


def organisation_day(actor: Actor) -> date:
    """The organisation's day. Raises Forbidden for who is signed out."""
    with company().read() as reader:
        allow(reader, actor, "read")
        return today(reader.settings())


def import_rows(
    actor: Actor, rows: Rows, *, notes: Iterable[Note] = (), expected: int | None = None
) -> dict[str, Counts]:
    """Writes rows that were merged over revision `expected`: new ones are added, known ones changed.

    All or nothing, as one event; the `events` of a bundle are restored into an empty database instead.
    Raises Forbidden (people and settings are for admins), Invalid, Conflict.
    """
    with company().write(event(actor, "import")) as tx:
        person = allow(tx, actor, "import")
        if expected is not None and tx.revision() != expected:
            raise Invalid("Somebody changed something since the preview was made. Look at it again.")
        known = {name: tx.table(name) for name in TABLES}
        for name, action in (("people", "manage people"), ("settings", "manage settings")):
            if _differ(TABLES[name], rows.get(name, ()), known[name]) and not can(person, action):
                raise Forbidden(f"The file changes {name}, which only an admin may. Take that table out, or ask one.")
        if problems := contradictions(rows, known, {}, today(tx.settings())):
            raise Invalid(*problems)
        empty, had = tx.revision() == 0, admins(tx)
        given = [name for name in TABLES if name != "events" and rows.get(name)]
        counts = {name: _write(tx, TABLES[name], rows[name], known[name]) for name in given}
        keep_an_admin(tx, had, "people")
        tx.run(
            "UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL"
            " AND username IN (SELECT username FROM people WHERE NOT active)",
            utc_now(),
        )
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
        return counts


_ABOUT = {"objectives", "key_results", "dependencies"}
"""What other rows are about."""


def _of_cycle(rows: Mapping[str, list[Row]], cycle: str) -> dict[str, list[Row]]:
    """The rows that belong to a cycle's objectives, with nothing that refers to others."""
    kept = {name: list(found) for name, found in rows.items() if name != "events"}
    kept["cycles"] = [row for row in kept["cycles"] if row["cycle"] == cycle]
    kept["objectives"] = [row for row in kept["objectives"] if row["cycle"] == cycle]
    homes = {row["id"] for row in kept["objectives"]}
    kept["key_results"] = [
        row | {"also": join_refs(other for other in refs(row["also"]) if other in homes)}
        for row in kept["key_results"]
        if row["objective"] in homes
    ]
    known = {"", *homes, *(row["id"] for row in kept["key_results"])}  # what is blank refers to nothing
    for name, rows_of_it in kept.items():
        columns = [c.name for c in TABLES[name].columns if _ABOUT.intersection(c.refers)]
        if name not in ("objectives", "key_results"):
            kept[name] = [row for row in rows_of_it if all(row[column] in known for column in columns)]
        if name == "dependencies":
            known |= {row["id"] for row in kept[name]}
    return kept


def _differ(table: Table, rows: Iterable[Row], known: Iterable[Row]) -> bool:
    before = {table.key_of(row): row for row in known}
    return any(before.get(table.key_of(row)) != row for row in rows)


def _write(tx: Writer, table: Table, rows: Sequence[Row], known: Iterable[Row]) -> Counts:
    there = {table.key_of(row) for row in known}
    new = [row for row in rows if table.key_of(row) not in there]
    tx.insert(table.name, *new)
    old = [row for row in rows if table.key_of(row) in there]
    for row in old:
        if table.append_only:
            raise Invalid(Problem(f"{table.name} {table.key_of(row)[0]}", "is there already and is never changed."))
        tx.update(table.name, table.key_of(row), row)
    return Counts(len(new), len(old))
