"""Who is away from when to when, and who stands in: from this follows who owes a check-in and which days count."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from okrdash.domain.columns import Row
from okrdash.domain.errors import Invalid, NotFound, Problem
from okrdash.domain.tables import TABLES
from okrdash.services import company
from okrdash.services.editing import check_references, clean, event
from okrdash.services.overview import visible
from okrdash.services.people import Actor, Order, allow, order_of, permit
from okrdash.services.permissions import Person, Resource, can
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError

LONGEST = timedelta(days=731)
"""The longest that an absence may last."""


@dataclass(frozen=True, slots=True)
class Rota:
    """The absences that somebody may look after, and what is needed to enter one."""

    rows: tuple[Row, ...]
    """Those of `people`, with their `version`, by start."""
    people: Mapping[str, str]
    """Names of those whose absences the actor may enter, by username."""
    deputies: Mapping[str, str]
    """Names of everybody who can stand in."""
    day: date
    """Today."""

    def begun(self, row: Row) -> bool:
        """Whether an absence began before today; on its first day it can still be taken back."""
        return _begun(row, self.day)

    def over(self, row: Row) -> bool:
        """Whether an absence is history."""
        return bool(row["end"] < self.day)


def rota(actor: Actor) -> Rota:
    """The absences that the actor may enter and change: their own, those of people they lead, or all."""
    with company.company().read() as reader:
        person = _alone(allow(reader, actor, "read"))
        order = order_of(reader)
        active = {one: row["name"] for one, row in order.active.items() if row["role"] != "viewer"}
        teams = _teams(order)
        mine = {one: name for one, name in active.items() if can(person, "set absence", _of(one, teams))}
        rows = reader.rows('SELECT * FROM "absences" ORDER BY "start", "position"')
        day = _today(reader)
    return Rota(tuple(row for row in rows if row["person"] in mine), mine, active, day)


def away(actor: Actor, person: str, start: date, end: date) -> list[Row]:
    """The absences of somebody between two days, both included: to see whether a deputy will be there."""
    with company.company().read() as reader:
        allow(reader, actor, "read")
        return [row for row in order_of(reader).absences if row["person"] == person and _overlap(row, start, end)]


def add(actor: Actor, values: Mapping[str, Any], *, request_key: str = "") -> None:
    """Enters that somebody is away. Raises Forbidden, Invalid."""
    with suppress(RepeatedError), company.company().write(event(actor, "add absence", request_key=request_key)) as tx:
        allow(tx, actor, "read")
        row = clean("absences", TABLES["absences"].row(**values))
        person = _allowed(tx, actor, row["person"])
        check_references(tx, "absences", {"person": row["person"]})
        _check(tx, person, row)
        tx.insert("absences", row)


def change(
    actor: Actor,
    person: str,
    start: date,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    request_key: str = "",
) -> None:
    """Changes start, end or deputy of an absence; of one that has begun the end and the deputy only.

    One that is over stays as it is. Raises Forbidden, NotFound, Invalid, Conflict.
    """
    with (
        suppress(RepeatedError),
        company.company().write(event(actor, "change absence", request_key=request_key)) as tx,
    ):
        who = _allowed(tx, actor, person)
        row = _found(tx, person, start)
        cleaned = {name: value for name, value in clean("absences", changes).items() if row[name] != value}
        if "person" in cleaned:
            raise Invalid(Problem("person", "stays: enter another absence for somebody else."))
        if "start" in cleaned and _begun(row, _today(tx)):
            raise Invalid(Problem("start", "stays what it is: the absence has begun."))
        tx.update("absences", (person, start), {}, version)  # what others changed meanwhile is told first
        _check(tx, who, row | cleaned, was=row)
        tx.update("absences", (person, start), cleaned)


def remove(actor: Actor, person: str, start: date, *, version: int | None = None, request_key: str = "") -> None:
    """Takes back an absence that has not begun. Raises Forbidden, NotFound, Invalid, Conflict."""
    with (
        suppress(RepeatedError),
        company.company().write(event(actor, "remove absence", request_key=request_key)) as tx,
    ):
        _allowed(tx, actor, person)
        row = _found(tx, person, start)
        if _begun(row, _today(tx)):
            raise Invalid(Problem("start", "This has begun, so it stays. Change its last day instead."))
        tx.update("absences", (person, start), {}, version)
        tx.remove("absences", (person, start))


def _allowed(reader: Reader, actor: Actor, username: str) -> Person:
    person = _alone(allow(reader, actor, "read"))
    permit(person, "set absence", _of(username, _teams(order_of(reader))))
    return person


def _alone(person: Person) -> Person:
    """The person without whom they stand in for: no deputy prolongs their own part, or hands it on."""
    return replace(person, deputises=frozenset())


def _teams(order: Order) -> dict[str, tuple[str, ...]]:
    teams: dict[str, tuple[str, ...]] = {}
    for row in order.memberships:
        teams[row["person"]] = (*teams.get(row["person"], ()), row["team"])
    return teams


def _of(username: str, teams: Mapping[str, tuple[str, ...]]) -> Resource:
    return Resource(username, teams.get(username, ()))


def _found(reader: Reader, person: str, start: date) -> Row:
    row = reader.get("absences", person, start)
    if row is None:
        raise NotFound("This absence was moved or taken back meanwhile. Close this and look at the list again.")
    return row


def _today(reader: Reader) -> date:
    return company.today(reader.settings())


def _check(reader: Reader, actor: Person, row: Row, was: Row | None = None) -> None:
    """Raises Invalid for everything that keeps the absence from being as `row` says; `was` is what it replaces."""
    start, end, problems = row["start"], row["end"], []
    if end < start:
        problems.append(Problem("end", f"is before the first day, {_shown(start)}. Choose that day or a later one."))
    elif end - start > LONGEST:
        problems.append(Problem("end", "is more than two years after the first. Check the year."))
    if was and was["end"] < _today(reader):
        problems.append(Problem("end", "is over, so this absence stays as it is. Enter another one."))
    for other in reader.table("absences", "person = $1", row["person"]):
        if (was is None or other["start"] != was["start"]) and _overlap(other, start, end):
            said = f"{_shown(other['start'])} to {_shown(other['end'])}"
            problems.append(Problem("start", f"This overlaps the absence from {said}. Change that one instead."))
    if was is None or was["deputy"] != row["deputy"]:
        problems += _deputy_problems(reader, actor, row)
    if was is None and not _takes_part(reader, row["person"]):
        problems.append(Problem("person", "is disabled or a viewer, so nothing is ever due from them."))
    if problems:
        raise Invalid(*problems)


def _deputy_problems(reader: Reader, actor: Person, row: Row) -> list[Problem]:
    person, deputy = row["person"], row["deputy"]
    if not deputy:
        return []
    if deputy == person:
        return [Problem("deputy", "is who is away. Choose somebody else, or nobody.")]
    if not _takes_part(reader, deputy):
        return [Problem("deputy", "cannot check in: disabled, a viewer, or gone. Choose somebody else.")]
    if actor.username != person and any(not visible(actor, hidden) for hidden in _confidential(reader, person)):
        # A deputy sees what the absent person owns; nobody can give away what they may not see themselves.
        return [Problem("deputy", "can only be named by who is away, an OKR champion or an admin here.")]
    return []


def _confidential(reader: Reader, owner: str) -> list[Row]:
    return reader.table("objectives", "visibility = 'confidential' AND owner = $1", owner)


def _takes_part(reader: Reader, username: str) -> bool:
    row = reader.get("people", username)
    return bool(row and row["active"] and row["role"] != "viewer")


def _overlap(row: Row, start: date, end: date) -> bool:
    return bool(row["start"] <= end and row["end"] >= start)


def _shown(day: date) -> str:
    return f"{day:%-d %b %Y}"


def _begun(row: Row, day: date) -> bool:
    return bool(row["start"] < day)
