"""What an import left open: who owns it, by which number it is measured, by when; and who says "that one is mine"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okrdash.domain.columns import Row
from okrdash.domain.errors import Forbidden, Invalid, Problem
from okrdash.services.company import company, today
from okrdash.services.editing import event, home_of
from okrdash.services.key_results import change_key_result
from okrdash.services.overview import visible
from okrdash.services.people import Actor, allow, order_of, permit, resource_of_key_result, within
from okrdash.services.permissions import can
from okrdash.services.sight import as_seen, seen_key_result
from okrdash.store.reader import Reader
from okrdash.store.store import utc_now

MEASURE = ("kind", "unit", "baseline", "target", "lower", "upper")
"""What says by which number a key result is measured."""
FIELDS = ("owner", "team", *MEASURE, "due")
"""What can be given for an open point."""


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A key result of which something is missing or was guessed."""

    row: Row
    """The key result, with `objective_title`, `unit_of` (the team that carries it) and `version`."""
    missing: tuple[str, ...]
    """Fields without which it cannot be kept up: owner, number."""
    notes: tuple[str, ...]
    """What the import guessed, in its words."""
    number_open: bool
    """Its number is missing or was guessed: whoever claims it may say how it is measured."""


def open_points(actor: Actor, unit: str = "") -> list[OpenPoint]:
    """The open points of the company, or of one unit and all below it, in the order of the board.

    Cycles that are over are left alone. Whoever may read sees the points; `claim` and `settle` ask for more.
    """
    with company().read() as reader:
        person = allow(reader, actor, "read")
        objectives = {
            o["id"]: o
            for o in reader.rows(
                "SELECT o.* FROM objectives o JOIN cycles c ON c.cycle = o.cycle"
                " WHERE o.state NOT IN ('closed', 'dropped') AND c.\"end\" >= $1",
                today(order_of(reader).settings),
            )
        }
        units = within([unit], {t["team"]: t for t in reader.table("teams")}) if unit else None
        notes: dict[str, list[Row]] = {}
        for note in reader.rows("SELECT about, field, note FROM import_notes WHERE settled_at IS NULL ORDER BY id"):
            notes.setdefault(note["about"], []).append(note)
        stepped = {m["key_result"] for m in reader.table("milestones")}
        points = []
        for row in reader.rows("SELECT * FROM key_results WHERE state = 'active' ORDER BY position"):
            home = objectives.get(row["objective"])
            if home is None or not visible(person, home):
                continue
            if units is not None and (row["team"] or home["team"]) not in units:
                continue
            missing = _missing(row, home, row["id"] in stepped)
            if missing or row["id"] in notes:
                shown = as_seen(reader, person, row) | {
                    "objective_title": home["title"],
                    "unit_of": row["team"] or home["team"],
                }
                said = notes.get(row["id"], [])
                texts = tuple(note["note"] for note in said)
                points.append(OpenPoint(shown, missing, texts, _number_open(missing, said)))
        return points


def settle(actor: Actor, changes: Mapping[str, Mapping[str, Any]]) -> int:
    """Gives what was missing for many key results at once, all or none: fields of FIELDS by key result id.

    An empty mapping says "it is right as it is". Either way the import's notes on it are settled.
    Raises Forbidden, or Invalid with "<key result> <field>" as where.
    """
    with company().write(event(actor, "settle open points", "given after the import")) as tx:
        allow(tx, actor, "read")
        problems = []
        for identifier, values in changes.items():
            try:
                _only(values, FIELDS)
                change_key_result(tx, actor, identifier, values, reason="given after the import")
            except Invalid as fault:
                problems += [Problem(f"{identifier} {p.where}", p.message) for p in fault.problems]
            tx.run("UPDATE import_notes SET settled_at = $1 WHERE about = $2", utc_now(), identifier)
        if problems:
            raise Invalid(*problems)
    return len(changes)


def claim(actor: Actor, changes: Mapping[str, Mapping[str, Any]]) -> int:
    """The actor says "these are mine": becomes their owner and gives the numbers that are missing; all or none.

    Only key results without an owner of their own, of the actor's teams; numbers that are there already stay.
    Raises Forbidden, or Invalid with "<key result> <field>" as where.
    """
    with company().write(event(actor, "claim key results", "claimed by its owner")) as tx:
        person = allow(tx, actor, "read")
        problems = []
        for identifier, values in changes.items():
            row = seen_key_result(tx, person, identifier)
            permit(person, "claim", resource_of_key_result(row, home_of(tx, row)))
            if row["owner"] and row["owner"] != actor.username:
                problems.append(Problem(f"{identifier} owner", f"{row['owner']} has taken it meanwhile."))
                continue
            try:
                _only(values, _givable(tx, row))
                change_key_result(
                    tx, actor, identifier, {**values, "owner": actor.username}, reason="claimed", as_claim=True
                )
            except Invalid as fault:
                problems += [Problem(f"{identifier} {p.where}", p.message) for p in fault.problems]
            tx.run("UPDATE import_notes SET settled_at = $1 WHERE about = $2", utc_now(), identifier)
        if problems:
            raise Invalid(*problems)
    return len(changes)


def claimable(actor: Actor, unit: str) -> list[OpenPoint]:
    """The open points of a unit that nobody owns and the actor may claim. Raises Forbidden."""
    points = [p for p in open_points(actor, unit) if "owner" in p.missing]
    with company().read() as reader:
        person = allow(reader, actor, "read")
        homes = {p.row["id"]: home_of(reader, p.row) for p in points}
        mine = [p for p in points if can(person, "claim", resource_of_key_result(p.row, homes[p.row["id"]]))]
    if points and not mine:
        raise Forbidden(f"Only members of {unit} can claim its key results.")
    return mine


def _missing(row: Row, home: Row, has_steps: bool) -> tuple[str, ...]:
    missing = []
    if not row["owner"] and not home["owner"]:
        missing.append("owner")
    if row["kind"] == "milestone" and not has_steps:
        missing.append("number")
    return tuple(missing)


def _number_open(missing: Sequence[str], notes: Sequence[Row]) -> bool:
    return "number" in missing or any(note["field"] in MEASURE for note in notes)


def _givable(reader: Reader, row: Row) -> Sequence[str]:
    """What a claim may fill in: its measure where the number is missing or was guessed, else only what is blank."""
    stepped = bool(reader.table("milestones", "key_result = $1", row["id"]))
    notes = reader.rows("SELECT field FROM import_notes WHERE about = $1 AND settled_at IS NULL", row["id"])
    if _number_open(_missing(row, home_of(reader, row), stepped), notes):
        return [*MEASURE, "due"]
    return [name for name in (*MEASURE, "due") if row[name] in (None, "")]


def _only(values: Mapping[str, Any], allowed: Sequence[str]) -> None:
    if wrong := [name for name in values if name not in allowed]:
        raise Invalid(*(Problem(name, "is set already; ask the lead of the team to change it.") for name in wrong))
