"""What teams need of each other: asked, answered, delivered and confirmed, one step at a time.

Every step is an event, calls the other side, and can be taken back for a while by the revision that it returns. A step
raises Forbidden for who may not, NotFound for what is hidden, Invalid with the field in `where`, and Conflict where
somebody else did something meanwhile: it says who and what. A repeated request returns what the first one did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Literal

from okrdash.domain.errors import Forbidden, Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.services import company, dependency_calls, dependency_rules
from okrdash.services.carrying import Carried, carry, tick
from okrdash.services.dependency_rules import Needed, Side, checked, explained, hands_on_to, proposed, to_come
from okrdash.services.editing import clean, event, home_of, new_id
from okrdash.services.people import Actor, allow, order_of, permit
from okrdash.services.permissions import Person, can
from okrdash.services.sight import seen_key_result
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError
from okrdash.store.transaction import Writer

Word = Literal["will", "may", "won't"]
_Change = Callable[[Writer, Person, Needed], Mapping[str, Any]]
_UNANSWERED: Mapping[str, Any] = {"state": "requested", "answered_on": None, "promised": None, "reason": ""}
_SAID_NOTHING: Mapping[str, Any] = {"asker_says": "", "provider_says": ""}


def ask(actor: Actor, key_result: str, to_team: str, need: str, need_by: date | None, *, request_key: str = "") -> str:
    """Asks a team for what a key result needs; returns the dependency's id (`dependency_reads.ring_of` tells a ring).

    Fields in `where`: key_result, to_team, need, need_by.
    """
    values = {"key_result": key_result, "to_team": to_team, "need": need, "need_by": need_by}
    try:
        with company.company().write(event(actor, "ask dependency", request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            asking = seen_key_result(tx, person, key_result)
            home = home_of(tx, asking)
            today = company.today(order_of(tx).settings)
            row = TABLES["dependencies"].row(**values, id="new", requested_on=today)
            row |= {"from_team": asking["team"] or home["team"], "id": new_id(tx, "d")}
            about = dependency_rules.needed(tx, row)
            permit(person, "ask", about.asker)
            if asking["state"] != "active" or home["state"] != "active":
                raise Invalid(Problem("key_result", "must be active: only then can something be asked for it."))
            row = checked(tx, row, values)
            _refuse_hidden(tx, about)
            tx.insert("dependencies", row)
            dependency_calls.tell(tx, actor, "ask", dependency_rules.needed(tx, row), ["provider"])
            return str(row["id"])
    except RepeatedError as fault:
        with company.company().read() as reader:
            sql = 'SELECT "row" FROM events WHERE revision = $1 AND "table" = \'dependencies\''
            return str((reader.one(sql, fault.revision) or {}).get("row", ""))


def change(
    actor: Actor,
    identifier: str,
    changes: Mapping[str, Any],
    reason: str = "",
    *,
    version: int | None = None,
    request_key: str = "",
) -> int:
    """The asker changes `need` or `need_by` while it is requested.

    Where another day was proposed, or it was declined, this asks again: with changes, or with a reason alone.
    """

    def changed(tx: Writer, _: Person, about: Needed) -> Mapping[str, Any]:
        if unknown := changes.keys() - {"need", "need_by"}:
            raise Invalid(Problem(sorted(unknown)[0], "stays as it was asked for."))
        values = {name: value for name, value in changes.items() if about.row[name] != value}
        row = checked(tx, about.row | values, values)
        after = {name: row[name] for name in values}
        if about.row["state"] == "requested" and not proposed(about.row):
            return after
        if not after and not reason.strip():
            raise Invalid(Problem("reason", "is missing: say why you ask again, or change what you ask for."))
        today = company.today(order_of(tx).settings)
        return {**after, **_UNANSWERED, "requested_on": today, "reason": reason}

    return _take(actor, identifier, "change", changed, ["provider"], reason, version, request_key)


def accept(
    actor: Actor,
    identifier: str,
    promised: date | None,
    *,
    carried_by: Carried | None = None,
    version: int | None = None,
    request_key: str = "",
) -> int:
    """The provider promises it for a day; `carried_by` says how it stands in their own OKRs (None: a plain promise).

    Fields in `where`: promised, key_result, step, title, objective.
    """

    def accepted(tx: Writer, person: Person, about: Needed) -> Mapping[str, Any]:
        day = to_come(tx, promised, "promised", "say by which day it will be there")
        carry(tx, actor, person, about, carried_by or Carried(), day)
        today = company.today(order_of(tx).settings)
        return {**_SAID_NOTHING, "state": "accepted", "answered_on": today, "promised": day, "reason": ""}

    return _take(actor, identifier, "accept", accepted, ["asker"], "", version, request_key)


def propose(
    actor: Actor,
    identifier: str,
    promised: date | None,
    reason: str,
    *,
    version: int | None = None,
    request_key: str = "",
) -> int:
    """The provider proposes another day, for the asker to decide; also for what was accepted and needs longer."""

    def proposing(tx: Writer, _: Person, about: Needed) -> Mapping[str, Any]:
        explained(reason, "say why it needs another day")
        day = to_come(tx, promised, "promised", "say by which day it could be there")
        if about.row["promised"] == day:
            raise Invalid(Problem("promised", "is the day that was named before. Propose another."))
        today = company.today(order_of(tx).settings)
        return {**_SAID_NOTHING, "state": "requested", "answered_on": today, "promised": day, "reason": reason}

    return _take(actor, identifier, "propose", proposing, ["asker"], reason, version, request_key)


def agree(actor: Actor, identifier: str, *, version: int | None = None, request_key: str = "") -> int:
    """The asker takes the day that was proposed: it is accepted."""

    def agreed(tx: Writer, _: Person, about: Needed) -> Mapping[str, Any]:
        today = company.today(order_of(tx).settings)
        return {**_SAID_NOTHING, "state": "accepted", "answered_on": today}

    return _take(actor, identifier, "agree", agreed, ["provider"], "", version, request_key)


def decline(actor: Actor, identifier: str, reason: str, *, version: int | None = None, request_key: str = "") -> int:
    """The provider declines, with a reason."""

    def declined(tx: Writer, _: Person, about: Needed) -> Mapping[str, Any]:
        explained(reason, "say why it cannot be done")
        tx.remove("commitments", (identifier,))
        today = company.today(order_of(tx).settings)
        return {"state": "declined", "answered_on": today, "promised": None, "reason": reason}

    return _take(actor, identifier, "decline", declined, ["asker"], reason, version, request_key)


def hand_on(
    actor: Actor,
    identifier: str,
    team: str,
    reason: str = "",
    *,
    version: int | None = None,
    request_key: str = "",
) -> int:
    """The provider hands the request to a team below, or back to one above (`dependency_reads.hands_on_to`)."""

    def handed_on(tx: Writer, _: Person, about: Needed) -> Mapping[str, Any]:
        if team not in hands_on_to(tx, about.row):
            known = f"{team!r} is not below or above {about.row['to_team']}, or is archived. Choose another."
            raise Invalid(Problem("team", known if team else "is missing: choose the team that takes it over."))
        return {**_UNANSWERED, "to_team": team, "reason": reason}

    return _take(actor, identifier, "hand on", handed_on, ["asker", "provider"], reason, version, request_key)


def deliver(actor: Actor, identifier: str, note: str = "", *, version: int | None = None, request_key: str = "") -> int:
    """The provider says that it is delivered, with a word for the asker or without; the step it stands in is done."""

    def delivered(tx: Writer, _: Person, about: Needed) -> Mapping[str, Any]:
        tick(tx, about, company.today(order_of(tx).settings))
        return {"state": "delivered", "reason": note}

    return _take(actor, identifier, "deliver", delivered, ["asker"], note, version, request_key)


def confirm(actor: Actor, identifier: str, *, version: int | None = None, request_key: str = "") -> int:
    """The asker confirms that it is there."""

    def confirmed(tx: Writer, _: Person, about: Needed) -> Mapping[str, Any]:
        return {"state": "confirmed"}

    return _take(actor, identifier, "confirm", confirmed, ["provider"], "", version, request_key)


def reopen(actor: Actor, identifier: str, reason: str, *, version: int | None = None, request_key: str = "") -> int:
    """The asker says why what was delivered, or confirmed, is not it: it is accepted again."""

    def reopened(tx: Writer, _: Person, about: Needed) -> Mapping[str, Any]:
        explained(reason, "say what is missing")
        tick(tx, about, None)
        return {**_SAID_NOTHING, "state": "accepted", "reason": reason}

    return _take(actor, identifier, "reopen", reopened, ["provider"], reason, version, request_key)


def withdraw(actor: Actor, identifier: str, reason: str, *, version: int | None = None, request_key: str = "") -> int:
    """The asker does not need it any more, with a reason."""

    def withdrawn(tx: Writer, _: Person, about: Needed) -> Mapping[str, Any]:
        explained(reason, "say why it is not needed any more")
        return {"state": "withdrawn", "reason": reason}

    return _take(actor, identifier, "withdraw", withdrawn, ["provider"], reason, version, request_key)


def say(
    actor: Actor,
    identifier: str,
    word: Word,
    *,
    side: Side = "",
    version: int | None = None,
    request_key: str = "",
) -> int:
    """One side's word on what is accepted: it will, may or won't be there in time.

    Without `side` it is the actor's: the provider's for who belongs to that alone, else the asker's. The same word
    again counts as said anew.
    """
    try:
        with company.company().write(event(actor, "say dependency", request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            about = dependency_rules.seen(tx, person, identifier)
            dependency_rules.check(tx, person, about, "say", version)
            mine = side or ("provider" if dependency_rules.side_of(person, about) == "provider" else "asker")
            asks = mine == "asker"
            if not can(person, "ask" if asks else "deliver", about.asker if asks else about.provider):
                raise Forbidden("This word is for the other side to say.")
            column = f"{mine}_says"
            said = clean("dependencies", {column: word})
            if not said[column]:
                raise Invalid(Problem("word", "is missing: choose will, may or won’t."))
            before = about.row[column]
            if before == said[column]:
                tx.restate("dependencies", (identifier,), column)
            tx.update("dependencies", (identifier,), said, version)
            if before != said[column] and (before or said[column] != "will"):
                after = dependency_rules.needed(tx, about.row | said)
                dependency_calls.tell(tx, actor, "say", after, ["provider" if asks else "asker"], said[column])
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def _take(
    actor: Actor,
    identifier: str,
    step: str,
    change: _Change,
    tells: Collection[str],
    reason: str,
    version: int | None,
    request_key: str,
) -> int:
    """One step: authorised, checked, written with what comes of it, and told to the sides that it concerns."""
    try:
        with company.company().write(event(actor, f"{step} dependency", reason, request_key)) as tx:
            person = allow(tx, actor, "read")
            about = dependency_rules.seen(tx, person, identifier)
            dependency_rules.check(tx, person, about, step, version)
            changes = clean("dependencies", change(tx, person, about))
            tx.update("dependencies", (identifier,), changes, version)
            if tx.changes:
                dependency_calls.tell(tx, actor, step, dependency_rules.needed(tx, about.row | changes), tells)
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def _refuse_hidden(reader: Reader, about: Needed) -> None:
    """Raises Invalid where nobody who could answer may know of the objective."""
    if about.home["visibility"] == "confidential" and not dependency_calls.called(reader, about, "provider"):
        says = f"Nobody who leads {about.row['to_team']} may see this confidential objective. Name one of them first."
        raise Invalid(Problem("to_team", says))
