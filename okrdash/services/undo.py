"""Taking back what one has just done: the change is turned round, and the log tells of both."""

from __future__ import annotations

from datetime import timedelta

from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Forbidden, NotFound
from okrdash.domain.tables import TABLES
from okrdash.services import decisions, dependency_calls, dependency_rules, invitation_rules, messages, reviews, tree
from okrdash.services.company import company
from okrdash.services.editing import event
from okrdash.services.people import Actor, allow, permit
from okrdash.services.permissions import Person, Resource
from okrdash.services.sight import there
from okrdash.store import log
from okrdash.store.store import utc_now
from okrdash.store.transaction import Writer

ACTIONS = (
    *("check in", "clear blocker", *dependency_rules.ACTIONS, *decisions.ACTIONS, *reviews.ACTIONS),
    *(*tree.ACTIONS, *invitation_rules.ACTIONS),
)
"""What can be taken back, as the event log calls it."""
WINDOW = timedelta(hours=1)
"""For how long."""


def undo(actor: Actor, revision: int) -> None:
    """Takes back all that the actor did in one write, by the revision that it gave.

    Raises NotFound where that is not theirs, or nothing of the kind, or hidden from them by now; Forbidden where they
    may not do the like any more; Conflict where it is too long ago, or where
    somebody built on it meanwhile: then nothing is changed.
    """
    with company().write(event(actor, "undo")) as tx:
        person = allow(tx, actor, "read")
        changes = tx.rows("SELECT * FROM events WHERE revision = $1 ORDER BY number DESC", revision)
        if not changes or changes[0]["actor"] != actor.username or changes[0]["action"] not in ACTIONS:
            raise NotFound("There is nothing of yours to take back here.")
        if utc_now() - changes[0]["happened_at"] > WINDOW:
            raise Conflict("This is too long ago to be taken back. Correct it instead, so that everybody sees it.")
        for change in changes:
            _permit(tx, person, change)
            _refuse_built_upon(tx, change)
            tx.revert(change)
            messages.take_back(tx, change["row"])
            if change["table"] == "dependencies":
                dependency_calls.take_back(tx, actor, change["row"], revision)
            if change["table"] == "invitations":
                invitation_rules.take_back(tx, actor, change["row"], revision)
            if change["table"] == "key_results" and change["action"] in tree.ACTIONS:
                for about, _ in dependency_calls.concerned(tx, [change["row"]]):
                    dependency_calls.take_back(tx, actor, about.row["id"], revision)


def _permit(tx: Writer, person: Person, change: Row) -> None:
    """Raises NotFound or Forbidden where the person, as they are now, could not do what the change did."""
    table, action = change["table"], change["action"]
    if action in tree.ACTIONS:
        tree.allow_change(tx, person, change)
    elif action in invitation_rules.ACTIONS:
        invitation_rules.allow_change(tx, person, change)
    elif table == "check_ins":
        if not there(tx, person, table, change["row"]):
            raise NotFound("There is nothing of yours to take back here.")
        permit(person, "clear" if action == "clear blocker" else "check in", Resource(person.username))
    elif table == "decisions":
        decisions.allow_change(tx, person, change["row"], action)
    elif table == "reviews":
        permit(person, "decide", reviews.whole_company(tx))
    elif table == "dependencies":
        about = dependency_rules.seen(tx, person, change["row"])
        step = action.removesuffix(" dependency")
        was = about.row | log.read(TABLES[table], change["before"])  # what was handed on was theirs before
        if step == "ask":
            permit(person, "ask", about.asker)
        elif not dependency_rules.may(tx, person, dependency_rules.needed(tx, was), step):
            raise Forbidden("You may not do this any more. Ask the lead of the team, or the OKR champion.")


def _refuse_built_upon(tx: Writer, change: Row) -> None:
    """Raises Conflict where something new stands on what a change made, or a dependency has gone on since."""
    table, name = change["table"], change["row"]
    later = 'SELECT 1 FROM events WHERE "table" = \'dependencies\' AND "row" = $1 AND revision > $2'
    if table == "dependencies" and tx.one(later, name, change["revision"]):
        raise Conflict("Somebody took the next step meanwhile, so this cannot be taken back any more.")
    if table in ("objectives", "key_results") and change["before"] in ("", "{}"):
        noun = table.rstrip("s").replace("_", " ")
        for other in TABLES.values():
            for column in other.columns:
                refers = table in column.refers and column.type == "text"
                if refers and tx.one(f'SELECT 1 FROM "{other.name}" WHERE "{column.name}" = $1', name):  # noqa: S608
                    raise Conflict(f"Somebody worked on the new {noun} meanwhile. Drop it there instead.")
