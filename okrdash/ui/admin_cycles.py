"""The cycles: the list, and the drawers in which one is added or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.tables import NAME, TABLES, TEXT, Row
from okrdash.services import organisation
from okrdash.ui import admin_lists, show
from okrdash.ui.forms import Form, opening
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

STATES: Mapping[str, str] = {
    "planning": "Planning: objectives are drafted for it",
    "active": "Active: it is worked on",
    "closed": "Closed: nothing new is made in it",
}


def draw(me: Me, board: Board) -> None:
    """The list of cycles, to add one or open one."""
    cycles = organisation.listed(me.actor, "cycles")
    if st.button("Add a cycle", key="add_cycle", icon=":material/add:", type="primary"):
        add(me, opening())
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
        what="cycles",
    )
    if opened:
        edit(me, board, next(row for row in cycles if row["cycle"] == opened["cycle"]), opening())


@st.dialog("Add a cycle", position="right")
def add(me: Me, name: str) -> None:
    """Adds a cycle."""
    form = Form(name)
    values = _fields(form, TABLES["cycles"].row(state="planning"))
    if st.button("Add cycle", key=form.key("save"), icon=":material/check:"):
        form.save(
            lambda key: organisation.add_cycle(me.actor, values, request_key=key), done=f"{values['cycle']} is added."
        )


@st.dialog("Change a cycle", position="right")
def edit(me: Me, board: Board, row: Row, name: str) -> None:
    """Changes a cycle as it was when the drawer was opened."""
    form = Form(name)
    values = _fields(form, row)
    changes = admin_lists.changed(row, values)
    reason = ""
    if {"start", "end"} & changes.keys():
        reason = st.text_input("Why are its days changed?", max_chars=TEXT, key=form.key("reason"))
        form.below("The reason", "reason")
    confirmed = admin_lists.sure(form, _touched(board, row, changes))
    if st.button("Save changes", key=form.key("save"), icon=":material/check:", disabled=not confirmed):
        form.save(
            lambda key: organisation.edit_cycle(
                me.actor,
                row["cycle"],
                changes,
                version=form.known("version", row["version"]),
                reason=reason,
                request_key=key,
            ),
            done=f"{values['cycle']} is saved." if changes else "Nothing was changed.",
            reread=lambda: {"version": _version(me, row)},
        )


def _fields(form: Form, row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {}
    values["cycle"] = st.text_input(
        "Name", row["cycle"], max_chars=NAME, key=form.key("cycle"), placeholder="2027 Q1, Spring, …"
    )
    form.below("The name", "cycle")
    for field, says in (("start", "First day"), ("end", "Last day")):
        values[field] = st.date_input(says, row[field], format="YYYY-MM-DD", key=form.key(field))
        form.below(f"The {says.lower()}", field)
    states = list(STATES)
    values["state"] = st.selectbox(
        "State",
        states,
        states.index(row["state"]) if row["state"] in states else 0,
        format_func=lambda state: STATES[state],
        key=form.key("state"),
    )
    form.below("The state", "state")
    return values


def _touched(board: Board, row: Row, changes: Mapping[str, Any]) -> list[str]:
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
        said.append(f"Nothing new is made in {md(row['cycle'])} any more; its {objectives} stay as they are.")
    if "cycle" in changes and count:
        said.append(f"{objectives} move along under the new name; links that name the old one end.")
    return said


def _version(me: Me, row: Row) -> int:
    rows = organisation.listed(me.actor, "cycles")
    return next((int(r["version"]) for r in rows if r["cycle"] == row["cycle"]), int(row["version"]))
