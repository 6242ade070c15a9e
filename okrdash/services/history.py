"""What was changed of an objective and its key results: by whom, when, from what to what, and why."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from okrdash.domain.columns import Row
from okrdash.domain.difference import MEASURE
from okrdash.domain.tables import TABLES
from okrdash.domain.time import local
from okrdash.services.company import company
from okrdash.services.people import Actor, allow, order_of
from okrdash.services.permissions import Person
from okrdash.services.sight import hides_from, seen_objective, there
from okrdash.store import log
from okrdash.store.reader import Reader, places


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

    @property
    def measures(self) -> bool:
        """Whether it is of what a key result is measured by."""
        if self.table == "key_results":
            return any(name in MEASURE for name in self.after)
        return self.table in ("milestones", "phases") and bool({*self.before, *self.after} - {"done_on"})

    @classmethod
    def of(cls, row: Row) -> Change:
        """A row of the event log as a change; one that came with another company's log and cannot be read says only
        what it is of.
        """
        told = {name: row[name] for name in ("revision", "happened_at", "actor", "action", "reason", "table")}
        try:
            table = TABLES[row["table"]]
            key = (row["row"],) if len(table.key) == 1 else tuple(str(part) for part in json.loads(row["row"]))
            before, after = (log.read(table, row[side]) for side in ("before", "after"))
            return cls(**told, key=key, subject=key[0], before=before, after=after)
        except (LookupError, ValueError, TypeError, AttributeError):
            return cls(**told, key=(row["row"],), subject=row["row"], before={}, after={})


def changes(actor: Actor, objective: str, *, most: int = 200) -> list[Change]:
    """What was changed of an objective and the key results at home under it, newest first, `most` at most.

    Check-ins, comments and the like are no changes. Raises NotFound where the actor may not see the objective.
    """
    with company().read() as reader:
        return _of_objective(reader, allow(reader, actor, "read"), objective, most)


def measured_anew(actor: Actor, objective: str = "") -> list[tuple[date, str]]:
    """On which days what key results are measured by was changed: the day and the key result, the earliest first.

    Of all key results whose objective everybody sees, or of those at home under one objective. What came with a key
    result is no change of it. Raises Forbidden for who is signed out, NotFound for an objective that the actor may not
    see.
    """
    with company().read() as reader:
        person = allow(reader, actor, "read")
        zone = order_of(reader).settings.zone
        told = _of_objective(reader, person, objective, None) if objective else _of_measures(reader)
    made = {(row.subject, row.revision) for row in told if row.table == "key_results" and not row.before}
    anew = (row for row in told if row.measures and (row.subject, row.revision) not in made)
    return sorted({(local(row.happened_at, zone).date(), row.subject) for row in anew})


def _of_objective(reader: Reader, person: Person, objective: str, most: int | None) -> list[Change]:
    """What was changed of an objective and the key results at home under it, newest first."""
    seen_objective(reader, person, objective)
    key_results = [row["id"] for row in reader.rows("SELECT id FROM key_results WHERE objective = $1", objective)]
    return _told(reader, person, _events(reader, objective, key_results, most))


def _of_measures(reader: Reader) -> list[Change]:
    """What was changed of key results, their steps and phases, of those whose objective everybody sees."""
    rows = reader.rows(
        "SELECT * FROM events WHERE \"table\" IN ('key_results', 'milestones', 'phases')"
        " AND (\"before\" NOT IN ('', '{}') OR \"table\" <> 'key_results' AND revision NOT IN"
        " (SELECT revision FROM events WHERE \"table\" = 'key_results' AND \"before\" IN ('', '{}')))"
        " ORDER BY revision, number"
    )
    everybodys = reader.rows(
        "SELECT k.id FROM key_results k JOIN objectives o ON o.id = k.objective WHERE o.visibility = 'company'"
    )
    seen = {row["id"] for row in everybodys}
    return [change for change in map(Change.of, rows) if change.subject in seen]


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
    read = (change for change in map(Change.of, rows) if change.before or change.after)
    told = (_as_seen(reader, person, change) for change in read)
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


def _events(reader: Reader, objective: str, key_results: Sequence[str], most: int | None) -> list[Row]:
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
    limit = "" if most is None else f" LIMIT {int(most)}"
    sql = f"SELECT * FROM events WHERE {' OR '.join(wanted)} ORDER BY revision DESC, number{limit}"  # noqa: S608
    return reader.rows(sql, *parameters)
