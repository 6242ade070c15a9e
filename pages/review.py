"""Leadership review: what a leader looks at on Monday, what has to be decided first, what changed since last time."""

from __future__ import annotations

import streamlit as st

from okrdash.domain import attention
from okrdash.services import decisions, reviews
from okrdash.ui import (
    cycles,
    links,
    review_changes,
    review_finish,
    review_items,
    review_lists,
    review_numbers,
    show,
    unit_views,
)
from okrdash.ui.charts import draw
from okrdash.ui.session import require
from okrdash.ui.text import md
from okrdash.ui.told import show_told

TABS = ("What needs a decision first", "Since last time", "Confidence and progress", "Housekeeping")

me = require()
agenda = reviews.agenda(me.actor)
board, since = agenda.board, agenda.since
names = me.names

st.title("Leadership review")
if not agenda.numbers.objectives:
    if cycles.running(board):
        st.info(
            "No objective is active yet. Once some are, this page says what needs a decision.", icon=":material/flag:"
        )
        links.to("objectives", "Go to the objectives", icon=":material/arrow_forward:")
    else:
        cycles.pick(board)
    st.stop()
running = " · ".join(cycles.weeks(board, cycle) for cycle in cycles.running(board))
st.caption(f"{running} · {show.day(board.day)} · The browser’s Print makes a hand-out of what is open.")
show_told(me.actor)
review_numbers.show_numbers(agenda.numbers, agenda.numbers_then, since, board.settings, tidy=TABS[3])

decide, change, agree, tidy = st.tabs(TABS, key="tab", bind="query-params")
if decide.open:
    with decide:
        decided = decisions.since(me.actor, since)
        review_finish.show_last_time(me, board, decided, names)
        st.header(TABS[0])
        if not agenda.items:
            st.success("Nothing needs a decision: no objective has one of the reasons.", icon=":material/check:")
        for item in agenda.items:
            review_items.show_item(me, agenda, item, decided, names)
        more = f"The first {reviews.MOST} of {agenda.count:,}. " if agenda.count > reviews.MOST else ""
        order = "; then ".join(attention.RULES.values())
        st.caption(f"{more}In this order: {order}. Within each, furthest behind its expected line first.")
        review_lists.show_promises(me, agenda)
        review_lists.show_blockers(me, agenda, names)

        cycle = cycles.running(board)[0]
        count, drawing = unit_views.progress(board, cycle, unit_views.company_of(board))
        if count:
            st.header(f"Functions in {md(cycle)}")
            draw(drawing, key="review_progress")
            unit_views.say_first(count)
            st.caption(
                "Bar: what the unit carries itself. Thin bar: the teams below it. Upright mark: expected by today."
            )
            links.to("progress", "Look into Progress", icon=":material/arrow_forward:")
        review_finish.show_finish(me, agenda, decided, names)
if change.open:
    with change:
        st.header(TABS[1])
        review_changes.show_changes(me, board, names, since=since, reviewed=agenda.reviewed)
if agree.open:
    with agree:
        st.header(TABS[2])
        st.caption(
            "Where the last stated confidence and the progress tell different stories: 7 in 10 or more while behind,"
            " 3 or less while on track, or 7 or more while nothing has moved for four weeks."
            " Worth a question; it is no verdict."
        )
        review_lists.show_confidence(me, agenda, names)
if tidy.open:
    with tidy:
        st.header(TABS[3], help="What keeps the figures from being right. Nobody is ranked by it.")
        review_lists.show_housekeeping(me, board, names)
