"""Decisions as lines: what was decided, who sees to it until when, how it stands, and the word that it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from okrdash.domain.errors import OkrdashError
from okrdash.services import decisions
from okrdash.services.decisions import Decision
from okrdash.ui import links, show
from okrdash.ui.forms import opening
from okrdash.ui.session import Me
from okrdash.ui.text import md
from okrdash.ui.told import tell

MOST = 25
"""Lines of one list; its last line says how many more there are."""
_FEW = 3
_BADGES: Mapping[str, str] = {
    "open": ":gray-badge[○ Open]",
    "overdue": ":red-badge[■ Overdue]",
    "done": ":violet-badge[◆ Done]",
}
_REFUSED = "okrdash_decision_refused"


def show_lines(
    me: Me, rows: Sequence[Decision], names: Mapping[str, str], day: date, *, key: str, linked: bool = True
) -> None:
    """These decisions as they stand on a day; with `linked` each leads to its objective."""
    draw_refused()
    for one in rows[:MOST]:
        _line(me, one, names, day, key, linked)
    if len(rows) > MOST:
        st.caption(f"and {len(rows) - MOST} more")


def counted(rows: Sequence[Decision], day: date) -> str:
    """How they stand in words: "1 overdue, 2 open, 3 done"."""
    states = [one.state(day) for one in rows]
    return ", ".join(f"{states.count(state)} {state}" for state in ("overdue", "open", "done") if state in states)


def show_of(me: Me, objective: str, names: Mapping[str, str], day: date) -> None:
    """What was decided about an objective: what is open, and folded what is done; nothing where there is nothing.

    Nothing either for an objective that is hidden by now.
    """
    try:
        rows = decisions.of(me.actor, objective)
    except OkrdashError:
        return
    if not rows:
        return
    pending = [one for one in rows if one.done_on is None]
    past = [one for one in rows if one.done_on is not None]
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**Decided: {counted(rows, day)}**")
        show_lines(me, pending, names, day, key="of", linked=False)
        if past:
            folded = st.expander(f"Decided and done: {len(past)}", key="decided_done", on_change="rerun")
            if folded.open:
                with folded:
                    show_lines(me, past, names, day, key="of_done", linked=False)


def draw_refused() -> None:
    """Says why the last click could not be done."""
    if refused := st.session_state.pop(_REFUSED, ""):
        st.error(md(refused), icon=":material/error:")


def _line(me: Me, one: Decision, names: Mapping[str, str], day: date, key: str, linked: bool) -> None:
    state = one.state(day)
    until = f"until {show.day(one.due)}" if one.due else "without a day"
    when = f"done on {show.day(one.done_on)}" if one.done_on else until
    who = show.person(one.owner, names) if one.owner else "nobody named"
    by = show.person(one.author, names) if one.author else "somebody"
    decided = f"decided by {by}" + (f" on {show.day(one.decided_on)}" if one.decided_on else "")
    with (
        st.container(gap=None),
        st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"),
    ):
        with st.container(gap=None, width="stretch"):
            st.markdown(
                f":material/gavel: {_BADGES[state]} {md(one.text)}  \n:small[**{md(who)}** · {when} · {md(decided)}]"
            )
            if linked:
                links.to("objective", f":small[On {md(one.title)}]", icon="", objective=one.objective)
        if one.may_finish:
            says, icon = ("Done", ":material/check:") if one.done_on is None else ("Reopen", ":material/undo:")
            st.button(says, key=f"decision_{key}_{one.id}", icon=icon, on_click=_mark, args=(me, one))


def _mark(me: Me, one: Decision) -> None:
    finish = one.done_on is None
    name = f"request_{one.id}_{finish}"
    request: Any = st.session_state.setdefault(name, opening())
    try:
        call = decisions.done if finish else decisions.reopen
        revision = call(me.actor, one.id, request_key=request)
    except OkrdashError as fault:
        st.session_state[_REFUSED] = str(fault)
    else:
        del st.session_state[name]
        tell("Done: it is off the list." if finish else "Open again.", undo=revision)
