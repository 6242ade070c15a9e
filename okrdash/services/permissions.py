"""Who may do what: one table, and the one question that every service asks of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Relation = Literal["nobody", "own", "team", "led", "all"]
"""Of what a role may do something: what it owns; what it owns or its teams carry; what stands at or below a unit it
leads; everything."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts, as the database has it at this moment. Units are team names."""

    username: str
    name: str
    role: str
    teams: frozenset[str] = frozenset()
    """The teams the person belongs to and the teams and functions above these (not the company)."""
    leads: frozenset[str] = frozenset()
    """The units the person leads and all below these."""
    deputises: frozenset[str] = frozenset()
    """Whom the person stands in for today."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What is acted upon: whose it is, which units carry it, and who is named to see it."""

    owner: str = ""
    teams: tuple[str, ...] = ()
    named: tuple[str, ...] = ()


ANYTHING = Resource()
"""The company as a whole, for actions that are about no single thing."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: what each role may do it to; leads may it besides what their role says."""

    says: str
    viewer: Relation
    member: Relation
    lead: Relation
    champion: Relation
    admin: Relation


PERMISSIONS: Mapping[str, Rule] = {
    # action                  in words                                       viewer    member    lead     champion admin
    "read": Rule("read everything that is visible to the company", "all", "all", "all", "all", "all"),
    "comment": Rule("comment, thank and link", "all", "all", "all", "all", "all"),
    "see confidential": Rule("see a confidential objective", "nobody", "team", "led", "all", "all"),
    "check in": Rule("check in on a key result", "nobody", "team", "led", "all", "all"),
    "clear": Rule("clear a blocker on behalf of who is asked to help", "own", "own", "own", "all", "all"),
    "set absence": Rule("enter who is away and who stands in", "nobody", "own", "led", "all", "all"),
    "claim": Rule("take a key result that has no owner", "nobody", "team", "led", "all", "all"),
    "draft": Rule("draft and propose objectives", "nobody", "team", "led", "all", "all"),
    "decide": Rule("agree, change, move and drop objectives and key results", "nobody", "nobody", "led", "all", "all"),
    "ask": Rule("ask other teams for what is needed, invite them to contribute", "nobody", "team", "led", "all", "all"),
    "answer": Rule("answer what a team is asked for", "nobody", "nobody", "led", "all", "all"),
    "deliver": Rule("keep up and deliver what a team has promised", "nobody", "team", "led", "all", "all"),
    "organise": Rule("keep teams, memberships and cycles; hand over", "nobody", "nobody", "nobody", "all", "all"),
    "import": Rule("import OKRs and export everything", "nobody", "nobody", "nobody", "all", "all"),
    "read log": Rule("read the log of every change", "nobody", "nobody", "nobody", "all", "all"),
    "manage people": Rule(
        "add, edit, disable and forget people, let them in and sign them out",
        "nobody",
        "nobody",
        "nobody",
        "nobody",
        "all",
    ),
    "manage settings": Rule(
        "change the organisation's settings; see to messages and backups",
        "nobody",
        "nobody",
        "nobody",
        "nobody",
        "all",
    ),
}
"""Every action there is. What is not in it, nobody may."""


def can(person: Person, action: str, resource: Resource = ANYTHING) -> bool:
    """Whether the person may do this to the resource; an unknown action or role may not."""
    rule = PERMISSIONS.get(action)
    if rule is None or person.role not in ("viewer", "member", "champion", "admin"):
        return False
    if action == "see confidential" and person.username in resource.named:
        return True
    granted: Relation = getattr(rule, person.role)
    return _reaches(granted, person, resource) or (person.role != "viewer" and _reaches(rule.lead, person, resource))


def _reaches(relation: Relation, person: Person, resource: Resource) -> bool:
    own = resource.owner != "" and (resource.owner == person.username or resource.owner in person.deputises)
    match relation:
        case "all":
            return True
        case "led":
            return any(team in person.leads for team in resource.teams)
        case "team":
            return own or any(team in person.teams for team in resource.teams)
        case "own":
            return own
        case _:
            return False
