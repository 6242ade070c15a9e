"""Messages that call people: written with the change that calls for them, sent afterwards and once.

A message is new (no try yet), waits for its next try, is given up (tried, and no next try), or is settled: sent, or
not needed, and then `error` says why.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from okrdash.domain.columns import Row
from okrdash.services.company import company
from okrdash.services.people import Actor, allow
from okrdash.store.reader import Reader
from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

Kind = Literal["reminder", "mention", "blocker", "dependency", "handover", "password"]
"""Why somebody is called; each kind but the last two can be stopped by who gets it."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""After a try that failed: how long until the next. After the last of these tries the message is given up."""
_CLAIM = timedelta(minutes=10)
"""How long one process has a message for itself; longer than the slowest try, so that no other sends it too."""
_KEPT = timedelta(days=90)
"""How long messages are kept that are settled or given up."""


def leave(tx: Writer, to: Iterable[str], kind: Kind, *, about: str, subject: str, text: str, place: str = "") -> None:
    """Leaves a message for each of these people (usernames), to be sent after the transaction; texts are plain.

    `about` names what calls (a check-in, a comment, a day): of one kind a person gets one message about it, however
    often this is asked for, and none once it was taken back before it was sent. `place` is where its link leads within
    okrdash, "" for where messages of its kind do.
    """
    for username in dict.fromkeys(to):
        name = hashlib.sha256(f"{kind}\n{about}\n{username}".encode()).hexdigest()[:32]
        tx.run(
            'INSERT INTO messages ("id", "username", "kind", "about", "subject", "text", "place", "made_at", "tries",'
            ' "error") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, \'\') ON CONFLICT ("id") DO NOTHING',
            name,
            username,
            kind,
            about,
            subject,
            text,
            place,
            utc_now(),
        )


def take_back(tx: Writer, about: str) -> None:
    """Takes back the messages about something that have not been sent yet."""
    tx.run("DELETE FROM messages WHERE about = $1 AND sent_at IS NULL", about)


def to_send(reader: Reader, now: datetime) -> list[Row]:
    """The messages whose time to be tried has come, oldest first, with who gets them: name, email, active."""
    return reader.rows(
        "SELECT m.*, p.name, p.email, p.active FROM messages m LEFT JOIN people p ON p.username = m.username"
        " WHERE m.sent_at IS NULL AND (m.tries = 0 OR m.next_try_at <= $1) ORDER BY m.made_at, m.id",
        now,
    )


def claim(tx: Writer, message: Row, now: datetime) -> bool:
    """Takes a message for one try; False if somebody else has it, or it was taken back meanwhile."""
    changed = tx.run(
        "UPDATE messages SET tries = tries + 1, next_try_at = $1 WHERE id = $2 AND tries = $3 AND sent_at IS NULL",
        now + _CLAIM,
        message["id"],
        message["tries"],
    )
    return changed == 1


def settle(tx: Writer, message: Row, now: datetime, why_not: str = "") -> None:
    """Keeps that a message was sent, or why it need not be."""
    tx.run("UPDATE messages SET sent_at = $1, error = $2 WHERE id = $3", now, why_not, message["id"])


def put_off(tx: Writer, message: Row, now: datetime, error: str) -> None:
    """Keeps that a claimed message could not be sent: it is tried again later, or given up."""
    again = now + BACK_OFF[message["tries"]] if message["tries"] < len(BACK_OFF) else None
    tx.run("UPDATE messages SET next_try_at = $1, error = $2 WHERE id = $3", again, error, message["id"])


def clear_away(tx: Writer, now: datetime) -> None:
    """Forgets the messages with which nothing has to be done any more, after a while."""
    tx.run(
        "DELETE FROM messages WHERE made_at < $1 AND (sent_at IS NOT NULL OR (tries > 0 AND next_try_at IS NULL))",
        now - _KEPT,
    )


@dataclass(frozen=True, slots=True)
class Outbox:
    """How it stands with the messages; rows are those of `messages` with the person's `name`.

    The newest are first; of those that wait, the ones that failed before.
    """

    sent: int
    """Of the messages made in the last seven days: how many were sent."""
    not_needed: int
    """And how many were not, because the person does not want them or has no way open."""
    last_sent: datetime | None
    waiting: tuple[Row, ...]
    given_up: tuple[Row, ...]


def outbox(actor: Actor) -> Outbox:
    """How it stands with the messages. Raises Forbidden."""
    with company().read() as reader:
        allow(reader, actor, "manage settings")
        counted = reader.one(
            "SELECT count(*) FILTER (WHERE error = '') AS sent, count(*) FILTER (WHERE error <> '') AS not_needed"
            " FROM messages WHERE sent_at IS NOT NULL AND made_at >= $1",
            utc_now() - timedelta(days=7),
        )
        last = reader.one("SELECT max(sent_at) AS last FROM messages WHERE error = ''")
        unsent = reader.rows(
            "SELECT m.*, coalesce(p.name, m.username) AS name FROM messages m"
            " LEFT JOIN people p ON p.username = m.username WHERE m.sent_at IS NULL ORDER BY m.made_at DESC, m.id"
        )
    given_up = tuple(row for row in unsent if row["tries"] and row["next_try_at"] is None)
    waiting = [row for row in unsent if not row["tries"] or row["next_try_at"] is not None]
    return Outbox(
        counted["sent"] if counted else 0,
        counted["not_needed"] if counted else 0,
        last["last"] if last else None,
        tuple(sorted(waiting, key=lambda row: not row["error"])),
        given_up,
    )


def try_again(actor: Actor, messages: Iterable[str]) -> int:
    """Lets messages (ids) that were not sent begin anew; returns how many there were. Raises Forbidden."""
    with company().write(None) as tx:
        allow(tx, actor, "manage settings")
        again = "UPDATE messages SET tries = 0, next_try_at = NULL, error = '' WHERE id = $1 AND sent_at IS NULL"
        return sum(tx.run(again, one) for one in dict.fromkeys(messages))
