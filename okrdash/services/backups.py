"""Backups of everything, passwords included: one a day by itself, one on demand, and the way back.

They stay on the server: a browser gets none of them, because whoever has one has everybody's confidential objectives
and can try passwords on their hashes for as long as they like.
"""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from okrdash import config
from okrdash.domain.errors import Forbidden, StoreError
from okrdash.services.company import company, today
from okrdash.services.people import CONSOLE, Actor, allow, order_of
from okrdash.store import backup, copying
from okrdash.store.backup import Kept
from okrdash.store.contents import Contents
from okrdash.store.copying import Copied, Progress
from okrdash.store.restore import Restored
from okrdash.store.restore import restore as put_back
from okrdash.store.store import Store, utc_now

logger = logging.getLogger(__name__)

_AGAIN = timedelta(hours=1)
"""After so long a daily backup that failed, or whose server was stopped meanwhile, is tried again."""
_OLD = timedelta(hours=49)
"""A newest backup of this age means that the daily one does not come."""


@dataclass(frozen=True, slots=True)
class State:
    """How it stands with the backups. Instants are UTC, naive."""

    folder: str
    kept: tuple[Kept, ...]
    """On this server, the newest first."""
    newest: datetime | None
    """When the newest was made, on whichever server; None for never."""
    age: timedelta | None
    server: str
    """Which made the newest, where it was another one; else ""."""
    error: str
    """Why the last daily backup failed; "" when it did not."""
    automatic: bool
    """Whether one is made each day: not of a demo company."""
    keep: int
    """How many of each kind are kept."""
    old: bool
    """Whether the newest is older than it may be, or there is none where there should be one."""


def state(actor: Actor) -> State:
    """How it stands with the backups. Raises Forbidden for who is no admin."""
    settings, store = config.load(), company()
    with store.read() as reader:
        allow(reader, actor, "manage settings")
        days = reader.rows('SELECT * FROM backups ORDER BY "day" DESC')
    folder = settings.backups_of(store.where)
    kept = tuple(backup.kept(folder, store.where))
    here = kept[0].made_at if kept else None
    made = [row for row in days if row["made_at"] and row["server"] != _server()]
    elsewhere = made[0] if made and (here is None or made[0]["made_at"] > here) else None
    newest = elsewhere["made_at"] if elsewhere else here
    automatic, now = not settings.demo, utc_now()
    begun = days[-1]["begun_at"] if days else now  # a company that began today has no backup yet
    return State(
        str(folder),
        kept,
        newest,
        now - newest if newest else None,
        elsewhere["server"] if elsewhere else "",
        days[0]["error"] if days and not days[0]["made_at"] else "",
        automatic,
        settings.kept,
        automatic and now - (newest or begun) > _OLD,
    )


def back_up(actor: Actor) -> Kept:
    """Makes a backup now, in the folder of the backups. Raises Forbidden for who is no admin, StoreError."""
    store = company()
    with store.read() as reader:
        allow(reader, actor, "manage settings")
    return _make(store, backup.BY_HAND)


def daily(actor: Actor, now: datetime | None = None) -> Kept | None:
    """Makes today's backup if nobody has; None when there is nothing to do. `now` is UTC, naive.

    Of several servers one makes it. One that failed is tried again after an hour; why it failed is kept for admins.
    A demo company has none. Raises Forbidden, StoreError.
    """
    if config.load().demo:
        return None
    store, now = company(), now or utc_now()
    with store.read() as reader:
        allow(reader, actor, "manage settings")
        day = today(order_of(reader).settings)
        if not _is_due(reader.one('SELECT * FROM backups WHERE "day" = $1', day), now):
            return None
    with store.write(None) as tx:
        if not _is_due(tx.one('SELECT * FROM backups WHERE "day" = $1', day), now):  # another server was quicker
            return None
        tx.run(
            "INSERT INTO backups VALUES ($1, $2, NULL, $3, '') ON CONFLICT (\"day\")"
            " DO UPDATE SET begun_at = excluded.begun_at, server = excluded.server",
            day,
            now,
            _server(),
        )
        tx.run('DELETE FROM backups WHERE "day" < $1', day - timedelta(days=60))
    try:
        made = _make(store, backup.DAILY)
    except StoreError as fault:
        with store.write(None) as tx:
            tx.run('UPDATE backups SET error = $1 WHERE "day" = $2', str(fault), day)
        raise
    with store.write(None) as tx:
        tx.run("UPDATE backups SET made_at = $1, error = '' WHERE \"day\" = $2", made.made_at, day)
    return made


def back_up_to(actor: Actor, dest: Path) -> tuple[Path, Contents]:
    """Makes a backup at a path, or in a folder that is there. Raises Forbidden unless for the console, StoreError."""
    _console(actor)
    store = company()
    to = backup.place(dest, store.where, backup.BY_HAND, utc_now()) if dest.is_dir() else dest
    return to, store.back_up(to, utc_now())


def restore(
    actor: Actor, source: Path, where: Path | str, *, force: bool = False, progress: Progress | None = None
) -> Restored:
    """Puts a backup in the place of the database at a path or an address, which no process may have open.

    Raises Forbidden unless for the console, StoreError; nothing was changed then.
    """
    _console(actor)
    folder = config.load().backups_of(where)
    return put_back(source, where, folder, utc_now(), force=force, progress=progress)


def copy(actor: Actor, source: Path | str, target: Path | str, progress: Progress | None = None) -> list[Copied]:
    """Copies a company from a database (a path or an address) into an empty one, and compares every table.

    Raises Forbidden unless for the console, StoreError; the target is as it was then.
    """
    _console(actor)
    return copying.copy_database(source, target, progress)


def _make(store: Store, why: str) -> Kept:
    settings, now = config.load(), utc_now()
    folder = settings.backups_of(store.where)
    to = backup.place(folder, store.where, why, now)
    store.back_up(to, now)
    try:
        backup.prune(folder, store.where, settings.kept)
    except OSError:  # the new one is there all the same
        logger.exception("old backups could not be deleted")
    return next(one for one in backup.kept(folder, store.where) if one.name == to.name)


def _is_due(row: dict[str, object] | None, now: datetime) -> bool:
    if row is None:
        return True
    begun = row["begun_at"]
    return row["made_at"] is None and isinstance(begun, datetime) and now - begun >= _AGAIN


def _console(actor: Actor) -> None:
    if actor != CONSOLE:
        raise Forbidden("This is done on the server's console.")


def _server() -> str:
    return socket.gethostname()
