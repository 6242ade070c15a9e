"""Rows for the small company of tests/conftest.py, put in as an import does, and days counted back from today."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from okrdash.domain.tables import TABLES
from okrdash.services import exchange
from okrdash.services.people import CONSOLE

TODAY = datetime.now(UTC).date()


def ago(days: int) -> date:
    """A day before today, or after it."""
    return TODAY - timedelta(days=days)


def moment(days: int) -> datetime:
    """Noon of such a day, in UTC."""
    return datetime.combine(ago(days), time(12))


def add(**tables: list[dict[str, Any]]) -> None:
    """Adds rows of these tables, each with what it says."""
    rows = {name: [TABLES[name].row(**row) for row in content] for name, content in tables.items()}
    exchange.import_rows(CONSOLE, rows)


def quarter(*, visibility: str = "company") -> None:
    """A quarter at half time: mia's K under her objective O of Web, that contributes to P of Growth, which is fay's."""
    add(
        cycles=[{"cycle": "Q", "start": ago(50), "end": ago(-50), "state": "active"}],
        objectives=[
            {"id": "O", "cycle": "Q", "team": "Web", "title": "Be found", "owner": "mia", "visibility": visibility},
            {"id": "P", "cycle": "Q", "team": "Growth", "title": "Grow", "owner": "fay", "progress_from": "both"},
        ],
        key_results=[
            {"id": "K", "objective": "O", "title": "More", "kind": "increase", "baseline": 0.0, "target": 100.0},
        ],
        alignment=[{"child": "O", "parent": "P"}],
    )


def check_in(identifier: str, days: int, value: float | None, **said: Any) -> None:
    """A check-in of mia's on K, entered at noon of the day for which it speaks."""
    row = {"id": identifier, "key_result": "K", "as_of": ago(days), "value": value, "author": "mia"}
    add(check_ins=[row | {"entered_at": moment(days)} | said])
