"""What a leader does about an objective without leaving the review: asks, comments, decides; each in a drawer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import streamlit as st

from okrdash.domain.mentions import Names
from okrdash.services import comments, decisions
from okrdash.services.permissions import Resource, can
from okrdash.ui import choices, show
from okrdash.ui.forms import Form, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import label, md

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is spoken of."""

    objective: str
    title: str
    owner: str
    """Who is accountable, a username; "" for the champions together."""
    team: str


def buttons(me: Me, about: Subject, names: Mapping[str, str], units: Iterable[str], day: date) -> None:
    """The buttons below an objective; `units` are the teams' names, which a text can call, `day` is today."""
    whom = show.person(about.owner, names)
    with st.container(horizontal=True, gap="small"):
        if st.button(label(f"Ask {whom}"), key=f"ask_{about.objective}", icon=":material/help:"):
            _ask(me, about, names, list(units))
        if st.button("Comment", key=f"comment_{about.objective}", icon=":material/chat_bubble:"):
            _comment(me, about)
        may_decide = can(me.person, "decide", Resource(about.owner, (about.team,)))
        if may_decide and st.button("Decide", key=f"decide_{about.objective}", icon=":material/gavel:"):
            _decide(me, about, names, day)


@drawer("Ask")
def _ask(form: Form, me: Me, about: Subject, names: Mapping[str, str], units: list[str]) -> None:
    st.caption(f"On {md(about.title)}. They are called, find it in My week, and answer in the conversation.")
    whom = form.choice("Whom", "whom", choices.people(names), about.owner or None, called="The person")
    text = form.text("Your question", "text", called="The question", lines=True)

    def send(key: str) -> str:
        call = Names(names, units).call("person", whom, names[whom]) if whom else ""
        return comments.comment(me.actor, about.objective, f"{call} {text}" if text.strip() else "", request_key=key)

    form.save("Ask", send, done="Asked. The answer comes to your My week.", icon=":material/send:")


@drawer("Comment")
def _comment(form: Form, me: Me, about: Subject) -> None:
    st.caption(f"On {md(about.title)}. With @ and a name you call somebody.")
    text = form.text("Your comment", "text", called="The comment", lines=True)
    form.save(
        "Comment",
        lambda key: comments.comment(me.actor, about.objective, text, request_key=key),
        done="Your comment is in the conversation.",
        icon=":material/send:",
    )


@drawer("Decide")
def _decide(form: Form, me: Me, about: Subject, names: Mapping[str, str], day: date) -> None:
    st.caption(f"On {md(about.title)}. It comes back in their My week, and in the next review.")
    text = form.text("What is decided", "text", called="What is decided", lines=True)
    owner = form.choice("Who sees to it", "owner", choices.people(names), about.owner or None, called="Who sees to it")
    due = form.day("Until", "due", day + _WEEK, called="The day")
    form.save(
        "Keep the decision",
        lambda key: decisions.decide(me.actor, about.objective, text, owner or "", due, request_key=key),
        done=lambda _: f"Decided. {show.person(owner or '', names)} finds it in My week.",
        undo=int,
    )
