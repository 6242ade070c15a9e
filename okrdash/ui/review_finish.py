"""From one review to the next: what became of the decisions of last time, what was decided today, and its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.errors import OkrdashError
from okrdash.services import reviews
from okrdash.services.decisions import Decision
from okrdash.services.permissions import Resource, can
from okrdash.services.reviews import Agenda
from okrdash.ui import decision_lines, show
from okrdash.ui.forms import opening
from okrdash.ui.session import Me
from okrdash.ui.text import md
from okrdash.ui.told import tell
from okrdash.ui.unit_views import company_of

_REFUSED, _REQUEST = "okrdash_review_refused", "okrdash_review_request"


def show_last_time(me: Me, board: Board, decided: Sequence[Decision], names: Mapping[str, str]) -> None:
    """The decisions of last time and what is open from before, folded: what is overdue, open and done."""
    before = [one for one in decided if one.decided_on != board.day]
    if not before:
        return
    says = f"Decisions of last time: {decision_lines.counted(before, board.day)}"
    folded = st.expander(says, icon=":material/gavel:", key="decisions", on_change="rerun")
    if folded.open:
        with folded:
            decision_lines.show_lines(me, before, names, board.day, key="before")


def show_finish(me: Me, agenda: Agenda, decided: Sequence[Decision], names: Mapping[str, str]) -> None:
    """What was decided today, and for who decides for the company the button that ends the review."""
    board, finished = agenda.board, agenda.finished
    today = [one for one in decided if one.decided_on == board.day]
    may = can(me.person, "decide", Resource(teams=(company_of(board),)))
    if not today and not finished and not may:
        return
    st.header("Decided today")
    if today:
        decision_lines.show_lines(me, today, names, board.day, key="today")
    else:
        st.caption("Nothing yet. What is decided above stands here, with who sees to it and until when.")
    if refused := st.session_state.pop(_REFUSED, ""):
        st.error(md(refused), icon=":material/error:")
    if finished:
        who = f" by {md(show.person(finished['author'], names))}" if finished["author"] else ""
        st.success(f"The review of {show.day(board.day)} is finished{who}.", icon=":material/check:")
    elif may:
        st.button("Finish this review", key="finish", icon=":material/task_alt:", on_click=_finish, args=(me,))
        st.caption("The next review then shows what changed since today, and what became of these decisions.")


def _finish(me: Me) -> None:
    try:
        revision = reviews.finish(me.actor, request_key=st.session_state.setdefault(_REQUEST, opening()))
    except OkrdashError as fault:
        st.session_state[_REFUSED] = str(fault)
    else:
        del st.session_state[_REQUEST]
        tell("The review is finished. The next one begins where this one ends.", undo=revision)
