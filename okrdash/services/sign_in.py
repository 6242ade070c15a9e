"""Passwords and sessions: who may come in, and how long they stay.

A session is a row. The browser's cookie holds a random token of which the row keeps the SHA-256; a signed-in tab's
server side holds the session's name. So signing out, disabling a person or ending a session works at the next click
in every tab.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from datetime import datetime, timedelta
from typing import Literal

import bcrypt

from okrdash.domain.errors import Forbidden, Invalid, NotFound, Problem
from okrdash.domain.tables import TABLES
from okrdash.services.company import company
from okrdash.services.editing import clean, event
from okrdash.services.organisation_rules import check_team, check_username, refuse_taken
from okrdash.services.people import Actor, allow
from okrdash.store.store import utc_now
from okrdash.store.transaction import Reader, Writer

IDLE, ABSOLUTE, TICKET = timedelta(days=7), timedelta(days=30), timedelta(seconds=60)
"""How long a session lasts unused, and at most; how long a tab has to turn a sign-in into a cookie."""
SHORTEST, LONGEST = 12, 72
"""Bytes of a password; bcrypt reads no more than 72."""
CameBy = Literal["password", "link", "company", "proxy", "demo"]
"""How a session began: a one-time link, the company's own sign-in, a proxy that vouches, a demo's button."""
_LONGEST_BROWSER = 200
_TRIES, _FIRST_WAIT, _LONGEST_WAIT = 5, timedelta(seconds=30), timedelta(minutes=15)

_SLOTS = threading.BoundedSemaphore(2)
"""Password checks at a time, so that guessing cannot take every core."""
_NOBODY = bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt())
"""What the password of an unknown name is checked against, so that it takes as long as a known one."""
_setup_token: list[str] = []


def sign_in(username: str, password: str) -> Actor:
    """Checks name and password and starts a session.

    Raises Forbidden with one and the same message for an unknown name, a wrong password, a disabled account and one
    that has to wait after five failures (30 seconds, doubling up to 15 minutes).
    """
    username = _bytes(username.strip()).decode("utf-8", "replace")
    subject = f"user {username[:64].casefold()}"
    with company().read() as reader:
        row = reader.one(
            "SELECT p.username, c.password_hash FROM people p JOIN credentials c ON c.username = p.username"
            " WHERE lower(p.username) = lower($1) AND p.active",
            username,
        )
        failures = reader.one("SELECT failures, blocked_until FROM sign_in_failures WHERE subject = $1", subject)
    typed = _bytes(password)
    with _SLOTS:
        right = bcrypt.checkpw(typed[:LONGEST], row["password_hash"].encode() if row else _NOBODY)
    waiting = failures is not None and failures["blocked_until"] > utc_now()
    if row is None or not right or waiting or len(typed) > LONGEST:
        if not waiting:
            _count_failure(subject, failures["failures"] + 1 if failures else 1)
        raise Forbidden("Name or password is not right. After several failures wait a little before you try again.")
    with company().write(None) as tx:
        tx.run("DELETE FROM sign_in_failures WHERE subject = $1", subject)
    return start_session(row["username"])


def start_session(
    username: str, *, came_by: CameBy = "password", browser: str = "", address: str = "", until: datetime | None = None
) -> Actor:
    """A new session of a person. The caller has made sure who it is.

    `browser` and `address` say where it is, as far as that is known; after `until` (UTC) it has ended, however used.
    """
    session, now = secrets.token_hex(16), utc_now()
    with company().write(None) as tx:
        tx.run("DELETE FROM sessions WHERE seen_at < $1 OR started_at < $2", now - IDLE, now - ABSOLUTE)
        tx.run(
            "INSERT INTO sessions (session, username, started_at, seen_at, came_by, browser, address, until)"
            " VALUES ($1, $2, $3, $3, $4, $5, $6, $7)",
            session,
            username,
            now,
            came_by,
            browser[:_LONGEST_BROWSER],
            address,
            until,
        )
    return Actor(username, session)


def resume(*, session: str = "", cookie: str = "") -> Actor | None:
    """The actor of a living session, by its name or by the browser's cookie; None if it ended."""
    if not session and not cookie:
        return None
    now = utc_now()
    by, value = ("session", session) if session else ("cookie_hash", _hash(cookie))
    with company().read() as reader:
        row = reader.one(
            "SELECT s.session, s.username, s.seen_at FROM sessions s JOIN people p ON p.username = s.username"  # noqa: S608
            f" WHERE s.{by} = $1 AND s.ended_at IS NULL AND s.seen_at >= $2 AND s.started_at >= $3 AND p.active"
            " AND (s.until IS NULL OR s.until > $4)",
            value,
            now - IDLE,
            now - ABSOLUTE,
            now,
        )
    if row is None:
        return None
    if now - row["seen_at"] > timedelta(minutes=5):
        with company().write(None) as tx:
            tx.run("UPDATE sessions SET seen_at = $1 WHERE session = $2", now, row["session"])
    return Actor(row["username"], row["session"])


def end_session(actor: Actor) -> None:
    """Signs out: in every tab of that browser, at its next click."""
    with company().write(None) as tx:
        tx.run("UPDATE sessions SET ended_at = $1 WHERE session = $2 AND ended_at IS NULL", utc_now(), actor.session)


def issue_ticket(actor: Actor) -> str:
    """A one-time secret, good for a minute, against which the browser gets the session's cookie."""
    ticket = secrets.token_urlsafe(32)
    with company().write(None) as tx:
        tx.run(
            "UPDATE sessions SET ticket_hash = $1, ticket_until = $2 WHERE session = $3",
            _hash(ticket),
            utc_now() + TICKET,
            actor.session,
        )
    return ticket


def redeem(ticket: str) -> str | None:
    """The cookie's token for a ticket; None if it is unknown, used or too old."""
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


def password_problems(password: str) -> list[Problem]:
    """What is wrong with a new password."""
    size = len(_bytes(password))
    if not SHORTEST <= size <= LONGEST:
        return [Problem("password", f"has {size} bytes, but must have {SHORTEST} to {LONGEST}. A sentence is good.")]
    return []


def set_password(actor: Actor, username: str, password: str, *, current: str | None = None) -> None:
    """Gives a person a password: oneself with the current one, anyone else by an admin. Ends their other sessions.

    Raises Forbidden, NotFound or Invalid.
    """
    if problems := password_problems(password):
        raise Invalid(*problems)
    hashed = _hashed(password)
    with company().read() as reader:
        if actor.username == username:
            allow(reader, actor, "read")
            row = reader.one("SELECT password_hash FROM credentials WHERE username = $1", username)
            with _SLOTS:
                if row and not bcrypt.checkpw(_bytes(current or "")[:LONGEST], row["password_hash"].encode()):
                    raise Invalid(Problem("current password", "is not right."))
        else:
            allow(reader, actor, "manage people")
        if reader.get("people", username) is None:
            raise NotFound(f"There is no person {username!r}.")
    now = utc_now()
    with company().write(None) as tx:
        tx.run("DELETE FROM credentials WHERE username = $1", username)
        tx.run("INSERT INTO credentials VALUES ($1, $2, $3)", username, hashed, now)
        tx.run(
            "UPDATE sessions SET ended_at = $1 WHERE username = $2 AND session <> $3 AND ended_at IS NULL",
            now,
            username,
            actor.session,
        )


def set_up_needed() -> bool:
    """Whether no active admin can sign in, so that the first one has to be made."""
    with company().read() as reader:
        return not _an_admin_can_sign_in(reader)


def setup_token() -> str:
    """The one-time token that the set-up page wants; made once per process, for printing on the console."""
    if not _setup_token:
        _setup_token.append(secrets.token_urlsafe(24))
    return _setup_token[0]


def set_up(token: str, *, company_name: str, username: str, name: str, password: str) -> Actor:
    """Makes the first admin, and the company if there is none yet, and signs them in.

    Raises Forbidden for a wrong token or when an admin can sign in already, Invalid for what was typed.
    """
    if not _setup_token or not hmac.compare_digest(_bytes(token.strip()), _bytes(_setup_token[0])):
        raise Forbidden("The token is not right. It was printed on the console when okrdash was started.")
    username, name, company_name = username.strip(), name.strip(), company_name.strip()
    problems = [Problem(field, "is missing.") for field, text in (("name", name), ("username", username)) if not text]
    problems += password_problems(password)
    with company().read() as reader:
        needs_company = not reader.table("teams", "kind = 'company'")
    if needs_company and not company_name:
        problems.append(Problem("company", "is missing."))
    if problems:
        raise Invalid(*problems)
    hashed = _hashed(password)
    with company().write(event(Actor(username), "set up")) as tx:
        if _an_admin_can_sign_in(tx):
            raise Forbidden("An admin can sign in already.")
        if needs_company:
            _add_company(tx, company_name)
        person = clean("people", TABLES["people"].row(username=username, name=name, role="admin"))
        if tx.get("people", person["username"]):
            tx.update("people", (username,), {"role": "admin", "active": True, "name": person["name"]})
        else:
            check_username(tx, person["username"])
            tx.insert("people", person)
        tx.run("DELETE FROM credentials WHERE username = $1", username)
        tx.run("INSERT INTO credentials VALUES ($1, $2, $3)", username, hashed, utc_now())
    _setup_token.clear()
    return start_session(username)


def _add_company(tx: Writer, name: str) -> None:
    try:
        row = clean("teams", TABLES["teams"].row(team=name, kind="company"))
        refuse_taken(tx, "teams", row["team"])
        check_team(tx, row)
    except Invalid as fault:
        raise Invalid(*(Problem("company", problem.message) for problem in fault.problems)) from None
    tx.insert("teams", row)


def _an_admin_can_sign_in(reader: Reader) -> bool:
    found = reader.one(
        "SELECT 1 AS found FROM people p JOIN credentials c ON c.username = p.username"
        " WHERE p.active AND p.role = 'admin'"
    )
    return found is not None


def _count_failure(subject: str, failures: int) -> None:
    wait = min(_FIRST_WAIT * 2 ** max(0, min(failures - _TRIES, 10)), _LONGEST_WAIT)
    until = utc_now() + wait if failures >= _TRIES else utc_now()
    with company().write(None) as tx:
        tx.run("DELETE FROM sign_in_failures WHERE subject = $1", subject)
        tx.run("INSERT INTO sign_in_failures VALUES ($1, $2, $3)", subject, failures, until)


def _bytes(text: str) -> bytes:
    """Any text as bytes, halves of a surrogate pair too: what cannot be stored is still only a wrong guess."""
    return text.encode("utf-8", "surrogatepass")


def _hash(token: str) -> str:
    return hashlib.sha256(_bytes(token)).hexdigest()


def _hashed(password: str) -> str:
    with _SLOTS:
        return bcrypt.hashpw(_bytes(password), bcrypt.gensalt()).decode()
