"""The company that this process serves: its open store, its day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from okrdash import config
from okrdash.domain.errors import StoreError
from okrdash.domain.settings import Settings
from okrdash.store.store import Store

_open: dict[str, Store] = {}


def open_company(where: Path | str) -> Store:
    """Opens the database for this process and keeps it; a second call with the same path or address gives the same.

    Raises StoreError when it cannot be opened, or when this process already serves another.
    """
    store = _open.get("store")
    if store is None:
        store = _open["store"] = Store(where)
    elif store.where != where:
        raise StoreError(f"This process already serves {store.name}.")
    return store


def open_own() -> Store:
    """Opens the database that the settings name. Raises StoreError."""
    return open_company(config.load().database_at)


def close_company() -> None:
    """Closes the database, if one is open."""
    if store := _open.pop("store", None):
        store.close()


def company() -> Store:
    """The open store. Raises StoreError when there is none."""
    if "store" not in _open:
        raise StoreError("No database is open.")
    return _open["store"]


def today(settings: Settings) -> date:
    """The organisation's day: what date it is in its time zone."""
    return datetime.now(UTC).astimezone(settings.zone).date()
