"""Looking for what is wrong with a database, each with the way to mend it; nothing is changed, made or migrated."""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from okrdash.domain.errors import OkrdashError, StoreError
from okrdash.domain.settings import parse
from okrdash.store import mark, migrations
from okrdash.store.backup import NOTES
from okrdash.store.contents import COLUMNS, CONFIG, contents_of
from okrdash.store.engine import Failure, open_engine

_AHEAD = timedelta(minutes=5)
"""By so much clocks may differ."""
_TYPES = {
    "character varying": "VARCHAR",
    "text": "VARCHAR",
    "bigint": "BIGINT",
    "double precision": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp without time zone": "TIMESTAMP",
}
"""PostgreSQL's names of types, as DuckDB calls them."""

Columns = dict[str, dict[str, str]]
"""By table and column its type."""


def examine(where: Path | str, now: datetime) -> list[str]:
    """What is wrong with the database at a path or an address, a line each; `now` is UTC, naive."""
    try:
        return _file(where, now) if isinstance(where, Path) else _server(where, now)
    except StoreError as fault:
        return [str(fault)]
    except OSError as fault:
        return [f"{where} cannot be looked at: {fault.strerror}. Run this as the user that okrdash runs as."]


def _file(path: Path, now: datetime) -> list[str]:
    if not mark.check_file(path):
        return [f"There is no database at {path}. Start okrdash, or run `python -m okrdash init`, to make it."]
    found = _permissions(path)
    if holder := _held_by(path):
        return [*found, f"{path} is in use by process {holder} (a running okrdash). Stop it, then run this again."]
    contents = contents_of(path)
    migrations.check_version(contents.version, str(path))
    mark.check(path, contents)
    with contextlib.closing(duckdb.connect(str(path), read_only=True, config=CONFIG)) as connection:
        there = _by_table(connection.execute(COLUMNS).fetchall())
        settings = []
        if "settings" in there:
            rows = connection.execute('SELECT "name", "value" FROM settings').fetchall()
            settings = [dict(zip(("name", "value"), row, strict=True)) for row in rows]
    found += _schema(there, contents.version)
    return found + _clock(contents.newest, now) + _organisation(settings)


def _server(address: str, now: datetime) -> list[str]:
    with contextlib.closing(open_engine(address)) as engine, contextlib.closing(engine.cursor()) as cursor:
        try:
            cursor.begin(writing=False)
            cursor.execute(COLUMNS)
            there = _by_table([(row["table"], row["name"], row["type"]) for row in cursor.rows()])
            if not there:
                return []  # an empty database, which the first start fills
            if "schema_steps" not in there:
                tables = ", ".join(sorted(there)[:3])
                return [f"{engine.name} is a database of something else ({tables}). Name one of its own for okrdash."]
            cursor.execute("SELECT coalesce(max(version), 0) AS version FROM schema_steps")
            version = int(cursor.rows()[0]["version"])
            migrations.check_version(version, engine.name)
            found = _schema(there, version)
            cursor.execute("SHOW default_transaction_read_only")
            if cursor.rows()[0]["default_transaction_read_only"] == "on":
                found.append(f"{engine.name} can only be read. Name the server that takes writes, or a user who may.")
            cursor.execute("SELECT max(happened_at) AS newest FROM events")
            found += _clock(cursor.rows()[0]["newest"], now)
            cursor.execute('SELECT "name", "value" FROM settings')
            return found + _organisation(cursor.rows())
        except Failure as fault:
            return [f"{engine.name} refuses: {str(fault).splitlines()[0]}. Check what this user may do there."]
        finally:
            cursor.rollback()


def _permissions(path: Path) -> list[str]:
    found = []
    for needed, says in ((os.R_OK, "be read"), (os.W_OK, "be written to")):
        for one in (path, path.parent):
            if not os.access(one, needed, effective_ids=True):
                found.append(f"{one} cannot {says} by this user. Give it to the user that okrdash runs as (chown).")
    if path.is_file() and not path.stat().st_mode & stat.S_IWUSR:
        found.append(f"{path} is read-only. Let its owner write to it: chmod 600 {path}")
    for one in (path, mark.log_of(path), mark.mark_of(path)):
        if one.is_file() and one.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            found.append(f"{one} is open to other users of this machine. Close it: chmod 600 {one}")
    return list(dict.fromkeys(found))


def _held_by(path: Path) -> str:
    """The process that has the database open, "" for none."""
    try:
        handle = os.open(f"{path}.lock", os.O_RDONLY)
    except FileNotFoundError:
        return ""
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.read(handle, 20).decode("ascii", "replace").strip() or "unknown"
    finally:
        os.close(handle)
    return ""


def _by_table(rows: Iterable[tuple[str, ...]]) -> Columns:
    found: Columns = {}
    for table, column, kind, *_ in rows:
        found.setdefault(table, {})[column] = _TYPES.get(kind, kind)
    return found


def _schema(there: Columns, version: int) -> list[str]:
    """How the tables differ from those that the schema's steps make."""
    with contextlib.closing(duckdb.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE schema_steps (version BIGINT, name VARCHAR, applied_at TIMESTAMP)")
        for step in migrations.STEPS:
            if migrations.version_of(step) <= version:
                connection.execute(step.read_text("utf-8"))
        wanted = _by_table(connection.execute(COLUMNS).fetchall())
    mend = "Restore a backup, or ask whoever changed the schema by hand to undo it."
    found = []
    for table in sorted({*wanted, *there} - set(NOTES)):
        has, wants = there.get(table, {}), wanted.get(table, {})
        if not has or not wants:
            found.append(f"The schema differs: the table {table} is {'missing' if wants else 'no part of it'}. {mend}")
            continue
        missing, extra = [c for c in wants if c not in has], [c for c in has if c not in wants]
        others = [c for c in wants if c in has and has[c] != wants[c]]
        for says, columns in (("lacks", missing), ("has besides", extra), ("has of another type", others)):
            if columns:
                found.append(f"The schema differs: {table} {says} {', '.join(columns)}. {mend}")
    return found


def _clock(newest: datetime | None, now: datetime) -> list[str]:
    if newest is None or newest <= now + _AHEAD:
        return []
    return [
        f"The clock went back: the newest change was made at {newest:%Y-%m-%d %H:%M} UTC, but it is now"
        f" {now:%Y-%m-%d %H:%M}. Set the machine's clock (timedatectl)."
    ]


def _organisation(rows: Iterable[Mapping[str, object]]) -> list[str]:
    try:
        parse(rows)
    except OkrdashError as fault:
        return [f"The organisation's {line}. Mend it under Admin, Settings." for line in str(fault).splitlines()]
    return []
