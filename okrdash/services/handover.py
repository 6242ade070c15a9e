"""What hangs on a person who leaves or moves on, and handing it over to somebody else at once."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from okrdash.domain.columns import Key, Row
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.services import company, messages
from okrdash.services.editing import event, found
from okrdash.services.people import Actor, allow, order_of, person_in
from okrdash.services.sight import there
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError
from okrdash.store.transaction import Writer

LIVE = "('draft', 'proposed', 'active')"
"""States of objectives with which something is still to be done."""
_NAMED = 12
"""Titles that the message to the new owner names; more are counted."""


@dataclass(frozen=True, slots=True)
class Held:
    """One thing that hangs on a person: what they own, lead, or stand in for."""

    table: str
    """objectives, key_results, decisions, memberships (of which they are the lead) or absences (as deputy)."""
    key: Key
    title: str
    where: str
    """Of which team and cycle, or from when to when."""
    along: tuple[str, ...] = ()
    """The promises to other teams that stand in it, and go where it goes."""
    confidential: bool = False

    @property
    def name(self) -> tuple[str, Key]:
        """What tells it from everything else."""
        return self.table, self.key


@dataclass(frozen=True, slots=True)
class Given:
    """What came of a handover."""

    handed: tuple[Held, ...] = ()
    left: tuple[Held, ...] = ()
    """What still hangs on the person."""


def what(actor: Actor, username: str) -> list[Held]:
    """All that hangs on a person, lead roles first. Raises Forbidden, NotFound."""
    with company.company().read() as reader:
        allow(reader, actor, "organise")
        found(reader, "people", username)
        return _held(reader, username)


def hand_over(
    actor: Actor,
    username: str,
    to: str,
    which: Collection[tuple[str, Key]],
    *,
    reason: str = "",
    request_key: str = "",
) -> Given:
    """Gives another person some of what hangs on one (`Held.name` of each), all or nothing, and tells them.

    What does not hang on the person any more is passed over. Nothing is returned for a request that was done before.
    Raises Forbidden, NotFound, and Invalid where the other person cannot take it.
    """
    with (
        suppress(RepeatedError),
        company.company().write(event(actor, "hand over", reason, request_key)) as tx,
    ):
        allow(tx, actor, "organise")
        giver = found(tx, "people", username)
        taker = _taker(tx, username, to)
        chosen = [held for held in _held(tx, username) if held.name in set(which)]
        if not chosen:
            raise Invalid(Problem("which", "Nothing is chosen, or it hangs on somebody else by now. Look again."))
        given = [held for held in chosen if _give(tx, held, username, to)]
        _refuse_unseen(tx, taker, given)
        _tell(tx, actor, giver, to, given)
        return Given(tuple(given), tuple(_held(tx, username)))
    return Given()


def _held(reader: Reader, username: str) -> list[Held]:
    held = [
        Held("memberships", (username, row["team"]), row["team"], "as its lead")
        for row in reader.table("memberships", "person = $1 AND leads", username)
    ]
    objectives = reader.table("objectives", f"owner = $1 AND state IN {LIVE}", username)
    held += [
        Held("objectives", (row["id"],), row["title"], _where(row["team"], row["cycle"]), confidential=_hidden(row))
        for row in objectives
    ]
    promises = _promises(reader, username)
    key_results = reader.rows(
        "SELECT k.id, k.title, k.team, o.team AS home_team, o.cycle, o.visibility FROM key_results k"  # noqa: S608
        " JOIN objectives o ON o.id = k.objective"
        f" WHERE k.owner = $1 AND k.state = 'active' AND o.state IN {LIVE} ORDER BY k.position",
        username,
    )
    held += [
        Held(
            "key_results",
            (row["id"],),
            row["title"],
            _where(row["team"] or row["home_team"], row["cycle"]),
            tuple(promises.get(row["id"], ())),
            _hidden(row),
        )
        for row in key_results
    ]
    decisions = reader.table("decisions", "owner = $1 AND done_on IS NULL", username)
    held += [
        Held(
            "decisions",
            (row["id"],),
            row["text"],
            f"due {row['due']:%-d %b %Y}" if row["due"] else "no due day",
            confidential=not there(reader, None, "decisions", row["id"]),
        )
        for row in decisions
    ]
    names = {row["username"]: row["name"] for row in reader.table("people")}
    held += [
        Held(
            "absences",
            (row["person"], row["start"]),
            str(names.get(row["person"], row["person"])),
            f"{row['start']:%-d %b %Y} to {row['end']:%-d %b %Y}",
        )
        for row in reader.table("absences", 'deputy = $1 AND "end" >= $2', username, company.today(reader.settings()))
    ]
    return held


def _where(team: str, cycle: str) -> str:
    return f"{team} · {cycle}"


def _hidden(row: Row) -> bool:
    return bool(row["visibility"] == "confidential")


def _promises(reader: Reader, username: str) -> Mapping[str, list[str]]:
    """The open promises that stand in a person's key results, by key result."""
    rows = reader.rows(
        "SELECT c.key_result, d.from_team, d.need, d.promised FROM commitments c"
        " JOIN dependencies d ON d.id = c.dependency JOIN key_results k ON k.id = c.key_result"
        " WHERE k.owner = $1 AND d.state IN ('accepted', 'delivered') ORDER BY d.position",
        username,
    )
    promises: dict[str, list[str]] = {}
    for row in rows:
        day = f", by {row['promised']:%-d %b %Y}" if row["promised"] else ""
        promises.setdefault(row["key_result"], []).append(f"promised to {row['from_team']}: {row['need']}{day}")
    return promises


def _taker(reader: Reader, username: str, to: str) -> Row:
    taker = reader.get("people", to)
    if taker is None:
        raise Invalid(Problem("to", "is missing: choose who takes it over."))
    if to == username:
        raise Invalid(Problem("to", "has it already. Choose somebody else."))
    if not taker["active"] or taker["role"] == "viewer":
        raise Invalid(Problem("to", "is disabled or a viewer, so nothing can be theirs. Choose somebody else."))
    return taker


def _give(tx: Writer, held: Held, username: str, to: str) -> bool:
    """Hands over one thing; False where it cannot become theirs."""
    if held.table == "memberships":
        team = held.key[1]
        tx.update("memberships", held.key, {"leads": False})
        if tx.get("memberships", to, team):
            tx.update("memberships", (to, team), {"leads": True})
        else:
            tx.insert("memberships", TABLES["memberships"].row(person=to, team=team, leads=True))
    elif held.table == "absences":
        if held.key[0] == to:  # nobody stands in for themselves
            return False
        tx.update("absences", held.key, {"deputy": to})
    else:
        tx.update(held.table, held.key, {"owner": to})
    return True


def _refuse_unseen(tx: Writer, taker: Row, given: Sequence[Held]) -> None:
    """Raises Invalid when the new owner may not know of something that was handed to them."""
    hidden = [held for held in given if held.confidential]
    if not hidden:
        return
    # What was handed over in this transaction counts: the lead of a team sees what is confidential there.
    person = person_in(replace(order_of(tx), memberships=tuple(tx.table("memberships"))), taker)
    for held in hidden:
        if not there(tx, person, held.table, str(held.key[0])):
            message = f"may not see “{held.title[:60]}”, which is confidential. Name them in its objective first."
            raise Invalid(Problem("to", message))


def _tell(tx: Writer, actor: Actor, giver: Row, to: str, given: Sequence[Held]) -> None:
    """Leaves the new owner a message: it leaves the house, so it names nothing confidential."""
    if to == actor.username or not given:
        return
    author = tx.get("people", actor.username)
    lines = [_line(held, giver["name"]) for held in given]
    more = [f"… and {len(lines) - _NAMED} more."] if len(lines) > _NAMED else []
    messages.leave(
        tx,
        [to],
        "handover",
        about=f"handover {secrets.token_hex(8)}",
        subject=f"{author['name'] if author else 'An admin'} hands over to you what was {giver['name']}'s",
        text="\n".join([*lines[:_NAMED], *more]),
    )


def _line(held: Held, giver: str) -> str:
    if held.confidential:
        return "Something confidential."
    if held.table == "memberships":
        return f"You lead {held.title}."
    if held.table == "absences":
        return f"You stand in for {held.title}, {held.where}, instead of {giver}."
    return f"{held.title[:200]} ({held.where})"
