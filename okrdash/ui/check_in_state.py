"""What stands in the fields of the check-in: read, kept while it is typed, saved, taken back.

What is typed lives in the widgets and, as soon as it is typed, in a draft that the database keeps; what the form needs
to know besides (what stood there first, what was said back) lives in one `Form` per session, which is only changed
between two calls of Streamlit: a run may be cut at any of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain import columns
from okrdash.domain.board import Board
from okrdash.domain.errors import Invalid, OkrdashError
from okrdash.domain.typed import Typed, as_typed, scale_of, understand, understand_confidence
from okrdash.domain.typed_days import TypedDay, understand_day
from okrdash.domain.validate import is_address
from okrdash.services import blockers, check_in, check_in_history, drafts
from okrdash.services.blockers import Blocker
from okrdash.services.check_in import Entry
from okrdash.services.check_in_history import Before
from okrdash.services.people import Actor
from okrdash.services.undo import undo
from okrdash.ui import links, show

FOLDED = ("blocker", "helper", "evidence", "as_of")
"""The fields that are seen when they are asked for, or have something in them."""
_LINES = ("note", "next", "blocker", "helper", "evidence")
_TEXTS = ("value", "confidence", "as_of", *_LINES)
_TICKS = ("same", "still", "done")
_KNEW = "knew"
"""Under this name a draft keeps the newest check-in that there was when it was begun."""
_UNCHANGED = 3
"""Check-ins in a row without a change after which it is asked, once, whether the key result is still right."""


@dataclass(frozen=True, slots=True)
class Week:
    """What one save brought."""

    saved: check_in.Saved
    typed: Mapping[str, dict[str, str]]
    """What stood in the fields, by key result: it comes back when the save is taken back."""
    here: int
    """The screen on which it was saved, as `links.here` has it: once it is left, nothing more is told of it."""


@dataclass(slots=True)
class Form:
    """What the form knows beside what stands in its fields."""

    request_key: str = field(default_factory=lambda: secrets.token_hex(8))
    round: int = 0
    """Part of every field's key: the next round begins with fresh fields."""
    first: dict[str, dict[str, str]] = field(default_factory=dict)
    """What stood in the fields of each key result before anything was typed: value, confidence."""
    steps: dict[str, dict[str, bool]] = field(default_factory=dict)
    """Which steps of each milestone were done before anything was ticked."""
    newest: dict[str, str] = field(default_factory=dict)
    """The newest check-in of each key result, "" for none, when its fields were first seen."""
    before: dict[str, Before] = field(default_factory=dict)
    """What was said of key results before, as far as it was read since the page was loaded."""
    blockers: dict[str, list[Blocker]] = field(default_factory=dict)
    """What is in the way of them, likewise."""
    kept: dict[str, dict[str, str]] | None = None
    """The drafts as the database has them; None before they were read."""
    problems: dict[tuple[str, str], str] = field(default_factory=dict)
    """What the last save refused, by key result and field; "" as key result for the whole."""
    refused: dict[str, Entry] = field(default_factory=dict)
    """The entries as they were refused: the message goes when they change."""
    seen: dict[str, tuple[Entry, pd.Series[Any]]] = field(default_factory=dict)
    """The last preview of each key result and the entry that it is of."""
    week: Week | None = None
    """The last save, as long as it is told."""
    news: str = ""
    """What has yet to be told after a save; then the whole page is drawn anew."""


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in the fields of one key result."""

    entry: Entry
    value: Typed
    confidence: Typed
    as_of: TypedDay
    questions: Mapping[str, str]
    """What has to be asked, by field."""
    says_something: bool
    """Whether there is anything to save."""


def form_of(actor: Actor) -> Form:
    """The actor's form in this session."""
    name = f"check_in_form/{actor.username}"
    if name not in st.session_state:
        st.session_state[name] = Form()
    form: Form = st.session_state[name]
    if form.week and form.week.here != links.here():
        form.week = None
    return form


def load(actor: Actor, form: Form, board: Board) -> None:
    """Forgets what was read for an earlier picture of the page, and brings back what was typed and never saved."""
    form.before.clear()
    form.blockers.clear()
    if form.kept is None:
        form.kept = drafts.kept(actor)
        there = [identifier for identifier in form.kept if identifier in board.key_results.index]
        begin(actor, form, board, there)
        for identifier in there:
            form.newest[identifier] = form.kept[identifier].pop(_KNEW, form.newest[identifier])
            _fill(form, identifier, form.kept[identifier])


def begin(actor: Actor, form: Form, board: Board, identifiers: Collection[str]) -> None:
    """Reads what is needed to draw these key results and notes what stands in their fields at first.

    What nobody has typed into follows the board.
    """
    unread = [identifier for identifier in identifiers if identifier not in form.before]
    if unread:
        form.before |= {identifier: Before() for identifier in unread} | check_in_history.before(actor, unread)
        form.blockers |= {identifier: [] for identifier in unread}
        for blocker in blockers.open_now(actor, unread):
            form.blockers[blocker.key_result].append(blocker)
    for identifier in unread:
        newest = form.before[identifier].newest
        if identifier in form.first and typed(form, identifier):
            continue
        key_result = board.key_result(identifier)
        form.newest[identifier] = newest["id"] if newest else ""
        first = {"value": as_typed(key_result["value"]), "confidence": as_typed(key_result["confidence"])}
        form.first[identifier] = first
        for name in _TEXTS:
            st.session_state[key(form, identifier, name)] = first.get(name, "")
        steps = board.steps[board.steps["key_result"] == identifier]
        form.steps[identifier] = {
            str(step): not show.blank(day) for step, day in zip(steps["step"], steps["done_on"], strict=True)
        }
        for step, done in form.steps[identifier].items():
            st.session_state[key(form, identifier, f"step {step}")] = done


def typed(form: Form, identifier: str) -> dict[str, str]:
    """What was typed or ticked for a key result, by field: only what differs from what stood there first."""
    fields: dict[str, str] = {}
    for name in _TEXTS:
        text = _text(form, identifier, name)
        if text.strip() != form.first[identifier].get(name, ""):
            fields[name] = text
    for name in [*_TICKS, *(f"cleared {blocker.check_in}" for blocker in form.blockers.get(identifier, ()))]:
        if _state(form, identifier, name, False):
            fields[name] = "yes"
    for step, done in form.steps.get(identifier, {}).items():
        if (now := bool(_state(form, identifier, f"step {step}", done))) != done:
            fields[f"step {step}"] = "yes" if now else "no"
    return fields


def keep(actor: Actor, form: Form) -> None:
    """Keeps what was typed since in the database, so that it outlives the tab; the tab has it anyway."""
    if form.kept is None:
        return
    for identifier in form.first:
        fields = typed(form, identifier)
        if fields != form.kept.get(identifier, {}):
            try:
                drafts.keep(actor, identifier, fields and {**fields, _KNEW: form.newest[identifier]})
            except OkrdashError:
                return
            form.kept[identifier] = fields


def rows_of(form: Form, board: Board) -> list[Row]:
    """What stands in the fields of every key result that was drawn, the folded ones included."""
    return [read_row(form, board, identifier) for identifier in form.first if identifier in board.key_results.index]


def read_row(form: Form, board: Board, identifier: str) -> Row:
    """What stands in the fields of one key result, as far as it differs from what stood there first."""
    fields, before = typed(form, identifier), form.before.get(identifier, Before())
    value = understand(fields.get("value", ""), scale_of(board.key_result(identifier)))
    confidence = understand_confidence(fields.get("confidence", ""))
    as_of = understand_day(fields.get("as_of", ""), board.day)
    lines = {name: fields.get(name, "").strip() for name in _LINES}
    if "done" in fields and before.plan:
        lines["note"] = f"Done: {before.plan}" + (f" {lines['note']}" if lines["note"] else "")
    stated = confidence.value
    if stated is None and "still" in fields and not confidence.question:
        stated = understand_confidence(form.first[identifier]["confidence"]).value
    done = {step: fields[f"step {step}"] == "yes" for step in form.steps[identifier] if f"step {step}" in fields}
    entry = Entry(
        identifier,
        value=value.value,
        confidence=int(stated) if stated is not None else None,
        **lines,
        as_of=as_of.day,
        steps={step: (as_of.day or board.day) if ticked else None for step, ticked in done.items()},
        cleared=tuple(name.removeprefix("cleared ") for name in fields if name.startswith("cleared ")),
    )
    asked = {"value": value.question, "confidence": confidence.question, "as_of": as_of.question}
    asked |= {name: _too_long(text) for name, text in lines.items()}
    if lines["evidence"] and not is_address(lines["evidence"]):
        asked["evidence"] = "Type a web address that begins with https:// or http://."
    if lines["helper"] and not lines["blocker"]:
        asked["blocker"] = "Say what is in the way, so that who is asked knows what for."
    questions = {name: question for name, question in asked.items() if question}
    says_something = "same" in fields or bool(questions) or entry != Entry(identifier)
    return Row(entry, value, confidence, as_of, questions, says_something)


def save(actor: Actor, form: Form, board: Board, unchanged: Collection[str] = ()) -> None:
    """Saves what stands in the fields, all or nothing; what cannot be saved stays and says why.

    `unchanged` are key results of which "no change" is said besides, where nothing else is typed for them.
    """
    begin(actor, form, board, unchanged)
    rows = [row for row in rows_of(form, board) if row.says_something or row.entry.key_result in unchanged]
    if not rows:
        return
    form.problems, form.refused = {}, {row.entry.key_result: row.entry for row in rows}
    if unclear := sum(len(row.questions) for row in rows):
        form.problems["", ""] = (
            f"Nothing is saved yet: {show.count(unclear, 'field')} {'needs' if unclear == 1 else 'need'} another look."
            " Everything you typed is still there."
        )
        return
    entries = [replace(row.entry, seen=form.newest[row.entry.key_result]) for row in rows]
    try:
        saved = check_in.check_in(actor, entries, request_key=form.request_key)
    except Invalid as fault:
        for problem in fault.problems:
            identifier, _, where = problem.where.rpartition(" ")
            form.problems[identifier, where] = problem.message
        form.problems["", ""] = "Nothing is saved yet: see what is said at the fields. What you typed is still there."
    except OkrdashError as fault:
        form.problems["", ""] = f"{fault} Nothing is saved; what you typed is still there."
    else:
        form.week = Week(saved, {entry.key_result: typed(form, entry.key_result) for entry in entries}, links.here())
        form.news = "1 check-in is saved." if len(entries) == 1 else f"{len(entries)} check-ins are saved."
        _begin_anew(form)


def take_back(actor: Actor, form: Form) -> None:
    """Takes back the last save: nothing of it counts, and what was typed is a draft again."""
    week = form.week
    if week is None:
        return
    form.week = None
    try:
        undo(actor, week.saved.revision)
        for identifier, fields in week.typed.items():
            drafts.keep(actor, identifier, fields)
    except OkrdashError as fault:
        form.news = str(fault)
        return
    form.news = "Taken back: nothing of it is saved. What you typed stands in the fields again."
    _begin_anew(form)
    form.kept = None


def asks_whether_still_right(form: Form, identifier: str) -> bool:
    """Whether nothing has moved so often that it is worth asking, which is done this once."""
    return form.before.get(identifier, Before()).unchanged == _UNCHANGED


def meanwhile(form: Form, identifier: str) -> columns.Row | None:
    """The check-in that somebody made while this key result's fields were being filled in, None for none."""
    newest = form.before.get(identifier, Before()).newest
    return newest if newest and newest["id"] != form.newest.get(identifier, newest["id"]) else None


def key(form: Form, identifier: str, name: str) -> str:
    """The key of a field's widget."""
    return f"check-in {form.round} {identifier} {name}"


def _begin_anew(form: Form) -> None:
    """Fresh fields, and a request of its own, after a save or when one was taken back."""
    form.request_key, form.round = secrets.token_hex(8), form.round + 1
    for known in (form.first, form.steps, form.newest, form.seen, form.refused, form.before, form.problems):
        known.clear()
    if form.kept:
        form.kept.clear()


def _fill(form: Form, identifier: str, fields: Mapping[str, str]) -> None:
    """Puts what was typed before into the fields again."""
    for name, text in fields.items():
        is_tick = name in _TICKS or name.startswith(("step ", "cleared "))
        st.session_state[key(form, identifier, name)] = (text == "yes") if is_tick else text
    if any(name in fields for name in FOLDED):
        st.session_state[key(form, identifier, "more")] = True


def _too_long(text: str) -> str:
    if len(text) <= columns.TEXT:
        return ""
    can = f"{columns.TEXT:,} can be kept"
    return f"This has {len(text):,} characters, and {can}: shorten it, or link to it as evidence."


def _text(form: Form, identifier: str, name: str) -> str:
    return str(_state(form, identifier, name, form.first[identifier].get(name, "")) or "")


def _state(form: Form, identifier: str, name: str, default: object) -> object:
    return st.session_state.get(key(form, identifier, name), default)
