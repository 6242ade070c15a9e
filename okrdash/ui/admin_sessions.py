"""Who is signed in, and where; an admin ends any of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.services import sessions
from okrdash.ui import admin_lists, session_words, show
from okrdash.ui.forms import Form, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

_ONE, _EVERY = "one", "every"


def draw(me: Me) -> None:
    """Everybody's sessions, to search, and to end."""
    when = session_words.clock(me)
    rows = [
        {
            "session": one.session,
            "username": plain(one.username),
            "shown": plain(one.name),
            "browser": plain(session_words.browser(one)) + (" (this one)" if one.this else ""),
            "came_by": session_words.CAME_BY[one.came_by],
            "since": when(one.started_at),
            "used": when(one.seen_at),
            "address": plain(session_words.address(one)),
        }
        for one in sessions.everyones(me.actor)
    ]
    st.caption("Who is signed in, in which browser. What you end is signed out at its next click.")
    words = admin_lists.search("Search sessions", key="sessions")
    config = st.column_config
    opened = admin_lists.draw(
        admin_lists.found(rows, words),
        {
            "shown": "Name",
            "username": config.TextColumn("Username"),
            "browser": config.TextColumn("Browser"),
            "used": config.TextColumn("Last used"),
            "since": config.TextColumn("Signed in"),
            "came_by": config.TextColumn("By"),
            "address": config.TextColumn("From"),
        },
        key="session",
        opens="shown",
        what="session",
    )
    if opened:
        end(me, opened, sum(row["username"] == opened["username"] for row in rows))


@drawer("End sessions")
def end(form: Form, me: Me, row: Mapping[str, Any], count: int) -> None:
    """Ends one session of a person, or all `count` of them."""
    st.markdown(f"**{md(row['shown'])}** · {md(row['browser'])}")
    st.caption(f"Since {row['since']}, by {row['came_by']}, from {md(row['address'])} · last used {row['used']}")
    which = _ONE
    if count > 1:
        texts = {_ONE: "This one", _EVERY: f"All {show.count(count, 'session')} of this person"}
        which = form.choice("What to end", "which", texts, _ONE)
    if row["username"] == me.actor.username:
        st.caption("You are signed out yourself where you end your own.")
    form.save(
        "End session" if which == _ONE else "End sessions",
        lambda _: (
            sessions.end_everywhere(me.actor, row["username"])
            if which == _EVERY
            else sessions.end_one(me.actor, row["session"])
        ),
        done=f"{row['shown']} is signed out there.",
        icon=":material/logout:",
    )
