"""What others changed around a person: of what is theirs, what that contributes to, and what depends on their teams."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.conversation import threads
from okrdash.domain.dependencies import OPEN
from okrdash.domain.facts import Facts
from okrdash.services import company
from okrdash.services.history import Change, changes_since
from okrdash.services.overview import facts_of, visible
from okrdash.services.people import Actor, allow, order_of
from okrdash.services.permissions import Person
from okrdash.store.reader import Reader, places

Relation = Literal["yours", "contributes to yours", "yours contributes to it", "depends on your teams"]


@dataclass(frozen=True, slots=True)
class News:
    """One thing that somebody else did."""

    moment: datetime
    """In UTC."""
    author: str
    kind: Literal["check-in", "cleared", "comment", "thanks", "change"]
    about: str
    """The objective or the key result."""
    row: Row | None = None
    """The check-in, the check-in of which the blocker was cleared, the comment or the kudos."""
    was: float | None = None
    """Of a check-in: the value before the first one that is news."""
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What is new of one objective and its key results, the latest first."""

    objective: str
    title: str
    relation: Relation
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class _Circle:
    objectives: Mapping[str, Relation]
    key_results: Mapping[str, str]
    """The objective under which news of a key result are told."""
    titles: Mapping[str, str]


def around(actor: Actor, board: Board, since: datetime, *, told: Collection[str] = ()) -> list[Around]:
    """What others did since a moment, by objective, the latest first, but for what is `told` elsewhere.

    `board` is what `check_in.board_to_check` gave the actor; `told` are ids of check-ins and kudos, and of the first
    versions of comments. Around a person are the objectives that
    are theirs or of which a key result is, all that these contribute to, what contributes to them directly, and the key
    results that need something from their teams. Of the check-ins of one key result the newest stands for all. Raises
    Forbidden for who is signed out.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        direct = {m["team"] for m in order_of(reader).memberships if m["person"] == person.username}
        circle = _circle(board, facts_of(reader), person, direct)
        if not circle.key_results and not circle.objectives:
            return []
        news = [
            *_check_ins(reader, person, circle, since, told),
            *_cleared(reader, person, circle, since),
            *_changes(reader, person, circle, since),
            *_said(reader, person, circle, since, told),
        ]
    return _grouped(circle, news)


def _circle(board: Board, facts: Facts, person: Person, teams: Collection[str]) -> _Circle:
    username, parts = person.username, board.parts
    own = board.key_results.index[board.key_results["accountable"] == username]
    mine = set(board.objectives.index[board.objectives["accountable"] == username])
    mine |= set(parts.loc[parts["key_result"].isin(own), "objective"])
    ties = board.edges[board.edges["kind"] == "contributes"]
    parents: dict[str, list[str]] = {}
    for child, parent in zip(ties["child"], ties["parent_objective"], strict=True):
        parents.setdefault(child, []).append(parent)
    objectives: dict[str, Relation] = {}
    at = list(mine)
    while at:
        at = [parent for child in at for parent in parents.get(child, ()) if parent not in objectives]
        objectives |= dict.fromkeys(at, "yours contributes to it")
    below = ties.loc[ties["parent_objective"].isin(mine), "child"]
    objectives |= dict.fromkeys(below, "contributes to yours")
    objectives |= dict.fromkeys(mine, "yours")
    dropped = _dropped(facts, person, mine)
    objectives |= {identifier: relation for identifier, (_, relation) in dropped.items()}

    under = parts[parts["objective"].isin(list(objectives))].sort_values("home", kind="stable")  # its home goes first
    key_results = dict(zip(under["key_result"], under["objective"], strict=True))
    gone = facts.key_results[
        (facts.key_results["state"] == "dropped") & facts.key_results["objective"].isin(list(objectives))
    ]
    key_results |= dict(zip(gone["id"], gone["objective"], strict=True))
    asked = board.dependencies["to_team"].isin(list(teams)) & board.dependencies["state"].isin(OPEN)
    for key_result in board.dependencies.loc[asked, "key_result"]:
        key_results.setdefault(key_result, str(board.key_results.at[key_result, "objective"]))

    titles = {str(k): str(t) for rows in (board.objectives, board.key_results) for k, t in rows["title"].items()}
    titles |= dict(zip(gone["id"], gone["title"], strict=True))
    titles |= {identifier: title for identifier, (title, _) in dropped.items()}
    return _Circle(objectives, key_results, titles)


def _dropped(facts: Facts, person: Person, mine: Collection[str]) -> dict[str, tuple[str, Relation]]:
    """The dropped objectives that were theirs, or contributed to theirs: they are on no board any more."""
    every = facts.objectives[facts.objectives["state"] == "dropped"]
    if every.empty:
        return {}
    ties = facts.alignment
    ties = ties[ties["child"].isin(every["id"]) & (ties["kind"] == "contributes")]
    homes = facts.key_results[facts.key_results["objective"].isin(list(mine))]
    children = set(ties.loc[ties["parent"].isin([*mine, *homes["id"]]), "child"])
    found: dict[str, tuple[str, Relation]] = {}
    for record in every.to_dict("records"):
        row = {str(name): value for name, value in record.items()}
        own = row["owner"] == person.username
        if (own or row["id"] in children) and visible(person, row):
            found[row["id"]] = (row["title"], "yours" if own else "contributes to yours")
    return found


def _check_ins(reader: Reader, person: Person, circle: _Circle, since: datetime, told: Collection[str]) -> list[News]:
    rows = reader.table(
        "check_ins",
        "key_result IN (SELECT key_result FROM check_ins WHERE entered_at > $1 AND author <> $2"  # noqa: S608
        f" AND key_result IN ({places(circle.key_results, 3)}))",
        since,
        person.username,
        *circle.key_results,
    )
    replaced = {row["replaces"] for row in rows}
    said: dict[str, list[Row]] = {}
    for row in sorted((row for row in rows if row["id"] not in replaced), key=_order):
        said.setdefault(row["key_result"], []).append(row)
    news = []
    for key_result, every in said.items():
        new = [row for row in every if row["entered_at"] and row["entered_at"] > since]
        others = [row for row in new if row["author"] != person.username]
        if others and others[-1]["id"] not in told:
            before = [row["value"] for row in every[: every.index(new[0])] if row["value"] is not None]
            was = before[-1] if before else None
            row = others[-1]
            news.append(News(row["entered_at"], row["author"], "check-in", key_result, row, was))
    return news


def _order(row: Row) -> tuple[date, datetime, str]:
    return row["as_of"], row["entered_at"] or datetime.combine(row["as_of"], time(12)), row["id"]


def _cleared(reader: Reader, person: Person, circle: _Circle, since: datetime) -> list[News]:
    events = reader.rows(
        "SELECT \"row\", actor, happened_at FROM events WHERE action = 'clear blocker' AND \"table\" = 'check_ins'"
        " AND happened_at > $1 AND actor <> $2",
        since,
        person.username,
    )
    by = {event["row"]: event for event in events}
    if not by:
        return []
    rows = reader.table("check_ins", f"id IN ({places(by)})", *by)
    blockers = {(row["key_result"], row["blocker"]): row for row in rows if row["key_result"] in circle.key_results}
    return [
        News(by[row["id"]]["happened_at"], by[row["id"]]["actor"], "cleared", row["key_result"], row)
        for row in blockers.values()
    ]


def _changes(reader: Reader, person: Person, circle: _Circle, since: datetime) -> list[News]:
    changes = changes_since(reader, person, since, [*circle.objectives, *circle.key_results])
    return [News(one.happened_at, one.actor, "change", one.subject, change=one) for one in changes]


def _said(reader: Reader, person: Person, circle: _Circle, since: datetime, told: Collection[str]) -> list[News]:
    about = list(dict.fromkeys([*circle.objectives, *circle.key_results]))
    where = f'entered_at > $1 AND author <> $2 AND "about" IN ({places(about, 3)})'
    rows = reader.table("comments", where, since, person.username, *about)
    begun = {row["id"] for row in rows if not row["replaces"]}
    comments = [one for thread in threads(rows) for one in (thread, *thread.replies) if one.first in begun and one.text]
    of = {row["id"]: row for row in rows}
    news = [
        News(of[one.id]["entered_at"], one.author, "comment", one.about, of[one.id])
        for one in comments
        if one.first not in told
    ]
    thanks = reader.table("kudos", where, since, person.username, *about)
    return news + [
        News(row["entered_at"], row["author"], "thanks", row["about"], row) for row in thanks if row["id"] not in told
    ]


def _grouped(circle: _Circle, news: list[News]) -> list[Around]:
    groups: dict[str, list[News]] = {}
    for one in sorted(news, key=lambda one: one.moment, reverse=True):
        groups.setdefault(circle.key_results.get(one.about, one.about), []).append(one)
    return [
        Around(
            objective=objective,
            title=circle.titles.get(objective, objective),
            relation=circle.objectives.get(objective, "depends on your teams"),
            news=tuple(said),
        )
        for objective, said in groups.items()
    ]
