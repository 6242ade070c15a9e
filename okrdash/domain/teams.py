"""The tree of teams and functions, and who answers for what in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas import DataFrame

from okrdash.domain.arrays import Texts, mapped, put, texts
from okrdash.domain.facts import Facts


@dataclass(frozen=True, slots=True)
class Tree:
    """Every team, active or not, by name; lookups of an unknown name give the blank."""

    rows: DataFrame
    """The teams table with the parent filled in, index team."""
    above: dict[str, tuple[str, ...]]
    """The teams above, nearest first."""
    function: dict[str, str]
    """The nearest function above or the team itself, else ""."""
    leads: dict[str, tuple[str, ...]]
    """Those who lead the team and the teams above, nearest first."""
    cadence: dict[str, float]
    """The weeks between check-ins that the team or the nearest above states; absent where none does."""
    active_people: frozenset[str]


def tree(facts: Facts) -> Tree:
    """The tree that the teams state.

    A team whose parent is blank or unknown stands directly under the company. A loop of parents, which validation
    refuses, ends where it closes. Leads who are inactive, or lead an inactive team, do not count.
    """
    teams = facts.teams
    names, kinds = teams["team"].tolist(), dict(zip(teams["team"], teams["kind"], strict=True))
    company = next((name for name in names if kinds[name] == "company"), "")
    stated = zip(names, teams["parent"].tolist(), strict=True)
    parent = {
        name: above if above in kinds and above != name else (company if name != company else "")
        for name, above in stated
    }
    if company:
        parent[company] = ""
    above = {name: _chain(name, parent) for name in names}

    people = facts.people
    active_people = frozenset(people.loc[people["active"], "username"])
    active = dict(zip(names, teams["active"].tolist(), strict=True))
    led: dict[str, list[str]] = {}
    leading = facts.memberships[facts.memberships["leads"]]
    for person, team in zip(leading["person"], leading["team"], strict=True):
        if active.get(team) and person in active_people:
            led.setdefault(team, []).append(person)
    stated_weeks = dict(zip(names, teams["cadence_weeks"].tolist(), strict=True))
    upward = {name: (name, *above[name]) for name in names}
    return Tree(
        rows=put(teams, parent=texts(parent[name] for name in names)).set_index("team"),
        above=above,
        function={name: next((t for t in upward[name] if kinds[t] == "function"), "") for name in names},
        leads={name: tuple(person for t in upward[name] for person in led.get(t, ())) for name in names},
        cadence={
            name: weeks
            for name in names
            if (weeks := next((stated_weeks[t] for t in upward[name] if stated_weeks[t] >= 1), 0.0))
        },
        active_people=active_people,
    )


def _chain(name: str, parent: dict[str, str]) -> tuple[str, ...]:
    chain: list[str] = []
    above = parent[name]
    while above and above not in chain and above != name:
        chain.append(above)
        above = parent[above]
    return tuple(chain)


def board_teams(tree: Tree) -> DataFrame:
    """The active teams as the board shows them, with function, depth (0 at the top) and path from the top down."""
    teams = tree.rows[tree.rows["active"]]
    shown = set(teams.index)
    paths = [[*(t for t in reversed(tree.above[name]) if t in shown), name] for name in teams.index]
    return put(
        teams[["kind", "parent", "description"]],
        function=texts(tree.function[name] for name in teams.index),
        depth=np.array([len(path) - 1 for path in paths], dtype=np.int64),
        path=texts(";".join(path) for path in paths),
    )


def accountable(tree: Tree, team: pd.Series[Any], *owners: pd.Series[Any]) -> Texts:
    """The one person who answers: the first of the owners who is active, else the nearest lead of the team and above.

    "" where there is none: then the champions answer together.
    """
    found = mapped(team, {name: leads[0] for name, leads in tree.leads.items() if leads})
    for owner in reversed(owners):
        found = np.where(owner.isin(tree.active_people).to_numpy(), owner.to_numpy(), found)
    return found
