"""Progress: units against their expected lines, week by week, beside their past cycles, and how they check in."""

from __future__ import annotations

import streamlit as st

from okrdash.domain.columns import refs
from okrdash.services import overview
from okrdash.ui import cycles, links, progress_cycles, progress_now, progress_weeks, rhythm, show, unit_views
from okrdash.ui.session import require
from okrdash.ui.text import label, md, plain

VIEWS = ("Now", "Over time", "Past cycles", "Rhythm")

me = require()
board = overview.board(me.actor)
top = unit_views.company_of(board)

st.title("Progress")
with st.container(horizontal=True, vertical_alignment="bottom"):
    cycle = cycles.pick(board)
    if cycle is None:
        st.stop()
    carrying = {unit for unit, of in zip(board.units["unit"], board.units["cycle"], strict=True) if of == cycle}
    units = [name for name in board.teams.index if name in carrying and name != top]
    unit = st.selectbox(
        "Unit",
        [top, *units],
        format_func=plain,
        key="unit",
        bind="query-params",
        width=320,
        help="A function shows its teams; a team shows its objectives. Type to search.",
    )
if not carrying:
    st.info(
        f"Nothing is measured in {md(cycle)} yet. As soon as an objective with key results is active, it shows here.",
        icon=":material/flag:",
    )
    links.to("objectives", "Go to the objectives", icon=":material/arrow_forward:")
    st.stop()

st.caption(f"{cycles.weeks(board, cycle)} · {show.day(board.day)}")
if path := [name for name in refs(str(board.teams.at[unit, "path"])) if name != unit]:
    with st.container(horizontal=True, gap="small"):
        for name in path:
            links.turn(label(name), "unit", name, icon=":material/arrow_upward:")

now, weeks, past, checked_in = st.tabs(VIEWS, key="view", bind="query-params")
if now.open:
    with now:
        progress_now.show_units(me, board, cycle, unit)
        progress_now.show_between(me, board, cycle, unit, top)
        progress_now.show_own(me, board, cycle, unit)
if weeks.open:
    with weeks:
        progress_weeks.show_weeks(me.actor, board, cycle, unit)
if past.open:
    with past:
        progress_cycles.show_points(me.actor, board, cycle, unit)
        progress_cycles.show_scores(board, cycle, unit)
if checked_in.open:
    with checked_in:
        st.header("Rhythm", help="How regularly the teams check in. It is said of teams, never of a person.")
        rhythm.show_rhythm(me.actor, board, cycle, unit)
