"""The check-in's fields: many key results, a few fields each, one save; what is typed shows its effect at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.errors import OkrdashError
from okrdash.domain.typed import Typed
from okrdash.services import blockers, check_in
from okrdash.services.check_in import Entry
from okrdash.services.people import Actor
from okrdash.ui import check_in_words as words
from okrdash.ui import show
from okrdash.ui.asking import ask_there
from okrdash.ui.check_in_state import (
    FOLDED,
    Form,
    Row,
    asks_whether_still_right,
    key,
    meanwhile,
    read_row,
    rows_of,
    save,
)
from okrdash.ui.slips import waiting_line
from okrdash.ui.small_trend import small_trend
from okrdash.ui.text import label, md

_WIDTHS = (2, 1.4, 4, 4)
_TICK_WIDTHS: Mapping[str, int] = {"same": 120, "still": 130, "more": 260}
"""Of the boxes to tick, in pixels: as wide as their first line."""
_FOLDED_HEADINGS: Mapping[str, str] = {
    "blocker": "What is in the way?",
    "helper": "Who could help? A person, team or function",
    "evidence": "Evidence (a web address)",
    "as_of": "The day it speaks for",
}


def draw_row(actor: Actor, form: Form, board: Board, key_result: pd.Series[Any], names: Mapping[str, str]) -> None:
    """One key result with its fields and, as they are typed, their effect."""
    identifier = str(key_result.name)
    row, before = read_row(form, board, identifier), form.before[identifier]
    title = label(key_result["title"])
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{md(key_result['title'])}**")
        st.caption(words.serves(board, key_result))
        trend = small_trend(before.values, key_result["unit"])
        st.markdown(words.where(key_result, trend))
        if other := meanwhile(form, identifier):
            st.info(md(words.said_meanwhile(other, key_result["unit"], names, board)), icon=":material/group:")
        if key_result["kind"] == "milestone":
            _steps(form, identifier)
        _fields(form, row, key_result)
        _effect(actor, form, board, row, key_result)
        if asks_whether_still_right(form, identifier):
            st.caption(words.STILL_RIGHT)
        with st.container(horizontal=True, vertical_alignment="center", key=f"ticks_{key(form, identifier, '')}"):
            _tick(form, identifier, "same", "No change", title)
            if form.first[identifier]["confidence"] and not row.confidence.value:
                _tick(form, identifier, "still", f"Still {form.first[identifier]['confidence']} in 10", title)
            wanted = _tick(form, identifier, "more", "Blocker, evidence or another day", title)
        if before.plan:
            planned = words.planned(before, actor.username, names).rstrip(".")
            st.checkbox(label(f"{planned}: done?"), key=key(form, identifier, "done"), persist_state="session")
        for blocker in form.blockers.get(identifier, ()):
            st.checkbox(
                label(words.cleared(blocker, names)),
                key=key(form, identifier, f"cleared {blocker.check_in}"),
                persist_state="session",
            )
        if wanted:
            _more(actor, form, row, title, names)
            if st.button(
                "Ask a team for something",
                type="tertiary",
                key=key(form, identifier, "ask"),
                icon=":material/swap_horiz:",
                help="Opens the objective. What you have typed here stays.",
            ):
                ask_there(key_result["objective"], identifier)
        for name in ("steps", "replaces", *(() if wanted else FOLDED)):
            _say(form, row, name, "")


def draw_save(actor: Actor, form: Form, board: Board, due: Collection[str]) -> None:
    """The button that saves what was typed, the one that says "no change" of the rest, and what they will save."""
    rows = rows_of(form, board)
    begun = {row.entry.key_result for row in rows if row.says_something}
    rest = [identifier for identifier in due if identifier not in begun]
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
        if rest:
            st.button(
                f"{'Save, no' if begun else 'No'} change in {'the other' if begun else 'all'} {len(rest)}",
                shortcut="Ctrl+Shift+Enter",
                key="save_the_rest_too",
                on_click=save,
                args=(actor, form, board, rest),
            )
        st.markdown(_will_save(rows))
    if ("", "") in form.problems:
        st.error(md(form.problems["", ""]), icon=":material/error:")


def _fields(form: Form, row: Row, key_result: pd.Series[Any]) -> None:
    """The fields that every check-in has, beside each other; below each what was understood or has to be asked."""
    identifier, title = row.entry.key_result, label(key_result["title"])
    value, confidence, note, plan = (column.container(gap="xxsmall") for column in st.columns(_WIDTHS, gap="small"))
    if key_result["kind"] != "milestone":
        with value:
            st.caption(_value_heading(key_result))
            _line(form, identifier, "value", f"New value: {title}")
            _say(form, row, "value", _understood(row.value, key_result))
    with confidence:
        st.caption("Confidence")
        _line(form, identifier, "confidence", f"Confidence: {title}")
        _say(form, row, "confidence", _how_likely(row))
    with note:
        st.caption("What changed?")
        _line(form, identifier, "note", f"What changed? {title}")
        _say(form, row, "note", "")
    with plan:
        st.caption("What comes next?")
        _line(form, identifier, "next", f"What comes next? {title}")
        _say(form, row, "next", "")


def _steps(form: Form, identifier: str) -> None:
    st.caption("Steps: tick what is done")
    for step in form.steps[identifier]:
        st.checkbox(label(step), key=key(form, identifier, f"step {step}"), persist_state="session")


def _more(actor: Actor, form: Form, row: Row, title: str, names: Mapping[str, str]) -> None:
    columns = st.columns(2, gap="small") * 2
    for column, (name, heading) in zip(columns, _FOLDED_HEADINGS.items(), strict=True):
        with column.container(gap="xxsmall"):
            st.caption(heading)
            placeholder = "today" if name == "as_of" else None
            _line(form, row.entry.key_result, name, f"{heading} {title}", placeholder)
            _say(form, row, name, _remark(actor, row, name, names))


def _remark(actor: Actor, row: Row, name: str, names: Mapping[str, str]) -> str:
    """How what is typed into a folded field was understood."""
    if name == "as_of" and row.as_of.day and not row.as_of.literal:
        return f"= {words.weekday(row.as_of.day)}"
    if name == "helper" and row.entry.helper:
        return words.asked(blockers.meant(actor, row.entry.helper), names)
    return ""


def _tick(form: Form, identifier: str, name: str, says: str, title: str) -> bool:
    """A box to tick. Its second line, which tells which key result it is of, is only heard (see ui/mended.py)."""
    width = _TICK_WIDTHS[name]
    return st.checkbox(f"{says}  \n{title}", key=key(form, identifier, name), persist_state="session", width=width)


def _line(form: Form, identifier: str, name: str, title: str, placeholder: str | None = None) -> None:
    """A line of text. Its heading stands above it; its name, which tells which key result it is of, is only heard."""
    st.text_input(
        title,
        key=key(form, identifier, name),
        live=True,
        label_visibility="collapsed",
        autocomplete="off",
        placeholder=placeholder,
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


def _effect(actor: Actor, form: Form, board: Board, row: Row, key_result: pd.Series[Any]) -> None:
    """What the entry would change, or when something was last said."""
    entry = row.entry
    if row.questions or (entry.value is None and entry.confidence is None and not entry.steps):
        last = key_result["last_check_in"]
        st.caption(f"Last check-in {show.day(last)}" if not show.blank(last) else "No check-in yet")
        return
    measured = Entry(
        entry.key_result, value=entry.value, confidence=entry.confidence, steps=entry.steps, as_of=entry.as_of
    )
    try:
        if form.seen.get(entry.key_result, (None,))[0] != measured:
            form.seen[entry.key_result] = (measured, check_in.preview(actor, measured))
    except OkrdashError as fault:
        st.error(md(fault))
        return
    after = form.seen[entry.key_result][1]
    remark = words.remark(key_result, after)
    st.markdown(f"{words.becomes(key_result, after)}{f' · {md(remark)}' if remark else ''}")
    if words.turned_red(key_result, after) and (wait := waiting_line(board, entry.key_result)):
        st.markdown(f":material/swap_horiz: **{md(wait)}.** Tell them what it means for them.")


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
    said = f"Will save **{show.count(len(wanted), 'check-in')}**"
    return f"{said}; {unclear} {'needs' if unclear == 1 else 'need'} another look first." if unclear else f"{said}."
