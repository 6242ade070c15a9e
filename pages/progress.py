"""Progress: the functions against their expected lines, and down to the objectives of a team."""

from __future__ import annotations

import streamlit as st

from okrdash.domain import dependencies
from okrdash.domain.columns import refs
from okrdash.services import overview, people
from okrdash.ui import cycles, links, rhythm, show, team_lines, unit_views
from okrdash.ui.objective_table import draw_objectives
from okrdash.ui.session import require
from okrdash.ui.text import label, md, plain

LISTED = 25

me = require()
board = overview.board(me.actor)
top = unit_views.company_of(board)
settings = board.settings

st.title("Progress")
with st.container(horizontal=True, vertical_alignment="bottom"):
    cycle = cycles.pick(board)
    if cycle is None:
        st.stop()
    carrying = set(board.units.loc[board.units["cycle"] == cycle, "unit"])
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
rows = unit_views.with_children(board, cycle, unit)
if rows.empty:
    st.info(
        f"Nothing is measured in {md(cycle)} yet. As soon as an objective with key results is active, it shows here.",
        icon=":material/flag:",
    )
    links.to("objectives", "Go to the objectives", icon=":material/arrow_forward:")
    st.stop()

path = [name for name in refs(board.teams.at[unit, "path"]) if name != unit]
st.caption(f"{cycles.weeks(board, cycle)} · {show.day(board.day)}")
if path:
    with st.container(horizontal=True, gap="small"):
        for name in path:
            links.turn(label(name), "unit", name, icon=":material/arrow_upward:")

tallies = unit_views.counts(board, cycle, rows["unit"].tolist())
left, right = st.columns([3, 2], gap="large")
with left:
    st.header("Against the expected line", help="Furthest behind comes first, after the unit itself.")
    unit_views.show_progress(rows, key=f"progress_{unit}")
    st.caption(
        "Bar: what the unit carries itself. Thin bar: all teams below it together; the two are never mixed."
        " Upright mark: where it should be today."
        f" Off track is below {show.percent(settings.at_risk_pace)} of what is expected,"
        f" at risk below {show.percent(settings.on_track_pace)}."
    )
with right:
    st.header("Objectives by status", help="Every objective counts once, with the unit that owns it.")
    unit_views.show_statuses(tallies, key=f"statuses_{unit}")
    st.caption("Each objective once, where it is owned. The stronger the colour, the larger its share of the row.")
with st.expander("The same as a table", icon=":material/table:"):
    unit_views.show_table(rows, tallies, key=f"table_{unit}")

below = [name for name in rows["unit"] if name != unit]
if below:
    st.header("Look into" if unit == top else f"Teams of {md(unit)}")
    with st.container(horizontal=True, gap="small"):
        for name in below[:LISTED]:
            links.turn(label(name), "unit", name, icon=":material/subdirectory_arrow_right:")

objectives = unit_views.carried(board, cycle, unit)
st.header(f"Objectives of {md(unit)}", help="Those of which it carries key results itself.")
if objectives.empty:
    st.markdown("It carries no key results itself in this cycle; its teams do.")
else:
    draw_objectives(me, board, objectives, people.names(me.actor))

st.header("Between teams", help="What each waits for from others, and what it owes them; not what its own teams need.")
team_lines.show_between([name for name in rows["unit"] if name != top][:LISTED], dependencies.view(board))

st.header("Rhythm", help="How regularly the teams check in. It is said of teams, never of a person.")
rhythm.show_rhythm(me.actor, board, cycle, unit)
