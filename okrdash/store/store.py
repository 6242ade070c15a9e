"""The open database: snapshots to read from, and `write()`, the only way to change anything."""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from okrdash import config
from okrdash.domain.errors import StoreError
from okrdash.store import backup, migrations
from okrdash.store.contents import Contents
from okrdash.store.engine import BrokenError, Failure, open_engine
from okrdash.store.reader import Moment, Reader
from okrdash.store.transaction import Event, Writer

logger = logging.getLogger(__name__)

_REFUSED = "This could not be saved: the database refused it. Nothing was changed."
_SILENT = "The database does not answer. Try again; if it stays so, tell who runs it."
_FULL = (
    "This could not be saved: the disk of the database is full. Nothing was changed, and what is saved is safe. Tell"
    " who runs okrdash to make room, then save again."
)
_UNKNOWN = (
    "The database broke off while this was being saved, and does not say yet whether it was. Look again in a minute,"
    " and save it again if it is not there."
)


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
        self._writing = 0
        """The thread that writes; 0 for none."""
        self._asked = self._nothing_asked()
        """What was asked of the state in which the last write left the database; None while it is being changed, and
        where others can change it."""
        self._here = threading.local()
        """The moment of this thread."""
        try:
            self._migrate()
        except StoreError:
            self._engine.close()
            raise
        except Failure as fault:
            self._engine.close()
            first = str(fault).splitlines()[0]
            raise StoreError(f"{self.name} is no database of okrdash: {first} Name another one.") from None

    def _nothing_asked(self) -> dict[Hashable, Any] | None:
        return {} if self._engine.alone else None

    def _migrate(self) -> None:
        """Brings the schema up to date; of a database with an older one a backup is made first."""
        with contextlib.closing(self._engine.cursor()) as cursor:
            version = migrations.version_in(cursor)
        if 0 < version < migrations.LATEST:
            folder = config.load().backups_of(self.where)
            to = backup.place(folder, self.where, backup.UPGRADE, utc_now())
            logger.warning("the database gets schema version %d; a backup of it goes to %s", migrations.LATEST, to)
            backup.make(self._engine, to, utc_now())
        with contextlib.closing(self._engine.cursor()) as cursor:
            migrations.migrate(cursor, utc_now())

    def back_up(self, to: Path, now: datetime) -> Contents:
        """Makes a backup at `to`, where no file may be, while reads and writes go on. Raises StoreError."""
        return backup.make(self._engine, to, now)

    @property
    def name(self) -> str:
        """What people call it: the file's path, or the server's address without the password."""
        return self._engine.name

    @contextlib.contextmanager
    def one_moment(self) -> Iterator[Moment]:
        """Within it, all that this thread reads is of one moment, until it writes: a screen's parts fit together."""
        if known := getattr(self._here, "moment", None):
            yield known
            return
        self._here.moment = moment = Moment(self._engine, lambda: self._asked)
        try:
            yield moment
        finally:
            self._here.moment = None
            moment.end()

    @contextlib.contextmanager
    def read(self) -> Iterator[Reader]:
        """A snapshot for all queries of one call, or of all calls within one moment."""
        with self.one_moment() as moment:
            try:
                with moment.reading() as reader:
                    yield reader
            except Failure as fault:
                moment.end()
                logger.exception("the database refused a query")
                raise StoreError(_SILENT) from fault

    @contextlib.contextmanager
    def write(self, event: Event | None) -> Iterator[Writer]:
        """One transaction, alone: all of it or nothing, with the event and a revision number + 1.

        Without changes there is no event. `None` is for housekeeping outside the bundle's tables, which neither
        changes the board nor is history. Raises RepeatedError when the event's request key was already used, and
        StoreError when it was not saved, or when that cannot be known.
        """
        if self._writing == threading.get_ident():
            raise RuntimeError("a write within a write would wait for itself")
        try:
            with self._outside_the_moment(), self._lock:
                self._writing = threading.get_ident()
                try:
                    with self._transaction(event) as writer:
                        yield writer
                finally:
                    self._writing = 0
        except Failure as fault:
            logger.exception("the database refused a write")
            raise StoreError(_FULL if fault.full else _REFUSED) from fault

    @contextlib.contextmanager
    def _outside_the_moment(self) -> Iterator[None]:
        """What is read after a write knows of it, and no snapshot waits for it on a connection that others need."""
        moment: Moment | None = getattr(self._here, "moment", None)
        if moment:
            moment.end()
        try:
            yield
        finally:
            if moment:
                moment.end()

    @contextlib.contextmanager
    def _transaction(self, event: Event | None) -> Iterator[Writer]:
        ending = False
        try:
            with contextlib.closing(self._engine.cursor()) as cursor:
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
                    ending = True
                    self._asked = None
                    cursor.commit()
                except BaseException:
                    cursor.rollback()
                    raise
        except BrokenError as fault:
            if not ending or not self._was_kept(writer, fault):
                raise
        finally:
            self._asked = self._nothing_asked()
        if writer.written:
            self._engine.acknowledge(writer.written)

    def _was_kept(self, writer: Writer, fault: BrokenError) -> bool:
        """Whether a transaction was kept, though the database broke off while it ended.

        Raises StoreError where that cannot be known.
        """
        try:
            with contextlib.closing(self._engine.cursor()) as cursor:
                cursor.begin(writing=True)  # once it may write, the other one has come to its end
                try:
                    if writer.recorded:
                        cursor.execute("SELECT * FROM events WHERE revision = $1 AND number = 0", (writer.written,))
                        return any(row.items() >= writer.recorded.items() for row in cursor.rows())
                finally:
                    cursor.rollback()
        except Failure:
            logger.exception("the database does not say whether a write was kept")
        logger.error("the database broke off while a write ended: %s", fault)
        raise StoreError(_UNKNOWN) from fault

    def close(self) -> None:
        """Closes the database."""
        self._engine.close()


def utc_now() -> datetime:
    """The present instant, UTC, naive as every instant in a row."""
    return datetime.now(UTC).replace(tzinfo=None)
