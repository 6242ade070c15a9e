"""What a person may know of: a confidential objective, and all that is under it, is not there for others."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from okrdash.domain.columns import Row, join_refs, refs
from okrdash.domain.errors import NotFound
from okrdash.domain.tables import TABLES
from okrdash.services.overview import visible
from okrdash.services.permissions import Person
from okrdash.store.reader import Reader, places

_STANDS_UNDER: Mapping[str, str] = {
    "key_results": "objective",
    "check_ins": "key_result",
    "dependencies": "key_result",
    "commitments": "dependency",
    "comments": "about",
    "kudos": "about",
    "decisions": "about",
    "stands_alone": "objective",
    "invitations": "about",
}
"""Tables whose rows are as confidential as what they stand under, with the column that names it."""


def there(reader: Reader, person: Person | None, table: str, identifier: str) -> bool:
    """Whether there is such a row, as far as the person may know; without a person nothing confidential is there."""
    row = reader.get(table, identifier)
    if row is None:
        return False
    if table == "objectives":
        return bool(row["visibility"] == "company") or (person is not None and visible(person, row))
    if column := _STANDS_UNDER.get(table):
        under = TABLES[table].column(column)
        return any(there(reader, person, one, row[column]) for one in under.refers)
    return True


def seen_objective(reader: Reader, person: Person, identifier: str) -> Row:
    """An objective that is there for the person. Raises NotFound."""
    if not there(reader, person, "objectives", identifier):
        raise NotFound("There is no such objective. It may have been moved; look for it under Objectives.")
    return reader.get("objectives", identifier) or {}


def seen_key_result(reader: Reader, person: Person, identifier: str) -> Row:
    """A key result that is there for the person. Raises NotFound."""
    if not there(reader, person, "key_results", identifier):
        raise NotFound("There is no such key result. It may have been moved; look for its objective.")
    return reader.get("key_results", identifier) or {}


def known_subjects(reader: Reader, person: Person, abouts: Collection[str]) -> dict[str, tuple[Row, Row]]:
    """Of these objectives and key results, as far as the person may know of them: the row, and its objective's."""
    if not abouts:
        return {}
    wanted = sorted(abouts)
    key_results = reader.table("key_results", f"id IN ({places(wanted)})", *wanted)
    wanted = list(dict.fromkeys([*wanted, *(row["objective"] for row in key_results)]))
    rows = reader.table("objectives", f"id IN ({places(wanted)})", *wanted)
    homes = {row["id"]: row for row in rows if visible(person, row)}
    found = {one: (homes[one], homes[one]) for one in abouts if one in homes}
    return found | {row["id"]: (row, homes[row["objective"]]) for row in key_results if row["objective"] in homes}


def as_seen(reader: Reader, person: Person, row: Row) -> Row:
    """A key result's row without the objectives under which it also stands and of which the person may not know."""
    return row | {"also": join_refs(_known(reader, person, row))} if row["also"] else row


def also_kept(reader: Reader, person: Person, row: Row, wanted: str) -> str:
    """The objectives under which a key result shall also stand: those wanted, and those the person does not see."""
    known, every = _known(reader, person, row), refs(row["also"])
    if list(refs(wanted)) == known:
        return str(row["also"])
    return join_refs([*refs(wanted), *(one for one in every if one not in known)])


def hides_from(reader: Reader, person: Person, values: Mapping[str, Any]) -> Row:
    """Columns of a key result as an event tells them, without what the person may not know of."""
    told = dict(values)
    if told.get("also"):
        told["also"] = join_refs(_known(reader, person, told))
    if told.get("objective") and not there(reader, person, "objectives", told["objective"]):
        told["objective"] = ""
    return told


def _known(reader: Reader, person: Person, row: Mapping[str, Any]) -> list[str]:
    return [one for one in refs(row["also"]) if there(reader, person, "objectives", one)]
