"""Objectives: draft, agree, change, move, drop, and how they are tied to each other."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from okrdash.domain.columns import Row
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.domain.validate import loop
from okrdash.services import company, dependency_calls
from okrdash.services.editing import check_references, clean, event, found, new_id
from okrdash.services.overview import visible
from okrdash.services.people import Actor, allow, permit, resource_of_objective
from okrdash.services.permissions import Person
from okrdash.services.sight import seen_objective, there
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError
from okrdash.store.transaction import Writer

DRAFTS = ("draft", "proposed")
"""States in which an objective is not agreed yet: whoever may draft may change it."""


def objective(actor: Actor, identifier: str) -> Row:
    """One objective's row with its `version`, for an edit form. Raises NotFound where it is hidden."""
    with company.company().read() as reader:
        return seen(reader, actor, identifier)


def unagreed(actor: Actor) -> list[Row]:
    """Drafts, proposals and dropped objectives, which are not on the board, as far as the actor may see them."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        rows = reader.table("objectives", "state IN ('draft', 'proposed', 'dropped')")
        return [row for row in rows if visible(person, row)]


def create_objective(
    actor: Actor, values: Mapping[str, Any], *, parents: Sequence[str] = (), request_key: str = ""
) -> str:
    """Makes an objective (state draft, proposed or active), tied to `parents`; returns its id.

    "" if this request was done before. Raises Forbidden, NotFound, Invalid.
    """
    try:
        with company.company().write(event(actor, "create objective", request_key=request_key)) as tx:
            return create_within(tx, allow(tx, actor, "read"), values, parents)
    except RepeatedError:
        return ""


def create_within(tx: Writer, person: Person, values: Mapping[str, Any], parents: Sequence[str] = ()) -> str:
    """Makes an objective within the caller's transaction; raises as `create_objective`."""
    row = clean("objectives", TABLES["objectives"].row(**{**values, "id": "new"})) | {"id": new_id(tx, "o")}
    check_references(tx, "objectives", row)
    if row["state"] not in (*DRAFTS, "active"):
        raise Invalid(Problem("state", "A new objective is a draft, a proposal or active."))
    _permit(person, row | {"owner": ""}, drafting=row["state"] in DRAFTS)
    tx.insert("objectives", row)
    for parent in dict.fromkeys(parents):
        tie(tx, person, row["id"], parent)
    return str(row["id"])


def edit_objective(
    actor: Actor,
    identifier: str,
    changes: Mapping[str, Any],
    *,
    version: int,
    reason: str = "",
    request_key: str = "",
) -> None:
    """Changes an objective: its words, owner, ambition, team, cycle, state, visibility.

    Whoever may draft changes drafts and proposals; agreeing on one and changing an agreed one is for who decides.
    Moving it to a cycle that moves the days of key results that have begun needs a reason, and so does dropping it.
    Raises Forbidden, NotFound, Invalid, or Conflict when someone changed it since `version` was read.
    """
    with (
        contextlib.suppress(RepeatedError),
        company.company().write(event(actor, "edit objective", reason, request_key)) as tx,
    ):
        person = allow(tx, actor, "read")
        row = seen_objective(tx, person, identifier)
        cleaned = clean("objectives", {name: value for name, value in changes.items() if name != "id"})
        after = row | cleaned
        if cleaned.get("state") == "dropped" and not reason.strip():
            raise Invalid(Problem("reason", "is missing: say why the objective is dropped."))
        check_references(tx, "objectives", cleaned)
        drafting = row["state"] in DRAFTS and after["state"] in DRAFTS
        _permit(person, row, drafting=drafting)
        # Into a team that one leads (or drafts for); to be named as the owner there does not open it.
        _permit(person, after if after["team"] == row["team"] else after | {"owner": ""}, drafting=drafting)
        if after["cycle"] != row["cycle"] and not reason.strip() and (moved := _begun(tx, identifier, row, after)):
            names = ", ".join(f"“{title[:60]}”" for title in moved[:3]) + (", …" if len(moved) > 3 else "")
            raise Invalid(Problem("reason", f"is missing: the move changes the days of {names}, so say why."))
        tx.update("objectives", (identifier,), cleaned, version)
        if after["state"] == "dropped" and row["state"] != "dropped":
            key_results = tx.table("key_results", "objective = $1 AND state = 'active'", identifier)
            dependency_calls.dropped(tx, actor, [one["id"] for one in key_results], reason)


def drop_objective(actor: Actor, identifier: str, reason: str, *, version: int, request_key: str = "") -> None:
    """Drops an objective: gone from the board, kept in history, can come back. Raises as `edit_objective`."""
    edit_objective(actor, identifier, {"state": "dropped"}, version=version, reason=reason, request_key=request_key)


def restore_objective(actor: Actor, identifier: str, *, version: int, request_key: str = "") -> None:
    """Brings a dropped objective back, active. Raises as `edit_objective`."""
    edit_objective(actor, identifier, {"state": "active"}, version=version, request_key=request_key)


def align(
    actor: Actor,
    child: str,
    *parents: str,
    kind: str = "contributes",
    instead_of: str = "",
    request_key: str = "",
) -> int:
    """Ties an objective to parents, objectives or key results anywhere in the company, all or none.

    With `instead_of`, an objective, what it contributes to there is taken away. One that contributes stands alone no
    more. Returns the revision by which it is undone; 0 where it is tied so already. Raises Invalid when a tie would
    close a loop; the message names the path that already leads back.
    """
    try:
        with company.company().write(event(actor, "align", request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            permit_change(person, seen_objective(tx, person, child))
            for edge in tx.table("alignment", "child = $1 AND kind = 'contributes'", child) if instead_of else ():
                if instead_of in (edge["parent"], home_of_parent(tx, edge["parent"])):
                    _untie(tx, person, child, edge["parent"])
            for parent in dict.fromkeys(parents):
                tie(tx, person, child, parent, kind)
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def unalign(actor: Actor, child: str, parent: str, *, request_key: str = "") -> int:
    """Takes a tie away; it lives on in its event. Of a tie to what is hidden there is none to take away.

    Returns the revision by which it is undone; 0 where there is no such tie.
    """
    try:
        with company.company().write(event(actor, "unalign", request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            permit_change(person, seen_objective(tx, person, child))
            _untie(tx, person, child, parent)
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def seen(reader: Reader, actor: Actor, identifier: str) -> Row:
    """An objective that is there and that the actor may know of. Raises NotFound, Forbidden for who is signed out."""
    return seen_objective(reader, allow(reader, actor, "read"), identifier)


def refuse_loop(reader: Reader, person: Person, child: str, parent: str, edges: Sequence[tuple[str, str]]) -> None:
    """Raises Invalid when child → parent, both objectives, would close a loop with these contributions."""
    path = loop(edges, child, parent)
    if path is None:
        return
    if len(path) == 1:
        raise Invalid(Problem("parent", "An objective cannot contribute to itself. Choose another."))
    rows = [found(reader, "objectives", one) for one in path]
    names = [f"“{row['title']}”" if visible(person, row) else "…" for row in rows]
    way = " → ".join(name for name, _ in groupby(names))
    raise Invalid(Problem("parent", f"This would go round in a circle: {way} already leads back. Choose another."))


def contributions(reader: Reader) -> list[tuple[str, str]]:
    """Every contributes edge as (child objective, parent objective)."""
    edges = reader.table("alignment", "kind = 'contributes'")
    homes: dict[str, str] = {
        row["id"]: row["objective"] for row in reader.rows("SELECT id, objective FROM key_results")
    }
    return [(edge["child"], homes.get(edge["parent"], str(edge["parent"]))) for edge in edges]


def home_of_parent(reader: Reader, parent: str) -> str:
    """The objective for which a parent stands: the home of a key result, else itself."""
    key_result = reader.get("key_results", parent)
    return str(key_result["objective"]) if key_result else parent


def tie(tx: Writer, person: Person, child: str, parent: str, kind: str = "contributes") -> None:
    """Ties an objective to a parent within the caller's transaction, which asks whether they may. Raises Invalid."""
    edge = clean("alignment", TABLES["alignment"].row(child=child, parent=parent, kind=kind))
    check_references(tx, "alignment", edge, person)
    above = home_of_parent(tx, parent)
    if edge["kind"] == "contributes":
        refuse_loop(tx, person, child, above, contributions(tx))
        tx.remove("stands_alone", (child,))
    elif above == child:
        raise Invalid(Problem("parent", "An objective is not tied to itself. Choose another."))
    if tx.get("alignment", child, parent):
        tx.update("alignment", (child, parent), {"kind": edge["kind"]})
    else:
        tx.insert("alignment", edge)


def _untie(tx: Writer, person: Person, child: str, parent: str) -> None:
    if any(there(tx, person, table, parent) for table in TABLES["alignment"].column("parent").refers):
        tx.remove("alignment", (child, parent))


def permit_change(person: Person, row: Row) -> None:
    """Raises Forbidden unless the person may change an objective as it is: who may draft changes drafts."""
    _permit(person, row, drafting=row["state"] in DRAFTS)


def _permit(person: Person, row: Row, *, drafting: bool) -> None:
    permit(person, "draft" if drafting else "decide", resource_of_objective(row))


def _begun(reader: Reader, identifier: str, before: Row, after: Row) -> list[str]:
    """Titles of the objective's key results that have begun and whose days are those of its cycle."""
    old, new = (found(reader, "cycles", row["cycle"]) for row in (before, after))
    today = company.today(reader.settings())
    key_results = reader.table("key_results", "objective = $1 AND state = 'active'", identifier)
    return [
        row["title"]
        for row in key_results
        if (row["start"] or old["start"]) <= today
        and any(row[name] is None and old[end] != new[end] for name, end in (("start", "start"), ("due", "end")))
    ]
