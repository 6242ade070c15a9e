"""How often somebody tried what only the right person should get right, and how long they have to wait.

Tries are counted before it is known whether they are right, so that a burst of them gets no more guesses than as many
one after the other. What counts is kept in the database: it outlives a restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

_FIRST_WAIT, _LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
_KEPT = timedelta(days=1)
"""How long after the last try a count is kept."""


@dataclass(frozen=True, slots=True)
class Limit:
    """From how many tries on each costs a wait (30 seconds, doubling up to 15 minutes), and how one is forgiven."""

    tries: int
    forgiven: timedelta
    """One try for each such while without another."""


ACCOUNT = Limit(5, timedelta(hours=1))
ADDRESS = Limit(100, timedelta(minutes=1))
"""Behind a proxy or in an office many people share an address."""


def take(tx: Writer, subjects: Mapping[str, Limit]) -> bool:
    """Counts one try on each subject; False, with nothing counted, if one of them has to wait."""
    now = utc_now()
    tx.run("DELETE FROM sign_in_failures WHERE blocked_until < $1", now - _KEPT)
    rows = {s: tx.one("SELECT failures, blocked_until FROM sign_in_failures WHERE subject = $1", s) for s in subjects}
    if any(row and row["blocked_until"] > now for row in rows.values()):
        return False
    for subject, limit in subjects.items():
        row = rows[subject]
        before = max(0, row["failures"] - (now - row["blocked_until"]) // limit.forgiven) if row else 0
        over = before + 1 - limit.tries
        wait = min(_FIRST_WAIT * 2 ** min(over, 10), _LONGEST_WAIT) if over >= 0 else timedelta()
        tx.run(
            "INSERT INTO sign_in_failures VALUES ($1, $2, $3) ON CONFLICT (subject)"
            " DO UPDATE SET failures = excluded.failures, blocked_until = excluded.blocked_until",
            subject,
            before + 1,
            now + wait,
        )
    return True


def give_back(tx: Writer, *subjects: str) -> None:
    """Takes one try off each subject: it was no wrong one."""
    for subject in subjects:
        tx.run(
            "UPDATE sign_in_failures SET failures = greatest(failures - 1, 0), blocked_until = least(blocked_until, $1)"
            " WHERE subject = $2",
            utc_now(),
            subject,
        )


def forget(tx: Writer, subject: str) -> None:
    """Forgets all tries on a subject."""
    tx.run("DELETE FROM sign_in_failures WHERE subject = $1", subject)
