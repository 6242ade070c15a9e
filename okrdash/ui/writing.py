"""The field in which somebody writes a comment, an answer or thanks: it opens where it belongs, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from okrdash.domain.columns import TEXT
from okrdash.domain.conversation import Comment
from okrdash.domain.errors import Conflict, Invalid, OkrdashError
from okrdash.domain.mentions import Names
from okrdash.services import comments
from okrdash.ui.choices import distinct, people, shown
from okrdash.ui.forms import opening, sentence
from okrdash.ui.objective_view import Goal
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain
from okrdash.ui.told import tell

What = Literal["comment", "thank", "answer", "edit"]
_STATE = "okrdash_writing"
_REFUSED = "okrdash_said_refused"
_SAYS: Mapping[str, tuple[str, str, str]] = {
    "comment": ("Your comment", "Send", "Your comment stands."),
    "thank": ("Your thanks, for all to see", "Send", "Your thanks stand here for all to see."),
    "answer": ("Your answer", "Send", "Your answer stands."),
    "edit": ("Your comment", "Save", "Your comment is changed."),
}
"""Of each: what the field, the button and the success are called."""


@dataclass(slots=True)
class Writing:
    """What is being written: one thing at a time."""

    objective: str
    what: What
    comment: str = ""
    """The comment that is answered or edited, by its first version; "" for none."""
    version: str = ""
    """The version of it that was read."""
    about: str = ""
    text: str = ""
    to: str = ""
    name: str = ""
    """Of its fields, and of the one request that it makes."""
    refused: str = ""
    """Why it was not sent."""

    def key(self, field: str) -> str:
        """The key of a field's widget."""
        return f"{self.name}_{field}"


def at(goal: Goal, what: What, comment: str = "") -> bool:
    """Whether the field is open just there."""
    now: Writing | None = st.session_state.get(_STATE)
    return now is not None and (now.objective, now.what, now.comment) == (goal.identifier, what, comment)


def draw_start(me: Me, goal: Goal) -> None:
    """The buttons with which something new is begun; or the field, where it is."""
    if refused := st.session_state.pop(_REFUSED, ""):
        st.warning(md(refused), icon=":material/sync_problem:")
    if at(goal, "comment") or at(goal, "thank"):
        draw(me, goal)
        return
    with st.container(horizontal=True, gap="small"):
        for what, says, icon in (
            ("comment", "Comment", ":material/add_comment:"),
            ("thank", "Thank somebody", ":material/favorite:"),
        ):
            now = Writing(goal.identifier, what, about=goal.identifier)  # type: ignore[arg-type]
            st.button(says, key=f"write_{what}", icon=icon, on_click=_open, args=(now,))


def offer(goal: Goal, what: What, comment: Comment, says: str, *, icon: str, to: str = "") -> None:
    """The button that opens the field for an answer to a comment, or with one's own comment to change it."""
    text = comment.text if what == "edit" else ""
    now = Writing(goal.identifier, what, comment.first, comment.id, comment.about, text, to)
    st.button(says, key=f"{what}_{comment.first}", icon=icon, type="tertiary", on_click=_open, args=(now,))


def offer_withdrawing(me: Me, comment: Comment) -> None:
    """The button that takes back one's own comment."""
    _at_once(
        "Withdraw",
        f"withdraw_{comment.first}",
        ":material/undo:",
        "It is withdrawn.",
        lambda: comments.withdraw_comment(me.actor, comment.id),
    )


def offer_settling(me: Me, thread: Comment) -> None:
    """The button that settles a thread, or opens it again."""
    if thread.resolved_on is None:
        _at_once(
            "Settle",
            f"settle_{thread.first}",
            ":material/check:",
            "It is settled.",
            lambda: comments.resolve_comment(me.actor, thread.id),
        )
    else:
        _at_once(
            "Open again",
            f"reopen_{thread.first}",
            ":material/undo:",
            "It is open again.",
            lambda: comments.reopen_comment(me.actor, thread.id),
        )


def draw(me: Me, goal: Goal) -> None:
    """The field that is open, who is told, and the buttons."""
    now: Writing = st.session_state[_STATE]
    says, button, _ = _SAYS[now.what]
    with st.container(border=True, gap="small"):
        if now.what in ("comment", "thank") and len(goal.key_results):
            of_key_results = {str(one): str(title) for one, title in goal.key_results["title"].items()}
            texts = distinct({goal.identifier: "The objective as a whole", **of_key_results})
            st.selectbox("About", list(texts), format_func=shown(texts), key=now.key("about"))
        st.text_area(says, now.text, key=now.key("text"), max_chars=TEXT, height=110, persist_state="session")
        if now.refused:
            st.error(md(now.refused), icon=":material/error:")
        to = _to_tell(goal)
        st.multiselect(
            "Tell",
            list(to),
            format_func=shown(to),
            key=now.key("tell"),
            placeholder="People and teams who shall hear of it",
            help="Each gets a message, if they may see the objective. In the text, @ and a name does the same.",
        )
        with st.container(horizontal=True, gap="small"):
            st.button(button, key=now.key("send"), icon=":material/send:", on_click=_send, args=(me, goal, now))
            st.button("Cancel", key=now.key("cancel"), type="tertiary", on_click=_close)


def _to_tell(goal: Goal) -> dict[str, str]:
    """Who can be told, by "person <username>" or "team <name>"."""
    named = {f"person {username}": text for username, text in people(goal.names).items()}
    return named | {f"team {team}": f"{plain(team)} (team)" for team in goal.board.teams.index}


def _open(now: Writing) -> None:
    now.name = opening()
    st.session_state[_STATE] = now


def _close() -> None:
    st.session_state.pop(_STATE, None)


def _send(me: Me, goal: Goal, now: Writing) -> None:
    """Sends what stands in the field; what is refused stays, with the reason."""
    try:
        _call(me, now, _with_calls(goal, now, str(st.session_state.get(now.key("text"), now.text) or "")))
    except Invalid as fault:
        now.refused = " ".join(sentence("The text" if p.where == "text" else "", p.message) for p in fault.problems)
    except Conflict as fault:
        now.refused = str(fault)
        newest = (c for t in comments.comments(me.actor, now.objective) for c in (t, *t.replies))
        now.version = next((c.id for c in newest if c.first == now.comment), now.version)
    except OkrdashError as fault:
        now.refused = str(fault)
    else:
        _close()
        tell(_SAYS[now.what][2])


def _call(me: Me, now: Writing, text: str) -> None:
    about = st.session_state.get(now.key("about"), now.about)
    match now.what:
        case "comment":
            comments.comment(me.actor, about, text, request_key=now.name)
        case "thank":
            comments.thank(me.actor, about, text, request_key=now.name)
        case "answer":
            comments.comment(me.actor, now.about, text, replies_to=now.version, request_key=now.name)
        case "edit":
            comments.edit_comment(me.actor, now.version, text, request_key=now.name)


def _with_calls(goal: Goal, now: Writing, text: str) -> str:
    """The text with a call of everybody who shall be told and is not called in it yet, in a line of its own."""
    wanted = st.session_state.get(now.key("tell"), [])
    if not wanted or not text.strip():
        return text
    names = Names(goal.names, goal.board.teams.index)
    called = {(mention.kind, mention.name) for mention in names.mentions(text)}
    calls = []
    for one in wanted:
        kind, _, name = one.partition(" ")
        if (kind, name) not in called:
            calls.append(names.call(kind, name, goal.names.get(name, name) if kind == "person" else name))
    return f"{text.rstrip()}\n{' '.join(calls)}" if calls else text


def _at_once(says: str, key: str, icon: str, done: str, call: Callable[[], Any]) -> None:
    st.button(says, key=key, icon=icon, type="tertiary", on_click=_do, args=(call, done))


def _do(call: Callable[[], Any], done: str) -> None:
    try:
        call()
    except OkrdashError as fault:
        st.session_state[_REFUSED] = str(fault)
    else:
        tell(done)
