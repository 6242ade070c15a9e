"""Alignment: what contributes to what, from the company down: as a table, as a map, and what is wrong with it."""

from __future__ import annotations

import streamlit as st

from okrdash.services import overview
from okrdash.ui import alignment_nodes, alignment_tree, filters, links, show, tree_faults
from okrdash.ui.alignment_lines import ORDERS
from okrdash.ui.alignment_tree import ARRANGED, GOAL, ROW, UNIT
from okrdash.ui.session import require

TABLE, MAP, WRONG = VIEWS = ("Table", "Map", "What is wrong")
RULES = {
    UNIT: "Units with their own figures; *teams below* are all teams under one, never mixed in.",
    GOAL: "What contributes to an objective stands beneath it: under the first of several in full.",
    ROW: "All objectives one under the other, so that an order holds over all of them.",
    MAP: "What contributes to an objective stands right of it; dashed links lead to the others that it contributes to.",
}

me = require()
board = overview.board(me.actor)
names = me.names

st.title("Alignment")
if board.objectives.empty:
    st.info(
        "Here you will see how the objectives of all teams add up to the company's. There are none that everybody"
        " sees yet: drafts appear here once they are agreed on.",
        icon=":material/account_tree:",
    )
    links.to("objectives", "Go to the objectives", icon=":material/arrow_forward:")
    st.stop()

arranged, order = GOAL, ""
with st.container(key="screen_only_choices"):
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control("View", VIEWS, default=TABLE, required=True, key="view", bind="query-params")
        if view == TABLE:
            arranged = st.segmented_control(
                "Arranged", list(ARRANGED), default=UNIT, required=True, key="by", bind="query-params"
            )
            order = st.selectbox("Sorted", list(ORDERS), format_func=ORDERS.get, key="order", bind="query-params")
        words = filters.words_field()
    chosen = filters.bar(board, names, words)
if not board.cycles["running"].any() and chosen.cycle == filters.RUNNING:
    st.info("No cycle runs today. Choose one under Cycle.", icon=":material/event:")
    st.stop()
shown = filters.objectives(board, chosen)
if shown.empty:
    st.info("None fits these filters. Take one of them off.", icon=":material/filter_alt_off:")
    st.stop()
if view == WRONG:
    tree_faults.draw(me, board, shown)
    st.stop()

tree = alignment_tree.grown(board, chosen, names, arranged, order)
rule = RULES[arranged if view == TABLE else MAP]
said = f"{len(shown):,} of {len(board.objectives):,} objectives on {show.day(board.day)}"
said += f", {tree.alone:,} of them tied to no other" if tree.alone else ""
with st.container(horizontal=True, vertical_alignment="center"):
    with st.container(gap="xsmall"):
        st.markdown(alignment_tree.counted(shown))
        st.caption(f"{said}. {rule}")
    with st.container(key="screen_only_export", width="content"):
        st.download_button(
            "Download as CSV",
            lambda: alignment_nodes.csv_of(board, tree.lines, names),
            f"alignment-{board.day.isoformat()}.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
            help="What the filters leave, in this arrangement and order; folded lines too.",
        )
asked = st.query_params.get("objective", "")
if asked and asked not in {line.name for line in tree.lines if line.kind == "objective"}:
    st.info("The objective of this link is not among those that the filters leave.", icon=":material/filter_alt:")
alignment_tree.draw(
    me, tree, look=view.lower(), view=(chosen, arranged), order=order, says=f"{view} of {said}", selected=asked
)
