"""The cycles: the list, and the drawers in which one is added or changed."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import NAME, Row
from okrdash.domain.tables import TABLES
from okrdash.services import organisation
from okrdash.ui import admin_lists, show
from okrdash.ui.forms import Form, changed, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, plain

_STATES: Mapping[str, str] = {
    "planning": "Planning: objectives are drafted for it",
    "active": "Active: it is worked on",
    "closed": "Closed: its results are final",
}


def draw(me: Me, board: Board) -> None:
    """The list of cycles, to add one or open one."""
    cycles = organisation.listed(me.actor, "cycles")
    with st.container(horizontal=True):
        if st.button("Make the next quarter", key="next_quarter", icon=":material/event_repeat:", type="primary"):
            add(me, board, organisation.next_cycle(me.actor))
        if st.button("Add another cycle", key="add_cycle", icon=":material/add:"):
            add(me, board, TABLES["cycles"].row(state="planning"))
    for row in cycles:
        _waits(me, board, row)
    if not cycles:
        st.info("A cycle is the time for which objectives are set, mostly a quarter. Add the first one.")
        return
    config = st.column_config
    counts = board.objectives["cycle"].value_counts().to_dict()
    rows = [{**row, "shown": plain(row["cycle"]), "objectives": int(counts.get(row["cycle"], 0))} for row in cycles]
    opened = admin_lists.draw(
        rows,
        {
            "shown": "Cycle",
            "start": config.DateColumn("First day", format="D MMM YYYY"),
            "end": config.DateColumn("Last day", format="D MMM YYYY"),
            "state": config.TextColumn("State"),
            "objectives": config.NumberColumn("Objectives", help="Agreed on and seen by everybody."),
        },
        key="cycle",
        opens="shown",
        what="cycle",
    )
    if opened:
        edit(me, board, opened)


def _waits(me: Me, board: Board, row: Row) -> None:
    """What is to be done with a cycle whose days have come, or are over."""
    if row["state"] == "planning" and row["start"] <= board.day <= row["end"]:
        said, does, state = f"began on {show.day(row['start'])} and is still in planning", "Open", "active"
    elif row["state"] in ("planning", "active") and row["end"] < board.day:
        said, does, state = f"ended on {show.day(row['end'])} and is not closed yet", "Close", "closed"
    else:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{md(row['cycle'])}** {said}.", width="content")
        if st.button(f"{does} {label(row['cycle'])}", key=f"{does}_{row['cycle']}", icon=":material/event_available:"):
            edit(me, board, row, state)


@drawer("Add a cycle")
def add(form: Form, me: Me, board: Board, proposed: Row) -> None:
    """Adds a cycle, as it is proposed or otherwise."""
    if proposed["cycle"]:
        month = month_name[board.settings.fiscal_year_start]
        st.caption(f"By the fiscal year, which begins in {month} (under Settings). Change what is otherwise with you.")
    values = _fields(form, proposed)
    form.save(
        "Add cycle",
        lambda key: organisation.add_cycle(me.actor, values, request_key=key),
        done=f"{values['cycle']} is added.",
    )


@drawer("Change a cycle")
def edit(form: Form, me: Me, board: Board, row: Row, state: str = "") -> None:
    """Changes a cycle as it was when the drawer was opened; to another `state`, if that is what is wanted."""
    values = _fields(form, row | ({"state": state} if state else {}))
    changes = changed(row, values)
    reason = form.reason("Why are its days changed?") if {"start", "end"} & changes.keys() else ""
    confirmed = admin_lists.sure(form, _touched(me, board, row, changes))
    if changes.get("state") == "active":
        _opens(me, row)
    form.save(
        "Save changes",
        lambda key: organisation.edit_cycle(
            me.actor, row["cycle"], changes, version=form.known(row)["version"], reason=reason, request_key=key
        ),
        done=f"{values['cycle']} is saved." if changes else "Nothing was changed.",
        reread=lambda: admin_lists.reread(me, "cycles", row),
        disabled=not confirmed,
    )


def _fields(form: Form, row: Row) -> dict[str, Any]:
    return {
        "cycle": form.text("Name", "cycle", row["cycle"], max_chars=NAME, placeholder="2027 Q1, Spring, …"),
        "start": form.day("First day", "start", row["start"]),
        "end": form.day("Last day", "end", row["end"]),
        "state": form.choice("State", "state", _STATES, row["state"]),
    }


def _opens(me: Me, row: Row) -> None:
    """What stands in a cycle that is opened."""
    has = organisation.contents(me.actor, row["cycle"])
    agreed = "1 objective is" if has.agreed == 1 else f"{has.agreed:,} objectives are"
    drafts = f", {show.count(has.drafts, 'draft or proposal')} not yet" if has.drafts == 1 else ""
    drafts = f", {has.drafts:,} drafts and proposals not yet" if has.drafts > 1 else drafts
    st.info(f"{agreed} agreed on{drafts}.", icon=":material/flag:")


def _touched(me: Me, board: Board, row: Row, changes: Mapping[str, Any]) -> list[str]:
    """What other days, another name or closing mean."""
    count = int((board.objectives["cycle"] == row["cycle"]).sum())
    objectives = "1 objective" if count == 1 else f"{count} objectives"
    said = []
    if {"start", "end"} & changes.keys() and count:
        said.append(
            f"What is expected today changes for {objectives}: key results without days of their own"
            f" ran from {show.day(row['start'])} to {show.day(row['end'])}."
        )
    if changes.get("state") == "closed":
        said += _closes(me, row)
    if "cycle" in changes and count:
        said.append(f"{objectives} move along under the new name; links that name the old one end.")
    return said


def _closes(me: Me, row: Row) -> list[str]:
    """What closing a cycle means."""
    has = organisation.contents(me.actor, row["cycle"])
    what = f"{show.count(has.agreed, 'objective')} with {show.count(has.key_results, 'key result')}"
    said = [f"Nothing is checked in on in {md(row['cycle'])} any more; its {what} stay to be read."]
    if has.unscored:
        have = "has" if has.unscored == 1 else "have"
        said.append(f"{show.count(has.unscored, 'key result')} {have} no score yet.")
    if has.later:
        are = "is" if has.later == 1 else "are"
        said.append(
            f"{show.count(has.later, 'key result')} {are} due after its end, and would go on in the next cycle."
        )
    if has.drafts:
        said.append(
            "1 draft or proposal was never agreed on, and stays one."
            if has.drafts == 1
            else f"{has.drafts:,} drafts and proposals were never agreed on, and stay that."
        )
    return said
