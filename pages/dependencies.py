"""Dependencies: who needs what from whom, between functions and teams, and what is wrong with it."""

from __future__ import annotations

import streamlit as st

from okrdash.services import check_in
from okrdash.ui import dependency_drawer, dependency_lists, dependency_matrix, dependency_rows, links
from okrdash.ui.ask_form import open_ask
from okrdash.ui.session import may, require
from okrdash.ui.told import show_told

ONE, ALL = "What we owe and are owed", "All as a table"

me = require()
board = check_in.board_to_check(me.actor)
opened = dependency_drawer.in_address()

st.title("Dependencies")
show_told(me.actor)
may_ask = may(me.person, "ask") and not board.key_results.empty
with st.container(horizontal=True, vertical_alignment="center"):
    st.caption("Who needs what from whom", width="stretch")
    if may_ask and not opened and st.button("Ask for something", key="ask", icon=":material/add:"):
        open_ask(me, board)

shown = dependency_rows.read(board)
if shown.every.empty:
    said = "Ask for something above: the other team finds it in My week." if may_ask else "None is asked for yet."
    st.info(
        f"Here you will see who needs what from whom, and whether it comes in time. {said}",
        icon=":material/swap_horiz:",
    )
    if board.objectives.empty:
        links.to("objectives", "Go to the objectives", icon=":material/arrow_forward:")
else:
    chosen = dependency_rows.bar(board, shown)
    counted = dependency_rows.to_matrix(board, shown.every, chosen)
    dependency_matrix.show_rings(shown.rings)
    if counted.empty:
        st.info(dependency_rows.none_open(board, chosen), icon=":material/task_alt:")
    else:
        dependency_matrix.show_matrix(board, counted, chosen)
    if chosen.asking or chosen.providing:
        dependency_lists.show_pair(dependency_rows.to_list(board, shown.every, chosen), chosen)

    sides, table = st.tabs([ONE, ALL], key="list", bind="query-params", on_change="rerun")
    if sides.open:
        with sides:
            dependency_lists.show_unit(board, shown, dependency_rows.own_unit(board, me.person, shown))
    if table.open:
        with table:
            found = dependency_rows.to_list(board, shown.every, dependency_rows.narrow(chosen))
            dependency_lists.show_table(found, board.day)

if opened:
    dependency_drawer.open_dependency(me, opened)
