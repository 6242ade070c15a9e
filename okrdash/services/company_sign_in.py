"""Coming in by the company's own sign-in, OpenID Connect or a proxy that vouches: who that is here, and what follows.

The company says who somebody is; from there on they have a session as everybody has, only that it ends after the
hours of OKRDASH_COMPANY_HOURS, so that the company is asked again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from okrdash import config
from okrdash.domain.columns import Row
from okrdash.domain.company_claims import (
    Claims,
    groups_in,
    memberships_after,
    name_in,
    role_after,
    same_email,
    username_from,
    verified_email,
)
from okrdash.domain.errors import Forbidden
from okrdash.domain.tables import TABLES
from okrdash.services import sessions
from okrdash.services.company import company
from okrdash.services.editing import clean, event
from okrdash.services.organisation_rules import admins, check_username
from okrdash.services.people import CONSOLE, Actor
from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

logger = logging.getLogger(__name__)

COMPANY = Actor("company sign-in")
"""Who does what follows from the company's word; no person can have this name."""

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "no": "Your company’s sign-in said no. Whoever keeps your company accounts can tell why.",
        "again": "Your company wants you to sign in there again. Use the button, and you come back to this page.",
        "stumbled": "Signing in with your company account did not work. Please try it once more.",
        "unreachable": "Your company’s sign-in cannot be reached at the moment. Try again in a minute.",
        "unverified": "Your company’s sign-in named no verified e-mail address of yours. Tell whoever runs okrdash.",
        "unknown": "Nobody in okrdash has your e-mail address. Ask an admin to add you.",
        "disabled": "Your account in okrdash is disabled. If that should not be so, ask an admin.",
        "twice": "Several people in okrdash have your e-mail address. Ask an admin to mend that.",
    }
)
"""Why somebody did not come in, by its short name."""


class Refused(Forbidden):
    """The company's word does not let somebody in; `why` is the key of REFUSALS."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(REFUSALS[why])


def arrive(claims: Claims, *, browser: str = "", address: str = "") -> Actor:
    """A session for whom the company's sign-in vouches with these claims: a person here, or made one now.

    Brings role and teams up to date by their groups. Raises Refused.
    """
    settings = config.load()
    email = verified_email(claims, trusted=settings.oidc_emails == "trusted")
    if not email:
        logger.warning("company sign-in refused: no verified e-mail address among the claims %s", sorted(claims))
        raise Refused("unverified")
    with company().write(event(COMPANY, "company sign-in")) as tx:
        person = _person(tx, email, name_in(claims), settings)
        if settings.oidc_groups:
            _follow_groups(tx, person, claims, settings)
    return _session(person["username"], "company", settings, browser, address)


def vouched(email: str, *, now: str = "", browser: str = "", address: str = "") -> Actor | None:
    """A session for the e-mail address that the company's proxy names; None if it is that of `now`, who is in already.

    Raises Refused.
    """
    settings = config.load()
    vouched_for = verified_email({"email": email}, trusted=True)
    if not settings.proxy_header or not vouched_for:
        raise Refused("unverified")
    with company().write(event(COMPANY, "company sign-in")) as tx:
        person = _person(tx, vouched_for, name_in({"email": email}), settings)
    if person["username"] == now:
        return None
    return _session(person["username"], "proxy", settings, browser, address)


def _session(
    username: str, came_by: Literal["company", "proxy"], settings: config.Config, browser: str, address: str
) -> Actor:
    until = utc_now() + settings.company_time
    return sessions.start_session(username, came_by=came_by, browser=browser, address=address, until=until)


def _person(tx: Writer, email: str, name: str, settings: config.Config) -> Row:
    """The one person with this address; made now, where new people are let in. Raises Refused."""
    alike = tx.table("people", "lower(trim(email)) = lower($1)", email)  # as `same_email`, but for all letters
    found = [row for row in alike if same_email(row["email"]) == email]
    active = [row for row in found if row["active"]]
    if len(active) > 1:
        names = ", ".join(row["username"] for row in active)
        logger.warning("company sign-in refused: the same e-mail address stands with %s", names)
        raise Refused("twice")
    if active:
        return active[0]
    if found:
        raise Refused("disabled")
    if settings.new_people == "refuse" or not settings.lets_in(email):
        raise Refused("unknown")
    username = username_from(email, lambda one: _taken(tx, one))
    values = {"username": username, "name": name, "email": email, "role": settings.new_people}
    row = clean("people", TABLES["people"].row(**values))
    check_username(tx, username)
    tx.insert("people", row)
    return row


def _taken(tx: Writer, username: str) -> bool:
    return username == CONSOLE.username or bool(tx.rows("SELECT 1 FROM people WHERE lower(username) = $1", username))


def _follow_groups(tx: Writer, person: Row, claims: Claims, settings: config.Config) -> None:
    """Brings a person's role and teams in line with their groups."""
    username, grants = person["username"], settings.grants
    groups = groups_in(claims, settings.oidc_groups)
    if groups is None:
        logger.warning("company sign-in: %s is in more groups than the token names; nothing was changed", username)
        return
    plain = "member" if settings.new_people == "refuse" else settings.new_people
    role = role_after(person["role"], grants, groups, plain=plain)
    if role != person["role"]:
        if person["role"] == "admin" and not admins(tx, but=username)[1]:
            logger.warning("company sign-in: %s is the last admin and stays it, in no group of admins", username)
        else:
            tx.update("people", (username,), {"role": role})
    before = {row["team"]: row["leads"] for row in tx.table("memberships", "person = $1", username)}
    after = memberships_after(before, grants, groups)
    for team in before.keys() - after.keys():
        tx.remove("memberships", (username, team))
    for team, leads in after.items():
        if team in before:
            tx.update("memberships", (username, team), {"leads": leads})
        elif _is_active(tx, team):
            tx.insert("memberships", TABLES["memberships"].row(person=username, team=team, leads=leads))
        else:
            logger.warning("company sign-in: OKRDASH_OIDC_GROUP_MAP names %r, which is no active team", team)


def _is_active(tx: Writer, team: str) -> bool:
    row: dict[str, Any] | None = tx.get("teams", team)
    return row is not None and bool(row["active"])
