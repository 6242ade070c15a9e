"""Roles and what they may do, in plain words; from the one table of permissions."""

from __future__ import annotations

from collections.abc import Mapping

from okrdash.services.permissions import PERMISSIONS, Relation, Rule

ROLES: Mapping[str, str] = {
    "viewer": "reads and comments",
    "member": "checks in and drafts for their own teams; as a team's lead decides there",
    "champion": "keeps OKRs running: decides everywhere, keeps teams and cycles, imports and exports",
    "admin": "everything, people and settings too",
}
"""Every role in a line."""

RELATIONS: Mapping[Relation, str] = {
    "nobody": "nothing",
    "own": "for themselves",
    "team": "what they own, and what their teams carry",
    "led": "what their unit carries, and all below it",
    "all": "everything",
}
"""Of what somebody may do something, in plain words."""

_WHO: Mapping[str, str] = {
    "viewer": "viewers",
    "member": "members",
    "lead": "leads",
    "champion": "OKR champions",
    "admin": "admins",
}
"""Who stands in the table of permissions. A lead is a member who leads a team or a function."""


def table() -> list[tuple[str, str]]:
    """Every action and who may do it, in words."""
    return [(rule.says[:1].upper() + rule.says[1:], _who(rule)) for rule in PERMISSIONS.values()]


def _who(rule: Rule) -> str:
    groups: dict[Relation, list[str]] = {}
    for column, who in _WHO.items():
        groups.setdefault(getattr(rule, column), []).append(who)
    groups.pop("nobody", None)
    if len(groups.get("all", ())) == len(_WHO):
        return "everybody"
    alone = len(groups) == 1
    said = [_and(who) + ("" if alone else f": {RELATIONS[relation]}") for relation, who in groups.items()]
    return "; ".join(said)


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
