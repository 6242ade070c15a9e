"""What is in a DuckDB file, all of it read and none of it touched: opened for reading only, its log replayed in memory.

DuckDB reads a block when a query wants it, and checks it then; so whether a file is whole is known once everything in
it was read. Opened for writing, it would also cut a torn write-ahead log short.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from okrdash.domain.errors import StoreError

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "1GB",
    "checkpoint_threshold": "1MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,
}
"""How okrdash opens every DuckDB file. Its queries are small and many: more threads for one of them only cost time, and
those of several people run side by side all the same."""
COLUMNS = (
    'SELECT table_name AS "table", column_name AS name, data_type AS type, is_nullable AS blank'
    " FROM information_schema.columns WHERE table_schema = current_schema() AND table_catalog = current_database()"
    " ORDER BY table_name, ordinal_position"
)
"""The query for every column of a database, on either engine."""
_SQLITE, _DUCK = b"SQLite format 3\0", b"DUCK"


@dataclass(frozen=True, slots=True)
class Contents:
    """What was found."""

    version: int = 0
    """Of the schema; 0 for a new database without tables."""
    revision: int = 0
    newest: datetime | None = None
    """When the newest event happened."""
    rows: dict[str, int] = field(default_factory=dict)
    """How many each table has."""


def contents_of(path: Path) -> Contents:
    """Reads a file that no process writes to. Raises StoreError saying what is wrong with it."""
    check_kind(path)
    try:
        with contextlib.closing(duckdb.connect(str(path), read_only=True, config=CONFIG)) as connection:
            return contents_in(connection, path)
    except duckdb.Error as fault:
        raise does_not_open(path, fault) from None


def contents_in(connection: duckdb.DuckDBPyConnection, path: Path) -> Contents:
    """Reads everything in an open file. Raises StoreError for a database of something else, duckdb.Error."""
    query = "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND database_name = current_database()"
    tables = sorted(row[0] for row in connection.execute(query).fetchall())
    if not tables:
        return Contents()
    if "schema_steps" not in tables:
        raise StoreError(
            f"{path} is a DuckDB database of something else ({', '.join(tables[:3])}), not of okrdash. Name another"
            " file in OKRDASH_DATABASE."
        )
    found = connection.execute("SELECT coalesce(max(version), 0) FROM schema_steps").fetchone()
    version = int(found[0]) if found else 0
    revision, newest = 0, None
    if "events" in tables:
        last = connection.execute("SELECT coalesce(max(revision), 0), max(happened_at) FROM events").fetchone()
        revision, newest = last or (0, None)
    every = " UNION ALL ".join(
        f"SELECT {as_text(table)}, count(*), bit_xor(hash(t)) FROM {as_name(table)} t"  # noqa: S608
        for table in tables
    )
    rows = {table: count for table, count, _ in connection.execute(every).fetchall()}
    return Contents(version, int(revision), newest, rows)


def check_kind(path: Path) -> None:
    """Raises StoreError unless the file, which is not open, begins as a DuckDB database does."""
    try:
        with path.open("rb") as file:
            first = file.read(16)
    except FileNotFoundError:
        raise StoreError(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise StoreError(f"{path} is a folder, not a file. Name a file in it.") from None
    except OSError as fault:
        raise StoreError(
            f"{path} does not open: {fault.strerror}. Give it to the user that okrdash runs as (chown, chmod 600)."
        ) from None
    if not first:
        raise StoreError(
            f"{path} does not open: it is empty (0 bytes). Put the file back or restore a backup (--force); if there"
            " never was anything in it, delete it."
        )
    if first == _SQLITE:
        raise StoreError(f"{path} does not open: it is a SQLite database. Name another file in OKRDASH_DATABASE.")
    if first[8:12] != _DUCK:
        raise StoreError(
            f"{path} does not open: it is no DuckDB database, or its beginning is damaged. Restore a backup (--force),"
            " or name another file."
        )


def does_not_open(path: Path, fault: Exception) -> StoreError:
    """What is said of a file that DuckDB refuses."""
    said = str(fault).splitlines()[0].rstrip(".")
    if "Permission denied" in said or "Read-only" in said:
        mend = "Let the user that okrdash runs as write to it and to its folder."
    elif "lock" in said:
        mend = "End the process that has it open."
    else:
        mend = "Restore a backup (--force), or name another file; this one is left as it is."
    return StoreError(f"{path} does not open: {said}. {mend}")


def as_text(text: str) -> str:
    """A text as SQL writes it, where there can be no parameter."""
    return "'" + text.replace("'", "''") + "'"


def as_name(name: str) -> str:
    """A name of a table or database as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
