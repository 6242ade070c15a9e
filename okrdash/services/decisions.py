"""What was decided about an objective or a key result: who sees to it, until when, and that it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from okrdash.domain.settings import Settings
from okrdash.domain.tables import TABLES
from okrdash.domain.time import begins, local
from okrdash.services import company, messages
from okrdash.services.editing import check_references, clean, event, found, home_of, new_id
from okrdash.services.overview import visible
from okrdash.services.people import (
    Actor,
    allow,
    order_of,
    permit,
    person_in,
    resource_of_key_result,
    resource_of_objective,
)
from okrdash.services.permissions import Person, Resource, can
from okrdash.services.sight import known_subjects, seen_objective, there
from okrdash.store.reader import Reader, places
from okrdash.store.store import RepeatedError, utc_now
from okrdash.store.transaction import Writer

ACTIONS = ("decide", "finish decision", "reopen decision")
"""What the event log calls them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided."""

    id: str
    about: str
    objective: str
    """The objective that it is about, or at home under which the key result is."""
    title: str
    """Of what it is about."""
    text: str
    author: str
    """A username; "" where nobody knows."""
    decided_on: date | None
    owner: str
    """Who sees to it, a username; "" where nobody is named."""
    due: date | None
    done_on: date | None
    may_finish: bool
    """Whether the one who asks may say that it is done, or that it is not."""

    def state(self, day: date) -> Literal["done", "overdue", "open"]:
        """How it stands on a day."""
        if self.done_on is not None:
            return "done"
        return "overdue" if self.due is not None and self.due < day else "open"


def decide(actor: Actor, about: str, text: str, owner: str, due: date | None, *, request_key: str = "") -> int:
    """Keeps what was decided about an objective or a key result; returns the revision by which it is undone.

    Those may who decide about it. The `owner`, who must be able to see what it is about, gets a message; `due` is today
    or later. Raises Forbidden, NotFound, Invalid.
    """
    try:
        with company.company().write(event(actor, "decide", request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            row, home = _subject(tx, person, about)
            permit(person, "decide", _resource(row, home))
            _check(tx, home, text, owner, due)
            values = clean("decisions", {"text": text, "owner": owner, "due": due})
            check_references(tx, "decisions", {"owner": owner}, person)
            author = actor.username if tx.get("people", actor.username) else ""
            identifier = new_id(tx, "e")
            known = {"id": identifier, "about": about, "author": author, "entered_at": utc_now()}
            tx.insert("decisions", TABLES["decisions"].row(**known, **values))
            _tell(tx, actor, identifier, {**values, "title": row["title"]}, home)
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def done(actor: Actor, identifier: str, *, request_key: str = "") -> int:
    """Says that what was decided is done; returns the revision by which it is undone.

    Its owner may, who stands in for them, and those who decide about what it concerns. Raises Forbidden, NotFound, and
    Conflict where it is done already.
    """
    return _mark(actor, identifier, True, request_key)


def reopen(actor: Actor, identifier: str, *, request_key: str = "") -> int:
    """Says that what was decided is not done yet. Returns and raises as `done`."""
    return _mark(actor, identifier, False, request_key)


def open_for(actor: Actor) -> list[Decision]:
    """What the actor, or somebody for whom they stand in, has still to see to: the earliest due day first."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        mine = sorted({person.username, *person.deputises})
        rows = reader.table("decisions", f"done_on IS NULL AND owner IN ({places(mine)})", *mine)
        return sorted(_seen(reader, person, rows), key=lambda one: (one.due is None, one.due))


def of(actor: Actor, objective: str) -> list[Decision]:
    """What was decided about an objective and the key results at home under it: what is open first, the newest first.

    Raises NotFound where the objective is hidden.
    """
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        seen_objective(reader, person, objective)
        under = "SELECT id FROM key_results WHERE objective = $1"
        found_here = _seen(reader, person, reader.table("decisions", f"about = $1 OR about IN ({under})", objective))
        found_here.reverse()
        return sorted(found_here, key=lambda one: one.done_on is not None)


def since(actor: Actor, day: date) -> list[Decision]:
    """The decisions that a review has to look at again: all that are open, and those made or done since a day.

    What is overdue comes first, then what is open by its due day, then what is done.
    """
    with company.company().read() as reader:
        person, settings = allow(reader, actor, "read"), order_of(reader).settings
        rows = reader.table(
            "decisions",
            "done_on IS NULL OR done_on >= $1 OR entered_at >= $2",
            day,
            begins(day, settings.zone),
        )
        today, order = company.today(settings), ("overdue", "open", "done")
        found_here = _seen(reader, person, rows)
        return sorted(found_here, key=lambda one: (order.index(one.state(today)), one.due is None, one.due))


def allow_change(reader: Reader, person: Person, identifier: str, action: str) -> None:
    """Raises NotFound or Forbidden unless the person may take this action (ACTIONS) on a decision."""
    row, subject, home = _found(reader, person, identifier)
    resource = _resource(subject, home)
    if action == "decide":
        permit(person, "decide", resource)
    elif not _may_finish(person, row, resource):
        raise Forbidden("Only who sees to it, or who decides here, can say whether it is done.")


def _mark(actor: Actor, identifier: str, is_done: bool, request_key: str) -> int:
    action = "finish decision" if is_done else "reopen decision"
    try:
        with company.company().write(event(actor, action, request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            allow_change(tx, person, identifier, action)
            row = found(tx, "decisions", identifier)
            if (row["done_on"] is not None) == is_done:
                raise Conflict("This is done already." if is_done else "This is open already.")
            day = company.today(order_of(tx).settings) if is_done else None
            tx.update("decisions", (identifier,), {"done_on": day})
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def _check(reader: Reader, home: Row, text: str, owner: str, due: date | None) -> None:
    """Raises Invalid naming every field without which it would come back to nobody."""
    order = order_of(reader)
    problems = []
    if not text.strip():
        problems.append(Problem("text", "is missing: write what is decided."))
    taker = reader.get("people", owner) if owner else None
    if not owner:
        problems.append(Problem("owner", "is missing: name who sees to it."))
    elif taker is None or not taker["active"]:
        problems.append(Problem("owner", f"{owner!r} is not here (any more). Choose somebody else."))
    elif not visible(person_in(order, taker), home):
        problems.append(Problem("owner", f"{taker['name']} does not see this objective. Choose somebody who does."))
    if due is None:
        problems.append(Problem("due", "is missing: name the day until which it is done."))
    elif due < company.today(order.settings):
        problems.append(Problem("due", "has passed. Name today or a later day."))
    if problems:
        raise Invalid(*problems)


def _tell(tx: Writer, actor: Actor, identifier: str, values: Mapping[str, object], home: Row) -> None:
    """A message leaves the house, so of a confidential objective it tells no more than that there is something."""
    author = tx.get("people", actor.username)
    told = f"On “{values['title']}”: {values['text']}\nUntil {values['due']}."
    messages.leave(
        tx,
        {str(values["owner"])} - {actor.username},
        "handover",
        about=identifier,
        subject=f"{author['name'] if author else actor.username} leaves a decision with you",
        text=told if home["visibility"] == "company" else "It is about something confidential.",
        place=f"objective?objective={quote(home['id'], safe='')}",
    )


def _subject(reader: Reader, person: Person, about: str) -> tuple[Row, Row]:
    """What is decided about, if it is there for the person: its row, and its objective's."""
    if there(reader, person, "key_results", about):
        row = found(reader, "key_results", about)
        return row, home_of(reader, row)
    if there(reader, person, "objectives", about):
        row = found(reader, "objectives", about)
        return row, row
    raise NotFound("What this is about is not there (any more).")


def _found(reader: Reader, person: Person, identifier: str) -> tuple[Row, Row, Row]:
    """A decision that is there for the person, with what it is about and its objective."""
    if not there(reader, person, "decisions", identifier):
        raise NotFound("There is no such decision (any more).")
    row = found(reader, "decisions", identifier)
    return row, *_subject(reader, person, row["about"])


def _resource(row: Row, home: Row) -> Resource:
    return resource_of_objective(row) if row is home else resource_of_key_result(row, home)


def _may_finish(person: Person, decision: Row, resource: Resource) -> bool:
    return decision["owner"] in {person.username, *person.deputises} - {""} or can(person, "decide", resource)


def _seen(reader: Reader, person: Person, rows: Sequence[Row]) -> list[Decision]:
    """These decisions as far as the person may know what they are about, in their order."""
    subjects = known_subjects(reader, person, {row["about"] for row in rows})
    settings = order_of(reader).settings
    return [
        Decision(
            *(row["id"], row["about"], home["id"], subject["title"], row["text"], row["author"]),
            *(_day(row, settings), row["owner"], row["due"], row["done_on"]),
            _may_finish(person, row, _resource(subject, home)),
        )
        for row in rows
        if row["about"] in subjects
        for subject, home in [subjects[row["about"]]]
    ]


def _day(row: Row, settings: Settings) -> date | None:
    """The organisation's day on which it was decided."""
    moment = row["entered_at"]
    return local(moment, settings.zone).date() if moment else None
