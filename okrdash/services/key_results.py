"""Key results: make, change with a reason, move, drop; one at a time or many at once."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from okrdash.domain.columns import Row, join_refs, refs
from okrdash.domain.errors import Conflict, Forbidden, Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.domain.validate import key_result_problems
from okrdash.services import company, dependency_calls
from okrdash.services.editing import check_references, clean, event, found, home_of, new_id
from okrdash.services.objectives import DRAFTS, contributions, refuse_loop
from okrdash.services.people import Actor, allow, permit, resource_of_key_result, resource_of_objective
from okrdash.services.permissions import Person
from okrdash.services.sight import also_kept, as_seen, seen_key_result, seen_objective
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError
from okrdash.store.transaction import Writer

Steps = Sequence[Mapping[str, Any]]

MEASURE = ("kind", "baseline", "target", "lower", "upper", "weight")
"""What a key result is measured by, beside its window and steps: a change of it after the start needs a reason."""
MANY = ("owner", "due", "cadence_weeks")
"""What can be changed for many key results at once."""


def key_result(actor: Actor, identifier: str) -> Row:
    """One key result's row with its `version` and `steps` (its milestones' rows), for an edit form."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        row = as_seen(reader, person, seen_key_result(reader, person, identifier))
        return row | {"steps": reader.table("milestones", "key_result = $1", identifier)}


def dropped(actor: Actor, objective: str) -> list[Row]:
    """The dropped key results at home under an objective, with their `version`. Raises NotFound where it is hidden."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        seen_objective(reader, person, objective)
        sql = "SELECT * FROM key_results WHERE objective = $1 AND state = 'dropped' ORDER BY position"
        return [as_seen(reader, person, row) for row in reader.rows(sql, objective)]


def create_key_result(actor: Actor, values: Mapping[str, Any], *, steps: Steps = (), request_key: str = "") -> str:
    """Makes a key result of an objective, returns its id; "" if this request was done before.

    `steps`: rows for a milestone's steps (step, weight, due, done_on). Raises Forbidden, NotFound, Invalid.
    """
    try:
        with company.company().write(event(actor, "create key result", request_key=request_key)) as tx:
            return create_within(tx, allow(tx, actor, "read"), values, steps)
    except RepeatedError:
        return ""


def create_within(tx: Writer, person: Person, values: Mapping[str, Any], steps: Steps = ()) -> str:
    """Makes a key result within the caller's transaction; raises as `create_key_result`."""
    row = clean("key_results", TABLES["key_results"].row(**{**values, "id": "new"})) | {"id": new_id(tx, "kr")}
    row["also"] = _beyond_home(row)
    check_references(tx, "key_results", row, person)
    home = home_of(tx, row)
    _permit_placing(person, home)
    _permit_changing(person, row, home)
    _check(tx, row, cleaned_steps := _steps(tx, row, steps), found(tx, "cycles", home["cycle"]))
    tx.insert("key_results", row)
    tx.insert("milestones", *cleaned_steps)
    return str(row["id"])


def edit_key_result(
    actor: Actor,
    identifier: str,
    changes: Mapping[str, Any],
    *,
    version: int,
    reason: str = "",
    steps: Steps | None = None,
    steps_before: Steps | None = None,
    request_key: str = "",
) -> None:
    """Changes a key result; `steps` replaces a milestone's steps (None leaves them).

    From its start on, a change of what it is measured by needs a reason.
    Raises Forbidden, NotFound, Invalid, or Conflict when someone changed it since `version` was read, or its steps
    since `steps_before` was.
    """
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "edit key result", reason, request_key)) as tx,
    ):
        change_key_result(
            tx,
            actor,
            identifier,
            changes,
            version=version,
            reason=reason,
            steps=steps,
            steps_before=steps_before,
        )


def edit_many(
    actor: Actor,
    identifiers: Sequence[str],
    changes: Mapping[str, Any],
    *,
    reason: str = "",
    request_key: str = "",
) -> int:
    """Changes owner, due day or cadence of many key results, all or none.

    Returns how many there were (0 if this request was done before). Raises as `edit_key_result`; a problem's `where`
    is "<key result> <field>", but "reason" where one is missing.
    """
    if unknown := [name for name in changes if name not in MANY]:
        raise Invalid(Problem(unknown[0], "cannot be changed for many at once."))
    try:
        with company.company().write(event(actor, "edit key results", reason, request_key)) as tx:
            _change_all(tx, actor, identifiers, changes, reason)
    except RepeatedError:
        return 0
    return len(identifiers)


def drop_key_result(actor: Actor, identifier: str, reason: str, *, version: int, request_key: str = "") -> None:
    """Drops a key result: gone from the board and every mean, kept in history, can come back."""
    if not reason.strip():
        raise Invalid(Problem("reason", "is missing: say why the key result is dropped."))
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "drop key result", reason, request_key)) as tx,
    ):
        change_key_result(tx, actor, identifier, {"state": "dropped"}, version=version, reason=reason)


def restore_key_result(actor: Actor, identifier: str, *, version: int, request_key: str = "") -> None:
    """Brings a dropped key result back."""
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "restore key result", request_key=request_key)) as tx,
    ):
        change_key_result(tx, actor, identifier, {"state": "active"}, version=version)


def change_key_result(
    tx: Writer,
    actor: Actor,
    identifier: str,
    changes: Mapping[str, Any],
    *,
    version: int | None = None,
    reason: str = "",
    steps: Steps | None = None,
    steps_before: Steps | None = None,
    as_claim: bool = False,
    person: Person | None = None,
) -> None:
    """One change within the caller's transaction; `as_claim` when the caller has made sure it may be claimed.

    `person` is who the actor is, for a caller who asked already.
    """
    person = person or allow(tx, actor, "read")
    row = seen_key_result(tx, person, identifier)
    cleaned = clean("key_results", {name: value for name, value in changes.items() if name != "id"})
    check_references(tx, "key_results", cleaned, person)
    if "also" in cleaned:
        cleaned["also"] = also_kept(tx, person, row, cleaned["also"])
    after = row | cleaned
    if after["objective"] in refs(after["also"]):
        cleaned["also"] = after["also"] = _beyond_home(after)
    moves = after["objective"] != row["objective"]
    home = home_of(tx, row)
    new_home = home_of(tx, after) if moves else home
    if not as_claim:
        _permit_changing(person, row, home)
        _permit_changing(person, after, new_home)
        if moves:
            _permit_placing(person, new_home)
    known = tx.table("milestones", "key_result = $1", identifier)
    planned = _planned(tx, after, steps, known)
    cycle = found(tx, "cycles", home["cycle"])
    new_cycle = found(tx, "cycles", new_home["cycle"]) if moves else cycle
    was, becomes = _window(row, cycle), _window(after, new_cycle)
    measured_anew = was != becomes or _measure_of(row, known) != _measure_of(after, planned)
    if measured_anew and company.today(tx.settings()) >= was[0] and not reason.strip():
        raise Invalid(Problem("reason", "is missing: it has begun, so say why its measure changes."))
    _check(tx, after, planned, new_cycle)
    if version not in (None, row["version"]) and as_seen(tx, person, row) != row:
        raise Conflict("Somebody changed this meanwhile. What you typed is kept; save again to keep it.")
    tx.update("key_results", (identifier,), cleaned, version)
    if after["state"] == "dropped" and row["state"] != "dropped":
        dependency_calls.dropped(tx, actor, [identifier], reason)
    if moves:
        _refuse_loops(tx, person, identifier, after["objective"])
    if planned != known:
        _replace_steps(tx, identifier, known, planned, steps_before)


def _beyond_home(row: Row) -> str:
    """The objectives under which a key result also stands, without its home."""
    return join_refs(one for one in refs(row["also"]) if one != row["objective"])


def _change_all(tx: Writer, actor: Actor, identifiers: Sequence[str], changes: Mapping[str, Any], reason: str) -> None:
    problems: list[Problem] = []
    person = allow(tx, actor, "read")
    for identifier in dict.fromkeys(identifiers):
        try:
            change_key_result(tx, actor, identifier, changes, reason=reason, person=person)
        except Invalid as fault:
            problems += [Problem(f"{identifier} {p.where}", p.message) for p in fault.problems]
        except Forbidden as fault:
            title = found(tx, "key_results", identifier)["title"]
            raise Forbidden(f"“{title[:60]}”: {fault} Nothing was changed.") from None
    unexplained = sum(p.where.endswith(" reason") for p in problems)
    if unexplained and unexplained == len(problems):
        raise Invalid(
            Problem("reason", f"is missing: {unexplained} of them have begun, so say why the measure changes.")
        )
    if problems:
        raise Invalid(*problems)


def _planned(reader: Reader, row: Row, steps: Steps | None, known: list[Row]) -> list[Row]:
    """The steps that the key result will have; of another kind it has none."""
    if row["kind"] != "milestone":
        return []
    return known if steps is None else _steps(reader, row, steps)


def _steps(reader: Reader, row: Row, steps: Steps) -> list[Row]:
    if row["kind"] != "milestone":
        return []
    try:
        cleaned = [clean("milestones", TABLES["milestones"].row(**{**s, "key_result": row["id"]})) for s in steps]
    except Invalid as fault:
        raise Invalid(*(Problem("steps", f"A step's {p.where} {p.message}.") for p in fault.problems)) from None
    today = company.today(reader.settings())
    if early := [step["step"] for step in cleaned if step["done_on"] and step["done_on"] > today]:
        raise Invalid(Problem("steps", f"“{early[0]}” cannot be done on a day to come."))
    return cleaned


def _measure_of(row: Row, steps: Sequence[Row]) -> tuple[Any, ...]:
    """What it is measured by; ticking a step off, or putting steps in order, changes nothing of it."""
    return tuple(row[name] for name in MEASURE), {step["step"]: (step["weight"], step["due"]) for step in steps}


def _replace_steps(
    tx: Writer, identifier: str, known: Sequence[Row], planned: Sequence[Row], before: Steps | None
) -> None:
    names = TABLES["milestones"].names[1:]
    if before is not None and [[s[n] for n in names] for s in before] != [[s[n] for n in names] for s in known]:
        raise Conflict(
            "Somebody changed the steps meanwhile: "
            + (
                ", ".join(f"“{s['step']}”" + (f" done on {s['done_on']}" if s["done_on"] else "") for s in known)
                or "none"
            )
            + ". What you typed is kept; save again to keep it."
        )
    for step in known:
        if step["step"] not in {s["step"] for s in planned}:
            tx.remove("milestones", (identifier, step["step"]))
    for step in planned:
        if tx.get("milestones", identifier, step["step"]):
            tx.update("milestones", (identifier, step["step"]), step)
        else:
            tx.insert("milestones", step)


def _window(row: Row, cycle: Row) -> tuple[date, date]:
    """Start and due day: its own, else its home's cycle's."""
    return row["start"] or cycle["start"], row["due"] or cycle["end"]


def _refuse_loops(tx: Writer, person: Person, identifier: str, home: str) -> None:
    """Raises Invalid when objectives tied to the key result contribute in a circle, now that this is its home."""
    edges = contributions(tx)
    for edge in tx.table("alignment", "kind = 'contributes' AND parent = $1", identifier):
        try:
            refuse_loop(tx, person, edge["child"], home, edges)
        except Invalid as fault:
            raise Invalid(Problem("objective", fault.problems[0].message)) from None


def _check(reader: Reader, row: Row, steps: Sequence[Row], cycle: Row) -> None:
    phases = reader.table("phases", "key_result = $1", row["id"])
    if problems := key_result_problems(row, steps=steps, phases=phases, cycle=(cycle["start"], cycle["end"])):
        raise Invalid(*problems)


def _permit_placing(person: Person, home: Row) -> None:
    """A key result at home there changes the objective: that the person's team carries it is not enough."""
    permit(person, "draft" if home["state"] in DRAFTS else "decide", resource_of_objective(home | {"owner": ""}))


def _permit_changing(person: Person, row: Row, home: Row) -> None:
    drafting = home["state"] in DRAFTS
    permit(person, "draft" if drafting else "decide", resource_of_key_result(row | {"owner": ""}, home))
