"""Which of these are yours? The members of a function take key results that nobody owns, and give their numbers."""

from __future__ import annotations

import streamlit as st

from okrdash.domain.errors import OkrdashError
from okrdash.services import open_points
from okrdash.ui import faults, links, show
from okrdash.ui.claim_form import fields
from okrdash.ui.session import require
from okrdash.ui.text import label, md, plain
from okrdash.ui.told import show_told, tell

MOST = 25

me = require("claim")

links.back("", "My week")
st.title("Which of these are yours?")
show_told(me.actor)

asked = st.query_params.get("of", "")
mine = sorted(me.person.teams | me.person.leads)
unit = st.selectbox(
    "Team",
    list(dict.fromkeys(["", *mine, asked])),
    format_func=lambda team: plain(team) or "Choose your team",
    key="of",
    bind="query-params",
)
if not unit:
    if not mine:
        st.info(
            "You belong to no team yet. Ask whoever keeps the teams to put you into yours.", icon=":material/groups:"
        )
    st.stop()
try:
    points = open_points.claimable(me.actor, unit)
except OkrdashError as fault:
    st.info(md(fault), icon=":material/info:")
    st.stop()
if not points:
    st.info(f"Every key result of {md(unit)} has an owner.", icon=":material/task_alt:")
    st.stop()

st.caption(
    f"{show.count(len(points), 'key result')} of {md(unit)} without an owner. Tick what you answer for; you "
    "will be asked for a check-in on it. Give the number if you know it; you can do so later."
)
chosen = {}
for point in points[:MOST]:
    with st.container(border=True):
        ticked = st.checkbox(label(point.row["title"]), key=f"mine_{point.row['id']}")
        st.caption(" · ".join(md(part) for part in (point.row["objective_title"], *point.notes)))
        if ticked:
            chosen[point.row["id"]] = fields(point.row, number_open=point.number_open)
if len(points) > MOST:
    st.caption(f"{len(points) - MOST} more follow when these have an owner.")

says = "This one is mine" if len(chosen) == 1 else f"These {len(chosen)} are mine"
if st.button(says, type="primary", disabled=not chosen, key="claim", icon=":material/pan_tool:"):
    try:
        count = open_points.claim(me.actor, chosen)
        tell(f"{show.count(count, 'key result')} claimed. You find what is yours under Check in.")
        st.rerun()
    except OkrdashError as fault:
        faults.show_refused(fault, {point.row["id"]: point.row["title"] for point in points})
