"""The check-in form: many key results, a few fields each, one save; what is typed shows its effect at once.

What is typed lives in the widgets; what the form needs to know besides (what stood there first, what was said back)
lives in one `Form` per session, which is only changed between two calls of Streamlit: a run may be cut at any of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.errors import Invalid, OkrdashError
from okrdash.domain.typed import Typed, as_typed, scale_of, understand, understand_confidence
from okrdash.services import check_in
from okrdash.services.check_in import Before, Entry
from okrdash.services.people import Actor
from okrdash.ui import check_in_words as words
from okrdash.ui import show
from okrdash.ui.text import label, md

_LINES = ("note", "next", "blocker", "helper", "evidence")
_FOLDED = ("blocker", "helper", "evidence")
_WIDTHS = (2, 1.4, 4, 4)


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
    problems: dict[tuple[str, str], str] = field(default_factory=dict)
    """What the last save refused, by key result and field; "" as key result for the whole."""
    refused: dict[str, Entry] = field(default_factory=dict)
    """The entries as they were refused: the message goes when they change."""
    seen: dict[str, tuple[Entry, pd.Series[Any]]] = field(default_factory=dict)
    """The last preview of each key result and the entry that it is of."""
    saved: tuple[str, ...] = ()
    """The key results of the last save."""
    news: bool = False
    """Whether the page has yet to be drawn anew after a save."""
    before: dict[str, Before] = field(default_factory=dict)
    """What was said of key results before, as far as it was read since the page was loaded."""


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in the fields of one key result."""

    entry: Entry
    value: Typed
    confidence: Typed
    questions: Mapping[str, str]
    """What has to be asked, by field."""
    says_something: bool
    """Whether there is anything to save."""


def form_of(actor: Actor) -> Form:
    """The actor's form in this session."""
    key = f"check_in_form/{actor.username}"
    if key not in st.session_state:
        st.session_state[key] = Form()
    form: Form = st.session_state[key]
    return form


def draw_row(
    actor: Actor, form: Form, board: Board, key_result: pd.Series[Any], before: Before, names: Mapping[str, str]
) -> None:
    """One key result with its fields and, as they are typed, their effect."""
    identifier = str(key_result.name)
    _begin(form, board, key_result)
    row = read_row(form, board, identifier)
    title = label(key_result["title"])
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{md(key_result['title'])}**")
        st.caption(words.serves(board, key_result))
        st.markdown(words.where(key_result))
        if key_result["kind"] == "milestone":
            _steps(form, identifier)
        _fields(actor, form, row, key_result, before, names)
        _effect(actor, form, row, key_result)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.checkbox("No change", key=_key(form, identifier, "same"), persist_state="session")
            wanted = st.checkbox("Blocker or evidence", key=_key(form, identifier, "more"), persist_state="session")
        if wanted:
            _more(form, row, title)
        for name in ("as_of", "steps"):
            _say(form, row, name, "")


def _fields(
    actor: Actor, form: Form, row: Row, key_result: pd.Series[Any], before: Before, names: Mapping[str, str]
) -> None:
    """The fields that every check-in has, beside each other; below each what was understood or is worth knowing."""
    identifier, title = row.entry.key_result, label(key_result["title"])
    value, confidence, note, plan = (column.container(gap="xxsmall") for column in st.columns(_WIDTHS, gap="small"))
    if key_result["kind"] != "milestone":
        with value:
            st.caption(_value_heading(key_result))
            _text(form, identifier, "value", f"New value: {title}", live=True)
            _say(form, row, "value", _understood(row.value, key_result))
    with confidence:
        st.caption("Confidence")
        _text(form, identifier, "confidence", f"Confidence: {title}", live=True, longest=20)
        _say(form, row, "confidence", _how_likely(row))
    with note:
        st.caption("What changed?")
        _text(form, identifier, "note", f"What changed? {title}")
        _say(form, row, "note", words.so_far(before, key_result["unit"]))
    with plan:
        st.caption("What comes next?")
        _text(form, identifier, "next", f"What comes next? {title}")
        _say(form, row, "next", words.planned(before, actor.username, names))


def draw_save(actor: Actor, form: Form, board: Board) -> None:
    """The one button of the page, and what it will save."""
    rows = rows_of(form, board)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Save check-ins",
            type="primary",
            icon=":material/save:",
            shortcut="Ctrl+Enter",
            key="save_check_ins",
            on_click=save,
            args=(actor, form, board),
        )
        st.markdown(_will_save(rows))
    if ("", "") in form.problems:
        st.error(md(form.problems["", ""]), icon=":material/error:")


def save(actor: Actor, form: Form, board: Board) -> None:
    """Saves what stands in the fields, all or nothing; what cannot be saved stays and says why."""
    rows = [row for row in rows_of(form, board) if row.says_something]
    if not rows:
        return
    form.problems, form.refused = {}, {row.entry.key_result: row.entry for row in rows}
    if unclear := [row for row in rows if row.questions]:
        fields = sum(len(row.questions) for row in unclear)
        form.problems["", ""] = (
            f"Nothing is saved yet: {_counted(fields, 'field needs', 'fields need')} another look."
            " Everything you typed is still there."
        )
        return
    try:
        check_in.check_in(actor, [row.entry for row in rows], request_key=form.request_key)
    except Invalid as fault:
        for problem in fault.problems:
            identifier, _, where = problem.where.rpartition(" ")
            form.problems[identifier, where] = problem.message
        form.problems["", ""] = "Nothing is saved yet: see what is said at the fields. What you typed is still there."
    except OkrdashError as fault:
        form.problems["", ""] = f"{fault} Nothing is saved; what you typed is still there."
    else:
        form.saved = tuple(row.entry.key_result for row in rows)
        form.request_key, form.round, form.news = secrets.token_hex(8), form.round + 1, True
        form.first, form.steps, form.seen, form.refused = {}, {}, {}, {}


def rows_of(form: Form, board: Board) -> list[Row]:
    """What stands in the fields of every key result that was drawn, the folded ones included."""
    return [read_row(form, board, identifier) for identifier in form.first if identifier in board.key_results.index]


def read_row(form: Form, board: Board, identifier: str) -> Row:
    """What stands in the fields of one key result, as far as it differs from what stood there first."""
    first = form.first[identifier]
    texts = {name: _typed(form, identifier, name) for name in ("value", "confidence", *_LINES)}
    value = confidence = Typed()
    if texts["value"].strip() != first["value"]:
        value = understand(texts["value"], scale_of(row_of(board, identifier)))
    if texts["confidence"].strip() != first["confidence"]:
        confidence = understand_confidence(texts["confidence"])
    now = {step: bool(_state(form, identifier, f"step {step}", done)) for step, done in form.steps[identifier].items()}
    ticked = {step: done for step, done in now.items() if done != form.steps[identifier][step]}
    entry = Entry(
        identifier,
        value=value.value,
        confidence=int(confidence.value) if confidence.value is not None else None,
        note=texts["note"].strip(),
        next=texts["next"].strip(),
        blocker=texts["blocker"].strip(),
        helper=texts["helper"].strip(),
        evidence=texts["evidence"].strip(),
        steps={step: board.day if done else None for step, done in ticked.items()},
    )
    questions = {n: t.question for n, t in (("value", value), ("confidence", confidence)) if t.question}
    same = bool(_state(form, identifier, "same", False))
    return Row(entry, value, confidence, questions, same or bool(questions) or entry != Entry(identifier))


def row_of(board: Board, identifier: str) -> pd.Series[Any]:
    """A key result as it stands on the board."""
    return cast("pd.Series[Any]", board.key_results.loc[identifier])


def _begin(form: Form, board: Board, key_result: pd.Series[Any]) -> None:
    """Notes what stands in the fields of a key result at first; what is untouched follows the board."""
    identifier = str(key_result.name)
    now = {"value": as_typed(key_result["value"]), "confidence": as_typed(key_result["confidence"])}
    first = form.first.setdefault(identifier, dict(now))
    for name, text in now.items():
        if first[name] != text and _typed(form, identifier, name) == first[name]:
            first[name] = text
            st.session_state[_key(form, identifier, name)] = text
    steps = board.steps[board.steps["key_result"] == identifier]
    done = {str(step): not show.blank(day) for step, day in zip(steps["step"], steps["done_on"], strict=True)}
    if identifier not in form.steps or form.steps[identifier].keys() != done.keys():
        form.steps[identifier] = done


def _steps(form: Form, identifier: str) -> None:
    st.caption("Steps: tick what is done")
    for step, done in form.steps[identifier].items():
        st.checkbox(label(step), value=done, key=_key(form, identifier, f"step {step}"), persist_state="session")


def _more(form: Form, row: Row, title: str) -> None:
    columns = st.columns((5, 3, 4), gap="small")
    headings = ("What is in the way?", "Who could help?", "Evidence (a web address)")
    for column, name, heading in zip(columns, _FOLDED, headings, strict=True):
        with column.container(gap="xxsmall"):
            st.caption(heading)
            _text(form, row.entry.key_result, name, f"{heading} {title}", longest=120 if name == "helper" else 10_000)
            _say(form, row, name, "")


def _text(form: Form, identifier: str, name: str, title: str, *, live: bool = False, longest: int = 10_000) -> None:
    """A line of text. Its heading stands above it; its name, which tells which key result it is of, is only heard."""
    st.text_input(
        title,
        value=form.first[identifier].get(name, ""),
        key=_key(form, identifier, name),
        live=live,
        max_chars=longest,
        label_visibility="collapsed",
        autocomplete="off",
        persist_state="session",
    )


def _say(form: Form, row: Row, name: str, otherwise: str) -> None:
    """What stands under a field: what has to be asked or was refused, else a remark."""
    identifier = row.entry.key_result
    refused = form.problems.get((identifier, name), "") if form.refused.get(identifier) == row.entry else ""
    if said := row.questions.get(name) or refused:
        st.markdown(f":red[:small[:material/error: {md(said)}]]")
    elif otherwise:
        st.caption(md(otherwise))


def _effect(actor: Actor, form: Form, row: Row, key_result: pd.Series[Any]) -> None:
    """What the entry would change, or when something was last said."""
    entry = row.entry
    if row.questions or (entry.value is None and entry.confidence is None and not entry.steps):
        last = key_result["last_check_in"]
        st.markdown(f"Last check-in {show.day(last)}" if not show.blank(last) else "No check-in yet")
        return
    measured = Entry(entry.key_result, value=entry.value, confidence=entry.confidence, steps=entry.steps)
    try:
        if form.seen.get(entry.key_result, (None,))[0] != measured:
            form.seen[entry.key_result] = (measured, check_in.preview(actor, measured))
    except OkrdashError as fault:
        st.error(md(fault))
        return
    after = form.seen[entry.key_result][1]
    remark = words.remark(key_result, after)
    st.markdown(f"{words.becomes(key_result, after)}{f' · {md(remark)}' if remark else ''}")


def _understood(value: Typed, key_result: pd.Series[Any]) -> str:
    return "" if value.literal or value.value is None else f"= {show.number(value.value, key_result['unit'])}"


def _how_likely(row: Row) -> str:
    return "" if row.entry.confidence is None else words.likely(row.entry.confidence)


def _value_heading(key_result: pd.Series[Any]) -> str:
    heading = "The value found" if key_result["kind"] == "baseline" else "New value"
    unit = md(key_result["unit"])
    return f"{heading} ({unit})" if unit else heading


def _will_save(rows: Sequence[Row]) -> str:
    """What the button would save, as Markdown."""
    wanted = [row for row in rows if row.says_something]
    unclear = sum(bool(row.questions) for row in wanted)
    if not wanted:
        return "Nothing to save yet: change a value, write a line or tick *No change*."
    said = f"Will save **{_counted(len(wanted), 'check-in', 'check-ins')}**"
    return f"{said}; {_counted(unclear, 'needs', 'need')} another look first." if unclear else f"{said}."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _typed(form: Form, identifier: str, name: str) -> str:
    return str(_state(form, identifier, name, form.first[identifier].get(name, "")) or "")


def _state(form: Form, identifier: str, name: str, default: object) -> object:
    return st.session_state.get(_key(form, identifier, name), default)


def _key(form: Form, identifier: str, name: str) -> str:
    return f"check-in {form.round} {identifier} {name}"
