"""Inviting a function or a team to contribute to an objective: "which of yours carries this?", and what they answer.

Every step is an event, calls the other side, and can be taken back for a while by its revision. A step raises Forbidden
for who may not, NotFound for what is hidden, Invalid with the field in `where`, and Conflict where somebody else did
something meanwhile. A repeated request returns what the first one did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.services import company, dependency_calls, invitation_rules, objectives
from okrdash.services.dependency_rules import explained, may_answer
from okrdash.services.editing import clean, event, found, new_id
from okrdash.services.invitation_rules import About, tell
from okrdash.services.overview import visible
from okrdash.services.people import (
    Actor,
    allow,
    order_of,
    permit,
    within,
)
from okrdash.services.permissions import Person, can
from okrdash.services.sight import seen_objective
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError, utc_now
from okrdash.store.transaction import Writer

_OPEN_STATES = (*objectives.DRAFTS, "active")
"""States of objectives that can still carry something."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation, as the actor may see it."""

    row: Row
    """The table's columns with `version`; without `answer` where the actor may not see that."""
    title: str
    """Of the objective or the key result that it is about."""
    objective: str
    objective_title: str
    answer_title: str
    """"" where there is none, or none that the actor may see."""
    may_answer: bool
    """Whether the actor may answer or decline it now."""
    may_withdraw: bool


def invite(actor: Actor, about: str, team: str, text: str = "", *, request_key: str = "") -> int:
    """Invites a function or a team to contribute to an objective or a key result; for who may ask for what it needs.

    Fields in `where`: about, team, text.
    """
    try:
        with company.company().write(event(actor, "invite", request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            row = clean("invitations", TABLES["invitations"].row(about=about, team=team, text=text, id="new"))
            author = actor.username if tx.get("people", actor.username) else ""
            row |= {"id": new_id(tx, "i"), "author": author, "entered_at": utc_now()}
            it = invitation_rules.about_of(tx, person, row)
            permit(person, "ask", it.asker)
            invitation_rules.check(tx, it)
            tx.insert("invitations", row)
            tell(tx, actor, it, "team", f"asks which of your objectives carries “{it.title}”", row["text"])
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def answer(actor: Actor, identifier: str, objective: str, *, version: int | None = None, request_key: str = "") -> int:
    """The team says which of its objectives carries it: that contributes from now on. Fields in `where`: answer."""

    def carried(tx: Writer, person: Person, it: About) -> str:
        if not objective:
            raise Invalid(Problem("answer", "is missing: choose the objective that carries it."))
        row = seen_objective(tx, person, objective)
        if row["team"] not in within([it.row["team"]], order_of(tx).teams) or row["state"] not in _OPEN_STATES:
            raise Invalid(Problem("answer", f"is no objective that {it.row['team']} pursues. Choose another."))
        try:
            if not _ties(tx, objective, it.row["about"]):
                objectives.tie(tx, person, objective, it.row["about"])
        except Invalid as fault:
            raise Invalid(*(Problem("answer", problem.message) for problem in fault.problems)) from None
        return objective

    return _answered(actor, identifier, carried, version, request_key)


def answer_with_draft(
    actor: Actor,
    identifier: str,
    values: Mapping[str, Any],
    *,
    parents: Sequence[str] = (),
    version: int | None = None,
    request_key: str = "",
) -> int:
    """The team answers with a new objective, made with what it is about as its parent, and with `parents` besides.

    `values` and the fields in `where` are those of `objectives.create_objective`.
    """

    def made(tx: Writer, person: Person, it: About) -> str:
        if values.get("team") not in within([it.row["team"]], order_of(tx).teams):
            raise Invalid(Problem("team", f"must be {it.row['team']} or one below it: they are invited."))
        return objectives.create_within(tx, person, values, [it.row["about"], *parents])

    return _answered(actor, identifier, made, version, request_key)


def decline(actor: Actor, identifier: str, reason: str, *, version: int | None = None, request_key: str = "") -> int:
    """The team says why none of its objectives carries it."""

    def declined(tx: Writer, _: Person, it: About) -> Row:
        explained(reason, "say why none of your objectives carries it")
        today = company.today(order_of(tx).settings)
        tell(tx, actor, it, "asker", f"says that {it.row['team']} does not carry “{it.title}”", reason)
        return {"state": "declined", "reason": reason, "answered_on": today}

    return _step(actor, identifier, "decline invitation", declined, version, request_key, reason)


def withdraw(
    actor: Actor, identifier: str, reason: str = "", *, version: int | None = None, request_key: str = ""
) -> int:
    """Who may invite takes an open invitation back."""

    def withdrawn(tx: Writer, _: Person, it: About) -> Row:
        tell(tx, actor, it, "team", f"no longer asks who carries “{it.title}”", reason)
        return {"state": "withdrawn", "reason": reason}

    return _step(actor, identifier, "withdraw invitation", withdrawn, version, request_key, reason)


def open_for(actor: Actor) -> list[Invitation]:
    """What waits for the actor's answer, the oldest first: open invitations of teams that they lead, or that nobody
    nearer leads; who stands in for somebody is asked in their place. Raises Forbidden for who is signed out.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        me, everyone = {person.username, *person.deputises}, dependency_calls.people(reader)
        rows = reader.rows("SELECT * FROM invitations WHERE state = 'open' ORDER BY position")
        mine = {team for team in {row["team"] for row in rows} if not everyone.leads(team).isdisjoint(me)}
        mine &= order_of(reader).teams.keys()
        seen = (invitation_rules.seen(reader, person, row) for row in rows if row["team"] in mine)
        return [_as_seen(reader, person, it) for it in seen if it and it.pursued]


def of(actor: Actor, objective: str) -> list[Invitation]:
    """The invitations to contribute to an objective or to its key results, in order, without those withdrawn.

    Raises NotFound where it is hidden.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        seen_objective(reader, person, objective)
        rows = reader.rows(
            "SELECT * FROM invitations WHERE state <> 'withdrawn' AND (about = $1 OR about IN"
            " (SELECT id FROM key_results WHERE objective = $1)) ORDER BY position",
            objective,
        )
        return [_as_seen(reader, person, it) for row in rows if (it := invitation_rules.seen(reader, person, row))]


def answered_since(actor: Actor, since: datetime) -> list[Invitation]:
    """What others answered or declined since a moment (UTC) of what the actor had invited to, the latest first."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        rows = reader.rows(
            'SELECT i.* FROM invitations i JOIN events e ON e."table" = \'invitations\' AND e."row" = i.id'
            " WHERE i.author = $1 AND i.state IN ('answered', 'declined') AND e.happened_at > $2 AND e.actor <> $1"
            " AND e.action IN ('answer invitation', 'decline invitation') ORDER BY e.revision DESC",
            actor.username,
            since,
        )
        rows = list({row["id"]: row for row in rows}.values())
        return [_as_seen(reader, person, it) for row in rows if (it := invitation_rules.seen(reader, person, row))]


def answers(actor: Actor, identifier: str) -> list[Row]:
    """The objectives with which an invitation can be answered: those of the team and of the teams below it that are
    drafted or pursued in a cycle that is not over, as far as the actor may see them. Raises NotFound.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        it = invitation_rules.found(reader, person, identifier)
        units, today = within([it.row["team"]], order_of(reader).teams), company.today(order_of(reader).settings)
        over = {row["cycle"] for row in reader.table("cycles") if row["end"] < today}
        return [
            row
            for row in reader.table("objectives", "state IN ('draft', 'proposed', 'active')")
            if row["team"] in units and row["cycle"] not in over and row["id"] != it.home["id"] and visible(person, row)
        ]


def _answered(
    actor: Actor,
    identifier: str,
    carry: Callable[[Writer, Person, About], str],
    version: int | None,
    request_key: str,
) -> int:
    def done(tx: Writer, person: Person, it: About) -> Row:
        objective = carry(tx, person, it)
        row, today = found(tx, "objectives", objective), company.today(order_of(tx).settings)
        secret = row["visibility"] != "company"
        said = "an objective that is confidential" if secret else f"“{row['title']}” ({row['state']})"
        tell(tx, actor, it, "asker", f"says what carries “{it.title}”", f"It is {said}, of {row['team']}.")
        return {"state": "answered", "answer": objective, "answered_on": today}

    return _step(actor, identifier, "answer invitation", done, version, request_key)


def _step(
    actor: Actor,
    identifier: str,
    action: str,
    change: Callable[[Writer, Person, About], Row],
    version: int | None,
    request_key: str,
    reason: str = "",
) -> int:
    """One step on an open invitation: authorised, checked, and written with what comes of it."""
    try:
        with company.company().write(event(actor, action, reason, request_key)) as tx:
            person = allow(tx, actor, "read")
            it = invitation_rules.found(tx, person, identifier)
            invitation_rules.permit_step(tx, person, it, action.removesuffix(" invitation"))
            if it.row["state"] != "open" or version not in (None, it.row["version"]):
                raise Conflict(invitation_rules.meanwhile(tx, it.row))
            if action == "answer invitation" and not it.pursued:
                raise Invalid(f"“{it.title[:60]}” is not pursued any more, so it needs no answer.")
            tx.update("invitations", (identifier,), clean("invitations", change(tx, person, it)), version)
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def _ties(reader: Reader, child: str, parent: str) -> bool:
    edge = reader.get("alignment", child, parent)
    return edge is not None and edge["kind"] == "contributes"


def _as_seen(reader: Reader, person: Person, it: About) -> Invitation:
    carrier = reader.get("objectives", it.row["answer"]) if it.row["answer"] else None
    known = carrier is not None and visible(person, carrier)
    is_open = it.row["state"] == "open"
    return Invitation(
        row=it.row if known or not carrier else it.row | {"answer": ""},
        title=it.title,
        objective=it.home["id"],
        objective_title=it.home["title"],
        answer_title=carrier["title"] if carrier and known else "",
        may_answer=is_open and it.pursued and may_answer(reader, person, it.row["team"]),
        may_withdraw=is_open and can(person, "ask", it.asker),
    )
