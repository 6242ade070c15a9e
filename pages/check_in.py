"""Check in: a minute a week. Everything that is due from one person in one form, with one save."""

from __future__ import annotations

import streamlit as st

from okrdash.services import blockers, check_in, dependency_reads
from okrdash.ui import links, week_asked, week_dependencies
from okrdash.ui.check_in_page import asked_for, show_form, show_nothing_due, show_saved
from okrdash.ui.check_in_state import form_of, load
from okrdash.ui.check_in_words import CONFIDENCE, rule
from okrdash.ui.session import require
from okrdash.ui.told import show_told

me = require("check in")

board = check_in.board_to_check(me.actor)
due = check_in.due_to(me.actor, board)
others = check_in.others_of(me.person, board)
people = me.names
waiting = dependency_reads.waiting_for(me.actor, board)
promises = waiting[waiting["wants"] == "say"]
form = form_of(me.actor)
load(me.actor, form, board)
calls = [one for one in blockers.asked_of(me.actor) if one.key_result in board.key_results.index]

links.back("", "My week")
st.title("Check in", anchor=False)
show_told(me.actor)
show_saved(me.actor, form, board, people)
asked = asked_for(board, me.person, st.query_params.get("key_result", ""))
if due.empty:
    if not form.week:
        show_nothing_due(board, me.actor)
else:
    st.caption("Last values are filled in: change only what moved. What you leave alone is not saved.")
if asked or len(due) or len(others):
    st.caption(CONFIDENCE)
    show_form(me.actor, form, board, due, others, asked, people)
    st.caption(rule(board.settings))
if len(promises):
    st.header("Promises between teams", anchor=False)
    week_dependencies.show_waiting(me, promises)
if calls:
    st.header("Others ask for your help", anchor=False)
    week_asked.show_blockers(me, board, calls, people)
