"""The messages that call people: on which channels they can go, what was sent, and what could not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from okrdash import config
from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.errors import OkrdashError
from okrdash.domain.time import local
from okrdash.services import calling, messages
from okrdash.services.delivery import Channel
from okrdash.ui import choices, show
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, plain
from okrdash.ui.told import tell

_MOST = 25
"""Messages that are shown one by one."""
_NAMES = {"e-mail": "E-mail", "chat": "Chat"}
_TESTS = {"e-mail": "Send me a test e-mail", "chat": "Send a test to the chat"}
_KINDS = {
    "reminder": "Check-ins due",
    "mention": "A mention",
    "blocker": "A blocker",
    "dependency": "A dependency",
    "handover": "A handover",
    "password": "A forgotten password",
}


def draw(me: Me, board: Board) -> None:
    """The channels, and how it stands with the messages."""
    if config.load().demo:
        st.info("This is a demo company: it calls nobody.", icon=":material/notifications_off:")
    st.subheader("Channels")
    for channel in calling.channels(me.actor):
        _channel(me, channel)
    if not config.load().address:
        st.caption("The messages have no links yet: the operator sets `OKRDASH_ADDRESS` to where okrdash is open.")
    outbox = messages.outbox(me.actor)
    st.subheader("Where they stand")
    last = f", the last on {_when(outbox.last_sent, board)}" if outbox.last_sent else ""
    st.markdown(
        f"{show.count(outbox.sent, 'message')} sent in seven days{last} · {len(outbox.waiting):,} waiting"
        f" · {len(outbox.given_up):,} failed"
    )
    if outbox.not_needed:
        st.caption(f"{outbox.not_needed:,} went to nobody: not wanted, or the person cannot be reached.")
    if outbox.given_up:
        _given_up(me, board, outbox.given_up)
    if outbox.waiting:
        _waiting(board, outbox.waiting)


def _channel(me: Me, channel: Channel) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if channel.fault:
            st.markdown(f"**{_NAMES[channel.way]}**: {md(channel.fault)}", width=480)
        elif channel.says:
            st.markdown(f"**{_NAMES[channel.way]}**: {md(channel.says)}", width=480)
        else:
            st.markdown(f"**{_NAMES[channel.way]}**: off. The operator sets `{channel.variable}`.", width=480)
        wanted = st.button(
            _TESTS[channel.way],
            key=f"test_{channel.way}",
            icon=":material/send:",
            disabled=not channel.says or bool(config.load().demo),
        )
    if wanted:
        try:
            with st.spinner("Sending …"):
                calling.send_test(me.actor, channel.way)
        except OkrdashError as fault:
            st.error(f"The test message was not sent. {md(fault)}", icon=":material/error:")
        else:
            st.success("The test message is sent. Has it arrived?", icon=":material/check:")


def _given_up(me: Me, board: Board, rows: Sequence[Row]) -> None:
    st.subheader("Failed")
    st.caption(f"Each was tried {len(messages.BACK_OFF) + 1} times. Mend what is wrong, then try again.")
    if len(rows) > 1 and st.button("Try all again", key="try_all", icon=":material/refresh:"):
        _again(me, rows)
    shown = rows[:_MOST]
    times = Counter(row["name"] for row in shown)
    # Each button says what it is for, where one person has several messages too.
    which = choices.distinct(
        {
            row["id"]: row["name"] + (f", {_when(row['made_at'], board)}" if times[row["name"]] > 1 else "")
            for row in shown
        }
    )
    for row in shown:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{md(row['name'])}** · {md(row['subject'])} · {_when(row['made_at'], board)}  \n{md(row['error'])}"
            )
            if st.button(f"Try again: {label(which[row['id']])}", key=f"try_{row['id']}", icon=":material/refresh:"):
                _again(me, [row])
    if len(rows) > _MOST:
        st.caption(f"The newest {_MOST} of {len(rows):,}.")


def _again(me: Me, rows: Sequence[Row]) -> None:
    count = messages.try_again(me.actor, [row["id"] for row in rows])
    tell(f"{show.count(count, 'message')} will be tried again within a minute.")
    st.rerun()


def _waiting(board: Board, rows: Sequence[Row]) -> None:
    st.subheader("Waiting")
    shown = rows[:_MOST]
    st.dataframe(
        pd.DataFrame(
            {
                "Who": [plain(row["name"]) for row in shown],
                "What": [_KINDS.get(row["kind"], row["kind"]) for row in shown],
                "Since": [_when(row["made_at"], board) for row in shown],
                "Next try": [_when(row["next_try_at"], board) if row["tries"] else "now" for row in shown],
                "What went wrong": [plain(row["error"]) for row in shown],
            }
        ),
        hide_index=True,
        key="messages_waiting",
        alt=f"{len(shown)} of {len(rows)} messages that wait: who, what, since when, next try, what went wrong",
    )


def _when(moment: datetime, board: Board) -> str:
    """An instant (UTC) on the company's clock: "22 Nov 2026, 09:01"."""
    here = local(moment, board.settings.zone)
    return f"{show.day(here)}, {here:%H:%M}"
