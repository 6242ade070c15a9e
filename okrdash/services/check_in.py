"""The check-in: what moved, how likely the key result is to be met, what comes next, what is in the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from okrdash.domain import key_results
from okrdash.domain.arrays import stacked
from okrdash.domain.board import Board
from okrdash.domain.cells import folded
from okrdash.domain.columns import Row
from okrdash.domain.due import due_now
from okrdash.domain.errors import Invalid, NotFound, Problem
from okrdash.domain.facts import Facts, frame
from okrdash.domain.measure import measure, only, with_check_in
from okrdash.domain.standing import stand
from okrdash.domain.tables import TABLES
from okrdash.domain.validate import check_in_problems
from okrdash.services import blockers, check_in_history, company, drafts, overview
from okrdash.services.editing import check_references, clean, event, found, home_of, new_id
from okrdash.services.kept import Kept
from okrdash.services.people import Actor, allow, order_of, permit, resource_of_key_result
from okrdash.services.permissions import Person, Resource, can
from okrdash.services.sight import seen_key_result
from okrdash.store.reader import Reader
from okrdash.store.store import RepeatedError, utc_now
from okrdash.store.transaction import Writer

_private: Kept[Board] = Kept(32)
"""Boards with something confidential on them, one for each circle of those who may see it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person reports of one key result. Blank fields say nothing.

    `as_of` is the day it speaks for: by default today, or the due day once that has passed. `steps` gives for steps
    of a milestone the day on which they were done, None for not done. `replaces` names the check-in it corrects,
    `cleared` those whose blocker is out of the way. `seen` is the newest check-in that the person knew of, "" for none;
    where it is not stated nobody is told of others'.
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
    cleared: tuple[str, ...] = ()
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save did."""

    revision: int
    """By which it can be taken back."""
    meanwhile: Mapping[str, Row] = field(default_factory=dict)
    """Check-ins that others made while these were typed, the newest of each key result; they stay in the history."""


def check_in(actor: Actor, entries: Sequence[Entry], *, request_key: str = "") -> Saved:
    """Saves the entries, all or none; a repeated request saves nothing twice and tells the revision of the first.

    Who is asked to help with a blocker gets a message. Raises Forbidden, NotFound, StoreError, or Invalid with a
    problem for each field: `where` is "<key result> <field>".
    """
    meanwhile: dict[str, Row] = {}
    try:
        with company.company().write(event(actor, "check in", request_key=request_key)) as tx:
            person, problems = allow(tx, actor, "read"), []
            for entry in entries:
                newest = check_in_history.newest(tx, entry.key_result)
                if entry.seen is not None and newest and newest["id"] != entry.seen:
                    meanwhile[entry.key_result] = newest
                problems += _enter(tx, actor, person, entry)
            if problems:
                raise Invalid(*problems)
    except RepeatedError as fault:
        return Saved(fault.revision)
    return Saved(tx.written, meanwhile)


def board_to_check(actor: Actor) -> Board:
    """Today's board with the confidential objectives on it that the actor may see: they are checked in on too."""
    board = overview.board(actor)
    with company.company().read() as reader:
        person = allow(reader, actor, "read")
        private = reader.table("objectives", "visibility = 'confidential' AND state IN ('active', 'closed')")
        shown = frozenset(row["id"] for row in private if overview.visible(person, row))
        if not shown:
            return board
        key = (*overview.version(reader), board.day, shown)
        return _private.get(key, lambda: measure(overview.facts_of(reader), board.day, shown))


def due_to(actor: Actor, board: Board) -> pd.DataFrame:
    """The rows of `board.key_results` on which the actor owes a check-in now: longest silent, then soonest due."""
    mine = board.key_results[(board.key_results["owes"] == actor.username) & due_now(board)]
    return mine.sort_values(["missed", "next_due"], ascending=[False, True], kind="stable")


def others_of(person: Person, board: Board) -> pd.DataFrame:
    """The rows on which the person may check in though no check-in is due from them: their own and their teams'."""
    rows = board.key_results
    mine = rows[["accountable", "owes"]].isin([person.username]).any(axis=1)
    theirs = rows["team"].isin(person.teams | person.leads) & (person.role != "viewer")
    due = (rows["owes"] == person.username) & due_now(board)
    return rows[(rows["freshness"] != "") & (mine | theirs) & ~due]


def may_check_in(person: Person, key_result: pd.Series[Any]) -> bool:
    """Whether the person may check in on a key result, given as its row on the board."""
    owed = person.role != "viewer" and key_result["owes"] == person.username
    return owed or can(person, "check in", Resource(key_result["accountable"], (key_result["team"],)))


def preview(actor: Actor, entry: Entry) -> pd.Series[Any]:
    """The key result's row on the board as it would be with this entry, while it is being typed. Nothing is saved.

    Raises what `check_in` raises for it.
    """
    with company.company().read() as reader:
        row, problems = _checked(reader, allow(reader, actor, "read"), entry)
        if problems:
            raise Invalid(*problems)
        facts = only(overview.facts_of(reader), entry.key_result)
        day = company.today(order_of(reader).settings)
        return _measured(_with_steps(with_check_in(facts, row | {"id": "preview"}), entry), entry.key_result, day)


def _with_steps(facts: Facts, entry: Entry) -> Facts:
    """The facts with the entry's steps done or not; the one of a milestone without steps is added."""
    stated = facts.milestones
    new = [step for step in entry.steps if step not in set(stated["step"])]
    added = frame("milestones", [TABLES["milestones"].row(key_result=entry.key_result, step=step) for step in new])
    rows = stacked(stated, added)
    done = rows["done_on"].to_numpy().copy()
    for n, step in enumerate(rows["step"]):
        if step in entry.steps:
            done[n] = np.datetime64(entry.steps[step] or "NaT", "s")
    return replace(facts, milestones=rows.assign(done_on=done))


def _measured(facts: Facts, identifier: str, day: date) -> pd.Series[Any]:
    """The key result's row on the board of these facts, which need hold no more than it."""
    home = facts.key_results["objective"].tolist()
    rows = key_results.measured(stand(facts, home), day)
    return pd.Series({str(name): rows.at[identifier, name] for name in rows.columns}, name=identifier, dtype=object)


def _enter(tx: Writer, actor: Actor, person: Person, entry: Entry) -> list[Problem]:
    row, problems = _checked(tx, person, entry)
    if not problems:
        corrected = tx.get("check_ins", row["replaces"]) or {"blocker": "", "helper": ""}
        same = [folded(row[name]) == folded(corrected[name]) for name in ("blocker", "helper")]
        row |= {"id": new_id(tx, "ci"), "cleared_on": corrected.get("cleared_on") if same[0] else None}
        tx.insert("check_ins", row)
        drafts.forget(tx, actor.username, entry.key_result)
        for blocker in entry.cleared:
            blockers.clear_within(tx, entry.key_result, blocker)  # nothing to say where another did so meanwhile
        if row["blocker"] and row["helper"] and not all(same):
            blockers.call(tx, actor, row)
        for step, done_on in entry.steps.items():
            if tx.get("milestones", entry.key_result, step):
                tx.update("milestones", (entry.key_result, step), {"done_on": done_on})
            else:  # the one step that a milestone without steps has: its title
                tx.insert(
                    "milestones", TABLES["milestones"].row(key_result=entry.key_result, step=step, done_on=done_on)
                )
    return problems


def _checked(reader: Reader, person: Person, entry: Entry) -> tuple[Row, list[Problem]]:
    today = company.today(order_of(reader).settings)
    key_result, home = _allowed(reader, person, entry.key_result, today)
    cycle = found(reader, "cycles", home["cycle"])
    row = TABLES["check_ins"].row(
        key_result=entry.key_result,
        as_of=entry.as_of or min(today, key_result["due"] or cycle["end"]),
        value=entry.value,
        confidence=entry.confidence,
        note=entry.note,
        next=entry.next,
        blocker=entry.blocker,
        helper=entry.helper,
        evidence=entry.evidence,
        author=person.username if reader.get("people", person.username) else "",
        entered_at=utc_now(),
        replaces=entry.replaces,
    )
    problems = []
    if cycle["state"] == "closed":
        says = f"{cycle['cycle']} is closed, so its results are final. A champion can open it again."
        problems.append(Problem("note" if entry.value is None else "value", says))
    try:
        row |= clean("check_ins", row)
        check_references(reader, "check_ins", row, person)
        problems += check_in_problems(row, today)
        if entry.replaces and found(reader, "check_ins", row["replaces"])["key_result"] != entry.key_result:
            problems.append(Problem("replaces", "belongs to another key result."))
    except Invalid as fault:
        problems += fault.problems
    if key_result["kind"] == "milestone" and entry.value is not None:
        problems.append(Problem("value", "is not needed: a key result of steps is measured by the steps done."))
    steps = {s["step"] for s in reader.table("milestones", "key_result = $1", entry.key_result)}
    for step, day in entry.steps.items():
        try:
            done_on = clean("milestones", {"done_on": day})["done_on"]
        except Invalid as fault:
            problems += [Problem("steps", f"{step!r}: {p.message}.") for p in fault.problems]
            continue
        if key_result["kind"] != "milestone" or step not in (steps or {key_result["title"]}):
            problems.append(Problem("steps", f"{step!r} is no step of it (any more)."))
        elif done_on and done_on > today:
            problems.append(Problem("steps", f"{step!r} cannot be done on a day to come."))
    return row, [Problem(f"{entry.key_result} {p.where}", p.message) for p in problems]


def _allowed(reader: Reader, person: Person, identifier: str, today: date) -> tuple[Row, Row]:
    """The key result and its home, if the person may check in on it: who owes it may, by whatever rule."""
    key_result = seen_key_result(reader, person, identifier)
    home = home_of(reader, key_result)
    if key_result["state"] == "dropped" or home["state"] == "dropped":
        raise NotFound(f"“{key_result['title']}” was dropped, so there is nothing to check in on.")
    resource = resource_of_key_result(key_result, home)
    if not can(person, "check in", resource) and person.role != "viewer":
        measured = _measured(only(overview.facts_of(reader), identifier), identifier, today)
        resource = replace(resource, owner=str(measured["owes"]))
    permit(person, "check in", resource)
    return key_result, home
