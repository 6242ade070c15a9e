"""When a person was last here: what changed since then is news to them."""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta

from okrdash.domain.errors import StoreError
from okrdash.services.company import company
from okrdash.services.people import Actor, allow
from okrdash.store.store import utc_now

SILENCE = timedelta(minutes=30)
"""After so long without a sign of a person their visit is over."""
FIRST = timedelta(days=14)
"""How far back the news of a first visit go."""
_SELDOM = timedelta(minutes=5)
"""How often a visit is written down at most."""

_looked: dict[tuple[str, str], datetime] = {}
"""When this process last looked whether somebody's visit goes on, so that most signs of them cost nothing."""


def visit(actor: Actor) -> datetime:
    """Begins a visit, or goes on with it, and returns since when there is news: when the visit before was over.

    Raises Forbidden for who is signed out.
    """
    now = utc_now()
    with company().read() as reader:
        allow(reader, actor, "read")
        row = reader.one("SELECT since_at, seen_at FROM visits WHERE username = $1", actor.username)
    since: datetime = row["since_at"] if row else now - FIRST
    if row and now - row["seen_at"] > SILENCE:
        since = row["seen_at"]
    if row is None or now - row["seen_at"] > _SELDOM:
        _write(actor, since, now)
    return since


def stay(actor: Actor) -> None:
    """Keeps the visit of an actor alive, if one is; other screens than the one with the news begin none.

    Raises Forbidden for who is signed out.
    """
    now, key = utc_now(), (company().opening, actor.username)
    if key in _looked and now - _looked[key] <= _SELDOM:
        return
    with company().read() as reader:
        allow(reader, actor, "read")
        row = reader.one("SELECT since_at, seen_at FROM visits WHERE username = $1", actor.username)
    _looked[key] = now
    if row and _SELDOM < now - row["seen_at"] <= SILENCE:
        _write(actor, row["since_at"], now)


def _write(actor: Actor, since: datetime, now: datetime) -> None:
    # A visit that cannot be written down, because the disk is full, is no reason to refuse the screen.
    with contextlib.suppress(StoreError), company().write(None) as tx:
        tx.run(
            "INSERT INTO visits VALUES ($1, $2, $3) ON CONFLICT (username)"
            " DO UPDATE SET since_at = excluded.since_at, seen_at = excluded.seen_at",
            actor.username,
            since,
            now,
        )
