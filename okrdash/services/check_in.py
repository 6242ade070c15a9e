"""The check-in: what moved, how likely the key result is to be met, what comes next, what is in the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from okrdash.domain.board import Board
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.measure import measure, only, with_check_in
from okrdash.domain.tables import TABLES, Row
from okrdash.domain.validate import check_in_problems
from okrdash.services import company, overview
from okrdash.services.editing import check_references, clean, found, home_of, new_id
from okrdash.services.people import Actor, allow, resource_of_key_result
from okrdash.store.store import RepeatedError, utc_now
from okrdash.store.transaction import Event, Reader, Writer


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person reports of one key result. Blank fields say nothing.

    `as_of` is the day it speaks for: by default today, or the due day once that has passed. `steps` gives for steps
    of a milestone the day on which they were done, None for not done. `replaces` names the check-in it corrects.
    """

    key_result: str
    value: float | None = None
    confidence: int | None = None
    note: str = ""
    next: str = ""
    blocker: str = ""
    helper: str = ""
    evidence: str = ""
    as_of: date | None = None
    steps: Mapping[str, date | None] = field(default_factory=dict)
    replaces: str = ""


def check_in(actor: Actor, entries: Sequence[Entry], *, request_key: str = "") -> int:
    """Saves the entries, all or none, and returns how many there were (0 if this request was saved before).

    Raises Forbidden, NotFound, or Invalid with a problem for each field: `where` is "<key result> <field>".
    """
    event = Event(actor.username, "check in", request_key=request_key)
    try:
        with company.company().write(event) as tx:
            problems = [problem for entry in entries for problem in _enter(tx, actor, entry)]
            if problems:
                raise Invalid(*problems)
    except RepeatedError:
        return 0
    return len(entries)


def due_to(actor: Actor, board: Board) -> pd.DataFrame:
    """The rows of `board.key_results` on which the actor owes a check-in now, longest silent first."""
    mine = board.key_results[(board.key_results["owes"] == actor.username) & board.key_results["due_now"]]
    return mine.sort_values("missed", ascending=False, kind="stable")


def preview(actor: Actor, entry: Entry) -> pd.Series:
    """The key result's row on the board as it would be with this entry, while it is being typed. Nothing is saved.

    Raises what `check_in` raises for it.
    """
    with company.company().read() as reader:
        row, problems = _checked(reader, actor, entry)
        if problems:
            raise Invalid(*problems)
        facts = only(overview.facts_of(reader), entry.key_result)
        day = company.today(reader.settings())
        home = facts.key_results["objective"].iloc[0]
        board = measure(with_check_in(facts, row | {"id": "preview"}), day, shown=(home,))
        return board.key_results.loc[entry.key_result]


def _enter(tx: Writer, actor: Actor, entry: Entry) -> list[Problem]:
    row, problems = _checked(tx, actor, entry)
    if not problems:
        tx.insert("check_ins", row | {"id": new_id(tx, "ci")})
        for step, done_on in entry.steps.items():
            if tx.get("milestones", entry.key_result, step):
                tx.update("milestones", (entry.key_result, step), {"done_on": done_on})
            else:  # the one step that a milestone without steps has: its title
                tx.insert(
                    "milestones", TABLES["milestones"].row(key_result=entry.key_result, step=step, done_on=done_on)
                )
    return problems


def _checked(reader: Reader, actor: Actor, entry: Entry) -> tuple[Row, list[Problem]]:
    key_result = found(reader, "key_results", entry.key_result)
    home = home_of(reader, key_result)
    allow(reader, actor, "check in", resource_of_key_result(key_result, home))
    today = company.today(reader.settings())
    row = TABLES["check_ins"].row(
        key_result=entry.key_result,
        as_of=entry.as_of or _speaks_for(reader, key_result, home, today),
        value=entry.value,
        confidence=entry.confidence,
        note=entry.note,
        next=entry.next,
        blocker=entry.blocker,
        helper=entry.helper,
        evidence=entry.evidence,
        author=actor.username if reader.get("people", actor.username) else "",
        entered_at=utc_now(),
        replaces=entry.replaces,
    )
    problems = []
    try:
        row |= clean("check_ins", row)
        check_references(reader, "check_ins", row)
        problems += check_in_problems(row, today)
    except Invalid as fault:
        problems += fault.problems
    if key_result["kind"] == "milestone" and entry.value is not None:
        problems.append(Problem("value", "is not needed: a key result of steps is measured by the steps done."))
    replaced = reader.get("check_ins", entry.replaces) if entry.replaces else None
    if replaced and replaced["key_result"] != entry.key_result:
        problems.append(Problem("replaces", "belongs to another key result."))
    steps = {s["step"] for s in reader.table("milestones", "key_result = $1", entry.key_result)}
    for step, done_on in entry.steps.items():
        if key_result["kind"] != "milestone" or step not in (steps or {key_result["title"]}):
            problems.append(Problem("steps", f"{step!r} is no step of it (any more)."))
        elif done_on and done_on > today:
            problems.append(Problem("steps", f"{step!r} cannot be done on a day to come."))
    return row, [Problem(f"{entry.key_result} {p.where}", p.message) for p in problems]


def _speaks_for(reader: Reader, key_result: Row, home: Row, today: date) -> date:
    due: date = key_result["due"] or found(reader, "cycles", home["cycle"])["end"]
    return min(today, due)


def last_value(board: Board, key_result: str) -> float | None:
    """The value a form is filled in with: the last one, none before the first."""
    value = float(board.key_results.at[key_result, "value"])
    return None if math.isnan(value) else value


def history(actor: Actor, key_result: str) -> list[Row]:
    """Every check-in of a key result, newest first, replaced ones included. Raises NotFound where it is hidden."""
    overview.history(actor, key_result, ())
    with company.company().read() as reader:
        return sorted(
            reader.table("check_ins", "key_result = $1", key_result),
            key=lambda row: (row["as_of"], row["entered_at"], row["id"]),
            reverse=True,
        )
