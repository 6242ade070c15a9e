"""The open database: snapshots to read from, and `write()`, the only way to change anything."""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from okrdash.domain.errors import StoreError
from okrdash.store import migrations
from okrdash.store.engine import Failure, open_engine
from okrdash.store.transaction import Event, Reader, Writer

logger = logging.getLogger(__name__)


class RepeatedError(StoreError):
    """A write with this request key was already done: the second click of a double click."""

    def __init__(self, revision: int) -> None:
        """`revision` is what the first one gave."""
        super().__init__("This was already saved.")
        self.revision = revision


class Store:
    """An open database. Reads go side by side; writes one after the other.

    The lock is needed beside the database's own transactions: DuckDB lets two concurrent updates of an indexed
    column both commit, so one of them would be lost silently. On PostgreSQL all servers share one of their own besides.
    """

    def __init__(self, where: Path | str) -> None:
        """Opens a DuckDB file (made if missing), or the PostgreSQL database at an address, with its schema up to date.

        Raises StoreError.
        """
        self.where = where
        self.opening = secrets.token_hex(8)
        """By this what is kept of a database, beside its revision, is told apart from what was kept of others."""
        self._engine = open_engine(where)
        self._lock = threading.Lock()
        try:
            with contextlib.closing(self._engine.cursor()) as cursor:
                migrations.migrate(cursor, utc_now())
        except StoreError:
            self._engine.close()
            raise
        except Failure as fault:
            self._engine.close()
            first = str(fault).splitlines()[0]
            raise StoreError(f"{self.name} is no database of okrdash: {first} Name another one.") from None

    @property
    def name(self) -> str:
        """What people call it: the file's path, or the server's address without the password."""
        return self._engine.name

    @contextlib.contextmanager
    def read(self) -> Iterator[Reader]:
        """A snapshot for all queries of one screen or command."""
        try:
            with contextlib.closing(self._engine.cursor()) as cursor:
                cursor.begin(writing=False)
                try:
                    yield Reader(cursor)
                finally:
                    cursor.rollback()
        except Failure as fault:
            logger.exception("the database refused a query")
            raise StoreError("The database does not answer. Try again; if it stays so, tell who runs it.") from fault

    @contextlib.contextmanager
    def write(self, event: Event | None) -> Iterator[Writer]:
        """One transaction, alone: all of it or nothing, with the event and a revision number + 1.

        Without changes there is no event. `None` is for housekeeping outside the bundle's tables, which neither
        changes the board nor is history. Raises RepeatedError when the event's request key was already used.
        """
        try:
            with self._lock, contextlib.closing(self._engine.cursor()) as cursor:
                try:
                    cursor.begin(writing=True)
                    writer = Writer(cursor)
                    if event and event.request_key and (revision := writer.used(event.request_key)):
                        raise RepeatedError(revision)
                    yield writer
                    if writer.changes:
                        if event is None:
                            raise RuntimeError("a change of the company's data needs an event")
                        writer.record(event, utc_now())
                    cursor.commit()
                except BaseException:
                    cursor.rollback()
                    raise
                if writer.written:
                    self._engine.acknowledge(writer.written)
        except Failure as fault:
            logger.exception("the database refused a write")
            raise StoreError("This could not be saved: the database refused it. Nothing was changed.") from fault

    def close(self) -> None:
        """Closes the database."""
        self._engine.close()


def utc_now() -> datetime:
    """The present instant, UTC, naive as every instant in a row."""
    return datetime.now(UTC).replace(tzinfo=None)
