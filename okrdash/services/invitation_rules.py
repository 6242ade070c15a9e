"""Which invitations to contribute there are for whom, who may take which step, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from okrdash.domain.tables import TABLES
from okrdash.services import company, dependency_calls, messages
from okrdash.services.dependency_rules import may_answer
from okrdash.services.overview import visible
from okrdash.services.people import (
    Actor,
    order_of,
    permit,
    person_in,
    resource_of_key_result,
    resource_of_objective,
)
from okrdash.services.permissions import Person, Resource
from okrdash.services.sight import there
from okrdash.store.reader import Reader
from okrdash.store.transaction import Writer

ACTIONS = ("invite", "answer invitation", "decline invitation", "withdraw invitation")
"""What the event log calls the steps."""
_DID: Mapping[str, str] = {"answered": "answered it", "declined": "declined it", "withdrawn": "withdrew it"}


@dataclass(frozen=True, slots=True)
class About:
    """An invitation with what it is about: an objective or a key result."""

    row: Row
    title: str
    team: str
    """Whose it is."""
    home: Row
    """The objective, or that at which the key result is at home."""
    asker: Resource
    pursued: bool
    """Whether what it is about still is."""


def about_of(reader: Reader, person: Person, row: Row) -> About:
    """What an invitation is about. Raises NotFound where there is none that the person may see."""
    it = seen(reader, person, row)
    if it is None:
        raise NotFound("There is no such objective (any more). Look for it under Objectives.")
    return it


def found(reader: Reader, person: Person, identifier: str) -> About:
    """An invitation that the person may know of. Raises NotFound."""
    row = reader.get("invitations", identifier)
    it = seen(reader, person, row) if row else None
    if it is None:
        raise NotFound("There is no such invitation (any more). Look for it at the objective.")
    return it


def seen(reader: Reader, person: Person, row: Row) -> About | None:
    """What an invitation is about, as far as the person may know of that."""
    known = any(there(reader, person, table, row["about"]) for table in TABLES["invitations"].column("about").refers)
    return _of_row(reader, row) if known else None


def _of_row(reader: Reader, row: Row) -> About | None:
    key_result = reader.get("key_results", row["about"])
    home = reader.get("objectives", key_result["objective"] if key_result else row["about"])
    if home is None:
        return None
    today, cycle = company.today(order_of(reader).settings), reader.get("cycles", home["cycle"])
    pursued = home["state"] == "active" and cycle is not None and cycle["end"] >= today
    if key_result is None:
        return About(row, home["title"], home["team"], home, resource_of_objective(home), pursued)
    return About(
        row,
        key_result["title"],
        key_result["team"] or home["team"],
        home,
        resource_of_key_result(key_result, home),
        pursued and key_result["state"] == "active",
    )


def permit_step(reader: Reader, person: Person, it: About, step: str) -> None:
    """Raises Forbidden unless the person may take a step: "withdraw" for who may invite, others for who is invited."""
    if step == "withdraw":
        permit(person, "ask", it.asker)
    elif not may_answer(reader, person, it.row["team"]):
        raise Forbidden(f"This is for who leads {it.row['team']} to say. Ask them, or the OKR champion.")


def check(reader: Reader, it: About) -> None:
    """Raises Invalid unless this team can be invited to this."""
    team = it.row["team"]
    if not it.pursued:
        raise Invalid(Problem("about", f"“{it.title[:60]}” is not pursued (any more): nobody can contribute to it."))
    if problem := _team_problem(reader, it, team):
        raise Invalid(Problem("team", problem))
    same = "state = 'open' AND about = $1 AND team = $2"
    for other in reader.table("invitations", same, it.row["about"], team):
        day = other["entered_at"]
        since = f", since {day.day} {day:%B %Y}" if day else ""
        raise Invalid(Problem("team", f"{team} is invited already{since}, and has not answered yet."))
    if it.home["visibility"] == "confidential" and not asked(reader, it):
        says = f"Nobody who leads {team} may see this confidential objective. Name one of them first."
        raise Invalid(Problem("team", says))


def _team_problem(reader: Reader, it: About, team: str) -> str:
    teams = order_of(reader).teams
    if not team:
        return "is missing: choose the function or the team that you invite."
    if team not in teams:
        return f"{team} is archived. Choose another." if reader.get("teams", team) else f"There is no team {team!r}."
    if teams[team]["kind"] == "company":
        return f"{team} is the whole company. Choose a function or a team."
    return f"{team} answers for it itself. Choose another." if team == it.team else ""


def allow_change(tx: Writer, person: Person, change: Row) -> None:
    """Raises Forbidden, NotFound or Conflict where the person could not take back a step, given as its event."""
    if change["table"] != "invitations":
        return  # what an answer made goes with the answer
    it = found(tx, person, change["row"])
    asks = change["action"] in ("invite", "withdraw invitation")
    permit_step(tx, person, it, "withdraw" if asks else "answer")
    later = 'SELECT 1 FROM events WHERE "table" = \'invitations\' AND "row" = $1 AND revision > $2'
    if tx.one(later, it.row["id"], change["revision"]):
        raise Conflict("Somebody took the next step meanwhile, so this cannot be taken back any more.")


def take_back(tx: Writer, actor: Actor, identifier: str, revision: int) -> None:
    """Takes back the messages of one step that was undone; who has got one already is told."""
    name = _message(identifier, revision)
    sql = "SELECT username FROM messages WHERE about = $1 AND error = '' AND sent_at IS NOT NULL"
    got = [row["username"] for row in tx.rows(sql, name)]
    messages.take_back(tx, name)
    row = tx.get("invitations", identifier)
    it = _of_row(tx, row) if row else None
    if got and it:
        _leave(tx, actor, it, got, f"took back what you were told last about “{it.title}”", "")


def asked(reader: Reader, it: About) -> list[str]:
    """Who is asked: those who lead the team and may see what it is about."""
    everyone = dependency_calls.people(reader)
    return sorted(
        one for one in everyone.leads(it.row["team"]) if visible(person_in(everyone.order, everyone.rows[one]), it.home)
    )


def _askers(reader: Reader, it: About) -> list[str]:
    """Who hears of the answer: who invited, and who owns the objective, as far as they may see it."""
    everyone = dependency_calls.people(reader)
    known = {it.row["author"], it.asker.owner} & everyone.rows.keys()
    return sorted(one for one in known if visible(person_in(everyone.order, everyone.rows[one]), it.home))


def tell(tx: Writer, actor: Actor, it: About, side: Literal["asker", "team"], subject: str, text: str) -> None:
    """Leaves a message about a step for one side, within its transaction."""
    _leave(tx, actor, it, asked(tx, it) if side == "team" else _askers(tx, it), subject, text)


def _leave(tx: Writer, actor: Actor, it: About, to: Iterable[str], subject: str, text: str) -> None:
    """Leaves messages; they leave the house, so of a confidential objective they only say that there is something."""
    author = tx.get("people", actor.username)
    who = author["name"] if author else actor.username
    secret = it.home["visibility"] != "company"
    messages.leave(
        tx,
        [one for one in to if one != actor.username],
        "dependency",
        about=_message(it.row["id"], tx.revision() + 1),
        subject=f"{who} asks your team something, or answers" if secret else f"{who} {subject}",
        text="It is about something confidential." if secret else f"{it.home['title']}\n{text}".strip(),
        place=f"objective?objective={quote(it.home['id'], safe='')}&view=Alignment",
    )


def _message(identifier: str, revision: int) -> str:
    """What a message is about: one step of an invitation."""
    return f"{identifier} {revision}"


def meanwhile(reader: Reader, row: Row) -> str:
    """What is said to who is too late: who did what."""
    sql = 'SELECT actor FROM events WHERE "table" = \'invitations\' AND "row" = $1 ORDER BY revision DESC LIMIT 1'
    last = reader.one(sql, row["id"])
    person = reader.get("people", last["actor"]) if last else None
    who = person["name"] if person else "Somebody"
    return f"{who} {_DID.get(row['state'], 'changed it')} meanwhile. Look at it again; what you typed is kept."
