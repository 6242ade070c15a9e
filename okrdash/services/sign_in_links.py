"""One-time links by which people give themselves a password: from an admin, or asked for on the sign-in form.

Of a link the database keeps the SHA-256 of its token alone. A new one voids the older ones of the same person.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from urllib.parse import urlencode, urlsplit

from okrdash import config
from okrdash.domain.errors import Invalid, NotFound
from okrdash.services import attempts, messages
from okrdash.services.company import company
from okrdash.services.editing import event, found
from okrdash.services.people import Actor, allow
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError, utc_now
from okrdash.store.transaction import Writer

Purpose = Literal["invite", "reset"]
VALID: dict[Purpose, timedelta] = {"invite": timedelta(days=7), "reset": timedelta(hours=24)}
"""How long a link works: the first one of a person, and one for a password that was forgotten."""
ADDRESS = "password"
"""The address of the screen to which a link leads; its query `link` is the token."""
_PER_ACCOUNT = attempts.Limit(3, timedelta(hours=1))
"""How often a link may be asked for by one name."""
_LONGEST_NAME = 64
_KEPT = timedelta(days=90)
"""How long links are kept that do not work any more."""
_KEY = secrets.token_bytes(32)
"""From which this process makes tokens, so that a repeated request gets the link that the first one made."""


def make_link(actor: Actor, username: str, purpose: Purpose, *, request_key: str = "") -> str:
    """A new one-time link for a person: the full address, or the path where okrdash was not told its own address.

    Raises Forbidden for who is no admin, NotFound, and Invalid for a person who is disabled.
    """
    with company().read() as reader:
        allow(reader, actor, "manage people")  # a repeated request comes no further, and gets the link again
    said = "\n".join((actor.username, username, purpose, request_key or secrets.token_hex(32)))
    token = base64.urlsafe_b64encode(hmac.digest(_KEY, said.encode("utf-8", "replace"), "sha256")).decode().rstrip("=")
    made = event(actor, f"make {purpose} link", request_key=request_key)
    with suppress(RepeatedError), company().write(made) as tx:
        allow(tx, actor, "manage people")
        if not _passwords_on():
            raise Invalid("Passwords of okrdash are switched off: people sign in with their company account.")
        if not found(tx, "people", username)["active"]:
            raise Invalid("This person is disabled. Make them active again before you give them a link.")
        _keep(tx, token, username, purpose, actor.username)
        tx.restate("people", (username,), "active")
    return _link(token)


@dataclass(frozen=True, slots=True)
class Invited:
    """For whom a link is."""

    username: str
    name: str
    purpose: Purpose


def whose(token: str) -> Invited:
    """For whom a link is that works. Raises NotFound, with one message for whatever else is the matter with it."""
    with company().read() as reader:
        return _whose(reader, token)


def use(tx: Writer, token: str) -> Invited:
    """Within a transaction, uses a link up. Raises NotFound where it does not work (any more)."""
    person = _whose(tx, token)
    tx.run("UPDATE sign_in_links SET used_at = $1 WHERE token_hash = $2", utc_now(), _hash(token))
    return person


def sends_mail() -> bool:
    """Whether who forgot their password can be sent a link: there is a mail server, and an address to lead to."""
    settings = config.load()
    return "e-mail" in settings.ways and _base() != "" and _passwords_on()


def forgotten(username: str, address: str = "") -> None:
    """Has a link sent to a person who forgot their password, if there is one of this name who has an e-mail address.

    Whoever asks learns nothing: it does as much for a name that is unknown, and for what is asked for too often by
    one name or from one `address`.
    """
    username = username.strip().encode("utf-8", "replace").decode()[:_LONGEST_NAME]
    limits = {f"forgotten {username.casefold()}": _PER_ACCOUNT, f"forgotten from {address}": attempts.ADDRESS}
    with company().write(None) as tx:
        in_turn = attempts.take(tx, limits)
        person = tx.one("SELECT username, email FROM people WHERE lower(username) = lower($1) AND active", username)
        if in_turn and person and person["email"] and sends_mail():
            messages.leave(
                tx,
                [person["username"]],
                "password",
                about=f"forgotten {secrets.token_hex(8)}",
                subject="Choose a new password for okrdash",
                text="Somebody, probably you, asked for this on the sign-in form. The link works once, for 24 hours."
                " If it was not you, do nothing: your password stays as it is.",
            )


def mailed(tx: Writer, username: str) -> str:
    """Within a transaction, a new link for a mail that is about to be sent: until then there is no token."""
    token = secrets.token_urlsafe(32)
    _keep(tx, token, username, "reset", "")
    return _link(token)


def void(tx: Writer, username: str) -> None:
    """Within a transaction, makes every link that a person has worthless."""
    tx.run("UPDATE sign_in_links SET valid_until = $1 WHERE username = $2 AND valid_until > $1", utc_now(), username)


def _keep(tx: Writer, token: str, username: str, purpose: Purpose, made_by: str) -> None:
    void(tx, username)
    now = utc_now()
    tx.run("DELETE FROM sign_in_links WHERE valid_until < $1", now - _KEPT)
    tx.run(
        "INSERT INTO sign_in_links (token_hash, username, purpose, made_by, made_at, valid_until)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        _hash(token),
        username,
        purpose,
        made_by,
        now,
        now + VALID[purpose],
    )


def _passwords_on() -> bool:
    return config.load().passwords != "off"


def _whose(reader: Reader, token: str) -> Invited:
    if not _passwords_on():
        raise NotFound("Passwords of okrdash are switched off. Sign in with your company account.")
    row = reader.one(
        "SELECT p.username, p.name, l.purpose FROM sign_in_links l JOIN people p ON p.username = l.username"
        " WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.valid_until > $2 AND p.active",
        _hash(token),
        utc_now(),
    )
    if row is None:
        raise NotFound(
            "This link does not work any more: it was used, it is too old, or there is a newer one."
            " Ask for another on the sign-in form, or ask an admin."
        )
    return Invited(**row)


def _link(token: str) -> str:
    return f"{_base()}/{ADDRESS}?{urlencode({'link': token})}"


def _base() -> str:
    """Where okrdash is open, without a slash at the end; "" where nobody said that."""
    base = config.load().address.rstrip("/")
    return base if urlsplit(base).scheme in ("http", "https") else ""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
