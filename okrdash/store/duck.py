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
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from okrdash.domain.errors import StoreError
from okrdash.store import mark
from okrdash.store.contents import CONFIG, as_name, as_text, check_kind, contents_in, contents_of, does_not_open
from okrdash.store.engine import BrokenError, Failure, TakenError

logger = logging.getLogger(__name__)

_INVALID = "database has been invalidated"
"""What DuckDB says once a checkpoint failed, on a full disk: every handle is dead, and the file is whole."""
_FULL = "No space left on device"
_PATIENCE = 5
"""Seconds to wait until nobody uses a dead database any more."""


class DuckEngine:
    """The open database file."""

    alone = True

    def __init__(self, path: Path) -> None:
        """Opens the file, creating it if there is none.

        Raises StoreError when another process has it, when it is not a database that can be opened, or when it lacks
        something that was saved; a file that does not open is never touched.
        """
        self.path, self.name = path, str(path)
        self._dead, self._cursors, self._changed = False, 0, threading.Condition()
        self._making = threading.Lock()
        try:
            if not path.parent.exists():
                path.parent.mkdir(parents=True, mode=0o700)
            self._lock = take_lock(path)
        except OSError as fault:
            raise StoreError(f"{path} cannot be used: {fault.strerror}. Mend its folder's permissions.") from None
        try:
            if was_there := mark.check_file(path):
                check_kind(path)
                if mark.log_of(path).exists():  # opened for writing, DuckDB would cut it off where it is damaged
                    mark.check(path, contents_of(path))
            self._connection = _connect(path)
        except (duckdb.Error, OSError) as fault:
            os.close(self._lock)
            raise does_not_open(path, fault) from None
        except StoreError:
            os.close(self._lock)
            raise
        self._mark = os.open(mark.mark_of(path), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            if was_there:
                self._check_whole()
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
            self._check_whole()
            self._dead = False
            logger.warning("the database was opened again after a fatal error of its engine")

    def acknowledge(self, revision: int) -> None:
        """Writes the mark. It need not outlive the machine, only the process: so it is not forced to the disk."""
        try:
            os.pwrite(self._mark, mark.as_bytes(revision), 0)
        except OSError:  # what was saved is saved
            logger.exception("the mark beside the database could not be written")

    def snapshot(self, to: Path) -> None:
        """Writes everything, as it is at one moment, into a new file at `to`, while reads and writes go on.

        Raises StoreError when there is no room, Failure, OSError.
        """
        with self._making:
            folder = making_of(self.path)
            shutil.rmtree(folder, ignore_errors=True)  # of a process that was killed meanwhile
            folder.mkdir(mode=0o700)
            try:
                needed, free = self.path.stat().st_size, shutil.disk_usage(folder).free
                if free < needed * 1.2:  # a disk that fills up meanwhile would stop the database, too
                    raise StoreError(f"There is no room for a backup in {folder.parent}: it needs {needed >> 20} MB.")
                made = folder / "backup.duckdb"
                with contextlib.closing(self.cursor()) as cursor:
                    cursor.execute("SELECT current_database() AS name")
                    (row,) = cursor.rows()
                    cursor.execute(f"ATTACH {as_text(str(made))} AS okrdash_backup")
                    try:
                        cursor.execute(f"COPY FROM DATABASE {as_name(row['name'])} TO okrdash_backup")
                    finally:
                        cursor.execute("DETACH okrdash_backup")
                made.chmod(0o600)
                shutil.move(made, to)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        """Closes the file and lets other processes have it."""
        self._connection.close()
        os.close(self._mark)
        os.close(self._lock)

    def _check_whole(self) -> None:
        """Reads everything. Raises StoreError when something is damaged, or lacks that was saved."""
        try:
            found = contents_in(self._connection, self.path)
        except duckdb.Error as fault:
            raise does_not_open(self.path, fault) from None
        mark.check(self.path, found)


class DuckCursor:
    """A cursor of the one connection; when it is closed it tells whether the engine is dead."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, closed: Callable[..., None]) -> None:
        self._cursor, self._closed, self._dead, self._failed = cursor, closed, False, False

    def begin(self, *, writing: bool) -> None:
        """Begins a transaction. Those who write wait for each other in the store."""
        self._failed = False
        self._do(self._cursor.begin)
        if not writing:  # DuckDB takes the snapshot when a table is first looked up; no query does that for less
            self._do(self._cursor.get_table_names, "SELECT 1 FROM events")

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
        if self._failed:  # DuckDB would drop it all, and say nothing
            raise Failure("the transaction had failed already")
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
            self._failed = True
            raise TakenError(str(fault)) from fault
        except duckdb.Error as fault:
            dead = isinstance(fault, duckdb.FatalException) or _INVALID in str(fault)
            self._dead = self._dead or dead
            raise (BrokenError if dead else Failure)(fault, full=_FULL in str(fault)) from fault


def making_of(path: Path) -> Path:
    """The one folder, beside a database, that the open database may write to: backups are made there."""
    return path.with_name(f"{path.name}.making")


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), config=CONFIG)
    path.chmod(0o600)
    for statement in (
        "SET GLOBAL TimeZone = 'UTC'",
        f"SET allowed_directories = [{as_text(str(making_of(path)))}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        connection.execute(statement)
    return connection


def take_lock(path: Path) -> int:
    """Keeps every other okrdash from a database until the handle is closed. Raises StoreError naming who has it."""
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
