"""What was changed of an objective and its key results: by whom, when, from what to what, and why."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from okrdash.domain.columns import Row
from okrdash.domain.tables import TABLES
from okrdash.services.company import company
from okrdash.services.people import Actor, allow
from okrdash.services.permissions import Person
from okrdash.services.sight import hides_from, seen_objective, there
from okrdash.store import log
from okrdash.store.transaction import Reader, places


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the event log."""

    revision: int
    happened_at: datetime
    actor: str
    action: str
    reason: str
    table: str
    key: tuple[str, ...]
    """Of the changed row."""
    subject: str
    """What it is about: the objective, the key result; of other tables what the row's key begins with."""
    before: Row
    """The columns that changed, as they were; {} for a new row."""
    after: Row
    """The same, as they became; {} for a row that was taken away."""

    @classmethod
    def of(cls, row: Row) -> Change:
        """A row of the event log as a change."""
        table = TABLES[row["table"]]
        key = (row["row"],) if len(table.key) == 1 else tuple(str(part) for part in json.loads(row["row"]))
        return cls(
            revision=row["revision"],
            happened_at=row["happened_at"],
            actor=row["actor"],
            action=row["action"],
            reason=row["reason"],
            table=row["table"],
            key=key,
            subject=key[0],
            before=log.read(table, row["before"]),
            after=log.read(table, row["after"]),
        )


def changes(actor: Actor, objective: str, *, most: int = 200) -> list[Change]:
    """What was changed of an objective and the key results at home under it, newest first, `most` at most.

    Check-ins, comments and the like are no changes. Raises NotFound where the actor may not see the objective.
    """
    with company().read() as reader:
        person = allow(reader, actor, "read")
        seen_objective(reader, person, objective)
        key_results = [row["id"] for row in reader.rows("SELECT id FROM key_results WHERE objective = $1", objective)]
        return _told(reader, person, _events(reader, objective, key_results, most))


def changes_since(reader: Reader, person: Person, moment: datetime, of: Collection[str]) -> list[Change]:
    """What others than the person changed of these objectives and key results since a moment, newest first.

    The caller makes sure that the person may know of them. What came with an import, or is part of a check-in, is left
    out.
    """
    own = f"\"table\" IN ('objectives', 'key_results') AND \"row\" IN ({places(of, 3)})"
    rows = reader.rows(
        "SELECT * FROM events WHERE happened_at > $1 AND actor <> $2 AND action NOT IN ('check in', 'undo')"  # noqa: S608
        " AND NOT (action = 'import' AND \"before\" IN ('', '{}'))"
        f" AND ({own} OR \"table\" IN ('milestones', 'phases', 'alignment')) ORDER BY revision DESC, number",
        moment,
        person.username,
        *of,
    )
    wanted = set(of)
    return [change for change in _told(reader, person, rows) if change.subject in wanted]


def _told(reader: Reader, person: Person, rows: Sequence[Row]) -> list[Change]:
    told = (_as_seen(reader, person, Change.of(row)) for row in rows)
    return [row for row in told if row.before or row.after]


def _as_seen(reader: Reader, person: Person, row: Change) -> Change:
    """The change as far as it is about nothing confidential; with nothing left it says nothing."""
    if row.table == "alignment" and not any(
        there(reader, person, t, row.key[1]) for t in ("objectives", "key_results")
    ):
        return replace(row, before={}, after={})
    if row.table != "key_results":
        return row
    before, after = (hides_from(reader, person, values) for values in (row.before, row.after))
    same = [name for name in before if before[name] == after.get(name)]
    return replace(
        row,
        **{  # type: ignore[arg-type]
            side: {name: value for name, value in values.items() if name not in same}
            for side, values in (("before", before), ("after", after))
        },
    )


def _events(reader: Reader, objective: str, key_results: Sequence[str], most: int) -> list[Row]:
    # A key of several parts is a JSON list in the log; what it begins with says whose row it is.
    beginnings = {name: json.dumps([name], ensure_ascii=False)[:-1] + ", " for name in (objective, *key_results)}
    wanted = ["(\"table\" IN ('objectives', 'stands_alone') AND \"row\" = $1)"]
    if key_results:
        wanted.append(f'("table" = \'key_results\' AND "row" IN ({places(key_results, 2)}))')
    parameters = [objective, *key_results]
    for name, beginning in beginnings.items():
        parameters.append(beginning)
        tables = "'alignment'" if name == objective else "'milestones', 'phases', 'links'"
        start = f'substr("row", 1, {len(beginning)}) = ${len(parameters)}'
        wanted.append(f'("table" IN ({tables}) AND {start})')
    sql = f"SELECT * FROM events WHERE {' OR '.join(wanted)} ORDER BY revision DESC, number LIMIT {int(most)}"  # noqa: S608
    return reader.rows(sql, *parameters)
