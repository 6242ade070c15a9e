"""How the check-in's rows are laid out: asked for, due, and folded what else one may say something about."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.due import next_check_in
from okrdash.services import check_in
from okrdash.services.people import Actor
from okrdash.services.permissions import Person
from okrdash.ui import check_in_words as words
from okrdash.ui import links
from okrdash.ui.check_in_form import draw_row, draw_save
from okrdash.ui.check_in_state import Form, begin, keep, take_back, typed
from okrdash.ui.session import require
from okrdash.ui.text import md

PER_PAGE = 25
"""Rows of fields on a page: fields cost the square of their number."""
_TOLD = 10


@st.fragment
def show_form(
    actor: Actor,
    form: Form,
    board: Board,
    due: pd.DataFrame,
    others: pd.DataFrame,
    asked: str,
    names: Mapping[str, str],
) -> None:
    """Every row and the buttons. Typing runs this alone; a save draws the whole page anew."""
    require("check in")
    if form.news:
        st.rerun()
    keep(actor, form)
    begun = [
        identifier for identifier in form.first if identifier in board.key_results.index and typed(form, identifier)
    ]
    first = list(dict.fromkeys([*([asked] if asked else []), *(i for i in begun if i not in due.index)]))
    rest = [identifier for identifier in due.index if identifier not in first]
    if first:
        st.header("You asked for" if asked else "You have begun", anchor=False)
        _rows(actor, form, board, first, names)
    if rest:
        st.header(_due_heading(board, rest), anchor=False)
        _rows(actor, form, board, _page_of(rest, "due_page"), names)
    more = [identifier for identifier in others.index if identifier not in first]
    if more:
        folded = st.expander(
            f"Not due, but yours or your team's: {len(more)}", key="others", on_change="rerun", icon=":material/groups:"
        )
        if folded.open:
            with folded:
                _rows(actor, form, board, _page_of(more, "others_page"), names)
    draw_save(actor, form, board, [*(i for i in first if i in due.index), *rest])


def show_saved(actor: Actor, form: Form, board: Board, names: Mapping[str, str]) -> None:
    """What the last save brought, with the new figures, and the way to take it back; it is read out at once."""
    week, news, form.news = form.week, form.news, ""
    if week is None:
        if news:
            st.info(md(news), icon=":material/undo:")
        return
    said = "1 check-in is saved." if len(week.typed) == 1 else f"{len(week.typed)} check-ins are saved."
    rows = [board.key_result(identifier) for identifier in week.typed if identifier in board.key_results.index]
    lines = [f"- {md(row['title'])}: {words.where(row)}" for row in rows[:_TOLD]]
    if len(rows) > _TOLD:
        lines.append(f"- and {len(rows) - _TOLD} more")
    for identifier, other in week.saved.meanwhile.items():
        row = board.key_result(identifier)
        lines.append(f"- {md(row['title'])}: {md(words.said_before(other, row['unit'], names, board))}")
    with st.container(border=True, gap="xsmall"):
        st.success(f"**{said}** {next_due(board, actor)}", icon=":material/check_circle:")
        st.markdown("\n".join(lines))
        st.button("Undo", icon=":material/undo:", key="undo_save", on_click=take_back, args=(actor, form))


def show_nothing_due(board: Board, actor: Actor) -> None:
    """What a person sees who owes nothing: when the next check-in is due, or how key results come to them."""
    mine = board.key_results[board.key_results["owes"] == actor.username]
    if mine.empty:
        st.info(
            "No key result is yours yet, so no check-in is due from you. As soon as one is, it shows up here every"
            " week, with its last value filled in.",
            icon=":material/spa:",
        )
        links.to("objectives", "Look at the objectives", icon=":material/flag:")
    else:
        st.success(f"You are up to date. {next_due(board, actor)}", icon=":material/spa:")


def _rows(actor: Actor, form: Form, board: Board, identifiers: Collection[str], names: Mapping[str, str]) -> None:
    begin(actor, form, board, identifiers)
    for identifier in identifiers:
        draw_row(actor, form, board, board.key_result(identifier), names)


def _page_of(identifiers: list[str], key: str) -> list[str]:
    pages = -(-len(identifiers) // PER_PAGE)
    page = st.pagination(pages, key=key, persist_state="page") if pages > 1 else 1
    return identifiers[(page - 1) * PER_PAGE : page * PER_PAGE]


def _due_heading(board: Board, identifiers: list[str]) -> str:
    days = next_check_in(board)[identifiers].dropna()
    count = f"{len(identifiers)} due"
    return f"{count} by {words.weekday(days.min())}" if len(days) else count


def next_due(board: Board, actor: Actor) -> str:
    """By when a person's next check-in is due, as a sentence; "" where none is."""
    days: pd.Series[Any] = next_check_in(board)[board.key_results["owes"] == actor.username].dropna()
    return f"The next check-in is due by {words.weekday(days.min())}." if len(days) else ""


def asked_for(board: Board, person: Person, identifier: str) -> str:
    """The key result that a link asks for, "" with a message where there is none to check in on."""
    if not identifier:
        return ""
    if identifier not in board.key_results.index:
        st.info(
            "The key result of this link is not there (any more). It may have been dropped.", icon=":material/link:"
        )
        return ""
    key_result = board.key_result(identifier)
    if check_in.may_check_in(person, key_result):
        return identifier
    st.info(
        f"“{md(key_result['title'])}” is checked in on by {md(key_result['team'])}. It stands here: "
        f"{words.where(key_result)}",
        icon=":material/lock:",
    )
    links.to("objective", "See its objective", icon=":material/outlined_flag:", objective=key_result["objective"])
    return ""
