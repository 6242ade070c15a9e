"""A PostgreSQL database, for several app servers: a pool of connections, and one writer among all servers."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import psycopg
from psycopg import RawCursor
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg_pool import ConnectionPool, PoolTimeout

from okrdash.domain.errors import StoreError
from okrdash.store import copying
from okrdash.store.engine import BrokenError, Failure, TakenError

_WRITERS = 0x6F6B72
"""The advisory lock that whoever writes holds until the end of the transaction, on whichever server."""
_MOST, _PATIENCE = 20, 10
"""Connections of one server at most; seconds to wait for one, and for the database to answer."""
APPLICATION = "okrdash"
"""What the database knows the connections of a running server by."""
_USUAL: dict[str, Any] = {
    "connect_timeout": _PATIENCE,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""What the address may say otherwise. A database whose machine is gone is noticed within a minute, not within hours."""
_SESSION = (
    "SET TIME ZONE 'UTC'",
    "SET jit = off",
    "SET lock_timeout = '1min'",  # a large import elsewhere may take a while
    "SET idle_in_transaction_session_timeout = '5min'",  # a server that hangs must not keep all others from writing
)

_Connection = psycopg.Connection[tuple[Any, ...]]


class PostgresEngine:
    """The open database."""

    alone = False

    def __init__(self, address: str, calls_itself: str = APPLICATION) -> None:
        """Connects to `postgresql://user:password@host:port/database`. Raises StoreError when that does not work."""
        try:
            parts = conninfo_to_dict(address)
        except psycopg.ProgrammingError:  # its text may hold the password
            raise StoreError(
                "OKRDASH_DATABASE is no address that PostgreSQL understands. It is postgresql://user:password@host/"
                "database, with signs like @ : / % in the password written as %40 %3A %2F %25."
            ) from None
        self.name = f"postgresql://{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname')}"
        address = make_conninfo(**{**_USUAL, **parts, "application_name": calls_itself})
        try:
            psycopg.connect(address).close()  # says what is wrong; a pool only waits
        except psycopg.Error as fault:
            said = " ".join(str(fault).split()) or "it does not answer"
            raise StoreError(
                f"The PostgreSQL database of OKRDASH_DATABASE cannot be used: {said}. Check the address, and that the"
                " server runs and lets this user in."
            ) from None
        self._pool: ConnectionPool[_Connection] = ConnectionPool(
            address,
            connection_class=psycopg.Connection,
            min_size=1,
            max_size=_MOST,
            timeout=_PATIENCE,
            reconnect_timeout=_PATIENCE,  # longer, and its growing pauses would outlast the database's absence
            configure=_configure,
            # what is prepared fails once another server has brought the tables to a newer schema
            kwargs={"autocommit": True, "prepare_threshold": None},
            open=True,
        )

    def cursor(self) -> PostgresCursor:
        """A cursor on a connection of its own for one call; close it afterwards."""
        return PostgresCursor(self._pool)

    def acknowledge(self, revision: int) -> None:
        """Nothing to do: the server answers for what it has acknowledged."""

    def snapshot(self, to: Path) -> None:
        """Copies everything, as it is at one moment, into a new DuckDB file, while reads and writes go on."""
        copying.into_file(self, to)

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()


class PostgresCursor:
    """One transaction on a connection of the pool."""

    def __init__(self, pool: ConnectionPool[_Connection]) -> None:
        self._pool = pool
        self._take()

    def begin(self, *, writing: bool) -> None:
        """Begins a transaction: alone among those who write, on whichever server, or on a snapshot.

        A connection that broke while nobody used it, because the database was restarted, is replaced.
        """
        how = "READ COMMITTED" if writing else "REPEATABLE READ READ ONLY"
        try:
            self.execute(f"BEGIN ISOLATION LEVEL {how}")
        except BrokenError:
            self._give_back()
            self._pool.check()  # the others of that time are broken, too
            self._take()
            self.execute(f"BEGIN ISOLATION LEVEL {how}")
        if writing:  # each statement sees what was committed before it, so all that others wrote until the lock came
            self.execute("SELECT pg_advisory_xact_lock($1)", (_WRITERS,))

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        """Runs a statement; returns how many rows it changed."""
        try:
            self._cursor.execute(sql.encode(), parameters or None)
        except psycopg.Error as fault:
            raise self._failure(fault) from fault
        return self._cursor.rowcount

    def rows(self) -> list[dict[str, Any]]:
        """What the query gave, all of it, by column name."""
        names = [column.name for column in self._cursor.description or ()]
        try:
            return [dict(zip(names, values, strict=True)) for values in self._cursor.fetchall()]
        except psycopg.Error as fault:
            raise self._failure(fault) from fault

    def commit(self) -> None:
        """Keeps what was written."""
        self.execute("COMMIT")
        if self._cursor.statusmessage != "COMMIT":  # what it says of a transaction that failed before
            raise Failure("the transaction had failed already")

    def rollback(self) -> None:
        """Drops what was written."""
        if not self._connection.closed:
            with contextlib.suppress(Failure):
                self.execute("ROLLBACK")

    def close(self) -> None:
        """Gives the connection back."""
        if self._held:
            self._give_back()

    def _take(self) -> None:
        try:
            self._connection = self._pool.getconn()
        except (PoolTimeout, psycopg.Error) as fault:
            raise Failure(str(fault)) from fault
        self._cursor, self._held = RawCursor(self._connection), True

    def _give_back(self) -> None:
        self._cursor.close()
        self._held = False
        self._pool.putconn(self._connection)

    def _failure(self, fault: psycopg.Error) -> Failure:
        if self._connection.closed:
            return BrokenError(fault)
        if isinstance(fault, psycopg.errors.UniqueViolation):
            return TakenError(fault)
        return Failure(fault, full=isinstance(fault, psycopg.errors.DiskFull))


def _configure(connection: _Connection) -> None:
    connection.execute("; ".join(_SESSION))
