"""Alignment: what contributes to what, from the company's goals down, and what each unit works on."""

from __future__ import annotations

import math

import streamlit as st

from okrdash.services import overview, people
from okrdash.ui import alignment_rows, alignment_table, filters, links
from okrdash.ui.session import require

GOAL, UNIT = "By goal", "By unit"
ALL = "All"
DEPTHS = {ALL: 1000, "Two": 1, "Top only": 0}
SIZE = 50
RULES = {
    GOAL: "The company's objectives stand at the top; beneath each stands what contributes to it. An objective that"
    " contributes to several is shown under the first and named under the others.",
    UNIT: "Each unit with its own figures, its objectives beneath it, then the units under it."
    " *Teams below* is all teams under it taken together; the two are never mixed.",
}

me = require()
board = overview.board(me.actor)
names = people.names(me.actor)

st.title("Alignment")
if board.objectives.empty:
    st.info(
        "Here you will see how the objectives of all teams add up to the company's. There are none that everybody"
        " sees yet: drafts appear here once they are agreed on.",
        icon=":material/account_tree:",
    )
    links.to("objectives", "Go to the objectives", icon=":material/arrow_forward:")
    st.stop()

with st.container(horizontal=True, vertical_alignment="bottom"):
    view = st.segmented_control("View", [GOAL, UNIT], default=GOAL, required=True, key="view", bind="query-params")
    depth = st.segmented_control("Levels", list(DEPTHS), default=ALL, required=True, key="levels", bind="query-params")
    words = filters.words_field()
chosen = filters.bar(board, names, words)
if not board.cycles["running"].any() and chosen.cycle == filters.RUNNING:
    st.info("No cycle runs today. Choose one under Cycle.", icon=":material/event:")
    st.stop()
shown = filters.objectives(board, chosen)
if shown.empty:
    st.info("None fits these filters. Take one of them off.", icon=":material/filter_alt_off:")
    st.stop()

arrange = alignment_table.by_goal if view == GOAL else alignment_table.by_unit
lines = alignment_table.to_depth(arrange(board, shown.index.tolist()), DEPTHS[depth])
alone = alignment_table.standing_alone(board, shown.index.tolist())
said = f"{len(shown):,} of {len(board.objectives):,} objectives"
said += f", {len(alone):,} of them tied to no other" if alone else ""
st.caption(f"{said}. {RULES[view]}")

pages = math.ceil(len(lines) / SIZE)
number = 1
if pages > 1:
    number = st.pagination(pages, key=f"page_{view}_{depth}_{pages}")
part = alignment_table.page_of(lines, number, SIZE)
cycles = [one for one in board.cycles.index if one in set(shown["cycle"])]
with st.container(gap="small"):
    alignment_rows.draw_outline(me, board, part, names, cycles=cycles)
if pages > 1:
    st.caption(f"Lines {(number - 1) * SIZE + 1:,} to {min(number * SIZE, len(lines)):,} of {len(lines):,}.")

as_table = st.expander("The same as a table", icon=":material/table:", key="as_table", on_change="rerun")
if as_table.open:
    with as_table:
        alignment_rows.draw_table(me, board, lines, names, key=f"alignment_{view}")
