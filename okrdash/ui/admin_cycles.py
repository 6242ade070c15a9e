"""The cycles: the list, and the drawers in which one is added or changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.tables import NAME, TABLES, Row
from okrdash.services import organisation
from okrdash.ui import admin_lists, show
from okrdash.ui.forms import Form, changed, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

_STATES: Mapping[str, str] = {
    "planning": "Planning: objectives are drafted for it",
    "active": "Active: it is worked on",
    "closed": "Closed: nothing new is made in it",
}


def draw(me: Me, board: Board) -> None:
    """The list of cycles, to add one or open one."""
    cycles = organisation.listed(me.actor, "cycles")
    if st.button("Add a cycle", key="add_cycle", icon=":material/add:", type="primary"):
        add(me)
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
        edit(me, board, opened)


@drawer("Add a cycle")
def add(form: Form, me: Me) -> None:
    """Adds a cycle."""
    values = _fields(form, TABLES["cycles"].row(state="planning"))
    form.save(
        "Add cycle",
        lambda key: organisation.add_cycle(me.actor, values, request_key=key),
        done=f"{values['cycle']} is added.",
    )


@drawer("Change a cycle")
def edit(form: Form, me: Me, board: Board, row: Row) -> None:
    """Changes a cycle as it was when the drawer was opened."""
    values = _fields(form, row)
    changes = changed(row, values)
    reason = form.reason("Why are its days changed?") if {"start", "end"} & changes.keys() else ""
    confirmed = admin_lists.sure(form, _touched(board, row, changes))
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
