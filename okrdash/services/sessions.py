"""The sessions of one person, in all their browsers."""

from __future__ import annotations

from okrdash.services.company import company
from okrdash.services.people import Actor, allow
from okrdash.store.store import utc_now

COOKIE = "okrdash_session"
"""The cookie in which a browser keeps its session's token; out of reach of scripts."""


def end_everywhere(actor: Actor) -> None:
    """Signs the actor out in every browser, this one included. Raises Forbidden for who is signed out."""
    with company().read() as reader:
        allow(reader, actor, "read")
    with company().write(None) as tx:
        tx.run("UPDATE sessions SET ended_at = $1 WHERE username = $2 AND ended_at IS NULL", utc_now(), actor.username)
