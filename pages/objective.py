"""One objective: how it stands and why, its key results, what is said of it, its history, its ties, its changes."""

from __future__ import annotations

import streamlit as st

from okrdash.domain.errors import OkrdashError
from okrdash.services import blockers, check_in, check_in_history, history, tree
from okrdash.services import links as work
from okrdash.ui import (
    asking,
    conversation,
    correction_form,
    decision_lines,
    history_view,
    invitation_lines,
    links,
    objective_actions,
    objective_needs,
)
from okrdash.ui.ask_form import open_ask
from okrdash.ui.choices import distinct, shown
from okrdash.ui.objective_view import (
    MOST,
    draw_head,
    draw_key_result,
    draw_ties,
    read,
)
from okrdash.ui.session import require
from okrdash.ui.text import md
from okrdash.ui.told import show_told
from okrdash.ui.trends import show_over_time

VIEWS = ("Key results", "Conversation", "History", "Alignment", "Changes")

me = require()

identifier = links.objective()
try:
    goal = read(me, identifier)
except OkrdashError as fault:
    st.title("Objective")
    st.info(md(fault) if identifier else "No objective is chosen. Choose one from the list.", icon=":material/search:")
    links.back("objectives", "All objectives")
    st.stop()

row, board, names, mine = goal.row, goal.board, goal.names, goal.key_results
may = objective_actions.Rights.of(me.person, row)

links.back("objectives", "All objectives")
st.title(md(row["title"]), anchor=False)
show_told(me.actor)
draw_head(goal)
objective_actions.draw(me, board, names, row, may)
decision_lines.show_of(me, identifier, names, board.day)
invitation_lines.open_wanted(me, goal)
if (wanted := asking.wanted()) in mine.index:
    open_ask(me, board, wanted)

key_results_tab, conversation_tab, history_tab, alignment_tab, changes_tab = st.tabs(
    VIEWS, key="view", bind="query-params"
)

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
        part = mine.iloc[(at - 1) * MOST : at * MOST]
        linked, stuck = work.links(me.actor, part.index), blockers.open_now(me.actor, part.index)
        needs = objective_needs.read(me, goal)
        for key, key_result in part.iterrows():
            with st.container(border=True, gap="xsmall"):
                draw_key_result(goal, key_result)
                objective_actions.draw_blockers(me, goal, [one for one in stuck if one.key_result == key])
                objective_needs.draw_needs(needs, str(key), me=me)
                objective_actions.draw_of_key_result(me, goal, needs, key_result, linked.get(str(key), ()))
        objective_actions.draw_dropped(me, identifier, may)
        st.header("Who contributes", anchor=False)
        objective_needs.draw_contributors(goal, needs)
        invitation_lines.draw_of(me, goal)
        st.header("Conversation", anchor=False)
        conversation.draw(me, goal, few=True)

with conversation_tab:
    if conversation_tab.open:
        st.header("Conversation", anchor=False)
        conversation.draw(me, goal)

with history_tab:
    if history_tab.open and mine.empty:
        st.info("There is no history yet: it has no key results.", icon=":material/history:")
    elif history_tab.open:
        titles = distinct(mine["title"].to_dict())
        key = st.selectbox("Key result", list(titles), format_func=shown(titles), key="of", bind="query-params")
        anew = history.measured_anew(me.actor, identifier)
        changed = [day for day, key_result in anew if key_result == key]
        st.header("Over time", anchor=False)
        if not show_over_time(me.actor, board, key, changed=changed, key="over_time"):
            st.caption("There is nothing to draw before the first value.")
        if board.key_results.at[key, "kind"] == "milestone":
            st.header("Steps", anchor=False)
            history_view.draw_steps(board, key)
        st.header("Check-ins", anchor=False)
        may_correct = row["state"] == "active" and check_in.may_check_in(me.person, board.key_result(key))
        if may_correct and st.button("Add a check-in for another day", key="add_check_in", icon=":material/add:"):
            correction_form.add(me, board, key)
        if said := check_in_history.history(me.actor, key):
            history_view.draw_check_ins(
                said,
                mine.at[key, "unit"],
                names,
                "check_ins",
                correct=(lambda one: correction_form.correct(me, board, one)) if may_correct else None,
            )
        else:
            st.caption("Nobody has checked in on it yet.")

with alignment_tab:
    if alignment_tab.open:
        st.header("Contributes to", anchor=False)
        objective_actions.draw_tying(me, board, row, may)
        untie, alone = objective_actions.untie(me) if may.change else None, tree.why_alone(me.actor, identifier)
        draw_ties(board, identifier, upward=True, untie=untie, alone=alone)
        st.header("What contributes to it", anchor=False)
        draw_ties(board, identifier, upward=False)
        invitation_lines.draw_of(me, goal)

with changes_tab:
    if changes_tab.open:
        st.header("Changes", anchor=False)
        st.caption("Every change of the objective and its key results. Check-ins stand under History.")
        history_view.draw_changes(board, history.changes(me.actor, identifier), names)
