"""Who acts: from an actor's name to the person as the database has it now, and what stands under whose care."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from okrdash import config
from okrdash.domain.cells import folded
from okrdash.domain.columns import Row, refs
from okrdash.domain.errors import Forbidden, SignedOut
from okrdash.domain.settings import Settings
from okrdash.services import company
from okrdash.services.permissions import ANYTHING, Person, Resource, can
from okrdash.store.store import utc_now
from okrdash.store.transaction import Reader


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a username and, for people who signed in, the session that says so."""

    username: str
    session: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Units, who belongs to them and who is away: what rights follow from, besides a person's own row."""

    settings: Settings
    teams: dict[str, Row]
    """The active ones, by name."""
    memberships: tuple[Row, ...]
    absences: tuple[Row, ...]


_orders: dict[str, tuple[int, Order]] = {}
"""The newest that was read, with its revision, by database."""

CONSOLE = Actor("console")
"""Whoever may run commands on the server: an admin that stands in no list."""

LIVING = (
    "p.active AND s.ended_at IS NULL AND (s.until IS NULL OR s.until > $1) AND s.seen_at > $2 AND s.started_at > $3"
)
"""The condition, in SQL, under which a session `s` of a person `p` lives; its parameters $1 to $3 are `living_at`."""


def living_at(now: datetime) -> tuple[datetime, datetime, datetime]:
    """The parameters of LIVING at an instant (UTC): the instant, and since when a session must be in use and begun."""
    settings = config.load()
    return now, now - settings.idle, now - settings.longest


def person_of(reader: Reader, actor: Actor) -> Person | None:
    """The person behind an actor, with the role, teams and session as they are now; None if there is none any more."""
    if actor == CONSOLE:
        return Person(CONSOLE.username, "Console", "admin")
    row = reader.one(
        "SELECT p.username, p.name, p.role FROM people p JOIN sessions s ON s.username = p.username"  # noqa: S608
        f" WHERE {LIVING} AND s.session = $4 AND p.username = $5",
        *living_at(utc_now()),
        actor.session,
        actor.username,
    )
    if row is None:
        return None
    return person_in(order_of(reader), row)


def person_in(order: Order, row: Row) -> Person:
    """A person, given as their row, with the teams, the lead and whom they stand in for that the order gives them."""
    username = row["username"]
    teams, mine = order.teams, [m for m in order.memberships if m["person"] == username]
    member_of = {unit for m in mine for unit in above(m["team"], teams) if _carries(unit, m["team"], teams)}
    led = {m["team"] for m in mine if m["leads"]}
    day = company.today(order.settings)
    return Person(
        username=username,
        name=row["name"],
        role=row["role"],
        teams=frozenset(member_of),
        leads=frozenset(team for team in teams if led.intersection(above(team, teams))),
        deputises=frozenset(
            a["person"] for a in order.absences if a["deputy"] == username and a["start"] <= day <= a["end"]
        ),
    )


def order_of(reader: Reader) -> Order:
    """How the company is ordered at the reader's revision, which every click asks for."""
    path, revision = company.company().opening, reader.revision()
    kept = _orders.get(path)
    if kept is None or kept[0] != revision:
        order = Order(
            settings=reader.settings(),
            teams={row["team"]: row for row in reader.table("teams") if row["active"]},
            memberships=tuple(reader.table("memberships")),
            absences=tuple(reader.table("absences")),
        )
        kept = _orders[path] = (revision, order)
    return kept[1]


def allow(reader: Reader, actor: Actor, action: str, resource: Resource = ANYTHING) -> Person:
    """The person, if they may do this. Raises Forbidden otherwise, saying what is missing, SignedOut among it."""
    person = person_of(reader, actor)
    if person is None:
        raise SignedOut
    permit(person, action, resource)
    return person


def permit(person: Person, action: str, resource: Resource) -> None:
    """Raises Forbidden unless the person, as `allow` gave them within the same transaction, may do this."""
    if not can(person, action, resource):
        raise Forbidden("You may not do this. Ask the lead of the team, or the OKR champion.")


def resource_of_objective(row: Row) -> Resource:
    """An objective as permissions see it."""
    return Resource(row["owner"], (row["team"],), refs(row["visible_to"]))


def resource_of_key_result(row: Row, home: Row) -> Resource:
    """A key result as permissions see it: its team, or its home objective's, carries it."""
    return Resource(row["owner"] or home["owner"], (row["team"] or home["team"],), refs(home["visible_to"]))


def above(team: str, teams: dict[str, Row]) -> list[str]:
    """A unit and the units above it, from itself upwards."""
    path: list[str] = []
    while team in teams and team not in path:
        path.append(team)
        team = teams[team]["parent"]
    return path


def within(units: Iterable[str], teams: dict[str, Row]) -> set[str]:
    """These units and everything below them."""
    wanted = set(units)
    return {team for team in teams if wanted.intersection(above(team, teams))}


def whom(order: Order, names: Mapping[str, str], helper: str) -> frozenset[str]:
    """Who is meant by a helper as it was typed: a person, or those who lead the team or the nearest unit above it.

    `names` are the active people. Nobody, where it is neither the name of one person nor of a team.
    """
    wanted = folded(helper)
    if not wanted:
        return frozenset()
    people = [username for username in names if username.casefold() == wanted]
    people = people or [username for username, name in names.items() if folded(name) == wanted]
    if len(people) == 1:
        return frozenset(people)
    return nearest_leads(order, names, next((team for team in order.teams if folded(team) == wanted), ""))


def nearest_leads(order: Order, names: Collection[str], team: str) -> frozenset[str]:
    """Those of the people in `names` who lead the team, else those of the nearest unit above it that has leads."""
    for unit in above(team, order.teams):
        leads = {m["person"] for m in order.memberships if m["leads"] and m["team"] == unit and m["person"] in names}
        if leads:
            return frozenset(leads)
    return frozenset()


def _carries(unit: str, team: str, teams: dict[str, Row]) -> bool:
    return unit == team or teams[unit]["kind"] != "company"


def names(actor: Actor) -> dict[str, str]:
    """Everybody's name by username, the inactive included: history mentions them too."""
    with company.company().read() as reader:
        allow(reader, actor, "read")
        return {row["username"]: row["name"] for row in reader.table("people")}
