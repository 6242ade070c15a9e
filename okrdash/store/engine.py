"""One DuckDB file, opened by one process: a connection, a cursor per call, a lock file beside it.

DuckDB's own file lock is a POSIX one, which any `open()` of the file in this process would drop; the `flock` on a
file of our own does not have that flaw, and it names the process that holds the database.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

import duckdb

from okrdash.domain.errors import StoreError

Failure = duckdb.Error
"""What a failing statement raises."""

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "checkpoint_threshold": "1MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}


class DuckEngine:
    """The open database file."""

    def __init__(self, path: Path) -> None:
        """Opens the file, creating it if there is none.

        Raises StoreError when another process has it, or when it is not a database that can be opened; a file
        that does not open is never touched.
        """
        self.path = path
        try:
            if not path.parent.exists():
                path.parent.mkdir(parents=True, mode=0o700)
            self._lock = _take_lock(path)
        except OSError as fault:
            raise StoreError(f"{path} cannot be used: {fault.strerror}. Mend its folder's permissions.") from None
        try:
            self._connection = duckdb.connect(str(path), config=_CONFIG)
            path.chmod(0o600)
            for statement in (
                "SET GLOBAL TimeZone = 'UTC'",
                "SET enable_external_access = false",
                "SET lock_configuration = true",
            ):
                self._connection.execute(statement)
        except (duckdb.Error, OSError) as fault:
            os.close(self._lock)
            first = str(fault).splitlines()[0]
            raise StoreError(f"{path} does not open: {first} Restore a backup, or name another file.") from None

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for one call; close it afterwards, an open one blocks checkpoints."""
        return self._connection.cursor()

    def close(self) -> None:
        """Closes the file and lets other processes have it."""
        self._connection.close()
        os.close(self._lock)


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


def execute(cursor: duckdb.DuckDBPyConnection, sql: str, parameters: tuple[Any, ...]) -> int:
    """Runs one statement with `$1…$n`; returns how many rows it changed (-1 for a query)."""
    cursor.execute(sql, parameters or None)
    return int(cursor.rowcount)
