"""What the store needs of a database, whichever it is: cursors with one transaction each, and kinds of failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol


class Failure(Exception):
    """The database refused a statement."""

    full = False
    """Whether it did because there is no room left on its disk."""

    def __init__(self, says: object, *, full: bool = False) -> None:
        super().__init__(str(says))
        self.full = full


class TakenError(Failure):
    """A row with this key is there already."""


class BrokenError(Failure):
    """The connection broke, or the database in this process did: what was being committed may be kept or not."""


class Cursor(Protocol):
    """One transaction; its statements have parameters $1…$n. Whatever goes wrong is a Failure."""

    def begin(self, *, writing: bool) -> None:
        """Begins it: alone among those who write, or on a snapshot that does not change.

        Where an engine is `alone` the snapshot is of this moment, elsewhere it may be of that of the first query.
        """

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        """Runs a statement; returns how many rows it changed."""

    def rows(self) -> list[dict[str, Any]]:
        """What the query gave, all of it, by column name."""

    def commit(self) -> None:
        """Keeps what was written."""

    def rollback(self) -> None:
        """Drops what was written, if anything was begun."""

    def close(self) -> None:
        """Gives it back; an open one keeps others waiting."""


class Engine(Protocol):
    """An open database."""

    name: str
    """What people call it: the file's path, or the server's address without the password."""
    alone: bool
    """Whether nobody but this process writes to it."""

    def cursor(self) -> Cursor:
        """A cursor of its own for one call."""

    def acknowledge(self, revision: int) -> None:
        """Remembers, outside the database, that people were told that this revision is saved."""

    def snapshot(self, to: Path) -> None:
        """Writes everything, as it is at one moment, into a new DuckDB file, while reads and writes go on.

        Raises StoreError, Failure, OSError.
        """

    def close(self) -> None:
        """Closes it."""


def open_engine(where: Path | str) -> Engine:
    """Opens the DuckDB file at a path, or the PostgreSQL database at an address. Raises StoreError."""
    if isinstance(where, Path):
        from okrdash.store.duck import DuckEngine

        return DuckEngine(where)
    from okrdash.store.postgres import PostgresEngine

    return PostgresEngine(where)
