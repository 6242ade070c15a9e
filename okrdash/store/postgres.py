"""A PostgreSQL database, for several app servers: a pool of connections, and one writer among all servers."""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
from psycopg import RawCursor
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from okrdash.domain.errors import StoreError
from okrdash.store.engine import Failure, TakenError

_WRITERS = 0x6F6B72
"""The advisory lock that whoever writes holds until the end of the transaction, on whichever server."""
_MOST, _PATIENCE = 10, 10
"""Connections of one server at most; seconds to wait for one, and for the database to answer."""

_Connection = psycopg.Connection[tuple[Any, ...]]


class PostgresEngine:
    """The open database."""

    def __init__(self, address: str) -> None:
        """Connects to `postgresql://user:password@host:port/database`. Raises StoreError when that does not work."""
        try:
            parts = conninfo_to_dict(address)
            self.name = f"postgresql://{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname')}"
            psycopg.connect(address, connect_timeout=_PATIENCE).close()  # says what is wrong; a pool only waits
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
            configure=_configure,
            check=ConnectionPool.check_connection,
            kwargs={"autocommit": True, "connect_timeout": _PATIENCE},
            open=True,
        )

    def cursor(self) -> PostgresCursor:
        """A cursor on a connection of its own for one call; close it afterwards."""
        try:
            return PostgresCursor(self._pool, self._pool.getconn())
        except (PoolTimeout, psycopg.Error) as fault:
            raise Failure(str(fault)) from fault

    def acknowledge(self, revision: int) -> None:
        """Nothing to do: the server answers for what it has acknowledged."""

    def close(self) -> None:
        """Closes every connection."""
        self._pool.close()


class PostgresCursor:
    """One transaction on a connection of the pool."""

    def __init__(self, pool: ConnectionPool[_Connection], connection: _Connection) -> None:
        self._pool, self._connection = pool, connection
        self._cursor = RawCursor(connection)

    def begin(self, *, writing: bool) -> None:
        """Begins a transaction: alone among those who write, on whichever server, or on a snapshot."""
        self.execute("BEGIN" if writing else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if writing:
            self.execute("SELECT pg_advisory_xact_lock($1)", (_WRITERS,))

    def execute(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        """Runs a statement; returns how many rows it changed."""
        try:
            self._cursor.execute(sql.encode(), parameters or None)
        except psycopg.errors.UniqueViolation as fault:
            raise TakenError(str(fault)) from fault
        except psycopg.Error as fault:
            raise Failure(str(fault)) from fault
        return self._cursor.rowcount

    def rows(self) -> list[dict[str, Any]]:
        """What the query gave, all of it, by column name."""
        names = [column.name for column in self._cursor.description or ()]
        try:
            return [dict(zip(names, values, strict=True)) for values in self._cursor.fetchall()]
        except psycopg.Error as fault:
            raise Failure(str(fault)) from fault

    def commit(self) -> None:
        """Keeps what was written."""
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Drops what was written."""
        with contextlib.suppress(Failure):
            self.execute("ROLLBACK")

    def close(self) -> None:
        """Gives the connection back."""
        self._cursor.close()
        self._pool.putconn(self._connection)


def _configure(connection: _Connection) -> None:
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET jit = off")
