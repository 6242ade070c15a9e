"""Objectives: all of them, filtered by what stands in the address; and their key results, to change several at once."""

from __future__ import annotations

import streamlit as st

from okrdash.services import check_in, objectives
from okrdash.ui import filters, key_result_form, objective_form
from okrdash.ui.objective_table import draw_key_results, draw_objectives, draw_unagreed
from okrdash.ui.session import require
from okrdash.ui.told import show_told

AT_ONCE = 200
PAGE = 1000

me = require()

board = check_in.board_to_check(me.actor)
names = me.names

st.title("Objectives")
show_told(me.actor)
may_draft = bool(objective_form.teams_to_draft_for(me.person, board)) and bool(objective_form.open_cycles(board))
with st.container(horizontal=True, vertical_alignment="bottom"):
    shown = st.segmented_control(
        "Show",
        [filters.AGREED, filters.UNAGREED, filters.DROPPED],
        default=filters.AGREED,
        required=True,
        key="show",
        bind="query-params",
    )
    with st.container(width=240):
        words = filters.words_field()
    st.space("stretch")
    if may_draft and st.button("New objective", icon=":material/add:", key="new_objective"):
        objective_form.new(me, board, names)

if shown != filters.AGREED:
    states = objectives.DRAFTS if shown == filters.UNAGREED else ("dropped",)
    rows = [row for row in objectives.unagreed(me.actor) if row["state"] in states and filters.has(row["title"], words)]
    if rows:
        st.caption("They count in no figure. Open one to read it, to agree on it or to bring it back.")
        draw_unagreed(me, rows, names)
    elif words:
        st.info("None has these words in its title.", icon=":material/search_off:")
    elif shown == filters.UNAGREED:
        st.info("No drafts or proposals. A new objective starts here, until it is agreed on.", icon=":material/draft:")
    else:
        st.info("Nothing was dropped.", icon=":material/archive:")
    st.stop()

if board.objectives.empty:
    said = "Make the first one above." if may_draft else "The first ones need a cycle to stand in."
    st.info(f"There are no objectives yet. {said}", icon=":material/flag:")
    st.stop()

chosen = filters.bar(board, names, words)
if not board.cycles["running"].any() and chosen.cycle == filters.RUNNING:
    st.info("No cycle runs today. Choose one under Cycle.", icon=":material/event:")
    st.stop()

by_objective, by_key_result = st.tabs(["Objectives", "Key results"], key="list", bind="query-params")
with by_objective:
    if by_objective.open:
        rows = filters.objectives(board, chosen)
        st.caption(f"{len(rows):,} of {len(board.objectives):,} objectives. Click a title to open it.")
        if rows.empty:
            st.info("None fits these filters. Take one of them off.", icon=":material/filter_alt_off:")
        else:
            draw_objectives(me, board, rows, names)
with by_key_result:
    if by_key_result.open:
        rows = filters.key_results(board, chosen)
        if rows.empty:
            st.info("None fits these filters. Take one of them off.", icon=":material/filter_alt_off:")
            st.stop()
        bar = st.container(horizontal=True, vertical_alignment="center")
        at = st.pagination(-(-len(rows) // PAGE), key="at", bind="query-params") if len(rows) > PAGE else 1
        picked = draw_key_results(me, board, rows.iloc[(at - 1) * PAGE : at * PAGE], names)
        says = f"{len(picked):,} of {len(rows):,} key results chosen."
        if not picked:
            says = f"{len(rows):,} key results. Tick several to change their owner, due day or cadence together."
        bar.caption(says, width="stretch")
        if len(picked) > AT_ONCE:
            bar.caption(f":red[At most {AT_ONCE} at once.]")
        elif picked and bar.button("Change them", key="change_many", icon=":material/edit:"):
            key_result_form.edit_many(me, board, names, picked)
