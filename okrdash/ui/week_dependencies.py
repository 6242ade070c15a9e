"""What waits for a person between teams, in My week: requests, proposals, deliveries, and words that are due."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pandas import DataFrame

from okrdash.domain.errors import OkrdashError
from okrdash.services import dependencies
from okrdash.ui import dependency_words as words
from okrdash.ui import links, show
from okrdash.ui.dependency_drawer import open_dependency
from okrdash.ui.dependency_say import choose, draw_refused, refuse
from okrdash.ui.forms import opening
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, short
from okrdash.ui.told import tell

_FEW = 5
"""Of one kind; the others are on the page Dependencies."""
_LONGEST = 140
_KINDS: Mapping[str, tuple[str, str, str]] = {
    "answer": (":material/swap_horiz:", "1 team asks for your answer", "{} requests ask for your answer"),
    "decide": (":material/event_repeat:", "1 other day is proposed to you", "{} other days are proposed to you"),
    "confirm": (":material/package_2:", "1 thing is delivered to you: is it there?", "{} things are delivered to you"),
    "say": (":material/handshake:", "1 promise: will it be there in time?", "{} promises: will they be there in time?"),
    "escalated": (
        ":material/priority_high:",
        "1 request of your teams has no answer",
        "{} requests of your teams have no answer",
    ),
}
"""Of what somebody wants: its icon, and how one and several are called."""


def show_waiting(me: Me, waiting: DataFrame) -> None:
    """What waits for the person, as `dependency_reads.waiting_for` gives it."""
    draw_refused()
    for wants, (icon, one, many) in _KINDS.items():
        rows = waiting[waiting["wants"] == wants]
        if rows.empty:
            continue
        with st.container(border=True):
            st.markdown(f"**{icon} {one if len(rows) == 1 else many.format(len(rows))}**")
            for row in rows.head(_FEW).to_dict("records"):
                with st.container(gap="xsmall"):
                    _item(me, row, wants)
            if len(rows) > _FEW:
                links.to("dependencies", f"and {len(rows) - _FEW} more", icon=":material/swap_horiz:")


def _item(me: Me, row: Mapping[Any, Any], wants: str) -> None:
    key = f"{wants}_{row['id']}"
    if st.button(f"**{label(short(row['need'], _LONGEST))}**", key=f"title_{key}", type="tertiary", wrap=True):
        open_dependency(me, row["id"])
    asks, gives = md(row["from_team"]), md(row["to_team"])
    said = words.says(row) if wants == "say" else ""
    st.markdown(
        f"{words.badges(row)}  \n:small[**{asks}** needs it from **{gives}** · {words.days(row)}]"
        + (f"  \n:small[{said}]" if said else "")
    )
    if wants == "say":
        choose(me, row["id"], _in_time(row), key=f"say_{key}_{row['version']}", side=row["side"])
        return
    with st.container(horizontal=True, gap="small"):
        if wants == "decide":
            says = f"Agree to {show.day(row['promised'])}"
            st.button(says, key=f"agree_{key}", icon=":material/handshake:", on_click=_agree, args=(me, row))
        if wants == "confirm":
            st.button("Confirm", key=f"confirm_{key}", icon=":material/task_alt:", on_click=_confirm, args=(me, row))
        more = {"answer": "Answer", "decide": "Something else", "confirm": "Not yet", "escalated": "Look at it"}
        if st.button(more[wants], key=f"open_{key}", icon=":material/open_in_full:"):
            open_dependency(me, row["id"])


def _in_time(row: Mapping[Any, Any]) -> str:
    return f"Will it be there in time? {short(row['need'], 60)}"


def _agree(me: Me, row: Mapping[str, Any]) -> None:
    _once(me, row, dependencies.agree, f"Agreed: it is promised for {show.day(row['promised'])}.")


def _confirm(me: Me, row: Mapping[str, Any]) -> None:
    _once(me, row, dependencies.confirm, "Confirmed.")


def _once(me: Me, row: Mapping[str, Any], step: Any, done: str) -> None:
    request = st.session_state.setdefault(f"request_{row['id']}_{row['version']}", opening())
    try:
        revision = step(me.actor, row["id"], version=row["version"], request_key=request)
    except OkrdashError as fault:
        refuse(fault)
    else:
        tell(done, undo=revision)
