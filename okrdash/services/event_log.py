"""The log of every change, for those who look after the company: sought, paged, and taken out as it was sought."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from okrdash.domain.columns import ID, Row
from okrdash.domain.settings import Settings
from okrdash.domain.tables import TABLES
from okrdash.domain.time import begins
from okrdash.services.company import company
from okrdash.services.history import Change
from okrdash.services.people import Actor, allow
from okrdash.store.reader import Reader, places

PAGE = 25
"""Writes on one page."""
FEW = 6
"""Changes of one write that are told; an import has thousands."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; a blank asks for everything."""

    who: str = ""
    """The username of who did it."""
    action: str = ""
    table: str = ""
    thing: str = ""
    """What a changed row's key is, or begins with: an objective, a team, a person."""
    first: date | None = None
    last: date | None = None
    """The days of the organisation, both included."""
    words: str = ""
    """All of which stand in what was written, before or after, in the reason, or in the title of the objective or key
    result, whatever their case."""


@dataclass(frozen=True, slots=True)
class Written:
    """One write: what one person did at one moment."""

    revision: int
    happened_at: datetime
    actor: str
    action: str
    reason: str
    changes: tuple[Change, ...]
    """Of those sought the first FEW."""
    count: int
    """How many of its changes are among those sought."""
    tables: Mapping[str, int]
    """The same by table."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the log, the newest first."""

    writes: tuple[Written, ...]
    total: int
    """How many writes there are on all pages."""
    titles: Mapping[str, str]
    """What the changes on this page are about, by identifier: objectives, key results, dependencies."""
    about: Mapping[str, str]
    """Of check-ins, comments and thanks: the identifier of what they are about."""


def page(actor: Actor, sought: Sought = Sought(), number: int = 1) -> Page:
    """A page of the log, from 1; an empty one where there is none. Raises Forbidden."""
    with company().read() as reader:
        allow(reader, actor, "read log")
        where, parameters = _where(sought, reader.settings())
        counted = reader.one(f"SELECT count(DISTINCT revision) AS total FROM events WHERE {where}", *parameters)  # noqa: S608
        heads = reader.rows(
            "SELECT revision, min(happened_at) AS happened_at, min(actor) AS actor, min(action) AS action,"  # noqa: S608
            f" min(reason) AS reason, count(*) AS changes FROM events WHERE {where}"
            f" GROUP BY revision ORDER BY revision DESC LIMIT {PAGE} OFFSET {PAGE * (max(number, 1) - 1)}",
            *parameters,
        )
        changes = _changes(reader, where, parameters, [head["revision"] for head in heads])
        tables = _tables(reader, where, parameters, [head["revision"] for head in heads])
        titles, about = _titles(reader, [one for many in changes.values() for one in many])
        writes = (
            Written(
                revision=head["revision"],
                happened_at=head["happened_at"],
                actor=head["actor"],
                action=head["action"],
                reason=head["reason"],
                changes=changes.get(head["revision"], ()),
                count=head["changes"],
                tables=tables.get(head["revision"], {}),
            )
            for head in heads
        )
        return Page(tuple(writes), counted["total"] if counted else 0, titles, about)


def everything(actor: Actor, sought: Sought = Sought()) -> list[Row]:
    """Every row of the log that is sought, the newest first, as the bundle's table of events has it."""
    with company().read() as reader:
        allow(reader, actor, "read log")
        where, parameters = _where(sought, reader.settings())
        columns = ", ".join(f'"{name}"' for name in TABLES["events"].names)
        sql = f"SELECT {columns} FROM events WHERE {where} ORDER BY revision DESC, number"  # noqa: S608
        return reader.rows(sql, *parameters)


def choices(actor: Actor) -> tuple[list[str], list[str]]:
    """The actions and the people (usernames) that stand in the log. Raises Forbidden."""
    with company().read() as reader:
        allow(reader, actor, "read log")
        actions, people = (
            [row["name"] for row in reader.rows(f"SELECT DISTINCT {one} AS name FROM events ORDER BY name")]  # noqa: S608
            for one in ("action", "actor")
        )
        return actions, people


def _where(sought: Sought, settings: Settings) -> tuple[str, list[Any]]:
    conditions = ["TRUE"]
    parameters: list[Any] = []

    def add(condition: str, *values: Any) -> None:
        """Adds a condition whose places are written {0}, {1}, …"""
        parameters.extend(values)
        numbers = [f"${len(parameters) - len(values) + n + 1}" for n in range(len(values))]
        conditions.append(condition.format(*numbers))

    if sought.who:
        add("actor = {0}", sought.who)
    if sought.action:
        add("action = {0}", sought.action)
    if sought.table:
        add('"table" = {0}', sought.table)
    if sought.thing:
        add(f"{_SUBJECT} = {{0}}", sought.thing)
    if sought.first:
        add("happened_at >= {0}", begins(sought.first, settings.zone))
    if sought.last and sought.last < date.max:
        add("happened_at < {0}", begins(sought.last + timedelta(days=1), settings.zone))
    titled = " UNION ALL ".join(
        f"SELECT id FROM {table} WHERE strpos(lower({column}), {{0}}) > 0"  # noqa: S608
        for table, column in (("objectives", "title"), ("key_results", "title"), ("dependencies", "need"))
    )
    for word in sought.words.lower().split():
        add(f"(strpos(lower({_WRITTEN}), {{0}}) > 0 OR {_SUBJECT} IN ({titled}))", word)
    return " AND ".join(conditions), parameters


_SUBJECT = """(CASE WHEN substr("row", 1, 2) = '["' THEN split_part("row", '"', 2) ELSE "row" END)"""
"""A row's key, or the first part of it: the log writes a key of several parts as a JSON list."""
_WRITTEN = """("row" || ' ' || "before" || ' ' || "after" || ' ' || reason)"""


def _changes(
    reader: Reader, where: str, parameters: Sequence[Any], revisions: Sequence[int]
) -> dict[int, tuple[Change, ...]]:
    """The first changes of each of these writes, of those sought."""
    if not revisions:
        return {}
    rows = reader.rows(
        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY revision ORDER BY number) AS nth"  # noqa: S608
        f" FROM events WHERE {where} AND revision IN ({', '.join(str(int(one)) for one in revisions)})) AS counted"
        f" WHERE nth <= {FEW} ORDER BY revision, number",
        *parameters,
    )
    found: dict[int, list[Change]] = {}
    for row in rows:
        found.setdefault(row["revision"], []).append(Change.of(row))
    return {revision: tuple(changes) for revision, changes in found.items()}


def _tables(
    reader: Reader, where: str, parameters: Sequence[Any], revisions: Sequence[int]
) -> dict[int, dict[str, int]]:
    """How many changes of each table are in each of these writes, of those sought; in the bundle's order."""
    if not revisions:
        return {}
    rows = reader.rows(
        'SELECT revision, "table", count(*) AS number FROM events'  # noqa: S608
        f' WHERE {where} AND revision IN ({", ".join(str(int(one)) for one in revisions)}) GROUP BY revision, "table"',
        *parameters,
    )
    counted = {(row["revision"], row["table"]): row["number"] for row in rows}
    known = dict.fromkeys([*TABLES, *(table for _, table in counted)])
    return {
        revision: {table: counted[revision, table] for table in known if (revision, table) in counted}
        for revision in revisions
    }


def _titles(reader: Reader, changes: Sequence[Change]) -> tuple[dict[str, str], dict[str, str]]:
    """What the changes are about, and of check-ins and comments, what these are about."""
    about: dict[str, str] = {}
    for table, column in (
        ("check_ins", "key_result"),
        ("comments", "about"),
        ("kudos", "about"),
        ("decisions", "about"),
        ("invitations", "about"),
    ):
        wanted = {change.subject for change in changes if change.table == table}
        about |= {row["id"]: row[column] for row in _some(reader, table, wanted)}
    wanted = {part for change in changes for part in change.key if isinstance(part, str)} | set(about.values())
    for change in changes:
        for values in (change.before, change.after):
            wanted |= {text for text in values.values() if isinstance(text, str) and len(text) <= ID}
    titles = {row["id"]: row["need"] for row in _some(reader, "dependencies", wanted)}
    for table in ("objectives", "key_results"):
        titles |= {row["id"]: row["title"] for row in _some(reader, table, wanted)}
    return titles, about


def _some(reader: Reader, table: str, identifiers: Iterable[str]) -> list[Row]:
    wanted = list(identifiers)
    if not wanted:
        return []
    return reader.table(table, f"id IN ({places(wanted)})", *wanted)
