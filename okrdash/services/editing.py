"""What every service that changes something shares: clean values, found rows, new identifiers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from okrdash.domain.cells import cell_text, read_cell
from okrdash.domain.columns import Column, Row, refs
from okrdash.domain.errors import Invalid, NotFound, Problem
from okrdash.domain.tables import TABLES
from okrdash.services.people import Actor
from okrdash.services.permissions import Person
from okrdash.services.sight import there
from okrdash.store.reader import Reader
from okrdash.store.transaction import Event

_REASON = Column("reason")
_NAMED = ("objectives", "key_results", "check_ins", "dependencies")
"""Tables of which an identifier is in no other."""


def clean(table: str, values: Mapping[str, Any]) -> Row:
    """The values as they are kept (NFC, trimmed, typed). Raises Invalid naming every field that breaks a rule."""
    kept: Row = {}
    problems: list[Problem] = []
    for name, value in values.items():
        column = TABLES[table].column(name)
        try:
            if column.type == "count" and value is not None and int(value) != value:
                raise ValueError(f"{value!r} must be a whole number, 0 or more")
            text = cell_text(column, value)
            kept[name] = read_cell(column, text, escaped=False)
        except ValueError as fault:
            problems.append(Problem(name, str(fault)))
        except (TypeError, AttributeError, OverflowError):  # a value of another type, as no form of ours sends it
            problems.append(Problem(name, f"{str(value)[:60]!r} is no {column.type}"))
    if problems:
        raise Invalid(*problems)
    return kept


def event(actor: Actor, action: str, reason: str = "", request_key: str = "") -> Event:
    """What an actor is about to do, for the log. Raises Invalid for a reason that cannot be kept.

    A request key is the actor's own: another person's request of the same key is another request.
    """
    try:
        reason = read_cell(_REASON, reason, escaped=False)
    except ValueError as fault:
        raise Invalid(Problem("reason", f"{fault}.")) from None
    return Event(actor.username, action, reason, f"{actor.username} {request_key}" if request_key else "")


def check_references(reader: Reader, table: str, values: Mapping[str, Any], person: Person | None = None) -> None:
    """Raises Invalid for every value that names a person, team, cycle, objective or key result that does not exist.

    What the person may not know of does not exist for them.
    """
    problems = []
    for name, value in values.items():
        column = TABLES[table].column(name)
        for one in refs(value) if column.type == "refs" else [value]:
            if column.refers and one and not any(there(reader, person, target, one) for target in column.refers):
                problems.append(Problem(name, f"{one!r} does not exist (any more). Choose another."))
    if problems:
        raise Invalid(*problems)


def found(reader: Reader, table: str, *key: Any) -> Row:
    """A row that must be there. Raises NotFound."""
    row = reader.get(table, *key)
    if row is None:
        raise NotFound(f"{' / '.join(map(str, key))} does not exist (any more).")
    return row


def home_of(reader: Reader, key_result: Row) -> Row:
    """The objective at which a key result is at home."""
    return found(reader, "objectives", key_result["objective"])


def new_id(reader: Reader, prefix: str) -> str:
    """An identifier that no objective, key result, check-in or edge of an import can have had before."""
    while True:
        identifier = f"{prefix}-{secrets.token_hex(5)}"
        taken = " UNION ALL ".join(f"SELECT 1 FROM {table} WHERE id = $1" for table in _NAMED)  # noqa: S608
        if reader.one(taken, identifier) is None:
            return identifier
