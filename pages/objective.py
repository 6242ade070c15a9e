"""One objective: how it stands and why, its key results, its history, what it is tied to, what was changed."""

from __future__ import annotations

import streamlit as st

from okrdash.domain.errors import OkrdashError
from okrdash.services import check_in, history, key_results, objectives, overview, people
from okrdash.ui import history_view, links, objective_actions
from okrdash.ui.choices import distinct, shown
from okrdash.ui.objective_view import (
    MOST,
    draw_contributors,
    draw_head,
    draw_key_result,
    draw_ties,
)
from okrdash.ui.session import require
from okrdash.ui.text import md
from okrdash.ui.told import show_told
from okrdash.ui.trends import show_over_time

VIEWS = ("Key results", "History", "Alignment", "Changes")

me = require()

identifier = st.query_params.get("objective", "")
try:
    row = objectives.objective(me.actor, identifier)
    board = overview.board(me.actor)
    if identifier not in board.objectives.index:
        board = overview.private_board(me.actor, identifier)
except OkrdashError as fault:
    st.title("Objective")
    st.info(md(fault) if identifier else "No objective is chosen. Choose one from the list.", icon=":material/search:")
    links.to("objectives", "All objectives", icon=":material/arrow_back:")
    st.stop()
if identifier not in board.objectives.index:
    st.title(md(row["title"]))
    st.info("Its cycle is gone, so it cannot be measured. A champion can mend that.", icon=":material/event_busy:")
    links.to("objectives", "All objectives", icon=":material/arrow_back:")
    st.stop()

names = people.names(me.actor)
mine = board.key_results.loc[board.parts.loc[board.parts["objective"] == identifier, "key_result"]]
may = objective_actions.Rights.of(me.person, row)

links.to("objectives", "All objectives", icon=":material/arrow_back:")
st.title(md(row["title"]), anchor=False)
show_told()
draw_head(board, identifier, row, names)
objective_actions.draw(me, board, names, row, may)

key_results_tab, history_tab, alignment_tab, changes_tab = st.tabs(VIEWS, key="view", bind="query-params")

with key_results_tab:
    if key_results_tab.open:
        if mine.empty:
            st.info(
                "No key results yet. Two to four say by which numbers one will know that it is reached.",
                icon=":material/straighten:",
            )
        else:
            st.header("Key results", anchor=False)
        at = st.pagination(-(-len(mine) // MOST), key="at", bind="query-params") if len(mine) > MOST else 1
        for key, key_result in mine.iloc[(at - 1) * MOST : at * MOST].iterrows():
            with st.container(border=True, gap="xsmall"):
                draw_key_result(board, identifier, key_result, names)
                objective_actions.draw_of_key_result(me, board, names, row, str(key), key_result)
        objective_actions.draw_dropped(me, identifier, may)
        if not mine.empty:
            st.header("Who contributes", anchor=False)
            draw_contributors(board, mine)

with history_tab:
    if history_tab.open and mine.empty:
        st.info("There is no history yet: it has no key results.", icon=":material/history:")
    elif history_tab.open:
        titles = distinct(mine["title"].to_dict())
        key = st.selectbox("Key result", list(titles), format_func=shown(titles), key="of", bind="query-params")
        changed = history_view.changed_days(history.changes(me.actor, identifier), key, board.settings)
        st.header("Over time", anchor=False)
        if not show_over_time(me.actor, board, key, changed=changed, key="over_time"):
            st.caption("There is nothing to draw before the first value.")
        if board.key_results.at[key, "kind"] == "milestone":
            st.header("Steps", anchor=False)
            history_view.draw_steps(board, key)
        if found := key_results.links(me.actor, key):
            st.header("Links", anchor=False)
            history_view.draw_links(found)
        st.header("Check-ins", anchor=False)
        if said := check_in.history(me.actor, key):
            history_view.draw_check_ins(said, board.key_results.at[key, "unit"], names, "check_ins")
        else:
            st.caption("Nobody has checked in on it yet.")

with alignment_tab:
    if alignment_tab.open:
        st.header("Contributes to", anchor=False)
        objective_actions.draw_tying(me, board, row, may)
        draw_ties(board, identifier, upward=True, untie=objective_actions.untie(me) if may.change else None)
        st.header("What contributes to it", anchor=False)
        draw_ties(board, identifier, upward=False)

with changes_tab:
    if changes_tab.open:
        st.header("Changes", anchor=False)
        st.caption("Every change of the objective and its key results. Check-ins stand under History.")
        history_view.draw_changes(board, history.changes(me.actor, identifier), history_view.titles(board), names)
