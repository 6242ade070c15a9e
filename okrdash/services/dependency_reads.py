"""What teams need of each other, as one person may see it: one of them, what waits for them, and lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pandas import DataFrame

from okrdash.domain.arrays import put, texts
from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.dependencies import AWAITED, ring_closed_by, view
from okrdash.domain.providers import likely_providers
from okrdash.domain.tables import TABLES
from okrdash.services import company, dependency_calls, dependency_rules
from okrdash.services.carrying import carriers
from okrdash.services.check_in import board_to_check
from okrdash.services.dependency_asked import WANTS, Asked
from okrdash.services.editing import found
from okrdash.services.people import Actor, allow, order_of, within
from okrdash.services.permissions import Resource, can
from okrdash.services.sight import seen_key_result, seen_objective, there
from okrdash.store import log
from okrdash.store.reader import Reader


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a dependency."""

    revision: int
    happened_at: datetime
    """In UTC."""
    actor: str
    action: str
    """ "ask", "change", "accept", "propose", "agree", "decline", "hand on", "deliver", "confirm", "reopen",
    "withdraw", "say", "undo" or "import"."""
    reason: str
    before: Row
    after: Row
    """The columns that changed, as they became."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One dependency, as the actor may see it."""

    row: Row
    """The table's columns with `version`, and title, objective, objective_title and due of the key result."""
    commitment: Row | None
    """How it stands in the provider's OKRs: key_result, step, title (of the key result), objective; None for a plain
    promise, or where the actor may not see it."""
    steps: tuple[Step, ...]
    """What happened to it, oldest first."""
    can: frozenset[str]
    """The steps that the actor may take now, as `Step.action` calls them."""
    side: str
    """To which side the actor belongs: "asker", "provider", "both", or "" for neither."""
    ring: tuple[str, ...]
    """The teams that wait for each other through it ("A waits for B waits for A"), beginning with the asker; or ()."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Rows of `okrdash.domain.dependencies.view`, by need-by."""

    owe: DataFrame
    """What is needed of them."""
    owed: DataFrame
    """What they need of others."""


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who must know when a key result is dropped."""

    dependency: str
    team: str
    """The other side."""
    people: tuple[str, ...]
    """Usernames of those who are called."""
    need: str
    why: str
    """ "asked" (the team is asked for something that is not needed any more) or "promised" (it waits for something)."""


def dependency(actor: Actor, identifier: str) -> Dependency:
    """One dependency. Raises NotFound where there is none that the actor may see."""
    board = board_to_check(actor)
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        about = dependency_rules.seen(reader, person, identifier)
        commitment = None
        if about.carrier and there(reader, person, "key_results", about.carrier["id"]):
            names = ("step", "title", "objective")
            commitment = {"key_result": about.carrier["id"]} | {name: about.carrier[name] for name in names}
        due = about.key_result["due"] or found(reader, "cycles", about.home["cycle"])["end"]
        said = {"title": about.key_result["title"], "due": due}
        return Dependency(
            row=about.row | said | {"objective": about.home["id"], "objective_title": about.home["title"]},
            commitment=commitment,
            steps=_steps(reader, identifier),
            can=dependency_rules.now_possible(reader, person, about),
            side=dependency_rules.side_of(person, about),
            ring=_ring(board, about.row),
        )


def waiting_for(actor: Actor, board: Board | None = None) -> DataFrame:
    """What waits for the actor now: rows of `okrdash.domain.dependencies.view` with `wants`, `side` and `version`.

    wants, in this order, and then by the day that counts: "answer" (a request to a team that they lead, or that nobody
    nearer leads), "decide" (another day was proposed), "confirm" (delivered), "say" (accepted before this week, and
    their side has not said this week whether it will be there in time), "escalated" (unanswered, between teams of which
    they lead one, or lead above one). Whoever stands in for somebody is asked in their place. side: "provider" or
    "asker"; "" for escalated ones. `board` is what `check_in.board_to_check` gave the actor.
    """
    board = board or board_to_check(actor)
    rows = view(board)
    rows = rows[rows["open"]]
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        asked = Asked(reader, board)
        me = set() if person.role == "viewer" else {person.username, *person.deputises}
        rows = asked.near(me, rows)
        wanted = [asked.wants(me, row) for row in _records(rows, *rows.columns)]
        versions = {row["id"]: row["version"] for row in reader.rows("SELECT id, version FROM dependencies")}
    rows = put(
        rows,
        wants=texts(wants for wants, _ in wanted),
        side=texts(side for _, side in wanted),
        version=[versions.get(one, 0) for one in rows["id"]],
    )
    rows = rows[rows["wants"] != ""]
    order = put(rows[["due"]], wants=[WANTS.index(one) for one in rows["wants"]])
    return rows.loc[order.sort_values(["wants", "due"], kind="stable").index]


def of_team(actor: Actor, team: str) -> Sides:
    """All that a unit and the teams below it owe others, and are owed, as far as the actor may see it."""
    rows = _by_need(view(board_to_check(actor)))
    with company.company().read() as reader:
        units = list(within([team], order_of(reader).teams))
    return Sides(owe=rows[rows["to_team"].isin(units)], owed=rows[rows["from_team"].isin(units)])


def of_key_result(actor: Actor, key_result: str) -> Sides:
    """What a key result needs of others (`owed`), and what it carries for others (`owe`)."""
    rows = _by_need(view(board_to_check(actor)))
    return Sides(owe=rows[rows["carrier"] == key_result], owed=rows[rows["key_result"] == key_result])


def to_tell(actor: Actor, about: str) -> list[Told]:
    """Who is called when a key result, or an objective with all at home under it, is dropped: the open ones only."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        if reader.get("key_results", about):
            key_results = [seen_key_result(reader, person, about)["id"]]
        else:
            seen_objective(reader, person, about)
            rows = reader.table("key_results", "objective = $1 AND state = 'active'", about)
            key_results = [row["id"] for row in rows]
        return [
            Told(
                dependency=one.row["id"],
                team=one.row["to_team" if side == "provider" else "from_team"],
                people=tuple(dependency_calls.called(reader, one, side)),
                need=one.row["need"],
                why="asked" if side == "provider" else "promised",
            )
            for one, side in dependency_calls.concerned(reader, key_results)
            if there(reader, person, "key_results", one.key_result["id"])
        ]


def ring_of(actor: Actor, identifier: str) -> tuple[str, ...]:
    """The teams that wait for each other through a dependency, beginning with the asker; () where they do not."""
    board = board_to_check(actor)
    with company.company().read() as reader:
        return _ring(board, dependency_rules.seen(reader, allow(reader, actor, "read"), identifier).row)


def hands_on_to(actor: Actor, identifier: str) -> list[str]:
    """The teams to which a request can be handed on: those below the providing team, and those above it."""
    with company.company().read() as reader:
        about = dependency_rules.seen(reader, allow(reader, actor, "read"), identifier)
        return dependency_rules.hands_on_to(reader, about.row)


def can_carry(actor: Actor, identifier: str) -> Mapping[str, list[Row]]:
    """In what a promise can stand, of the provider's own OKRs that the actor may change.

    "key_results" (rows id, title, team, kind, objective, objective_title); "objectives" (rows id, title, team, cycle).
    """
    board = board_to_check(actor)
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        about = dependency_rules.seen(reader, person, identifier)
        units = [
            team for team in carriers(reader, about.row["to_team"]) if can(person, "decide", Resource("", (team,)))
        ]
    objectives = board.objectives[(board.objectives["state"] == "active") & board.objectives["team"].isin(units)]
    key_results = board.key_results[board.key_results["team"].isin(units)]
    active = board.objectives.index[board.objectives["state"] == "active"]
    key_results = key_results[key_results["objective"].isin(active) & (key_results.index != about.key_result["id"])]
    return {
        "objectives": _records(objectives, "id", "title", "team", "cycle"),
        "key_results": _records(key_results, "id", "title", "team", "kind", "objective", "objective_title"),
    }


def proposed_providers(actor: Actor, key_result: str, need: str = "") -> list[str]:
    """The teams that may be asked for what a key result needs, as `okrdash.domain.providers.likely_providers` says."""
    return likely_providers(board_to_check(actor), key_result, need)


def _ring(board: Board, row: Row) -> tuple[str, ...]:
    if row["state"] not in AWAITED:
        return ()
    rows = view(board)
    rows = rows[rows["open"] & rows["state"].isin(AWAITED) & (rows["id"] != row["id"])]
    return ring_closed_by(zip(rows["from_team"], rows["to_team"], strict=True), row["from_team"], row["to_team"])


def _by_need(rows: DataFrame) -> DataFrame:
    return rows.sort_values(["need_by", "due"], kind="stable")


def _records(rows: DataFrame, *names: str) -> list[Row]:
    rows = rows.reset_index()
    return [dict(zip(names, values, strict=True)) for values in zip(*(rows[name] for name in names), strict=True)]


def _steps(reader: Reader, identifier: str) -> tuple[Step, ...]:
    table = TABLES["dependencies"]
    rows = reader.rows(
        'SELECT * FROM events WHERE "table" = \'dependencies\' AND "row" = $1 ORDER BY revision, number', identifier
    )
    return tuple(
        Step(
            revision=row["revision"],
            happened_at=row["happened_at"],
            actor=row["actor"],
            action=row["action"].removesuffix(" dependency"),
            reason=row["reason"],
            before=log.read(table, row["before"]),
            after=log.read(table, row["after"]),
        )
        for row in rows
    )
