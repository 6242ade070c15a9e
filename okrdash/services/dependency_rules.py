"""Which steps a dependency can take, who may take them, and what is said when somebody else was faster."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from okrdash.services import company
from okrdash.services.editing import clean, found, home_of
from okrdash.services.people import above, order_of, resource_of_key_result, within
from okrdash.services.permissions import Person, Resource, can
from okrdash.services.sight import there
from okrdash.store.reader import Reader

Side = Literal["", "asker", "provider"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of step."""

    may: str
    """The permission that it asks for."""
    states: tuple[str, ...]
    """In which it can be taken."""
    did: str
    """What somebody has done who took it; {…} are columns of the row."""
    needs_key_result: bool = True
    """It makes sense only while the key result is pursued."""


KINDS: Mapping[str, Kind] = {
    "change": Kind("ask", ("requested", "declined"), "has changed what is asked for"),
    "accept": Kind("answer", ("requested",), "has promised it for {promised}"),
    "propose": Kind("answer", ("requested", "accepted"), "has proposed {promised}"),
    "agree": Kind("ask", ("requested",), "has agreed to {promised}"),
    "decline": Kind("answer", ("requested",), "has declined it", needs_key_result=False),
    "hand on": Kind("answer", ("requested",), "has handed it on to {to_team}"),
    "deliver": Kind("deliver", ("accepted",), "has delivered it"),
    "confirm": Kind("ask", ("delivered",), "has confirmed it", needs_key_result=False),
    "reopen": Kind("ask", ("delivered", "confirmed"), "has opened it again"),
    "withdraw": Kind("ask", ("requested", "accepted"), "has withdrawn it", needs_key_result=False),
    "say": Kind("ask", ("accepted",), "has said whether it will be there in time"),
}
"""The steps after it was asked for; `say` is also for the provider's side."""
ACTIONS = tuple(f"{step} dependency" for step in ("ask", *KINDS))
"""What the event log calls them."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A dependency with what it is about."""

    row: Row
    key_result: Row
    home: Row
    carrier: Row | None
    """The provider's key result in which it stands, with `step`; None for a plain promise."""
    asker: Resource
    provider: Resource


def seen(reader: Reader, person: Person, identifier: str) -> Needed:
    """A dependency that the person may know of. Raises NotFound."""
    row = reader.get("dependencies", identifier)
    if row is None or not there(reader, person, "key_results", row["key_result"]):
        raise NotFound("There is no such dependency (any more). Look for it under Dependencies.")
    return needed(reader, row)


def needed(reader: Reader, row: Row) -> Needed:
    """A dependency, given as its row, with what it is about."""
    key_result = reader.get("key_results", row["key_result"]) or {}
    home = reader.get("objectives", key_result["objective"]) or {}
    asker = resource_of_key_result(key_result, home)
    commitment = reader.get("commitments", row["id"])
    carrier = reader.get("key_results", commitment["key_result"]) if commitment else None
    provider = Resource("", (row["to_team"],))
    if commitment and carrier:
        above_it = reader.get("objectives", carrier["objective"]) or {}
        provider = Resource(
            carrier["owner"] or above_it["owner"], (row["to_team"], carrier["team"] or above_it["team"])
        )
        carrier = carrier | {"step": commitment["step"]}
    return Needed(row, key_result, home, carrier, Resource(asker.owner, (row["from_team"], *asker.teams)), provider)


def may(reader: Reader, person: Person, about: Needed, step: str) -> bool:
    """Whether the person has the right to take a step, in whatever state it is."""
    kind = KINDS[step]
    if step == "say":
        return can(person, "ask", about.asker) or can(person, "deliver", about.provider)
    if kind.may == "ask":
        return can(person, "ask", about.asker)
    if kind.may == "answer":
        return may_answer(reader, person, about.row["to_team"])
    return can(person, kind.may, about.provider) or _stands_in(reader, person, about.row["to_team"])


def may_answer(reader: Reader, person: Person, team: str) -> bool:
    """Whether the person may answer what a team is asked for: who leads it, or stands in for somebody who does."""
    return can(person, "answer", Resource("", (team,))) or _stands_in(reader, person, team)


def now_possible(reader: Reader, person: Person, about: Needed) -> frozenset[str]:
    """The steps that the person may take now."""
    return frozenset(
        step
        for step, kind in KINDS.items()
        if about.row["state"] in kind.states
        and (step != "agree" or proposed(about.row))
        and (not kind.needs_key_result or _pursued(about))
        and may(reader, person, about, step)
    )


def check(reader: Reader, person: Person, about: Needed, step: str, version: int | None) -> None:
    """Raises Forbidden, Conflict or Invalid unless the person may take the step now."""
    kind, row = KINDS[step], about.row
    if not may(reader, person, about, step):
        raise Forbidden("You may not do this. Ask the lead of the team, or the OKR champion.")
    if (
        row["state"] not in kind.states
        or (step == "agree" and not proposed(row))
        or version not in (None, row["version"])
    ):
        raise Conflict(_meanwhile(reader, row))
    if kind.needs_key_result and not _pursued(about):
        raise Invalid(f"“{about.key_result['title'][:60]}” was dropped, so nothing is needed for it now.")


def side_of(person: Person, about: Needed) -> str:
    """To which side a person belongs: "asker", "provider", "both" or ""."""
    asks, provides = (_belongs(person, resource) for resource in (about.asker, about.provider))
    return "both" if asks and provides else "asker" if asks else "provider" if provides else ""


def proposed(row: Row) -> bool:
    """Whether another day was proposed and the asker has not decided."""
    return row["state"] == "requested" and row["answered_on"] is not None and row["promised"] is not None


def spoken(day: date | None) -> str:
    """A day as messages name it."""
    return f"{day.day} {day:%B %Y}" if day else ""


def _belongs(person: Person, resource: Resource) -> bool:
    mine = resource.owner != "" and (resource.owner == person.username or resource.owner in person.deputises)
    return mine or not (person.teams | person.leads).isdisjoint(resource.teams)


def _stands_in(reader: Reader, person: Person, team: str) -> bool:
    """Whether the person stands in for somebody who leads the team, or a unit above it."""
    order = order_of(reader)
    chain = above(team, order.teams)
    leading = {m["person"] for m in order.memberships if m["leads"] and m["team"] in chain}
    return person.role != "viewer" and not leading.isdisjoint(person.deputises)


def _pursued(about: Needed) -> bool:
    return about.key_result["state"] == "active" and about.home["state"] not in ("dropped", "closed")


def _meanwhile(reader: Reader, row: Row) -> str:
    last = reader.one(
        'SELECT actor, action FROM events WHERE "table" = \'dependencies\' AND "row" = $1'
        " ORDER BY revision DESC LIMIT 1",
        row["id"],
    )
    step = last["action"].removesuffix(" dependency") if last else ""
    if last is None or step not in KINDS:
        return f"This is {row['state']} now. Look at it again; what you typed is kept."
    person = reader.get("people", last["actor"])
    did = KINDS[step].did.format(**row | {"promised": spoken(row["promised"])})
    return f"{person['name'] if person else last['actor']} {did} meanwhile. Look at it again; what you typed is kept."


def checked(reader: Reader, row: Row, said: Collection[str]) -> Row:
    """The row as it is kept. Raises Invalid with every field, of those that were said, that breaks a rule."""
    problems: list[Problem] = []
    try:
        row = row | clean("dependencies", {name: row[name] for name in said})
    except Invalid as fault:
        problems += fault.problems
    checks = {"to_team": _team_problem, "need_by": _need_by_problem}
    wrong = {problem.where for problem in problems}
    found_too = [check(reader, row) for name, check in checks.items() if name in said and name not in wrong]
    problems += [problem for problem in found_too if problem]
    if problems:
        raise Invalid(*problems)
    return row


def _team_problem(reader: Reader, row: Row) -> Problem | None:
    team = str(row["to_team"])
    if team == row["from_team"]:
        return Problem("to_team", f"{team} needs it itself. Choose another team; a step of your own is a milestone.")
    if team in order_of(reader).teams:
        return None
    known = reader.get("teams", team)
    return Problem("to_team", f"{team} is archived. Choose another." if known else f"There is no team {team!r}.")


def _need_by_problem(reader: Reader, row: Row) -> Problem | None:
    key_result = found(reader, "key_results", row["key_result"])
    due = key_result["due"] or found(reader, "cycles", home_of(reader, key_result)["cycle"])["end"]
    try:
        day = to_come(reader, row["need_by"], "need_by", "say by which day it is needed")
    except Invalid as fault:
        return fault.problems[0]
    if due < company.today(order_of(reader).settings):
        return Problem("need_by", f"cannot be: the key result was due on {due}. Give that another day first.")
    return (
        Problem("need_by", f"is after {due}, when the key result is due. Choose an earlier day.") if day > due else None
    )


def hands_on_to(reader: Reader, row: Row) -> list[str]:
    """The teams that can take a request over: those below the one that is asked, and those above it."""
    teams, team = order_of(reader).teams, row["to_team"]
    near = within([team], teams) | set(above(team, teams)) if team in teams else set(teams)  # archived meanwhile
    return [one for one in teams if one in near - {team, row["from_team"]} and teams[one]["kind"] != "company"]


def to_come(reader: Reader, day: date | None, field: str, missing: str) -> date:
    """A day that is today or later. Raises Invalid of the field; `missing` says how to mend one that is blank."""
    today = company.today(order_of(reader).settings)
    if not isinstance(day, date):
        raise Invalid(Problem(field, f"is missing: {missing}."))
    if day < today:
        raise Invalid(Problem(field, f"{day} has passed. Choose today, {today}, or a day to come."))
    return day


def explained(reason: str, how: str) -> None:
    """Raises Invalid unless there is a reason."""
    if not reason.strip():
        raise Invalid(Problem("reason", f"is missing: {how}."))
