"""What is wrong with the tree of objectives, as one person may see it, and how it is mended in place.

Ties are made and taken away by `okrdash.services.objectives`; every mend can be taken back for a while by the revision
that it returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from okrdash.domain import tree_faults
from okrdash.domain.board import Board
from okrdash.domain.columns import Row, join_refs, refs
from okrdash.domain.errors import Conflict, Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.domain.tree_faults import Beyond, Fault, Gone
from okrdash.services import company, dependency_calls, objectives
from okrdash.services.editing import clean, event, home_of
from okrdash.services.kept import Kept
from okrdash.services.key_results import change_key_result
from okrdash.services.overview import visible
from okrdash.services.people import Actor, allow, permit, resource_of_key_result
from okrdash.services.permissions import Person
from okrdash.services.sight import as_seen, seen_key_result, seen_objective, there
from okrdash.store import log
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError
from okrdash.store.transaction import Writer

ACTIONS = ("align", "unalign", "stand alone", "stand alone no more", "make it one")
"""What the event log calls the mends that can be taken back."""

_found: Kept[list[Fault]] = Kept(4)
_twice: Kept[dict[str, str]] = Kept(4)
"""By the words alone, which a check-in leaves as they are: comparing them takes longest."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What making two key results one changes besides the two."""

    check_ins: int
    """Of the one that is dropped; they stay in its history."""
    under: tuple[str, ...]
    """Titles of the objectives under which the other one will stand too."""
    tied: tuple[str, ...]
    """Titles of the objectives that contribute to the one that is dropped; they contribute to its objective then."""


def faults(actor: Actor, board: Board) -> list[Fault]:
    """What `tree_faults.faults` finds on a board that the actor was given. Raises Forbidden for who is signed out."""
    with company.company().read() as reader:
        beyond = _beyond(reader, allow(reader, actor, "read"), board)
    said = tuple(beyond.stands_alone.items()), beyond.gone, beyond.tied
    return _found.get((board, *said), lambda: tree_faults.faults(board, beyond, _twice_of(board)))


def leads(actor: Actor, teams: Iterable[str]) -> dict[str, list[str]]:
    """Whom to ask about each of these teams: usernames of its leads, or of the nearest above, else the champions."""
    with company.company().read() as reader:
        allow(reader, actor, "read")
        everyone = dependency_calls.people(reader)
        return {team: sorted(everyone.leads(team)) for team in dict.fromkeys(teams)}


def why_alone(actor: Actor, objective: str) -> str:
    """Why an objective stands alone, as it was said; "" where nobody did. Raises NotFound where it is hidden."""
    with company.company().read() as reader:
        seen_objective(reader, allow(reader, actor, "read"), objective)
        row = reader.get("stands_alone", objective)
        return str(row["reason"]) if row else ""


def stand_alone(actor: Actor, objective: str, reason: str, *, request_key: str = "") -> int:
    """Says why an objective contributes to no other, or says it anew; for who may tie it.

    Raises Forbidden, NotFound, and Invalid without a reason, or where it contributes to something.
    """
    if not reason.strip():
        raise Invalid(Problem("reason", "is missing: say why it contributes to no other objective."))
    try:
        with company.company().write(event(actor, "stand alone", request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            row = seen_objective(tx, person, objective)
            objectives.permit_change(person, row)
            if row["state"] in ("dropped", "closed"):
                raise Invalid(f"This objective is {row['state']}, so it need not contribute to anything.")
            _refuse_tied(tx, person, objective)
            values = clean("stands_alone", {"objective": objective, "reason": reason})
            if tx.get("stands_alone", objective):
                tx.update("stands_alone", (objective,), values)
            else:
                tx.insert("stands_alone", values)
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def stand_alone_no_more(actor: Actor, objective: str, *, request_key: str = "") -> int:
    """Takes back that an objective stands alone; for who may tie it. Raises Forbidden, NotFound."""
    try:
        with company.company().write(event(actor, "stand alone no more", request_key=request_key)) as tx:
            person = allow(tx, actor, "read")
            objectives.permit_change(person, seen_objective(tx, person, objective))
            tx.remove("stands_alone", (objective,))
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def touched_by_one(actor: Actor, again: str, first: str) -> Touched:
    """What `make_one` would change besides the two key results. Raises NotFound where one of them is hidden."""
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        row, kept = (_seen(reader, person, one) for one in (again, first))
        counted = reader.one("SELECT count(*) AS number FROM check_ins WHERE key_result = $1", again)
        under = [reader.get("objectives", one) for one in refs(_together(row, kept)) if one not in refs(kept["also"])]
        tied = [reader.get("objectives", edge["child"]) for edge in _tied_to(reader, again)]
        return Touched(
            check_ins=int(counted["number"]) if counted else 0,
            under=tuple(one["title"] for one in under if one and visible(person, one)),
            tied=tuple(one["title"] for one in tied if one and visible(person, one)),
        )


def make_one(actor: Actor, again: str, first: str, *, request_key: str = "") -> int:
    """Makes two key results one: `first` stands under the objectives of `again` too, and `again` is dropped.

    `first` keeps its value, its owner and its home. What contributed to `again` contributes to its objective. For who
    may change both. Raises Forbidden, NotFound, Invalid.
    """
    if again == first:
        raise Invalid(Problem("first", "is the key result itself. Choose another."))
    with company.company().read() as reader:
        kept = seen_key_result(reader, allow(reader, actor, "read"), first)
        reason = f"One with “{kept['title']}” of {kept['team'] or home_of(reader, kept)['team']}"
    try:
        with company.company().write(event(actor, "make it one", reason, request_key)) as tx:
            person = allow(tx, actor, "read")
            row, kept = (_seen(tx, person, one) for one in (again, first))
            if "dropped" in (row["state"], kept["state"]):
                raise Invalid("One of the two was dropped meanwhile, so there is one left.")
            home = home_of(tx, kept)
            if home["visibility"] == "confidential" and row["objective"] != home["id"]:
                raise Invalid("A key result of a confidential objective stands there alone. Keep the other one.")
            for edge in _tied_to(tx, again):
                tx.remove("alignment", (edge["child"], again))
                if not tx.get("alignment", edge["child"], row["objective"]) and edge["child"] != row["objective"]:
                    tx.insert("alignment", edge | {"parent": row["objective"]})
            change_key_result(tx, actor, first, {"also": _together(row, kept)}, reason=reason, person=person)
            change_key_result(tx, actor, again, {"state": "dropped"}, reason=reason, person=person)
    except RepeatedError as fault:
        return fault.revision
    return tx.written


def allow_change(tx: Writer, person: Person, change: Row) -> None:
    """Raises Forbidden, NotFound or Conflict where the person could not turn round one change of a mend, an event."""
    table = TABLES[change["table"]]
    key = log.key_of(table, change["row"])
    if table.name == "key_results":
        row = seen_key_result(tx, person, key[0])
        permit(person, "decide", resource_of_key_result(row | {"owner": ""}, home_of(tx, row) | {"owner": ""}))
        return
    objectives.permit_change(person, seen_objective(tx, person, key[0]))
    if table.name == "stands_alone" and not change["after"]:
        _turned(lambda: _refuse_tied(tx, person, key[0]))
    if table.name == "alignment" and log.read(table, change["before"]).get("kind", "contributes") == "contributes":
        above = objectives.home_of_parent(tx, key[1])
        if not tx.get("alignment", *key):
            edges = objectives.contributions(tx)
            _turned(lambda: objectives.refuse_loop(tx, person, key[0], above, edges))


def _turned(check: Any) -> None:
    """What a change could not have been made over is no change to come back to."""
    try:
        check()
    except Invalid as fault:
        raise Conflict(f"This cannot be taken back any more. {fault.problems[0].message}") from None


def _beyond(reader: Reader, person: Person, board: Board) -> Beyond:
    on_board = board.objectives.index
    alone = {row["objective"]: row["reason"] for row in reader.table("stands_alone") if row["objective"] in on_board}
    gone, tied = [], set()
    for row in reader.rows(
        "SELECT a.child, a.parent, k.title AS key_result, k.state AS key_result_state, o.title, o.team, o.owner,"
        " o.state, o.visibility, o.visible_to FROM alignment a LEFT JOIN key_results k ON k.id = a.parent"
        " JOIN objectives o ON o.id = coalesce(k.objective, a.parent) WHERE a.kind = 'contributes'"
        " AND (o.state IN ('draft', 'proposed', 'dropped') OR k.state = 'dropped') ORDER BY a.position"
    ):
        if row["child"] not in on_board or not visible(person, row):
            continue
        if "dropped" in (row["state"], row["key_result_state"]):
            gone.append(Gone(row["child"], row["parent"], row["key_result"] or row["title"]))
        else:
            tied.add(row["child"])
    return Beyond(alone, tuple(gone), frozenset(tied))


def _twice_of(board: Board) -> Mapping[str, str]:
    rows = tree_faults.compared(board)
    words = (tuple(rows[name]) for name in ("title", "unit", "cycle"))
    return _twice.get(
        (*words, tuple(rows.index), rows["target"].to_numpy().tobytes()), lambda: tree_faults.twice_of(board)
    )


def _refuse_tied(reader: Reader, person: Person, objective: str) -> None:
    for edge in reader.table("alignment", "child = $1 AND kind = 'contributes'", objective):
        for table in TABLES["alignment"].column("parent").refers:
            if there(reader, person, table, edge["parent"]):
                title = (reader.get(table, edge["parent"]) or {})["title"]
                raise Invalid(f"It contributes to “{title[:60]}”, so it does not stand alone. Untie it first.")


def _seen(reader: Reader, person: Person, key_result: str) -> Row:
    return as_seen(reader, person, seen_key_result(reader, person, key_result))


def _together(again: Row, first: Row) -> str:
    """The objectives under which `first` also stands when both are one."""
    every = [*refs(first["also"]), again["objective"], *refs(again["also"])]
    return join_refs(one for one in every if one != first["objective"])


def _tied_to(reader: Reader, key_result: str) -> list[Row]:
    return reader.table("alignment", "parent = $1", key_result)
