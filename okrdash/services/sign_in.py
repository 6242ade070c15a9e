"""Who may come in: by name and password, by a one-time link, and the first admin of all.

Unknown, wrong, disabled and waiting get one answer that takes one time.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from okrdash import config
from okrdash.domain.errors import Forbidden, Invalid, NotFound, Problem
from okrdash.domain.tables import TABLES
from okrdash.services import attempts, passwords, sessions, sign_in_links
from okrdash.services.company import company
from okrdash.services.editing import clean, event
from okrdash.services.organisation_rules import admins, check_team, check_username, refuse_taken
from okrdash.services.people import Actor, allow
from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

_LONGEST_NAME = 64
_WAIT = "After several failures wait a little before you try again."
_SET_UP, _TO_SET_UP = "set-up", timedelta(days=365)
"""The purpose of the token for the first admin, and how long one works that nobody used."""


def sign_in(username: str, password: str, *, address: str = "", browser: str = "") -> Actor:
    """Checks name and password and starts a session; `address` and `browser` say from where, as far as is known.

    Raises Forbidden with one and the same message for an unknown name, a wrong password, a disabled account and one
    that has to wait after several failures (30 seconds, doubling up to 15 minutes), its own or its address's. Raises
    BusyError, whoever asks, while too many passwords are being checked.
    """
    if config.load().passwords == "off":
        raise Forbidden("Passwords of okrdash are switched off. Sign in with your company account.")
    username = passwords.as_bytes(username.strip()).decode("utf-8", "replace")
    with company().read() as reader:
        row = reader.one(
            "SELECT p.username, c.password_hash FROM people p JOIN credentials c ON c.username = p.username"
            " WHERE lower(p.username) = lower($1) AND p.active",
            username,
        )
    limits = {_account(username): attempts.ACCOUNT, f"address {address}": attempts.ADDRESS}
    if not _right(password, row["password_hash"] if row else None, limits) or row is None:
        raise Forbidden(f"Name or password is not right. {_WAIT}")
    return sessions.start_session(row["username"], address=address, browser=browser)


def sign_in_by_link(token: str, password: str, *, address: str = "", browser: str = "") -> Actor:
    """Gives the person of a one-time link a password and signs them in; every other session of theirs ends.

    Raises NotFound for a link that does not work (any more), Invalid or BusyError.
    """
    person = sign_in_links.whose(token)
    with company().read() as reader:
        _refuse(passwords.problems(password, *passwords.names_of(reader, person.username)))
    hashed = passwords.hashed(password)
    with company().write(event(Actor(person.username), "set password by link")) as tx:
        sign_in_links.use(tx, token)
        _take(tx, person.username, hashed)
    return sessions.start_session(person.username, came_by="link", address=address, browser=browser)


def set_password(actor: Actor, username: str, password: str, *, current: str | None = None) -> None:
    """Gives a person a password: oneself with the current one, anyone else by an admin.

    Ends their other sessions and voids their one-time links. Wrong current ones are counted and slowed down as in
    signing in. Raises Forbidden, NotFound, Invalid or BusyError.
    """
    action = "read" if actor.username == username else "manage people"
    with company().read() as reader:
        allow(reader, actor, action)
        if reader.get("people", username) is None:
            raise NotFound(f"There is no person {username!r}.")
        _refuse(passwords.problems(password, *passwords.names_of(reader, username)))
        kept = passwords.kept_of(reader, username)
    if actor.username == username and kept is not None:
        limits = {f"current {username}": attempts.ACCOUNT}
        if not _right(current or "", kept, limits):
            raise Invalid(Problem("current password", f"is not right. {_WAIT}"))
    hashed = passwords.hashed(password)
    with company().write(event(actor, "set password")) as tx:
        allow(tx, actor, action)
        _take(tx, username, hashed, stays=actor.session)


def has_password(actor: Actor) -> bool:
    """Whether the actor can sign in by name and password. Raises Forbidden for who is signed out."""
    with company().read() as reader:
        allow(reader, actor, "read")
        return passwords.kept_of(reader, actor.username) is not None


def _right(password: str, kept: str | None, limits: Mapping[str, attempts.Limit]) -> bool:
    """Whether a password is right and it is not time to wait; the try is counted on every subject of `limits`.

    What is right is forgotten for the first subject, and taken off the others.
    """
    first, *others = limits
    with company().write(None) as tx:
        in_turn = attempts.take(tx, limits)
    try:
        right = passwords.right(password, kept)
    except passwords.BusyError:
        with company().write(None) as tx:
            attempts.give_back(tx, *(limits if in_turn else ()))
        raise
    if right and in_turn:
        with company().write(None) as tx:
            attempts.forget(tx, first)
            attempts.give_back(tx, *others)
    return right and in_turn


def _take(tx: Writer, username: str, hashed: str, *, stays: str = "") -> None:
    """A new password takes the place of whatever let the person in before; one session `stays`, by its name."""
    passwords.keep(tx, username, hashed)
    sessions.end_all(tx, username, but=stays)
    sign_in_links.void(tx, username)
    attempts.forget(tx, _account(username))
    tx.restate("people", (username,), "active")  # so that the log has who did this, and to whom


def _account(username: str) -> str:
    return f"user {username[:_LONGEST_NAME].casefold()}"


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise Invalid(*problems)


def set_up_needed() -> bool:
    """Whether no active admin can sign in, so that the first one has to be made."""
    with company().read() as reader:
        return not admins(reader)[1]


def setup_token() -> str:
    """A new one-time token that the set-up page wants, for printing on the console.

    The database keeps its SHA-256, so that every server on it takes it, whichever printed it.
    """
    token, now = secrets.token_urlsafe(24), utc_now()
    with company().write(None) as tx:
        tx.run(
            "INSERT INTO sign_in_links (token_hash, username, purpose, made_at, valid_until)"
            " VALUES ($1, '', $2, $3, $4)",
            hashlib.sha256(token.encode()).hexdigest(),
            _SET_UP,
            now,
            now + _TO_SET_UP,
        )
    return token


def set_up(
    token: str, *, company_name: str, username: str, name: str, password: str, address: str = "", browser: str = ""
) -> Actor:
    """Makes the first admin, and the company if there is none yet, and signs them in.

    Raises Forbidden for a wrong token or when an admin can sign in already, Invalid for what was typed.
    """
    typed = hashlib.sha256(passwords.as_bytes(token.strip())).hexdigest()
    good = "SELECT 1 FROM sign_in_links WHERE token_hash = $1 AND purpose = $2 AND valid_until > $3"
    with company().read() as reader:
        known = reader.one(good, typed, _SET_UP, utc_now())
    if not known:
        raise Forbidden("The token is not right. It was printed on the console when okrdash was started.")
    username, name, company_name = username.strip(), name.strip(), company_name.strip()
    problems = [Problem(field, "is missing.") for field, text in (("name", name), ("username", username)) if not text]
    problems += passwords.problems(password, username, name, company_name)
    with company().read() as reader:
        needs_company = not reader.table("teams", "kind = 'company'")
    if needs_company and not company_name:
        problems.append(Problem("company", "is missing."))
    if problems:
        raise Invalid(*problems)
    hashed = passwords.hashed(password)
    with company().write(event(Actor(username), "set up")) as tx:
        if admins(tx)[1]:
            raise Forbidden("An admin can sign in already.")
        if needs_company:
            _add_company(tx, company_name)
        person = clean("people", TABLES["people"].row(username=username, name=name, role="admin"))
        if tx.get("people", person["username"]):
            tx.update("people", (username,), {"role": "admin", "active": True, "name": person["name"]})
        else:
            check_username(tx, person["username"])
            tx.insert("people", person)
        passwords.keep(tx, username, hashed)
        tx.run("DELETE FROM sign_in_links WHERE purpose = $1", _SET_UP)
    return sessions.start_session(username, address=address, browser=browser)


def _add_company(tx: Writer, name: str) -> None:
    try:
        row = clean("teams", TABLES["teams"].row(team=name, kind="company"))
        refuse_taken(tx, "teams", row["team"])
        check_team(tx, row)
    except Invalid as fault:
        raise Invalid(*(Problem("company", problem.message) for problem in fault.problems)) from None
    tx.insert("teams", row)
