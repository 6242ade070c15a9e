"""Putting a backup back: checked and brought to this schema beside the place it is to take, which it takes at last.

What was there before is never deleted: it is kept aside under a name that says so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from okrdash.domain.errors import StoreError
from okrdash.store import backup, mark, migrations
from okrdash.store.contents import CONFIG, Contents, contents_of
from okrdash.store.copying import Progress, copy
from okrdash.store.duck import DuckEngine, take_lock
from okrdash.store.engine import Engine, Failure

_WITHDRAWN = (
    "UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL",
    "UPDATE sign_in_links SET used_at = $1 WHERE used_at IS NULL",
)
"""What may have ended since the backup was made would be alive again: so nobody is signed in, no link is good."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    revision: int
    rows: int
    aside: str
    """Where that is kept whose place was taken; "" where there was nothing."""
    newer: int
    """How many changes, as far as is known, that has which the backup has not."""


def restore(
    source: Path,
    where: Path | str,
    folder: Path,
    now: datetime,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Puts a backup in the place of a database (a path or an address); `now` is UTC, naive.

    Without `force` only where there is nothing. With it also in the place of a file that does not open; what is in a
    PostgreSQL database is backed up into `folder` first. Raises StoreError; nothing was changed then.
    """
    found = backup.check(source)
    mark.check(source, found)  # of a database as it was, which need not be a backup
    try:
        if isinstance(where, Path):
            return _into_file(source, found, where, now, force=force)
        return _into_postgres(source, found, where, folder, now, force=force, progress=progress)
    except OSError as fault:
        raise StoreError(f"{source} could not be restored: {fault.strerror or fault}.") from None
    except (Failure, duckdb.Error) as fault:
        raise StoreError(f"{source} could not be restored: {str(fault).splitlines()[0]}") from None


def _into_file(source: Path, found: Contents, path: Path, now: datetime, *, force: bool) -> Restored:
    if path.exists() and source.samefile(path):
        raise StoreError(f"{source} is the database itself.")
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
    lock = take_lock(path)
    try:
        taken = [file for file in (path, mark.log_of(path)) if file.exists()]
        if taken and not force:
            raise StoreError(
                f"{path} is there already{_what_is_in(path)}. Say --force to put the backup in its place; what is there"
                " is kept aside."
            )
        work = path.with_name(f".{path.name}.restoring")
        with _prepared(source, found, work, now):
            aside = _keep_aside(path, now) if taken else None
            had = _marked(path)
            mark.write(path, max(had, found.revision))  # until the file is there: nothing else may pass for whole
            mark.log_of(path).unlink(missing_ok=True)
            work.replace(path)
            backup.sync(path.parent)
            mark.write(path, found.revision)
        return Restored(found.revision, sum(found.rows.values()), str(aside or ""), max(0, had - found.revision))
    finally:
        os.close(lock)


def _into_postgres(
    source: Path, found: Contents, address: str, folder: Path, now: datetime, *, force: bool, progress: Progress | None
) -> Restored:
    from okrdash.store.postgres import APPLICATION, PostgresEngine

    target = PostgresEngine(address, calls_itself=f"{APPLICATION} restore")
    try:
        if serving := _connections(target, APPLICATION):
            raise StoreError(
                f"{target.name} is in use by running servers ({serving} connections). Stop okrdash on each of them:"
                " they would go on showing what they keep in memory."
            )
        aside, had = "", _revision(target)
        if had and not force:
            raise StoreError(
                f"{target.name} has {had} changes already. Say --force to put the backup in their place; a backup of"
                " what is there is made first."
            )
        with tempfile.TemporaryDirectory(prefix="okrdash-restore-") as place:
            work = Path(place) / "restoring.duckdb"
            with _prepared(source, found, work, now):
                if had:
                    to = backup.place(folder, address, backup.REPLACED, now)
                    backup.make(target, to, now)
                    aside = str(to)
                engine = DuckEngine(work)
                try:
                    with contextlib.closing(target.cursor()) as cursor:
                        migrations.migrate(cursor, now)
                    copy(engine, target, replace=force, progress=progress)
                finally:
                    engine.close()
        return Restored(found.revision, sum(found.rows.values()), aside, max(0, had - found.revision))
    finally:
        target.close()


@contextlib.contextmanager
def _prepared(source: Path, before: Contents, work: Path, now: datetime) -> Iterator[None]:
    """A database made of the backup at `work`, of this schema and checked; whatever of it is left is taken away."""
    beside = (work, mark.log_of(work), mark.mark_of(work), work.with_name(f"{work.name}.lock"))
    try:
        for file in beside:
            file.unlink(missing_ok=True)
        os.close(os.open(work, os.O_CREAT | os.O_WRONLY, 0o600))
        shutil.copyfile(source, work)
        if mark.log_of(source).exists():
            shutil.copyfile(mark.log_of(source), mark.log_of(work))
        with contextlib.closing(duckdb.connect(str(work), config=CONFIG)) as connection:
            backup.drop_notes(connection)
        engine = DuckEngine(work)
        try:
            with contextlib.closing(engine.cursor()) as cursor:
                migrations.migrate(cursor, now)
                cursor.begin(writing=True)
                for statement in _WITHDRAWN:
                    cursor.execute(statement, (now,))
                cursor.commit()
        finally:
            engine.close()
        found = contents_of(work)
        lost = [t for t, n in before.rows.items() if t != "schema_steps" and found.rows.get(t) != n]
        if lost or found.revision != before.revision:
            raise StoreError(f"{source} could not be brought to this schema: {', '.join(lost)} differ.")
        backup.sync(work)
        yield
    finally:
        for file in beside:
            file.unlink(missing_ok=True)


def _keep_aside(path: Path, now: datetime) -> Path:
    """Gives the file, its log and its mark a second name each; returns that of the file."""
    aside = path.with_name(f"{path.stem}-replaced-{now:%Y%m%d-%H%M%S}{path.suffix}")
    _second_name(path, aside)
    _second_name(mark.log_of(path), mark.log_of(aside))
    if mark.mark_of(path).exists():
        shutil.copy(mark.mark_of(path), mark.mark_of(aside))
    return aside


def _second_name(file: Path, other: Path) -> None:
    if file.exists():
        try:
            os.link(file, other)
        except OSError:  # a file system that knows one name only
            file.rename(other)


def _marked(path: Path) -> int:
    try:
        return mark.marked(path)
    except StoreError:  # damaged: nothing is known
        return 0


def _what_is_in(path: Path) -> str:
    try:
        return f" and has {contents_of(path).revision} changes"
    except StoreError:
        return " (and does not open)"


def _connections(engine: Engine, application: str) -> int:
    """How many connections of this application a PostgreSQL database has."""
    with contextlib.closing(engine.cursor()) as cursor:
        query = (
            "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
        )
        cursor.execute(query, (application,))
        return int(cursor.rows()[0]["n"])


def _revision(engine: Engine) -> int:
    with contextlib.closing(engine.cursor()) as cursor:
        cursor.execute("SELECT 1 AS found FROM information_schema.tables WHERE table_name = 'events'")
        if not cursor.rows():
            return 0
        cursor.execute("SELECT coalesce(max(revision), 0) AS revision FROM events")
        return int(cursor.rows()[0]["revision"])
