"""Messages that call people: written with the change that calls for them, sent afterwards and once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal

from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

Kind = Literal["reminder", "mention", "blocker"]
"""Why somebody is called; each kind can be stopped by who gets it."""


def leave(tx: Writer, to: Iterable[str], kind: Kind, *, about: str, subject: str, text: str) -> None:
    """Leaves a message for each of these people (usernames), to be sent after the transaction; texts are plain.

    `about` names what calls (a check-in, a comment, a day): of one kind a person gets one message about it, however
    often this is asked for, and none once it was taken back before it was sent.
    """
    for username in dict.fromkeys(to):
        name = hashlib.sha256(f"{kind}\n{about}\n{username}".encode()).hexdigest()[:32]
        tx.run(
            'INSERT INTO messages ("id", "username", "kind", "about", "subject", "text", "made_at", "tries", "error")'
            " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '') ON CONFLICT (\"id\") DO NOTHING",
            name,
            username,
            kind,
            about,
            subject,
            text,
            utc_now(),
        )


def take_back(tx: Writer, about: str) -> None:
    """Takes back the messages about something that have not been sent yet."""
    tx.run("DELETE FROM messages WHERE about = $1 AND sent_at IS NULL", about)
