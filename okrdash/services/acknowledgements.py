"""Check-ins that turned red wait until somebody whom it concerns has seen them: the lead, or a parent's owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from okrdash.domain import turned
from okrdash.domain.columns import Row
from okrdash.domain.facts import Facts
from okrdash.services import company
from okrdash.services.kept import Kept
from okrdash.services.overview import facts_of, version, visible
from okrdash.services.people import Actor, Order, allow, nearest_leads, order_of
from okrdash.services.turned import turned_by_now
from okrdash.store.reader import Reader, places


@dataclass(frozen=True, slots=True)
class TurnedRed:
    """A check-in by which a key result went off track, or out of its bounds, and is so still."""

    check_in: str
    key_result: str
    as_of: date
    author: str
    note: str
    was: str
    """The status by the check-in before; "" where it was the first."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    what: TurnedRed
    asked: frozenset[str]
    home: Row


_kept: Kept[list[_Waiting]] = Kept()


def asked_of(actor: Actor) -> list[TurnedRed]:
    """The check-ins of the last four weeks that turned red and wait for the actor, the latest first.

    They wait for who leads the key result's team (or the nearest unit above that has leads) and for the owners of what
    its objective contributes to, never for their own author, until one of them has said something to it. Whoever stands
    in for somebody is asked in their place.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        me = {person.username, *person.deputises}
        return [
            one.what
            for one in _waiting(reader)
            if not me.isdisjoint(one.asked) and one.what.author != person.username and visible(person, one.home)
        ]


def unanswered(reader: Reader) -> list[str]:
    """The key results of which a check-in turned red and waits for anybody; confidential ones too: for services."""
    return [one.what.key_result for one in _waiting(reader)]


def _waiting(reader: Reader) -> list[_Waiting]:
    day = company.today(order_of(reader).settings)
    return _kept.get((*version(reader), day), lambda: _unseen(reader))


def _unseen(reader: Reader) -> list[_Waiting]:
    rows = turned_by_now(reader)
    rows = rows[rows["turned"] == turned.RED]
    order, facts = order_of(reader), facts_of(reader)
    names = order.names_of_active
    key_results = _rows(facts.key_results, rows["key_result"])
    parents = _parents(facts, [row["objective"] for row in key_results.values()])
    objectives = _rows(facts.objectives, {row["objective"] for row in key_results.values()} | {p for _, p in parents})
    said = _said(reader, facts, dict(zip(rows["key_result"], rows["as_of"], strict=True)))
    waiting = []
    for row in rows.to_dict("records"):
        key_result = key_results[row["key_result"]]
        home = objectives[key_result["objective"]]
        team = key_result["team"] if key_result["team"] in order.teams else home["team"]
        asked = nearest_leads(order, names, team)
        for parent in (objectives[p] for child, p in parents if child == home["id"] and p in objectives):
            if parent["state"] == "active":
                asked |= {parent["owner"]} if parent["owner"] in names else nearest_leads(order, names, parent["team"])
        asked -= {row["author"]}
        if asked and said.get(row["key_result"], set()).isdisjoint(_and_deputies(order, asked)):
            what = TurnedRed(
                *(row["check_in"], row["key_result"], row["as_of"].date(), row["author"], row["note"], row["was"])
            )
            waiting.append(_Waiting(what, asked, home))
    return waiting


def _rows(frame: Any, identifiers: Any) -> dict[str, Row]:
    return {row["id"]: row for row in frame[frame["id"].isin(list(identifiers))].to_dict("records")}


def _parents(facts: Facts, objectives: Sequence[str]) -> list[tuple[str, str]]:
    """What these objectives contribute to: pairs of child and parent objective."""
    edges = facts.alignment
    edges = edges[edges["child"].isin(objectives) & (edges["kind"] == "contributes")]
    by = _rows(facts.key_results, edges["parent"])
    pairs = zip(edges["child"], edges["parent"], strict=True)
    return [(child, by[parent]["objective"] if parent in by else parent) for child, parent in pairs]


def _and_deputies(order: Order, asked: frozenset[str]) -> frozenset[str]:
    return asked | {a["deputy"] for a in order.absences if a["person"] in asked}


def _said(reader: Reader, facts: Facts, since: Mapping[str, Any]) -> dict[str, set[str]]:
    """Who has said something to a check-in of a key result that speaks for the day given for it, or a later one."""
    if not since:
        return {}
    rows = facts.check_ins[facts.check_ins["key_result"].isin(list(since))]
    rows = rows[[day >= since[of] for day, of in zip(rows["as_of"], rows["key_result"], strict=True)]]
    about = dict(zip(rows["id"], rows["key_result"], strict=True))
    comments = reader.table("comments", f'"check_in" IN ({places(about)})', *about)
    replaced = {row["replaces"] for row in comments}
    said: dict[str, set[str]] = {}
    for row in comments:
        withdrawn = row["replaces"] and not row["text"]
        if row["id"] not in replaced and not withdrawn:
            said.setdefault(about[row["check_in"]], set()).add(row["author"])
    return said
