"""Backups: a DuckDB file of everything at one moment, with a note of what is in it, checked before it counts as one."""

from __future__ import annotations

import contextlib
import os
import re
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import duckdb

from okrdash.domain.errors import StoreError
from okrdash.store.contents import CONFIG, Contents, contents_in, contents_of, does_not_open
from okrdash.store.engine import Engine, Failure
from okrdash.store.migrations import check_version

DAILY, BY_HAND, UPGRADE, REPLACED = "daily", "by-hand", "upgrade", "replaced"
"""Why a backup was made: of itself each day; on demand; before the schema changed; before another took its place."""
_STAMP = "%Y%m%d-%H%M%S"
NOTES = ("backup_made", "backup_rows")
"""The tables of the note, which a database does not have."""
_FORGOTTEN = 24 * 3600
"""Seconds after which a backup that is not done will never be."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in the folder."""

    name: str
    why: str
    """One of the four above."""
    made_at: datetime
    """UTC, naive."""
    size: int
    """Bytes."""


def make(engine: Engine, to: Path, now: datetime) -> Contents:
    """Makes a backup at `to`, where no file may be; there is one there only if it is whole. `now` is UTC, naive.

    Raises StoreError.
    """
    if to.exists():
        raise StoreError(f"{to} exists already, and a backup takes nothing's place. Name another file.")
    part = to.with_name(f".{to.name}.part")
    try:
        if not to.parent.exists():
            to.parent.mkdir(parents=True, mode=0o700)
        part.unlink(missing_ok=True)
        engine.snapshot(part)
        _note(part, now)
        sync(part)
        found = check(part)
        part.replace(to)
        sync(to.parent)
    except OSError as fault:
        raise StoreError(f"No backup could be made at {to}: {fault.strerror or fault}.") from None
    except (Failure, duckdb.Error) as fault:
        raise StoreError(f"No backup could be made at {to}: {str(fault).splitlines()[0]}") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return found


def check(path: Path) -> Contents:
    """Reads all of a backup, or of another database of okrdash, and compares it with the note in it, if there is one.

    Raises StoreError when it does not open, lacks something, or is of a newer okrdash.
    """
    found = contents_of(path)
    check_version(found.version, str(path))
    if not found.version:
        raise StoreError(f"{path} is an empty database, no backup of okrdash.")
    if noted := _noted(path, found):
        revision, rows = noted
        wrong = [table for table, count in rows.items() if found.rows.get(table) != count]
        if wrong or found.revision != revision:
            raise StoreError(
                f"{path} is not what was backed up: it ends with change {found.revision} of {revision}"
                + (f", and these tables differ: {', '.join(wrong)}" if wrong else "")
                + ". Take another backup."
            )
    return replace(found, rows={table: count for table, count in found.rows.items() if table not in NOTES})


def place(folder: Path, where: Path | str, why: str, now: datetime) -> Path:
    """Where a backup of a database (a path or an address) goes that is made now (UTC): no file is there yet."""
    while (path := folder / f"{_stem(where)}-{why}-{now:{_STAMP}}.duckdb").exists():
        now += timedelta(seconds=1)
    return path


def kept(folder: Path, where: Path | str) -> list[Kept]:
    """The backups of a database in a folder, the newest first; another database's are not among them."""
    shape = re.compile(rf"{re.escape(_stem(where))}-({DAILY}|{BY_HAND}|{UPGRADE}|{REPLACED})-(\d{{8}}-\d{{6}})\.duckdb")
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        if match := shape.fullmatch(path.name):
            with contextlib.suppress(OSError, ValueError):  # taken away meanwhile; no date
                made = datetime.strptime(match[2], _STAMP)  # noqa: DTZ007 - UTC, naive
                found.append(Kept(path.name, match[1], made, path.stat().st_size))
    return sorted(found, key=lambda one: (one.made_at, one.name), reverse=True)


def prune(folder: Path, where: Path | str, keep: int) -> None:
    """Deletes all but the newest `keep` backups of each kind, of this database alone."""
    seen: dict[str, int] = {}
    for one in kept(folder, where):
        seen[one.why] = seen.get(one.why, 0) + 1
        if seen[one.why] > keep:
            (folder / one.name).unlink(missing_ok=True)
    for part in folder.glob(f".{_stem(where)}-*.part"):  # of a process that was killed meanwhile
        if time.time() - part.stat().st_mtime > _FORGOTTEN:
            part.unlink(missing_ok=True)


def drop_notes(connection: duckdb.DuckDBPyConnection) -> None:
    """Takes the note out of a backup, which makes a database of it."""
    for table in NOTES:
        connection.execute(f'DROP TABLE IF EXISTS "{table}"')


def _note(path: Path, now: datetime) -> None:
    with contextlib.closing(duckdb.connect(str(path), config=CONFIG)) as connection:
        found = contents_in(connection, path)
        connection.begin()
        connection.execute('CREATE TABLE backup_made ("made_at" TIMESTAMP NOT NULL, "revision" BIGINT NOT NULL)')
        connection.execute('CREATE TABLE backup_rows ("table" VARCHAR PRIMARY KEY, "rows" BIGINT NOT NULL)')
        connection.execute("INSERT INTO backup_made VALUES ($1, $2)", (now, found.revision))
        for table, count in found.rows.items():
            connection.execute("INSERT INTO backup_rows VALUES ($1, $2)", (table, count))
        connection.commit()


def _noted(path: Path, found: Contents) -> tuple[int, dict[str, int]] | None:
    if "backup_rows" not in found.rows or "backup_made" not in found.rows:
        return None
    try:
        with contextlib.closing(duckdb.connect(str(path), read_only=True, config=CONFIG)) as connection:
            made = connection.execute("SELECT revision FROM backup_made").fetchone()
            rows = connection.execute('SELECT "table", "rows" FROM backup_rows').fetchall()
    except duckdb.Error as fault:
        raise does_not_open(path, fault) from None
    return (int(made[0]) if made else 0), dict(rows)


def _stem(where: Path | str) -> str:
    if isinstance(where, Path):
        return where.stem
    return re.sub(r"[^\w.-]", "_", urlsplit(where).path.strip("/")) or "postgresql"


def sync(path: Path) -> None:
    """Has what was written to a file, or the names in a folder, outlive the machine."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
