"""How the event log writes down a row: JSON text of what changed, readable by people and by machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from okrdash.domain.columns import Key, Row, Table
from okrdash.domain.past import Change
from okrdash.domain.tables import TABLES

FORGETTING = "anonymise person"
"""The action that changes more than it tells."""
PLACE = "place"
"""Beside the columns of a row that was taken away: how many rows stood before it, so that it can come back there."""


def text_of_value(value: Any) -> Any:
    """A value of a row as JSON can hold it: days and instants (UTC) in ISO form."""
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    return value.isoformat() if isinstance(value, date) else value


def dump(table: Table, values: Mapping[str, Any]) -> str:
    """The columns of a row that say something, as JSON; a row of an append-only table speaks for itself: ""."""
    return json.dumps({name: text_of_value(v) for name, v in values.items()}, ensure_ascii=False) if values else ""


def read(table: Table, text: str) -> Row:
    """What `dump` wrote, as values of the row again; {} for ""."""
    values: Row = json.loads(text) if text else {}
    values.pop(PLACE, None)
    for name, value in values.items():
        kind = table.column(name).type
        if value is not None and kind == "day":
            values[name] = date.fromisoformat(value)
        elif value is not None and kind == "instant":
            values[name] = datetime.fromisoformat(value.removesuffix("Z"))
    return values


def dump_taken_away(table: Table, row: Mapping[str, Any], place: int) -> str:
    """All columns of a row that is taken away, and where it stood."""
    return dump(table, {**{name: row[name] for name in table.names}, PLACE: place})


def change_of(row: Mapping[str, Any]) -> Change | None:
    """A row of the event log as a change of a row; None for what a log from elsewhere holds and nothing here can read.

    It needs the log's `table`, `row`, `before` and `after`.
    """
    try:
        table = TABLES[row["table"]]
        key, before = key_of(table, row["row"]), read(table, row["before"])
        place = json.loads(row["before"]).get(PLACE) if before else None
        return Change(table.name, key, before, read(table, row["after"]) if before else {}, place)
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def name_of(key: tuple[Any, ...]) -> str:
    """A row's key as one text: its only column, or a JSON list of several."""
    return str(key[0]) if len(key) == 1 else json.dumps([text_of_value(k) for k in key], ensure_ascii=False)


def key_of(table: Table, name: str) -> Key:
    """The key of the row that `name_of` named so."""
    if len(table.key) == 1:
        return (date.fromisoformat(name) if table.column(table.key[0]).type == "day" else name,)
    parts = dict(zip(table.key, json.loads(name), strict=True))
    return tuple(read(table, json.dumps(parts)).values())
