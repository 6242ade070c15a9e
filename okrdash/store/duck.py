"""One DuckDB file, opened by one process: a connection, a cursor per call, a lock file and a mark beside it.

DuckDB's own file lock is a POSIX one, which any `open()` of the file in this process would drop; the `flock` on a
file of our own does not have that flaw, and it names the process that holds the database. The mark has the newest
revision that anybody was told is saved: DuckDB may open a file whose write-ahead log is damaged or gone as if nothing
had been in it.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from okrdash.domain.errors import StoreError
from okrdash.store.engine import Failure, TakenError

logger = logging.getLogger(__name__)

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "checkpoint_threshold": "1MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}
_INVALID = "database has been invalidated"
"""What DuckDB says once a checkpoint failed, on a full disk: every handle is dead, and the file is whole."""
_PATIENCE = 5
"""Seconds to wait until nobody uses a dead database any more."""


class DuckEngine:
    """The open database file."""

    def __init__(self, path: Path) -> None:
        """Opens the file, creating it if there is none.

        Raises StoreError when another process has it, when it is not a database that can be opened, or when it lacks
        something that was saved; a file that does not open is never touched.
        """
        self.path, self.name = path, str(path)
        self._dead, self._cursors, self._changed = False, 0, threading.Condition()
        try:
            if not path.parent.exists():
                path.parent.mkdir(parents=True, mode=0o700)
            self._lock = _take_lock(path)
        except OSError as fault:
            raise StoreError(f"{path} cannot be used: {fault.strerror}. Mend its folder's permissions.") from None
        try:
            self._connection = _connect(path)
            self._mark = os.open(mark_of(path), os.O_CREAT | os.O_RDWR, 0o600)
        except (duckdb.Error, OSError) as fault:
            os.close(self._lock)
            first = str(fault).splitlines()[0]
            raise StoreError(f"{path} does not open: {first} Restore a backup, or name another file.") from None
        try:
            self._check_mark()
        except StoreError:
            self.close()
            raise

    def cursor(self) -> DuckCursor:
        """A cursor of its own for one call; close it afterwards, an open one blocks checkpoints.

        After a fatal error of DuckDB's the file is opened again, as soon as nobody holds a cursor of the dead one.
        """
        with self._changed:
            try:
                if self._dead:
                    self._open_again()
                cursor = self._connection.cursor()
            except (duckdb.Error, OSError) as fault:
                raise Failure(str(fault)) from fault
            self._cursors += 1
        return DuckCursor(cursor, self._closed)

    def _closed(self, *, dead: bool) -> None:
        with self._changed:
            self._cursors -= 1
            self._dead = self._dead or dead
            self._changed.notify_all()

    def _open_again(self) -> None:
        if not self._changed.wait_for(lambda: not self._cursors or not self._dead, _PATIENCE):
            raise duckdb.FatalException("The database is being opened again.")
        if self._dead:  # nobody else did so meanwhile
            self._connection.close()
            self._connection = _connect(self.path)
            self._dead = False
            logger.warning("the database was opened again after a fatal error of its engine")

    def acknowledge(self, revision: int) -> None:
        """Writes the mark. It need not outlive the machine, only the process: so it is not forced to the disk."""
        os.pwrite(self._mark, b"%-20d" % revision, 0)

    def close(self) -> None:
        """Closes the file and lets other processes have it."""
        self._connection.close()
        os.close(self._mark)
        os.close(self._lock)

    def _check_mark(self) -> None:
        marked = int(os.read(self._mark, 20).decode("ascii", "replace").strip() or 0)
        with contextlib.suppress(duckdb.CatalogException):  # a new file has no tables yet
            row = self._connection.execute("SELECT coalesce(max(revision), 0) FROM events").fetchone()
            found = row[0] if row else 0
            if found < marked:
                raise StoreError(
                    f"{self.path} ends with change {found}, but change {marked} was saved in it: its write-ahead log"
                    f" ({self.path.name}.wal) is damaged or gone, or an older file was put in its place. Put the log"
                    f" back or restore a backup; to go on without what is lost, delete {mark_of(self.path).name}."
                )
            return
        if marked:
            raise StoreError(
                f"{self.path} is empty, but {marked} changes were saved in it. Put the file back, or restore a backup;"
                f" to begin anew, delete {mark_of(self.path).name}."
            )


class DuckCursor:
    """A cursor of the one connection; when it is closed it tells whether the engine is dead."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, closed: Callable[..., None]) -> None:
        self._cursor, self._closed, self._dead = cursor, closed, False

    def begin(self, *, writing: bool) -> None:
        """Begins a transaction. Those who write wait for each other in the store."""
        self._do(self._cursor.begin)

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        """Runs a statement; returns how many rows it changed (-1 for a query)."""
        self._do(self._cursor.execute, sql, parameters or None)
        return int(self._cursor.rowcount)

    def rows(self) -> list[dict[str, Any]]:
        """What the query gave, all of it, by column name."""
        names = [column[0] for column in self._cursor.description or ()]
        return [dict(zip(names, values, strict=True)) for values in self._do(self._cursor.fetchall)]

    def commit(self) -> None:
        """Keeps what was written."""
        self._do(self._cursor.commit)

    def rollback(self) -> None:
        """Drops what was written."""
        with contextlib.suppress(duckdb.Error):
            self._cursor.rollback()

    def close(self) -> None:
        """Gives it back."""
        self._cursor.close()
        self._closed(dead=self._dead)

    def _do(self, call: Any, *arguments: Any) -> Any:
        try:
            return call(*arguments)
        except duckdb.ConstraintException as fault:
            raise TakenError(str(fault)) from fault
        except duckdb.Error as fault:
            self._dead = self._dead or isinstance(fault, duckdb.FatalException) or _INVALID in str(fault)
            raise Failure(str(fault)) from fault


def mark_of(path: Path) -> Path:
    """The file beside a database that has the newest revision which was saved in it."""
    return path.with_name(f"{path.name}.mark")


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), config=_CONFIG)
    path.chmod(0o600)
    for statement in (
        "SET GLOBAL TimeZone = 'UTC'",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(statement)
    return connection


def _take_lock(path: Path) -> int:
    handle = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
        os.close(handle)
        raise StoreError(
            f"{path} is in use by process {holder} (a running okrdash). Stop it, or do this in the app."
        ) from None
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle
