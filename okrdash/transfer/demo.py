"""The demo companies: bundles in data/demo, whose days move with today so that the quarter always runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from okrdash.domain.columns import Row
from okrdash.domain.errors import Invalid
from okrdash.domain.tables import TABLES
from okrdash.transfer.bundle import read_bundle

_HOME = Path(__file__).resolve().parents[2] / "data" / "demo"

DEMOS: Mapping[str, Path] = {name: _HOME / name for name in ("startup", "enterprise")}
"""The folder of each demo company."""

SIGN_INS: Mapping[str, Mapping[str, str]] = {
    "startup": {"member": "noah", "lead": "lena", "leader": "amara", "champion": "priya", "admin": "joost"},
    "enterprise": {"member": "mei", "lead": "bogdan", "leader": "abena", "champion": "theo", "admin": "ruth"},
}
"""Whom each demo signs in as a member, a team lead, a leader of a function, the OKR champion and an admin."""

WRITTEN_FOR = date(2026, 11, 16)
"""The Monday on which the files are true: the first day of the running quarter's eighth week."""


def demo_rows(name: str, today: date) -> dict[str, list[Row]]:
    """The tables of a demo company, moved by whole weeks so that today lies in the running quarter's eighth week.

    Raises Invalid when there is no demo company of that name, or its files are at fault.
    """
    if name not in DEMOS:
        raise Invalid(f"There is no demo company {name!r}; there are: {', '.join(DEMOS)}.")
    bundle = read_bundle(DEMOS[name])
    if bundle.problems:
        raise Invalid(*bundle.problems)
    by = today - timedelta(days=today.weekday()) - WRITTEN_FOR
    return _moved(bundle.rows, lambda table, column, value: value + by)


def moved_to_today(name: str, rows: Mapping[str, list[Row]], today: date) -> dict[str, list[Row]]:
    """Every table of a demo company that was made earlier, moved by whole weeks to where `demo_rows` has it today.

    What was reported in it on a later weekday than today's would then lie ahead: it is pressed into today's first hour
    in the order in which it was entered, its days become today. Plans and due days keep their distance.
    """
    files = {row["id"]: row["as_of"] for row in demo_rows(name, today)["check_ins"]}
    weeks = (files[row["id"]] - row["as_of"] for row in rows.get("check_ins", ()) if row["id"] in files)
    by, dawn = next(weeks, timedelta()), datetime.combine(today, time())

    def move(table: str, column: str, value: Any) -> Any:
        value += by
        if isinstance(value, datetime):
            return value if value <= dawn else dawn + (value - dawn) / (7 * 24)
        return min(value, today) if column in _REPORTED.get(table, ()) else value

    return _moved(rows, move) if by else dict(rows)


_REPORTED: Mapping[str, tuple[str, ...]] = {
    "milestones": ("done_on",),
    "check_ins": ("as_of", "cleared_on"),
    "links": ("done_on",),
    "dependencies": ("requested_on", "answered_on"),
    "decisions": ("done_on",),
    "reviews": ("day",),
    "invitations": ("answered_on",),
}
"""The days that tell of what has happened; all others may lie ahead."""

_Move = Callable[[str, str, Any], Any]
"""Where a day or an instant of a table's column moves to."""


def _moved(rows: Mapping[str, list[Row]], move: _Move) -> dict[str, list[Row]]:
    moved = {table: [_moved_row(table, row, move) for row in content] for table, content in rows.items()}
    for event in moved.get("events", ()):
        if event["table"] in TABLES:
            event |= {name: _moved_json(event["table"], event[name], move) for name in ("row", "before", "after")}
    return moved


def _moved_row(table: str, row: Row, move: _Move) -> Row:
    times = [column.name for column in TABLES[table].columns if column.type in ("day", "instant")]
    return row | {name: move(table, name, row[name]) for name in times if row.get(name) is not None}


def _moved_json(table: str, text: str, move: _Move) -> str:
    """What an event says of a row: an object of some of its columns, or its key, a day or a list; others hold none."""
    key = TABLES[table].key
    if text and len(key) == 1 and TABLES[table].column(key[0]).type == "day" and not text.startswith("{"):
        return str(move(table, key[0], date.fromisoformat(text)).isoformat())
    try:
        said = json.loads(text)
    except ValueError:
        return text
    if isinstance(said, list):
        said = dict(zip(TABLES[table].key, said, strict=False))
        return json.dumps([*_moved_said(table, said, move).values()], ensure_ascii=False)
    return json.dumps(_moved_said(table, said, move), ensure_ascii=False) if isinstance(said, dict) else text


def _moved_said(table: str, said: Mapping[str, Any], move: _Move) -> dict[str, Any]:
    types = {column.name: column.type for column in TABLES[table].columns}
    moved = dict(said)
    for name, value in said.items():
        if value and types.get(name) == "day":
            moved[name] = move(table, name, date.fromisoformat(value)).isoformat()
        elif value and types.get(name) == "instant":
            instant = datetime.fromisoformat(value.removesuffix("Z"))
            moved[name] = move(table, name, instant).isoformat() + "Z"
    return moved
