"""Blockers as calls to somebody: who is asked to help, what they answered, and that it is out of the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from pandas import DataFrame

from okrdash.domain.blockers import open_blockers
from okrdash.domain.cells import folded
from okrdash.domain.columns import Row
from okrdash.domain.errors import Conflict, Forbidden, NotFound
from okrdash.services import company, messages
from okrdash.services.editing import event, found, home_of, new_id
from okrdash.services.kept import Kept
from okrdash.services.overview import facts_of, version, visible
from okrdash.services.people import Actor, allow, order_of, resource_of_key_result, whom
from okrdash.services.permissions import Person, Resource, can
from okrdash.services.sight import there
from okrdash.store.reader import Reader, places
from okrdash.store.store import RepeatedError
from okrdash.store.transaction import Writer

_kept: Kept[DataFrame] = Kept()


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that is in the way of a key result."""

    check_in: str
    """The newest check-in that names it."""
    key_result: str
    since: date
    author: str
    text: str
    helper: str
    """Who could help, as it was typed: a person, a team or a function; "" where nobody is named."""
    asked: frozenset[str]
    """The usernames of those who are asked: the person, or who leads the team."""
    answers: tuple[Row, ...]
    """The comments that answer it, oldest first."""


def open_now(actor: Actor, key_results: Collection[str] | None = None) -> list[Blocker]:
    """The open blockers of these key results (default: of all) that the actor may know of, longest first."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        return open_at(reader, person, key_results)


@dataclass(frozen=True, slots=True)
class Meant:
    """Who is meant by the name of a helper."""

    asked: tuple[str, ...]
    """The usernames of those who will be asked."""
    near: tuple[str, ...] = ()
    """Names of people and teams that look alike, where nobody is meant."""


def meant(actor: Actor, helper: str) -> Meant:
    """Who would be asked to help, as the name is being typed; what it might mean, where nobody is called so."""
    with company.company().read() as reader:
        allow(reader, actor, "read")
        order = order_of(reader)
        names = order.names_of_active
        if asked := whom(order, names, helper):
            return Meant(tuple(sorted(asked)))
        known = {folded(name): name for name in (*names.values(), *order.teams)}
        wanted = folded(helper)
        begin = [known[name] for name in known if name.startswith(wanted)][:3]
        return Meant((), tuple(begin or [known[name] for name in get_close_matches(wanted, known, 3)]))


def asked_of(actor: Actor) -> list[Blocker]:
    """The open blockers that the actor, or somebody for whom the actor stands in, is asked to help with."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        me = {person.username, *person.deputises}
        return open_at(reader, person, asked=me)


def clear(actor: Actor, check_in: str, *, request_key: str = "") -> int:
    """Says that the blocker which a check-in names is out of the way; returns the revision by which it is undone.

    Those may who may check in on the key result, and who is asked to help. Raises Forbidden, NotFound, Conflict.
    """
    try:
        with company.company().write(event(actor, "clear blocker", request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            if not there(tx, person, "check_ins", check_in):
                raise NotFound("There is no such check-in (any more).")
            row = found(tx, "check_ins", check_in)
            key_result = found(tx, "key_results", row["key_result"])
            resource = resource_of_key_result(key_result, home_of(tx, key_result))
            asked = whom(order_of(tx), order_of(tx).names_of_active, row["helper"])
            helps = any(can(person, "clear", Resource(one)) for one in asked)
            if not helps and not can(person, "check in", resource):
                raise Forbidden("Only who works on the key result, or is asked to help, can say that it is cleared.")
            if not clear_within(tx, row["key_result"], check_in):
                raise Conflict("This is cleared already, or was corrected meanwhile.")
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def clear_within(tx: Writer, key_result: str, check_in: str) -> bool:
    """Writes that a blocker of a key result is cleared, within a transaction that has authorised it; False if it was.

    Check-ins are never changed: each that names the blocker is replaced by itself with the day on which it was cleared,
    so that no value, day or author moves; the event log has who cleared it.
    """
    today = company.today(order_of(tx).settings)
    rows = tx.table("check_ins", "key_result = $1", key_result)
    replaced = {row["replaces"] for row in rows}
    words = next((folded(row["blocker"]) for row in rows if row["id"] == check_in), "")
    same = [
        row
        for row in rows
        if words and folded(row["blocker"]) == words and row["id"] not in replaced and row["cleared_on"] is None
    ]
    for row in same:
        cleared = max(today, row["as_of"])
        tx.insert("check_ins", row | {"id": new_id(tx, "ci"), "cleared_on": cleared, "replaces": row["id"]})
    return bool(same)


def call(tx: Writer, actor: Actor, check_in: Row) -> None:
    """Leaves a message for those whom a check-in asks for help, within its transaction."""
    key_result = found(tx, "key_results", check_in["key_result"])
    home = home_of(tx, key_result)
    order = order_of(tx)
    names = order.names_of_active
    asked = whom(order, names, check_in["helper"]) - {actor.username}
    if home["visibility"] == "company":
        messages.leave(
            tx,
            sorted(asked),
            "blocker",
            about=check_in["id"],
            subject=f"{names.get(actor.username, actor.username)} asks for your help",
            text=f"In the way of “{key_result['title']}”: {check_in['blocker']}",
        )


def open_at(
    reader: Reader,
    person: Person,
    key_results: Collection[str] | None = None,
    asked: Collection[str] | None = None,
) -> list[Blocker]:
    """The same as `open_now` at the reader's revision, or only those with which one of `asked` (usernames) is asked to
    help: for services, which have asked who it is.
    """
    order = order_of(reader)
    names = order.names_of_active
    day = company.today(order.settings)
    rows = _kept.get((*version(reader), day), lambda: open_blockers(facts_of(reader).check_ins, day))
    if key_results is not None:
        rows = rows[rows["key_result"].isin(list(key_results))]
    called = {helper: whom(order, names, helper) for helper in rows["helper"].unique()}
    if asked is not None:
        rows = rows[rows["helper"].isin([helper for helper, who in called.items() if not who.isdisjoint(asked)])]
    seen = _seen(reader, person, rows["key_result"].unique().tolist())
    answers = _answers(reader, sorted(seen))
    return [
        Blocker(
            check_in=row["id"],
            key_result=row["key_result"],
            since=row["since"].date(),
            author=row["author"],
            text=row["blocker"],
            helper=row["helper"],
            asked=called[row["helper"]],
            answers=tuple(answers.get((row["key_result"], folded(row["blocker"])), ())),
        )
        for row in rows.to_dict("records")
        if row["key_result"] in seen
    ]


def _seen(reader: Reader, person: Person, key_results: list[str]) -> set[str]:
    """Those of the key results that run and of which the person may know."""
    if not key_results:
        return set()
    rows = reader.rows(
        "SELECT k.id AS key_result, o.* FROM key_results k JOIN objectives o ON o.id = k.objective"  # noqa: S608
        f" WHERE k.id IN ({places(key_results)}) AND k.state = 'active' AND o.state = 'active'",
        *key_results,
    )
    return {row["key_result"] for row in rows if visible(person, row)}


def _answers(reader: Reader, key_results: list[str]) -> dict[tuple[str, str], list[Row]]:
    """The comments to check-ins that name a blocker, by key result and the blocker's words, the oldest first."""
    if not key_results:
        return {}
    rows = reader.rows(
        "SELECT c.*, i.key_result, i.blocker FROM comments c JOIN check_ins i ON i.id = c.check_in"  # noqa: S608
        f" WHERE i.key_result IN ({places(key_results)}) AND i.blocker <> '' ORDER BY c.position",
        *key_results,
    )
    replaced = {row["replaces"] for row in rows}
    answers: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row["text"] and row["id"] not in replaced:
            answers.setdefault((row["key_result"], folded(row["blocker"])), []).append(row)
    return answers
