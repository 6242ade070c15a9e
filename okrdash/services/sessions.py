"""Sessions: who is signed in, in which browsers, for how long, and how that ends.

A session is a row. The browser's cookie holds a random token of which the row keeps the SHA-256; a signed-in tab's
server side holds the session's name. So signing out, disabling a person or ending a session works at the next click
in every tab.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Literal

from okrdash import config
from okrdash.domain.errors import NotFound, StoreError
from okrdash.services.company import company
from okrdash.services.passwords import as_bytes
from okrdash.services.people import Actor, allow, lives, order_of, person_in, session_row
from okrdash.services.permissions import Person
from okrdash.store.reader import Reader
from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

COOKIE = "okrdash_session"
"""The cookie in which a browser keeps its session's token; out of reach of scripts."""
_SECURE_COOKIE = f"__Host-{COOKIE}"
TICKET = timedelta(seconds=60)
"""How long a tab has to turn a sign-in into a cookie."""
CameBy = Literal["password", "link", "company", "proxy", "demo"]
"""How a session began: a one-time link, the company's own sign-in, a proxy that vouches, a demo's button."""
_LONGEST_BROWSER, _LONGEST_ADDRESS = 200, 64
_SEEN = timedelta(minutes=5)
"""How often it is written down at most that a session is used."""


@dataclass(frozen=True, slots=True)
class Session:
    """A living session."""

    session: str
    """Its name."""
    username: str
    name: str
    """Of the person."""
    came_by: CameBy
    browser: str
    address: str
    started_at: datetime
    seen_at: datetime
    """When it was last used, within five minutes."""
    this: bool
    """Whether it is the one that asks."""


def cookie_name(*, secure: bool) -> str:
    """What the cookie is called. Where it is `secure`, and for the whole host, no other host can put one there."""
    return _SECURE_COOKIE if secure else COOKIE


def token_in(cookies: Mapping[str, str]) -> str:
    """The session's token among a browser's cookies; "" if there is none."""
    return cookies.get(_SECURE_COOKIE) or cookies.get(COOKIE, "")


def start_session(
    username: str, *, came_by: CameBy = "password", browser: str = "", address: str = "", until: datetime | None = None
) -> Actor:
    """A new session of a person. The caller has made sure who it is.

    `browser` and `address` say where it is, as far as that is known; after `until` (UTC) it has ended, however used.
    """
    session, now = secrets.token_hex(16), utc_now()
    settings = config.load()
    with company().write(None) as tx:
        over = now - settings.idle, now - settings.longest
        tx.run("DELETE FROM sessions WHERE seen_at < $1 OR started_at < $2", *over)
        tx.run(
            "INSERT INTO sessions (session, username, started_at, seen_at, came_by, browser, address, until)"
            " VALUES ($1, $2, $3, $3, $4, $5, $6, $7)",
            session,
            username,
            now,
            came_by,
            browser[:_LONGEST_BROWSER],
            address[:_LONGEST_ADDRESS],
            until,
        )
    return Actor(username, session)


def resume(*, session: str = "", cookie: str = "") -> Actor | None:
    """The actor of a living session, by its name or by the browser's cookie; None if it ended."""
    found = identify(session=session, cookie=cookie)
    return found[0] if found else None


def identify(*, session: str = "", cookie: str = "") -> tuple[Actor, Person, dict[str, str]] | None:
    """The same, the person as they are now, and everybody's name by username, the inactive included."""
    if not session and not cookie:
        return None
    now = utc_now()
    with company().read() as reader:
        if session:
            row = session_row(reader, by="session", value=session)
        else:
            row = session_row(reader, by="cookie_hash", value=_hash(cookie))
        order = order_of(reader)
        found = order.people.get(row["username"]) if row else None
        if row is None or found is None or not found["active"] or not lives(row, now):
            return None
        actor = Actor(row["username"], row["session"])
        person = reader.once(actor, lambda: person_in(order, found))
    if now - row["seen_at"] > _SEEN:
        # That it cannot be written down, because the disk is full, is no reason to shut the person out.
        with contextlib.suppress(StoreError), company().write(None) as tx:
            tx.run("UPDATE sessions SET seen_at = $1 WHERE session = $2", now, row["session"])
    return actor, person, order.names


def ended_how(*, session: str = "", cookie: str = "") -> Literal["", "ran out", "signed out"]:
    """How a session ended that the company's own sign-in began: its time ran out, or it was ended; "" for any other."""
    by, value = ("session", session) if session else ("cookie_hash", _hash(cookie))
    with company().read() as reader:
        row = reader.one(
            "SELECT s.ended_at, s.until FROM sessions s JOIN people p ON p.username = s.username"  # noqa: S608
            f" WHERE s.{by} = $1 AND s.came_by IN ('company', 'proxy') AND p.active",
            value,
        )
    if row is None:
        return ""
    if row["ended_at"] is not None:
        return "signed out"
    return "ran out" if row["until"] and row["until"] <= utc_now() else ""


def issue_ticket(actor: Actor) -> str:
    """A one-time secret, good for a minute, against which the browser gets the session's cookie.

    Raises Forbidden for who is signed out.
    """
    ticket = secrets.token_urlsafe(32)
    with company().write(None) as tx:
        allow(tx, actor, "read")
        tx.run(
            "UPDATE sessions SET ticket_hash = $1, ticket_until = $2 WHERE session = $3",
            _hash(ticket),
            utc_now() + TICKET,
            actor.session,
        )
    return ticket


def redeem(ticket: str) -> str | None:
    """The cookie's token for a ticket, always a new one; None if the ticket is unknown, used or too old."""
    token = secrets.token_urlsafe(32)
    with company().write(None) as tx:
        changed = tx.run(
            "UPDATE sessions SET cookie_hash = $1, ticket_hash = '' WHERE ticket_hash = $2 AND ticket_until > $3"
            " AND ended_at IS NULL",
            _hash(token),
            _hash(ticket),
            utc_now(),
        )
    return token if changed == 1 else None


def own(actor: Actor) -> list[Session]:
    """The actor's sessions: the one that asks, then those used last. Raises Forbidden for who is signed out."""
    with company().read() as reader:
        allow(reader, actor, "read")
        return _living(reader, actor, "AND s.username = $1", actor.username)


def everyones(actor: Actor) -> list[Session]:
    """Everybody's sessions: the one that asks, then those used last. Raises Forbidden for who is no admin."""
    with company().read() as reader:
        allow(reader, actor, "manage people")
        return _living(reader, actor)


def end_session(actor: Actor) -> None:
    """Signs out: in every tab of that browser, at its next click."""
    with company().write(None) as tx:
        tx.run("UPDATE sessions SET ended_at = $1 WHERE session = $2 AND ended_at IS NULL", utc_now(), actor.session)


def end_one(actor: Actor, session: str) -> None:
    """Ends a session of one's own; an admin ends anybody's.

    Raises Forbidden for who is signed out, NotFound for one that is none of theirs.
    """
    with company().write(None) as tx:
        mine = tx.one("SELECT username FROM sessions WHERE session = $1", session)
        person = allow(tx, actor, "read")
        if mine is None or (mine["username"] != person.username and person.role != "admin"):
            raise NotFound("There is no such session.")
        tx.run("UPDATE sessions SET ended_at = $1 WHERE session = $2 AND ended_at IS NULL", utc_now(), session)


def end_others(actor: Actor) -> None:
    """Signs the actor out in every other browser. Raises Forbidden for who is signed out."""
    with company().write(None) as tx:
        allow(tx, actor, "read")
        end_all(tx, actor.username, but=actor.session)


def end_everywhere(actor: Actor, username: str = "") -> None:
    """Signs the actor out in every browser, this one included; an admin anybody, by username. Raises Forbidden."""
    with company().write(None) as tx:
        allow(tx, actor, "manage people" if username not in ("", actor.username) else "read")
        end_all(tx, username or actor.username)


def end_all(tx: Writer, username: str, *, but: str = "") -> None:
    """Within a transaction, ends all sessions of a person, but for the one of this name."""
    tx.run(
        "UPDATE sessions SET ended_at = $1 WHERE username = $2 AND session <> $3 AND ended_at IS NULL",
        utc_now(),
        username,
        but,
    )


def _living(reader: Reader, actor: Actor, which: str = "", *parameters: str) -> list[Session]:
    rows = reader.rows(
        "SELECT s.session, s.username, s.came_by, s.browser, s.address, s.started_at, s.seen_at, s.ended_at, s.until,"  # noqa: S608
        f" p.name FROM sessions s JOIN people p ON p.username = s.username WHERE p.active {which}"
        " ORDER BY s.seen_at DESC",
        *parameters,
    )
    now, names = utc_now(), [one.name for one in fields(Session) if one.name != "this"]
    living = [{name: row[name] for name in names} for row in rows if lives(row, now)]
    found = [Session(**row, this=row["session"] == actor.session) for row in living]
    return sorted(found, key=lambda one: not one.this)


def _hash(token: str) -> str:
    return hashlib.sha256(as_bytes(token)).hexdigest()
