"""What others wait for, in My week: blockers to help with, comments to answer, check-ins that turned red to be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import TEXT
from okrdash.domain.conversation import Comment
from okrdash.domain.errors import Invalid, OkrdashError
from okrdash.domain.settings import Settings
from okrdash.domain.time import local
from okrdash.services import blockers, comments
from okrdash.services.acknowledgements import TurnedRed
from okrdash.services.blockers import Blocker
from okrdash.services.inbox import Waiting
from okrdash.ui import check_in_words as words
from okrdash.ui import links, show
from okrdash.ui.forms import opening, sentence
from okrdash.ui.session import Me
from okrdash.ui.text import label, md
from okrdash.ui.told import tell

FEW, MOST = 3, 10
"""Of one kind: how many are in sight, and how many can be answered here; each has a field."""

_FIELD = 520
"""How wide a field is, so that beside it there is room for the buttons, or none, on a telephone."""

Item = TypeVar("Item")


def show_blockers(me: Me, board: Board, asked: Sequence[Blocker], names: Mapping[str, str]) -> None:
    """Blockers that others ask the person to help with, each with a line to answer, and to say that it is cleared."""
    if not asked:
        return
    says = "1 call for your help" if len(asked) == 1 else f"{len(asked)} calls for your help"
    with _box(says, ":material/support:"):
        _few(asked, lambda blocker: _blocker(me, board, blocker, names), "blockers")


def _blocker(me: Me, board: Board, blocker: Blocker, names: Mapping[str, str]) -> None:
    key_result = board.key_result(blocker.key_result)
    who = show.person(blocker.author, names) if blocker.author else "Somebody"
    st.markdown(f"**{md(blocker.text)}**")
    _link(f"In the way of {md(key_result['title'])}", key_result["objective"], "Key results")
    mine = blocker.asked == {me.person.username}
    whom = "you" if mine else f"{md(blocker.helper)}, so you"
    st.caption(f"{md(who)} asks {whom}, since {show.day(blocker.since)}")
    for row in blocker.answers:
        st.markdown(f":small[{_quoted(row['author'], row['entered_at'], row['text'], names, board.settings)}]")
    key = f"blocker_{blocker.check_in}_{len(blocker.answers)}"
    with _form(key, f"Your answer to {who}"):
        text = _line(key, f"Your answer to {who}")
        answer = _button("Answer", ":material/reply:")
        cleared = _button("It is cleared", ":material/check:")
    if answer and _done(
        key,
        lambda request: comments.comment(
            me.actor, blocker.key_result, text, check_in=blocker.check_in, request_key=request
        ),
    ):
        tell(f"{who} finds your answer in My week.")
        st.rerun()
    if cleared and (revision := _done(key, lambda request: _cleared(me, blocker, text, request))):
        tell("Cleared: it is in nobody's way any more.", undo=revision)
        st.rerun()


def _cleared(me: Me, blocker: Blocker, text: str, request: str) -> int:
    """What was typed beside it is said too."""
    if text.strip():
        comments.comment(me.actor, blocker.key_result, text, check_in=blocker.check_in, request_key=f"{request} answer")
    return blockers.clear(me.actor, blocker.check_in, request_key=f"{request} clear")


def show_comments(me: Me, settings: Settings, waiting: Sequence[Waiting], names: Mapping[str, str]) -> None:
    """Comments to the person, each with a line to reply, and where one may, to say that it is settled."""
    if not waiting:
        return
    says = "1 comment to you" if len(waiting) == 1 else f"Comments to you in {len(waiting)} conversations"
    with _box(says, ":material/chat_bubble:"):
        _few(waiting, lambda one: _comment(me, settings, one, names), "conversations")


def _comment(me: Me, settings: Settings, waiting: Waiting, names: Mapping[str, str]) -> None:
    for comment in waiting.comments[-FEW:]:
        st.markdown(_said(comment, names, settings))
    if len(waiting.comments) > FEW:
        st.caption(f"and {len(waiting.comments) - FEW} before")
    _link(f"On {md(waiting.title)}", waiting.objective, "Conversation")
    newest = waiting.comments[-1]
    who = show.person(newest.author, names) if newest.author else "the comment"
    key = f"comment_{newest.id}"
    with _form(key, f"Reply to {who}"):
        text = _line(key, f"Your reply to {who}")
        reply = _button("Reply", ":material/reply:")
        settled = waiting.may_resolve and _button("Done", ":material/check:")
    if reply and _done(
        key,
        lambda request: comments.comment(me.actor, waiting.about, text, replies_to=waiting.thread, request_key=request),
    ):
        tell("Your reply is in the conversation.")
        st.rerun()
    if settled and _done(key, lambda request: comments.resolve_comment(me.actor, waiting.thread, request_key=request)):
        tell("Settled. It stays in the conversation, where it can be opened again.")
        st.rerun()


def show_turned(me: Me, board: Board, turned: Sequence[TurnedRed], names: Mapping[str, str]) -> None:
    """Check-ins that turned red: what, from what to what, what their author said, and that one has seen it."""
    if not turned:
        return
    says = "1 key result turned red" if len(turned) == 1 else f"{len(turned)} key results turned red"
    with _box(f"{says}: say that you have seen it", ":material/visibility:"):
        _few(turned, lambda one: _turned(me, board, one, names), "key results")


def _turned(me: Me, board: Board, turned: TurnedRed, names: Mapping[str, str]) -> None:
    key_result = board.key_result(turned.key_result)
    who = show.person(turned.author, names) if turned.author else "its owner"
    _link(f"**{md(key_result['title'])}**", key_result["objective"], "Conversation")
    was = f"{show.badge(turned.was)} → " if turned.was else ""
    now = show.badge("broken" if key_result["guardrail"] == "broken" else key_result["status"])
    st.markdown(f"{was}{now} {words.figures(key_result)} · {md(key_result['team'])}")
    note = f"“{md(turned.note)}”" if turned.note else "nothing was said"
    st.caption(f"{md(who)}, {show.day(turned.as_of)}: {note}")
    key = f"turned_{turned.check_in}"
    with _form(key, f"A word to {who}"):
        text = _line(key, f"A word to {who} (optional)")
        seen = _button("Seen", ":material/visibility:")
    if seen and _done(key, lambda request: comments.acknowledge(me.actor, turned.check_in, text, request_key=request)):
        tell(f"{who} sees that you have seen it.")
        st.rerun()


@contextmanager
def _box(says: str, icon: str) -> Iterator[None]:
    with st.container(border=True):
        st.markdown(f"**{icon} {says}**")
        yield


def _few(items: Sequence[Item], draw: Callable[[Item], None], what: str) -> None:
    """The first few, and folded the others: what is folded costs nothing until it is opened."""
    for item in items[:FEW]:
        with st.container(gap="xsmall"):
            draw(item)
    rest = items[FEW:MOST]
    if not rest:
        return
    folded = st.expander(f"{len(items) - FEW} more {what}", key=f"more_{what}", on_change="rerun")
    if folded.open:
        with folded:
            for item in rest:
                with st.container(gap="xsmall"):
                    draw(item)
            if len(items) > MOST:
                st.caption(f"{len(items) - MOST} more follow when these are done.")


def _link(text: str, objective: str, view: str) -> None:
    links.to("objective", text, icon=":material/target:", objective=objective, view=view)


def _said(comment: Comment, names: Mapping[str, str], settings: Settings) -> str:
    return _quoted(comment.author, comment.entered_at, comment.text, names, settings)


def _quoted(author: str, moment: datetime | None, text: str, names: Mapping[str, str], settings: Settings) -> str:
    who = show.person(author, names) if author else "Somebody"
    when = f", {show.day(local(moment, settings.zone))}" if moment else ""
    return f"**{md(who)}**{when}: “{md(text)}”"


@contextmanager
def _form(key: str, says: str) -> Iterator[None]:
    """A line to type in with its buttons; Enter presses the first of them."""
    with (
        st.form(f"form_{key}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        yield


def _line(key: str, says: str) -> str:
    return st.text_input(label(says), key=f"text_{key}", max_chars=TEXT, width=_FIELD) or ""


def _button(says: str, icon: str) -> bool:
    return st.form_submit_button(says, icon=icon)


def _done(key: str, call: Callable[[str], Any]) -> Any:
    """Whether the one request of a form was done: what it gave, or True; what is wrong is shown, what was typed stays.

    A second click does nothing twice.
    """
    request = st.session_state.setdefault(f"request_{key}", opening())
    try:
        return call(request) or True
    except Invalid as fault:
        for problem in fault.problems:
            st.error(md(sentence("The text", problem.message)), icon=":material/error:")
    except OkrdashError as fault:
        st.error(md(fault), icon=":material/error:")
    return False
