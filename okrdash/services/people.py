"""Who acts: from an actor's name to the person as the database has it now, and what stands under whose care."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from okrdash import config
from okrdash.domain.cells import folded
from okrdash.domain.columns import Row, refs
from okrdash.domain.errors import Forbidden, SignedOut
from okrdash.domain.settings import Settings
from okrdash.services import company
from okrdash.services.permissions import ANYTHING, Person, Resource, can
from okrdash.store.reader import Reader
from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a username and, for people who signed in, the session that says so."""

    username: str
    session: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """People, units, who belongs to them and who is away: what rights follow from."""

    settings: Settings
    people: dict[str, Row]
    """Everybody, by username: who is inactive, too."""
    names: dict[str, str]
    """Their names, by username: history mentions them all."""
    teams: dict[str, Row]
    """The active ones, by name."""
    memberships: tuple[Row, ...]
    absences: tuple[Row, ...]
    persons: dict[tuple[str, str, str, date], Person] = field(default_factory=dict, init=False)
    """Those who asked already, by username, name, role and day."""

    @property
    def active(self) -> dict[str, Row]:
        """The people who are, by username."""
        return {username: row for username, row in self.people.items() if row["active"]}

    @property
    def names_of_active(self) -> dict[str, str]:
        """The names of these, by username."""
        return {username: row["name"] for username, row in self.people.items() if row["active"]}


_orders: dict[str, tuple[int, Order]] = {}
"""The newest that was read, with a revision at which it is right, by database."""
_ORDERING = "('settings', 'people', 'teams', 'memberships', 'absences')"
"""The tables that it is read from, in SQL."""

CONSOLE = Actor("console")
"""Whoever may run commands on the server: an admin that stands in no list."""


def session_row(reader: Reader, *, by: Literal["session", "cookie_hash"], value: str) -> Row | None:
    """The row of a session, with what `lives` needs, by its name or the hash of its cookie; None if there is none."""
    sql = f"SELECT session, username, started_at, seen_at, ended_at, until FROM sessions WHERE {by} = $1"  # noqa: S608
    return reader.lasting((by, value), lambda: reader.one(sql, value))


def lives(session: Row, now: datetime) -> bool:
    """Whether a session goes on at an instant (UTC), if the person is active; its row has what `session_row` has."""
    settings = config.load()
    return (
        session["ended_at"] is None
        and (session["until"] is None or session["until"] > now)
        and session["seen_at"] > now - settings.idle
        and session["started_at"] > now - settings.longest
    )


def person_of(reader: Reader, actor: Actor) -> Person | None:
    """The person behind an actor, with the role, teams and session as they are now; None if there is none any more."""
    if actor == CONSOLE:
        return Person(CONSOLE.username, "Console", "admin")
    return reader.once(actor, lambda: _signed_in(reader, actor))


def _signed_in(reader: Reader, actor: Actor) -> Person | None:
    session = session_row(reader, by="session", value=actor.session)
    if session is None or session["username"] != actor.username or not lives(session, utc_now()):
        return None
    order = order_of(reader)
    row = order.people.get(actor.username)
    return person_in(order, row) if row and row["active"] else None


def person_in(order: Order, row: Row) -> Person:
    """A person, given as their row, with the teams, the lead and whom they stand in for that the order gives them."""
    known = (row["username"], row["name"], row["role"], company.today(order.settings))
    if known not in order.persons:
        order.persons[known] = _person(order, *known)
    return order.persons[known]


def _person(order: Order, username: str, name: str, role: str, day: date) -> Person:
    teams, mine = order.teams, [m for m in order.memberships if m["person"] == username]
    member_of = {unit for m in mine for unit in above(m["team"], teams) if _carries(unit, m["team"], teams)}
    led = {m["team"] for m in mine if m["leads"]}
    return Person(
        username=username,
        name=name,
        role=role,
        teams=frozenset(member_of),
        leads=frozenset(within(led, teams)),
        deputises=frozenset(
            a["person"] for a in order.absences if a["deputy"] == username and a["start"] <= day <= a["end"]
        ),
    )


def order_of(reader: Reader) -> Order:
    """How the company is ordered at the reader's revision, which every click asks for and few changes touch."""
    return reader.once("order", lambda: _order(reader))


def _order(reader: Reader) -> Order:
    path, revision = company.company().opening, reader.revision()
    known, order = _orders.get(path, (-1, None))
    if known == revision and order:
        return order
    touched = f'SELECT 1 FROM events WHERE revision > $1 AND "table" IN {_ORDERING} LIMIT 1'  # noqa: S608
    if order is None or known > revision or reader.one(touched, known):
        people = {row["username"]: row for row in reader.table("people")}
        order = Order(
            settings=reader.settings(),
            people=people,
            names={username: row["name"] for username, row in people.items()},
            teams={row["team"]: row for row in reader.table("teams") if row["active"]},
            memberships=tuple(reader.table("memberships")),
            absences=tuple(reader.table("absences")),
        )
    if max(known, 0) < revision and not (isinstance(reader, Writer) and reader.changes):
        _orders[path] = (revision, order)  # not of revision 0: what an import puts there, its log may not tell
    return order


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
