"""Where one is signed in, on Account: the list, and ending one, the others or all."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from okrdash.domain.errors import NotFound
from okrdash.services import sessions
from okrdash.services.sessions import Session
from okrdash.ui import session_words, show
from okrdash.ui.session import Me
from okrdash.ui.sign_in import sign_out
from okrdash.ui.text import label, md
from okrdash.ui.told import tell

_MOST = 20
"""Sessions that are shown one by one."""


def draw(me: Me) -> None:
    """The sessions of who looks."""
    found, when = sessions.own(me.actor), session_words.clock(me)
    st.header("Your sessions")
    st.caption("Where you are signed in. A lost device, or a browser that is not yours? End it here.")
    with st.container(width=760):
        for one, name in _named(found[:_MOST]):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(
                    f"**{md(name)}**{' · this one' if one.this else ''}  \n"
                    f":small[:gray[Since {when(one.started_at)}, by {session_words.CAME_BY[one.came_by]},"
                    f" from {md(session_words.address(one))} · last used {when(one.seen_at)}]]",
                    width="stretch",
                )
                if not one.this:
                    st.button(
                        f"End {label(name)}",
                        key=f"end_{one.session}",
                        icon=":material/logout:",
                        on_click=_end,
                        args=(me, one, name),
                    )
        if len(found) > _MOST:
            st.caption(f"And {show.count(len(found) - _MOST, 'session')} more, used longer ago.")
    with st.container(horizontal=True):
        if len(found) > 1:
            st.button("End all others", key="end_others", on_click=_end_others, args=(me,))
        st.button(
            "End all my sessions",
            key="end_all",
            help="Signs you out everywhere, here too.",
            on_click=sign_out,
            args=(me.actor,),
            kwargs={"everywhere": True},
        )


def _named(found: Sequence[Session]) -> list[tuple[Session, str]]:
    """Each session with what it is called: by its browser, counted where there are several of one kind."""
    browsers = [session_words.browser(one) for one in found]
    counts = [browsers[: place + 1].count(browser) for place, browser in enumerate(browsers)]
    names = [browser if count == 1 else f"{browser} ({count})" for browser, count in zip(browsers, counts, strict=True)]
    return list(zip(found, names, strict=True))


def _end(me: Me, session: Session, name: str) -> None:
    try:
        sessions.end_one(me.actor, session.session)
    except NotFound:  # it was over already
        return
    tell(f"{name} is signed out.")


def _end_others(me: Me) -> None:
    sessions.end_others(me.actor)
    tell("Everywhere else you are signed out.")
