"""Key results: make, change with a reason, move, drop; one at a time or many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from okrdash.domain.errors import Invalid, NotFound, Problem
from okrdash.domain.tables import TABLES, Row
from okrdash.domain.validate import key_result_problems
from okrdash.services import company
from okrdash.services.editing import check_references, clean, found, home_of, new_id
from okrdash.services.objectives import DRAFTS
from okrdash.services.overview import visible
from okrdash.services.people import Actor, allow, resource_of_key_result
from okrdash.store.store import RepeatedError
from okrdash.store.transaction import Event, Reader, Writer

MEASURE = ("kind", "baseline", "target", "lower", "upper", "weight", "start", "due")
"""What a key result is measured by: a change of it after the start needs a reason."""
MANY = ("owner", "due", "cadence_weeks")
"""What can be changed for many key results at once."""


def key_result(actor: Actor, identifier: str) -> Row:
    """One key result's row with its `version` and `steps` (its milestones' rows), for an edit form."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        row = reader.get("key_results", identifier)
        if row is None or not visible(person, home_of(reader, row)):
            raise NotFound("There is no such key result. It may have been dropped; look for its objective.")
        return row | {"steps": reader.table("milestones", "key_result = $1", identifier)}


def create_key_result(
    actor: Actor, values: Mapping[str, Any], *, steps: Sequence[Mapping[str, Any]] = (), request_key: str = ""
) -> str:
    """Makes a key result of an objective, returns its id; "" if this request was done before.

    `steps`: rows for a milestone's steps (step, weight, due, done_on). Raises Forbidden, Invalid.
    """
    row = TABLES["key_results"].row(**{**values, "id": "new"})
    try:
        with company.company().write(Event(actor.username, "create key result", request_key=request_key)) as tx:
            row = clean("key_results", row) | {"id": new_id(tx, "kr")}
            check_references(tx, "key_results", row)
            _allow_changing(tx, actor, row)
            _check(tx, row, cleaned_steps := _steps(row, steps))
            tx.insert("key_results", row)
            tx.insert("milestones", *cleaned_steps)
    except RepeatedError:
        return ""
    return str(row["id"])


def edit_key_result(
    actor: Actor,
    identifier: str,
    changes: Mapping[str, Any],
    *,
    version: int,
    reason: str = "",
    steps: Sequence[Mapping[str, Any]] | None = None,
) -> None:
    """Changes a key result; `steps` replaces a milestone's steps (None leaves them).

    From its start on, a change of what it is measured by needs a reason.
    Raises Forbidden, NotFound, Invalid, or Conflict when someone changed it since `version` was read.
    """
    with company.company().write(Event(actor.username, "edit key result", reason)) as tx:
        change_key_result(tx, actor, identifier, changes, version=version, reason=reason, steps=steps)


def edit_many(actor: Actor, identifiers: Sequence[str], changes: Mapping[str, Any], *, reason: str = "") -> int:
    """Changes owner, due day or cadence of many key results, all or none; returns how many there were."""
    if unknown := [name for name in changes if name not in MANY]:
        raise Invalid(Problem(unknown[0], "cannot be changed for many at once."))
    with company.company().write(Event(actor.username, "edit key results", reason)) as tx:
        for identifier in identifiers:
            change_key_result(tx, actor, identifier, changes, reason=reason)
    return len(identifiers)


def drop_key_result(actor: Actor, identifier: str, reason: str, *, version: int) -> None:
    """Drops a key result: gone from the board and every mean, kept in history, can come back."""
    if not reason.strip():
        raise Invalid(Problem("reason", "is missing: say why the key result is dropped."))
    with company.company().write(Event(actor.username, "drop key result", reason)) as tx:
        change_key_result(tx, actor, identifier, {"state": "dropped"}, version=version, reason=reason)


def restore_key_result(actor: Actor, identifier: str, *, version: int) -> None:
    """Brings a dropped key result back."""
    with company.company().write(Event(actor.username, "restore key result")) as tx:
        change_key_result(tx, actor, identifier, {"state": "active"}, version=version)


def change_key_result(
    tx: Writer,
    actor: Actor,
    identifier: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    reason: str = "",
    steps: Sequence[Mapping[str, Any]] | None = None,
    as_claim: bool = False,
) -> None:
    """One change within the caller's transaction; `as_claim` when the caller has made sure it may be claimed."""
    row = found(tx, "key_results", identifier)
    cleaned = clean("key_results", changes)
    check_references(tx, "key_results", cleaned)
    after = row | cleaned
    if not as_claim:
        _allow_changing(tx, actor, row)
        _allow_changing(tx, actor, after)
    known = tx.table("milestones", "key_result = $1", identifier)
    cleaned_steps = known if steps is None else _steps(after, steps)
    start = row["start"] or found(tx, "cycles", home_of(tx, row)["cycle"])["start"]
    measured_anew = any(row[name] != after[name] for name in MEASURE)
    if measured_anew and company.today(tx.settings()) >= start and not reason.strip():
        raise Invalid(Problem("reason", "is missing: it has begun, so say why its measure changes."))
    _check(tx, after, cleaned_steps)
    tx.update("key_results", (identifier,), cleaned, version)
    for step in known:
        if step["step"] not in {s["step"] for s in cleaned_steps}:
            tx.remove("milestones", (identifier, step["step"]))
    for step in cleaned_steps:
        if tx.get("milestones", identifier, step["step"]):
            tx.update("milestones", (identifier, step["step"]), step)
        else:
            tx.insert("milestones", step)


def _steps(row: Row, steps: Sequence[Mapping[str, Any]]) -> list[Row]:
    if row["kind"] != "milestone":
        return []
    return [clean("milestones", TABLES["milestones"].row(**{**s, "key_result": row["id"]})) for s in steps]


def _check(reader: Reader, row: Row, steps: Sequence[Row]) -> None:
    cycle = found(reader, "cycles", home_of(reader, row)["cycle"])
    phases = reader.table("phases", "key_result = $1", row["id"])
    if problems := key_result_problems(row, steps=steps, phases=phases, cycle=(cycle["start"], cycle["end"])):
        raise Invalid(*problems)


def _allow_changing(reader: Reader, actor: Actor, row: Row) -> None:
    home = home_of(reader, row)
    drafting = home["state"] in DRAFTS
    allow(reader, actor, "draft" if drafting else "decide", resource_of_key_result(row | {"owner": ""}, home))
