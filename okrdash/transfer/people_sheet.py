"""People in one sheet, as a company keeps them: added, changed and put into teams at once, all or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from okrdash.domain.cells import cell_text, escape
from okrdash.domain.columns import Row
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.people import email_fault, username_fault
from okrdash.domain.tables import TABLES
from okrdash.services import organisation
from okrdash.services.people import Actor
from okrdash.transfer.bundle import Bundle, Cells, read_records, take
from okrdash.transfer.importing import Plan, plan_import

COLUMNS = ("username", "name", "email", "role", "team", "leads", "active")
"""A row for each person, and one more for each further team of theirs."""
_PEOPLE = ("username", "name", "email", "role", "active")
_EXAMPLE = ("maya.lind", "Maya Lind", "maya.lind@example.com", "member", "", "no", "yes")


def template() -> bytes:
    """The sheet with its headings and one person as an example."""
    return _written([_EXAMPLE])


def sheet(people: Iterable[Row], memberships: Iterable[Row]) -> bytes:
    """The sheet of these people and the teams they are in; read again it changes nothing."""
    teams: dict[str, list[Row]] = {}
    for row in memberships:
        teams.setdefault(row["person"], []).append(row)
    lines = []
    for person in people:
        for member in teams.get(person["username"]) or [{"team": "", "leads": None}]:
            row = person | member
            lines.append([_cell(name, row[name]) for name in COLUMNS])
    return _written(lines)


def plan_people(actor: Actor, name: str, data: bytes) -> Plan:
    """What a sheet of people would add, change and leave alone, and every problem with its row and column.

    A column that is left out stays as it is; nobody is taken out of a team or away. `carry_out` does it. Raises
    Forbidden.
    """
    known = {row["username"]: row for row in organisation.listed(actor, "people")}
    bundle = Bundle()
    try:
        _read(bundle, name, data)
    except Invalid as fault:
        bundle.problems.extend(fault.problems)
    for row in bundle.rows.get("people", ()):
        place, before = bundle.places["people", (row["username"],)], known.get(row["username"])
        if before is None and (wrong := username_fault(row["username"])):
            bundle.problems.append(Problem(f"{place}, column username", wrong))
        if (before is None or before["email"] != row["email"]) and (wrong := email_fault(row["email"])):
            bundle.problems.append(Problem(f"{place}, column email", wrong))
    plan = plan_import(actor, [(name, bundle)])
    after = known | {row["username"]: row for row in plan.rows.get("people", ())}
    if _has_admin(known.values()) and not _has_admin(after.values()):
        plan.problems.append(Problem(name, "leaves no active admin; keep one, or make somebody else one"))
    return plan


def _read(bundle: Bundle, label: str, data: bytes) -> None:
    names, records, decimal_comma = read_records(bundle, "the sheet of people", COLUMNS, label, data)
    for name in names:
        if name not in COLUMNS:
            bundle.warnings.append(Problem(f"{label} row 1, column {name}", "is not known and was left out"))
    for name in ("username", "name"):
        if name not in names:
            bundle.problems.append(Problem(f"{label} row 1, column {name}", "is missing, but is needed"))
    people: dict[str, tuple[str, dict[str, str]]] = {}
    memberships: list[tuple[str, Cells]] = []
    for place, cells in records:
        _add(bundle, people, place, cells)
        if cells.get("team", "").strip():
            memberships.append((place, {"person": cells.get("username", ""), **_some(cells, ("team", "leads"))}))
    given = set(names).intersection(_PEOPLE)
    take(bundle, TABLES["people"], given, people.values(), decimal_comma=decimal_comma, escaped=True)
    if "team" in names:
        given = {"person", *set(names).intersection(("team", "leads"))}
        take(bundle, TABLES["memberships"], given, memberships, decimal_comma=decimal_comma, escaped=True)


def _add(bundle: Bundle, people: dict[str, tuple[str, dict[str, str]]], place: str, cells: Cells) -> None:
    """Takes a row for a person; a further one of the same may leave blank what the first one says, not differ."""
    said = _some(cells, _PEOPLE)
    first = people.setdefault(said.get("username", "") or place, (place, said))
    for name, text in said.items():
        if text and text != first[1].get(name, ""):
            message = f"is {text!r}, but {first[0]} says {first[1].get(name) or 'nothing'!r} of the same person"
            bundle.problems.append(Problem(f"{place}, column {name}", message))


def _some(cells: Cells, names: Sequence[str]) -> dict[str, str]:
    return {name: cells[name].strip() for name in names if name in cells}


def _has_admin(people: Iterable[Row]) -> bool:
    return any(row["active"] and row["role"] == "admin" for row in people)


def _cell(name: str, value: object) -> str:
    column = TABLES["people" if name in _PEOPLE else "memberships"].column(name)
    return escape(column, cell_text(column, value))


def _written(lines: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *lines])
    return out.getvalue().encode()
