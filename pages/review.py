"""Leadership review: what a leader looks at on Monday, and what has to be decided first."""

from __future__ import annotations

from typing import Any

import streamlit as st

from okrdash.domain import attention
from okrdash.services import blockers, overview, people, stories
from okrdash.ui import cycles, links, review_items, show, unit_views
from okrdash.ui.dependency_words import TROUBLES
from okrdash.ui.session import require
from okrdash.ui.text import md

MOST = 7
TABS = ("What needs a decision first", "Confidence and progress", "Housekeeping")
WELL = ("on track", "achieved", "met")

me = require()
board = overview.board(me.actor)
names = people.names(me.actor)
objectives, key_results = attention.running(board), attention.live(board)
promises, settings = attention.promises(board), board.settings

st.title("Leadership review")
if objectives.empty:
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

well = objectives["status"].isin(WELL).sum()
late = len(attention.overdue(board))
numbers: tuple[tuple[str, Any, str, str, str, Any], ...] = (
    (
        *("Objectives on track", f"{well} of {len(objectives)}", "On track, achieved or met, of all that run."),
        *("objectives", "See them", {"status": [show.status(word) for word in WELL]}),
    ),
    (
        *("Objectives off track", (objectives["status"] == "off track").sum()),
        f"Progress below {show.percent(settings.at_risk_pace)} of what is expected by today.",
        *("objectives", "See them", {"status": show.status("off track")}),
    ),
    (
        *("Updates overdue", f"{late} of {len(key_results)}"),
        f"Key results without an update for {settings.overdue_after} or more due days.",
        *("", "See which teams", {}),
    ),
    (
        *("Promises late", f"{promises['late'].sum()} of {len(promises)}"),
        "Open promises between teams (requested or accepted) whose day, needed by or promised, has passed.",
        *("dependencies", "See them", {"list": "All as a table", "trouble": TROUBLES["late"]}),
    ),
)
with st.grid(4, min_column_width=170):
    for label, value, rule, address, words, query in numbers:
        with st.container(border=True, gap="xsmall", height="stretch"):
            st.metric(label, value, help=rule)
            if not address:
                links.turn(words, "tab", TABS[2], icon=":material/arrow_forward:", type="tertiary")
            else:
                links.to(address, words, icon=":material/arrow_forward:", **query)

decide, agree, tidy = st.tabs(TABS, key="tab", bind="query-params")
if decide.open:
    with decide:
        told = stories.stories(me.actor)
        blocked = told.index[told["open_blocker"] != ""]
        items = attention.decisions(board, blocked)
        order = "; then ".join(attention.RULES.values())
        st.header(TABS[0])
        if not items:
            st.success("Nothing needs a decision: no objective has one of the reasons.", icon=":material/check:")
        for item in items[:MOST]:
            review_items.show_item(me, board, item, told, names)
        more = f"The first {MOST} of {len(items)}. " if len(items) > MOST else ""
        st.caption(f"{more}In this order: {order}. Within each, furthest behind its expected line first.")
        review_items.show_promises(me, board, items[:MOST])
        review_items.show_blockers(board, blockers.open_now(me.actor), names)

        cycle = cycles.running(board)[0]
        units = unit_views.with_children(board, cycle, unit_views.company_of(board))
        if not units.empty:
            st.header(f"Functions in {md(cycle)}")
            unit_views.show_progress(units, key="review_progress")
            st.caption(
                "Bar: what the unit carries itself. Thin bar: the teams below it. Upright mark: expected by today."
            )
            links.to("progress", "Look into Progress", icon=":material/arrow_forward:")
if agree.open:
    with agree:
        rows = attention.disagreements(board)
        st.header(TABS[1])
        st.caption(
            "Where the last stated confidence and the progress tell different stories: 7 in 10 or more while behind,"
            " 3 or less while on track, or 7 or more while nothing has moved for four weeks."
            " Worth a question; it is no verdict."
        )
        if rows.empty:
            st.success("They agree everywhere.", icon=":material/check:")
        else:
            told_of = {"Where they differ": [review_items.tell(row) for _, row in rows.iterrows()]}
            review_items.show_key_results(me, rows, names, key="disagreements", extra=told_of)
if tidy.open:
    with tidy:
        st.header(TABS[2], help="What keeps the figures from being right. Nobody is ranked by it.")
        lists = review_items.housekeeping(board)
        if clean := [title.lower() for title, rows, _ in lists if rows.empty]:
            st.success(f"Nothing here: {', '.join(clean)}.", icon=":material/check:")
        for title, rows, rule in lists:
            if rows.empty:
                continue
            st.subheader(f"{title} · {len(rows)}")
            st.caption(rule)
            if title == "Overdue updates":
                review_items.show_overdue_by_team(me, board, key="overdue")
            elif title == "Not aligned":
                review_items.show_objectives(me, rows, names, key="unaligned")
            else:
                review_items.show_key_results(me, rows, names, key=title, extra={})
