"""Objectives: draft, agree, change, move, drop, and how they are tied to each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from okrdash.domain.errors import Invalid, NotFound, Problem
from okrdash.domain.tables import TABLES, Row
from okrdash.domain.validate import loop
from okrdash.services import company
from okrdash.services.editing import check_references, clean, found, new_id
from okrdash.services.overview import visible
from okrdash.services.people import Actor, allow, resource_of_objective
from okrdash.store.store import RepeatedError
from okrdash.store.transaction import Event, Reader, Writer

DRAFTS = ("draft", "proposed")
"""States in which an objective is not agreed yet: whoever may draft may change it."""


def objective(actor: Actor, identifier: str) -> Row:
    """One objective's row with its `version`, for an edit form. Raises NotFound where it is hidden."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        row = reader.get("objectives", identifier)
        if row is None or not visible(person, row):
            raise NotFound("There is no such objective. It may have been moved; look for it under Objectives.")
        return row


def unagreed(actor: Actor) -> list[Row]:
    """Drafts, proposals and dropped objectives, which are not on the board, as far as the actor may see them."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        rows = reader.table("objectives", "state IN ('draft', 'proposed', 'dropped')")
        return [row for row in rows if visible(person, row)]


def create_objective(actor: Actor, values: Mapping[str, Any], *, request_key: str = "") -> str:
    """Makes an objective (state draft, proposed or active) and returns its id; "" if this request was done before.

    Raises Forbidden, Invalid.
    """
    row = TABLES["objectives"].row(**{**values, "id": "new"})
    try:
        with company.company().write(Event(actor.username, "create objective", request_key=request_key)) as tx:
            row = clean("objectives", row) | {"id": new_id(tx, "o")}
            check_references(tx, "objectives", row)
            if row["state"] not in (*DRAFTS, "active"):
                raise Invalid(Problem("state", "A new objective is a draft, a proposal or active."))
            allow(
                tx, actor, "draft" if row["state"] in DRAFTS else "decide", resource_of_objective(row | {"owner": ""})
            )
            tx.insert("objectives", row)
    except RepeatedError:
        return ""
    return str(row["id"])


def edit_objective(
    actor: Actor, identifier: str, changes: Mapping[str, Any], *, version: int, reason: str = ""
) -> None:
    """Changes an objective: its words, owner, ambition, team, cycle, state, visibility.

    Whoever may draft changes drafts and proposals; agreeing on one and changing an agreed one is for who decides.
    Raises Forbidden, NotFound, Invalid, or Conflict when someone changed it since `version` was read.
    """
    with company.company().write(Event(actor.username, "edit objective", reason)) as tx:
        row = found(tx, "objectives", identifier)
        cleaned = clean("objectives", changes)
        after = row | cleaned
        if cleaned.get("state") == "dropped" and not reason.strip():
            raise Invalid(Problem("reason", "is missing: say why the objective is dropped."))
        check_references(tx, "objectives", cleaned)
        drafting = row["state"] in DRAFTS and after["state"] in DRAFTS
        for state_of_it in (row, after):  # before and after a move: from a team one leads, into a team one leads
            allow(tx, actor, "draft" if drafting else "decide", resource_of_objective(state_of_it))
        tx.update("objectives", (identifier,), cleaned, version)


def drop_objective(actor: Actor, identifier: str, reason: str, *, version: int) -> None:
    """Drops an objective: gone from the board, kept in history, can come back. Raises as `edit_objective`."""
    edit_objective(actor, identifier, {"state": "dropped"}, version=version, reason=reason)


def restore_objective(actor: Actor, identifier: str, *, version: int) -> None:
    """Brings a dropped objective back, active. Raises as `edit_objective`."""
    edit_objective(actor, identifier, {"state": "active"}, version=version)


def align(actor: Actor, child: str, parent: str, kind: str = "contributes") -> None:
    """Ties an objective to a parent: an objective or a key result, anywhere in the company.

    Raises Invalid when the tie would close a loop; the message names the path that already leads back.
    """
    edge = clean("alignment", TABLES["alignment"].row(child=child, parent=parent, kind=kind))
    with company.company().write(Event(actor.username, "align")) as tx:
        _allow_aligning(tx, actor, child)
        check_references(tx, "alignment", edge)
        if kind == "contributes" and (path := loop(_contributions(tx), child, _objective_of(tx, parent))):
            names = " → ".join(found(tx, "objectives", one)["title"] for one in path)
            raise Invalid(Problem("parent", f"would close a loop: {names}. Choose another parent."))
        if tx.get("alignment", child, parent):
            tx.update("alignment", (child, parent), {"kind": kind})
        else:
            tx.insert("alignment", edge)


def unalign(actor: Actor, child: str, parent: str) -> None:
    """Takes a tie away; it lives on in its event."""
    with company.company().write(Event(actor.username, "unalign")) as tx:
        _allow_aligning(tx, actor, child)
        tx.remove("alignment", (child, parent))


def _allow_aligning(tx: Writer, actor: Actor, child: str) -> None:
    row = found(tx, "objectives", child)
    allow(tx, actor, "draft" if row["state"] in DRAFTS else "decide", resource_of_objective(row))


def _objective_of(reader: Reader, parent: str) -> str:
    key_result = reader.get("key_results", parent)
    return str(key_result["objective"]) if key_result else parent


def _contributions(reader: Reader) -> list[tuple[str, str]]:
    edges = reader.table("alignment", "kind = 'contributes'")
    return [(edge["child"], _objective_of(reader, edge["parent"])) for edge in edges]
