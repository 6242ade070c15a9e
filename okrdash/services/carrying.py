"""How a promise stands in the provider's own OKRs: in a key result, a step of a milestone, or as a plain promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from okrdash.domain.cells import folded
from okrdash.domain.columns import Row
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.services.dependency_rules import Needed
from okrdash.services.editing import clean, found, home_of
from okrdash.services.key_results import change_key_result, create_within
from okrdash.services.people import Actor, above, order_of, within
from okrdash.services.permissions import Person
from okrdash.services.sight import seen_key_result, seen_objective
from okrdash.store.reader import Reader
from okrdash.store.transaction import Writer


@dataclass(frozen=True, slots=True)
class Carried:
    """In what a promise stands; all blank: a plain promise.

    A new key result: `title` under `objective`. A step of a milestone, a new one or one that is there: `key_result` and
    `step`. A key result as it is: `key_result`.
    """

    key_result: str = ""
    step: str = ""
    title: str = ""
    objective: str = ""


_FIELDS: Mapping[str, str] = {"steps": "step", "team": "objective", "due": "promised"}
"""The fields of a key result or a step that are others of the answer."""


def carriers(reader: Reader, team: str) -> set[str]:
    """The units in whose OKRs a promise of a team can stand: the team, those below it, and those above it."""
    teams = order_of(reader).teams
    return within([team], teams) | set(above(team, teams))


def carry(tx: Writer, actor: Actor, person: Person, about: Needed, carried: Carried, promised: date) -> None:
    """Writes in what a promise stands, within the transaction that makes it. Raises Invalid, NotFound, Forbidden."""
    identifier = about.row["id"]
    tx.remove("commitments", (identifier,))
    try:
        if carried.title or carried.objective:
            key_result = _new(tx, person, about, carried, promised)
        elif carried.key_result:
            key_result = _there(tx, actor, person, about, carried, promised)
        elif carried.step:
            raise Invalid(Problem("key_result", "is missing: choose the milestone of which this is a step."))
        else:
            return
    except Invalid as fault:
        raise Invalid(*(Problem(_FIELDS.get(p.where, p.where), p.message) for p in fault.problems)) from None
    row = TABLES["commitments"].row(dependency=identifier, key_result=key_result, step=carried.step.strip())
    tx.insert("commitments", clean("commitments", row))


def tick(tx: Writer, about: Needed, done_on: date | None) -> None:
    """Has the step as which a promise stands done on a day, or not (any more), within the transaction that says so."""
    if about.carrier and about.carrier["step"]:
        for row in tx.table("milestones", "key_result = $1", about.carrier["id"]):
            is_it = folded(row["step"]) == folded(about.carrier["step"])
            if is_it and (row["done_on"] is None) == (done_on is not None):
                tx.update("milestones", (row["key_result"], row["step"]), {"done_on": done_on})


def _new(tx: Writer, person: Person, about: Needed, carried: Carried, promised: date) -> str:
    if not carried.objective:
        raise Invalid(Problem("objective", "is missing: choose the objective under which the key result stands."))
    home = seen_objective(tx, person, carried.objective)
    if home["team"] not in carriers(tx, about.row["to_team"]) or home["state"] != "active":
        raise Invalid(Problem("objective", f"is no active objective of {about.row['to_team']}. Choose another."))
    values = {"objective": home["id"], "title": carried.title, "kind": "milestone", "due": _within(tx, home, promised)}
    team = about.row["to_team"]
    return create_within(tx, person, values | {"team": team if team != home["team"] else ""})


def _there(tx: Writer, actor: Actor, person: Person, about: Needed, carried: Carried, promised: date) -> str:
    row = seen_key_result(tx, person, carried.key_result)
    home, team = home_of(tx, row), about.row["to_team"]
    if (row["team"] or home["team"]) not in carriers(tx, team) or row["state"] != "active" or home["state"] != "active":
        raise Invalid(Problem("key_result", f"is no active key result of {team}. Choose another."))
    if row["id"] == about.key_result["id"]:
        raise Invalid(Problem("key_result", "needs it itself. Choose one of your own."))
    known = tx.table("milestones", "key_result = $1", row["id"])
    if not carried.step.strip():
        return str(row["id"])
    if row["kind"] != "milestone":
        raise Invalid(Problem("step", "cannot be added: this key result is not measured by steps."))
    if folded(carried.step) not in {folded(step["step"]) for step in known}:
        step = {"step": carried.step, "weight": 1.0, "due": _within(tx, home | {"start": row["start"]}, promised)}
        reason = f"Promised to {about.row['from_team']}: {about.row['need']}"
        steps = [*known, TABLES["milestones"].row(key_result=row["id"], **step)]
        change_key_result(tx, actor, row["id"], {}, reason=reason, steps=steps, person=person)
    return str(row["id"])


def _within(reader: Reader, home: Row, promised: date) -> date | None:
    """The promised day as a due day; None, the cycle's end, where it is not after the start."""
    start = home.get("start") or found(reader, "cycles", home["cycle"])["start"]
    return promised if promised > start else None
