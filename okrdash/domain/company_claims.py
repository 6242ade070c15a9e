"""What a company's own sign-in says of a person (claims, as OpenID Connect calls them), and what follows from it.

All of it is data from outside: read with care, and never more than it says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from okrdash.domain.columns import NAME
from okrdash.domain.tables import ROLES

Claims = Mapping[str, Any]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_VOUCHED = ("email_verified", "xms_edov")
"""The claims by which a provider says whether an address is its owner's: the standard's, and Microsoft Entra's."""
_YES = ("true", "1")
_LONGEST_USERNAME, _LONGEST_EMAIL = 40, 254
_RANKS = ROLES
"""From the one that may least to the one that may most."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What being in one of the company's groups gives: a role, or a place in a team."""

    group: str
    role: str = ""
    team: str = ""
    leads: bool = False


def same_email(text: str) -> str:
    """An address as it is compared with another: in any case of a to z.

    Other letters count as they are: some of them turn into plain ones in small letters, and so into another's address.
    """
    return re.sub("[A-Z]", lambda letter: letter[0].lower(), text.strip())


def verified_email(claims: Claims, *, trusted: bool) -> str:
    """The e-mail address that the claims vouch for, to be compared; "" for none.

    An address counts that the provider says is verified. With `trusted` it also counts where the provider says
    nothing about that; never where it says no.
    """
    email = claims.get("email")
    if not isinstance(email, str) or not _EMAIL.fullmatch(email.strip()):
        return ""
    if len(email) > _LONGEST_EMAIL or not email.strip().isprintable():
        return ""
    said = [str(claims[name]).lower() in _YES for name in _VOUCHED if claims.get(name) is not None]
    return same_email(email) if (all(said) if said else trusted) else ""


def name_in(claims: Claims) -> str:
    """What the person is called; the part of the e-mail address before the @ where nothing else is said."""
    both = " ".join(one for one in (claims.get("given_name"), claims.get("family_name")) if isinstance(one, str))
    for said in (claims.get("name"), both):
        name = " ".join("".join(sign for sign in str(said or "") if sign.isprintable() or sign.isspace()).split())
        if isinstance(said, str) and name:
            return name[:NAME]
    return str(claims.get("email", "")).partition("@")[0]


def username_from(email: str, taken: Callable[[str], bool]) -> str:
    """A username made of the address's part before the @, with a number behind where somebody has it."""
    local = email.partition("@")[0].partition("+")[0].lower()
    plain = re.sub(r"[^a-z0-9._-]+", "", local).strip("._-")[:_LONGEST_USERNAME] or "person"
    number, username = 1, plain
    while taken(username):
        number += 1
        username = f"{plain}{number}"
    return username


def groups_in(claims: Claims, claim: str) -> frozenset[str] | None:
    """The groups that the claim names; none where it is not there; None where the provider names them elsewhere.

    Microsoft Entra does that for who is in more than 200 groups: then nothing may be concluded.
    """
    elsewhere = claims.get("_claim_names")
    if claim not in claims and (claims.get("hasgroups") or (isinstance(elsewhere, Mapping) and claim in elsewhere)):
        return None
    named = claims.get(claim)
    each = [named] if isinstance(named, str) else named if isinstance(named, Iterable) else ()
    return frozenset(one.strip() for one in each if isinstance(one, str))


def grants_of(text: str) -> tuple[Grant, ...]:
    """What groups give, as an operator writes it: `okr-admins=admin; sales=team Sales; sales-heads=lead Sales`.

    Raises ValueError that names the part which is not understood.
    """
    return tuple(_grant(part.strip()) for part in text.split(";") if part.strip())


def _grant(part: str) -> Grant:
    group, _, what = (piece.strip() for piece in part.rpartition("="))
    word, _, team = what.partition(" ")
    if group and what in _RANKS:
        return Grant(group, role=what)
    if group and word in ("team", "lead") and team.strip():
        return Grant(group, team=team.strip(), leads=word == "lead")
    raise ValueError(
        f"{part!r} is not understood. Write GROUP=ROLE with one of {', '.join(_RANKS)}, or GROUP=team NAME, or"
        " GROUP=lead NAME."
    )


def role_after(role: str, grants: Iterable[Grant], groups: Collection[str], *, plain: str = "member") -> str:
    """The role of somebody who has `role` and is in these groups: the highest of what they give.

    A role that some group gives is taken from who is in no such group: they get the `plain` one. A role that no group
    gives stays; only the plain one gives way to a lower one.
    """
    by_group = [grant for grant in grants if grant.role]
    held = {grant.role for grant in by_group if grant.group in groups}
    if role not in {grant.role for grant in by_group} and (role != plain or not held):
        held.add(role)
    return max(held, key=_RANKS.index, default=plain)


def memberships_after(
    memberships: Mapping[str, bool], grants: Iterable[Grant], groups: Collection[str]
) -> dict[str, bool]:
    """The teams of somebody in these groups, each with whether they lead it; `memberships` are their teams now.

    Only what some group gives is given and taken: a team that only has a group of leads keeps its other members.
    """
    after, by_team = dict(memberships), [grant for grant in grants if grant.team]
    for team in {grant.team for grant in by_team}:
        named = {grant.leads for grant in by_team if grant.team == team}
        given = {grant.leads for grant in by_team if grant.team == team and grant.group in groups}
        if given:
            after[team] = (True in given) or (True not in named and memberships.get(team, False))
        elif False in named:
            after.pop(team, None)
        elif team in after:
            after[team] = False
    return after
