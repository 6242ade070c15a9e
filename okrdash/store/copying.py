"""Copying a whole database into an empty one, from either engine to either, and comparing what came over.

Which tables there are follows from the schema's steps, so a database of an earlier schema is copied as it is.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from okrdash.domain.errors import StoreError
from okrdash.store import migrations
from okrdash.store.contents import COLUMNS, as_name
from okrdash.store.duck import DuckEngine
from okrdash.store.engine import Cursor, Engine, Failure, open_engine
from okrdash.store.mark import log_of, mark_of

_ROWS = 5_000
"""Rows that are read and written at once."""
_DIGEST = 16
"""Bytes of the digest of a row, and of a table."""

_Tables = dict[str, dict[str, str]]
"""By table and column, in order, its type as the database calls it."""
Progress = Callable[[str, int, int], None]
"""Is called with what is done (a table, in words), how many rows, and of how many."""


@dataclass(frozen=True, slots=True)
class Copied:
    """One table that was copied, and compared on both sides."""

    table: str
    rows: int
    digest: str
    """The same for the same rows, whatever their order and whichever the engine."""


@dataclass(slots=True)
class _Tally:
    """The number and the digest of rows, as they come by."""

    rows: int = 0
    total: int = 0

    def add(self, values: Sequence[Any]) -> None:
        text = repr(tuple(values)).encode("utf-8", "surrogatepass")
        self.rows += 1
        digest = int.from_bytes(hashlib.blake2b(text, digest_size=_DIGEST).digest(), "big")
        self.total = (self.total + digest) % (1 << 8 * _DIGEST)


def copy_database(source: Path | str, target: Path | str, progress: Progress | None = None) -> list[Copied]:
    """Copies the database at a path or an address into an empty one at another. Raises StoreError.

    Where it does not end well the target is as it was.
    """
    if isinstance(source, Path) and not source.exists():
        raise StoreError(f"There is no file {source}.")
    if source == target:
        raise StoreError("A database is not copied into itself.")
    fresh, done = isinstance(target, Path) and not target.exists(), False
    try:
        with contextlib.closing(open_engine(source)) as taken, contextlib.closing(open_engine(target)) as given:
            copied = copy(taken, given, progress=progress)
        done = True
    except Failure as fault:
        raise StoreError(f"Nothing was copied: {str(fault).splitlines()[0]}") from None
    finally:
        if fresh and not done and isinstance(target, Path):
            _take_away(target)
    return copied


def copy(source: Engine, target: Engine, *, replace: bool = False, progress: Progress | None = None) -> list[Copied]:
    """Copies everything in one transaction, and compares every table before it ends; returns what was copied.

    The target must be empty, unless what is in it is to be replaced. Raises StoreError, Failure.
    """
    with contextlib.closing(source.cursor()) as reader, contextlib.closing(target.cursor()) as writer:
        reader.begin(writing=False)
        try:
            there = _columns(reader)
            if "schema_steps" not in there:
                raise StoreError(f"{source.name} is no database of okrdash; there is nothing to copy.")
            version = int(_run(reader, "SELECT coalesce(max(version), 0) AS version FROM schema_steps")[0]["version"])
            migrations.check_version(version, source.name)
            migrations.migrate(writer, datetime.now(UTC).replace(tzinfo=None), version)
            writer.begin(writing=True)
            try:
                here = _columns(writer)
                _check_target(writer, target.name, here, there, replace=replace)
                copied = _copy(reader, writer, here, progress)
                revision = int(_run(writer, "SELECT coalesce(max(revision), 0) AS n FROM events")[0]["n"])
                writer.commit()
            except BaseException:
                writer.rollback()
                raise
        finally:
            reader.rollback()
    target.acknowledge(revision)
    return copied


def into_file(source: Engine, to: Path) -> None:
    """Copies everything into a new DuckDB file. Raises StoreError, Failure."""
    try:
        with contextlib.closing(DuckEngine(to)) as target:
            copy(source, target)
    except BaseException:
        _take_away(to)
        raise
    _take_away(to, only_beside=True)


def _take_away(path: Path, *, only_beside: bool = False) -> None:
    """Deletes a file that this module made, and what lies beside it."""
    for file in (mark_of(path), log_of(path), path.with_name(f"{path.name}.lock"), *(() if only_beside else (path,))):
        file.unlink(missing_ok=True)


def _check_target(writer: Cursor, name: str, here: _Tables, there: _Tables, *, replace: bool) -> None:
    if differing := sorted(table for table, columns in here.items() if set(there.get(table, ())) != set(columns)):
        raise StoreError(
            f"The two schemas differ in {', '.join(differing)}: nothing was copied. `python -m okrdash doctor` names"
            " the columns."
        )
    filled = [table for table in here if table != "schema_steps" and _count(writer, table)]
    if filled and not replace:
        raise StoreError(f"{name} is not empty ({', '.join(filled[:3])}). Name an empty database; nothing was copied.")


def _copy(reader: Cursor, writer: Cursor, here: _Tables, progress: Progress | None) -> list[Copied]:
    counts = {table: _count(reader, table) for table in here}
    total, done, copied = 2 * sum(counts.values()), 0, []
    for table, columns in here.items():
        _run(writer, f"DELETE FROM {as_name(table)}")  # noqa: S608
        sent, came = _Tally(), _Tally()
        for rows in _pages(reader, table, columns):
            _insert(writer, table, columns, rows)
            done = _tell(sent, rows, progress, f"copying {table}", done, total)
        for rows in _pages(writer, table, columns):
            done = _tell(came, rows, progress, f"comparing {table}", done, total)
        if sent != came or sent.rows != counts[table]:
            raise StoreError(f"{table} did not come over as it was: nothing was copied.")
        copied.append(Copied(table, sent.rows, f"{sent.total:0{2 * _DIGEST}x}"))
    return copied


def _tell(tally: _Tally, rows: list[list[Any]], progress: Progress | None, says: str, done: int, total: int) -> int:
    for values in rows:
        tally.add(values)
    if progress:
        progress(says.replace("_", " "), done + len(rows), total)
    return done + len(rows)


def _pages(cursor: Cursor, table: str, columns: dict[str, str]) -> Iterator[list[list[Any]]]:
    """All rows, the columns in the order given; some at a time where the table is one that can grow large."""
    select = f"SELECT {', '.join(map(as_name, columns))} FROM {as_name(table)}"  # noqa: S608
    if "position" not in columns:
        yield [list(row.values()) for row in _run(cursor, select)]
        return
    (ends,) = _run(cursor, f'SELECT min("position") AS first, max("position") AS last FROM {as_name(table)}')  # noqa: S608
    if ends["first"] is None:
        return
    for begin in range(ends["first"], ends["last"] + 1, _ROWS):
        found = _run(cursor, f'{select} WHERE "position" >= $1 AND "position" < $2', begin, begin + _ROWS)
        yield [list(row.values()) for row in found]


def _insert(cursor: Cursor, table: str, columns: dict[str, str], rows: list[list[Any]]) -> None:
    if rows:  # a list for each column: much faster than a parameter for each value
        names = ", ".join(map(as_name, columns))
        values = ", ".join(f"unnest(${n}::{kind}[])" for n, kind in enumerate(columns.values(), 1))
        lists = tuple(list(column) for column in zip(*rows, strict=True))
        cursor.execute(f"INSERT INTO {as_name(table)} ({names}) SELECT {values}", lists)


def _columns(cursor: Cursor) -> _Tables:
    found: _Tables = {}
    for row in _run(cursor, COLUMNS):
        found.setdefault(row["table"], {})[row["name"]] = row["type"]
    return found


def _count(cursor: Cursor, table: str) -> int:
    return int(_run(cursor, f"SELECT count(*) AS rows FROM {as_name(table)}")[0]["rows"])  # noqa: S608


def _run(cursor: Cursor, sql: str, *parameters: Any) -> list[dict[str, Any]]:
    cursor.execute(sql, parameters)
    return cursor.rows() if sql.startswith("SELECT") else []
