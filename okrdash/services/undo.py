"""Taking back what one has just done: the change is turned round, and the log tells of both."""

from __future__ import annotations

from datetime import timedelta

from okrdash.domain.errors import Conflict, NotFound
from okrdash.services import messages
from okrdash.services.company import company
from okrdash.services.editing import event
from okrdash.services.people import Actor, allow
from okrdash.store.store import utc_now

ACTIONS = ("check in", "clear blocker")
"""What can be taken back, as the event log calls it."""
WINDOW = timedelta(hours=1)
"""For how long."""


def undo(actor: Actor, revision: int) -> None:
    """Takes back all that the actor did in one write, by the revision that it gave.

    Raises NotFound where that is not theirs, or nothing of the kind; Conflict where it is too long ago, or where
    somebody built on it meanwhile: then nothing is changed.
    """
    with company().write(event(actor, "undo")) as tx:
        allow(tx, actor, "read")
        changes = tx.rows("SELECT * FROM events WHERE revision = $1 ORDER BY number DESC", revision)
        if not changes or changes[0]["actor"] != actor.username or changes[0]["action"] not in ACTIONS:
            raise NotFound("There is nothing of yours to take back here.")
        if utc_now() - changes[0]["happened_at"] > WINDOW:
            raise Conflict("This is too long ago to be taken back. Correct it instead, so that everybody sees it.")
        for change in changes:
            tx.revert(change)
            messages.take_back(tx, change["row"])
