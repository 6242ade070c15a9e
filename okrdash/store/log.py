"""How the event log writes down a row: JSON text of what changed, readable by people and by machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from okrdash.domain.tables import Key, Row, Table


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
    for name, value in values.items():
        kind = table.column(name).type
        if value is not None and kind == "day":
            values[name] = date.fromisoformat(value)
        elif value is not None and kind == "instant":
            values[name] = datetime.fromisoformat(value.removesuffix("Z"))
    return values


def name_of(key: tuple[Any, ...]) -> str:
    """A row's key as one text: its only column, or a JSON list of several."""
    return str(key[0]) if len(key) == 1 else json.dumps([text_of_value(k) for k in key], ensure_ascii=False)


def key_of(table: Table, name: str) -> Key:
    """The key of the row that `name_of` named so."""
    if len(table.key) == 1:
        return (name,)
    parts = dict(zip(table.key, json.loads(name), strict=True))
    return tuple(read(table, json.dumps(parts)).values())
