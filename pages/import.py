"""Import: from the document that a company has to OKRs that people own, in three steps."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from okrdash.domain.errors import OkrdashError
from okrdash.services import open_points, organisation
from okrdash.transfer.importing import Options, Plan, carry_out, plan_import
from okrdash.ui import faults, links, show
from okrdash.ui.import_preview import show_plan
from okrdash.ui.open_points import changes, columns, frame
from okrdash.ui.session import require
from okrdash.ui.text import md, plain
from okrdash.ui.told import show_told, tell

PASTED = "pasted.md"
NEW = (("objective", "objective"), ("key_result", "key result"))

me = require("import")

st.title("Import")
show_told(me.actor)

st.header("1 · Choose what you have")
st.caption(
    "An OKR document in Markdown as teams keep it in a handbook or wiki, or a company export of okrdash "
    "(.zip, .json, or single tables as .csv). Nothing is written before you have seen what would be done."
)
files = st.file_uploader(
    "Files", type=["md", "markdown", "txt", "zip", "json", "csv"], accept_multiple_files=True, max_upload_size=20
)
with st.expander("Or paste the document"):
    pasted = st.text_area("Document in Markdown", height=240, max_chars=1_000_000)
with st.container(horizontal=True, vertical_alignment="bottom"):
    cycle = st.text_input(
        "Cycle", placeholder="from the document", max_chars=120, help="For a document that names none."
    )
    start = st.date_input("First day", value=None, format="YYYY-MM-DD")
    end = st.date_input("Last day", value=None, format="YYYY-MM-DD")

sources = [(file.name, file.getvalue()) for file in files]
if pasted.strip():
    sources.append((PASTED, pasted.encode()))

if sources:
    st.header("2 · See what would be done")
    plan: Plan | None = None
    try:
        with st.spinner("Reading …"):
            plan = plan_import(me.actor, sources, Options(cycle, start, end))
    except OkrdashError as fault:
        st.error(md(fault), icon=":material/error:")
    if plan is not None:
        show_plan(plan)
        writes = bool(plan.rows) and not plan.problems
        if st.button("Import", type="primary", disabled=not writes, icon=":material/upload:"):
            try:
                carry_out(me.actor, plan)
                made = (show.count(plan.created.get(f"{what}s", 0), name) for what, name in NEW)
                tell(f"Imported {' and '.join(made)}. What is still open stands below.")
                st.rerun()
            except OkrdashError as fault:
                st.error(md(fault), icon=":material/error:")

st.header("3 · Complete what is open")
points = open_points.open_points(me.actor)
if not points:
    st.info("Nothing is open: every key result has an owner and a number.", icon=":material/task_alt:")
    st.stop()

teams = [row["team"] for row in organisation.listed(me.actor, "teams") if row["active"]]
people = {row["username"]: row["name"] for row in organisation.listed(me.actor, "people") if row["active"]}
counts: dict[str, int] = {}
for point in points:
    counts[point.row["unit_of"]] = counts.get(point.row["unit_of"], 0) + 1

st.subheader("Ask those who know")
st.caption("Send each link to its team: its members say which key results are theirs and give the numbers.")
base = (st.context.url or "").split("?")[0].rsplit("/", 1)[0]
for team, count in counts.items():
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width=260):
            links.to("claim", f"{md(team)}: {count} open", of=team)
        st.code(f"{base}/claim?of={quote(team)}")

st.subheader("Or complete them here")
shown_team = st.selectbox(
    "Team", ["", *counts], format_func=lambda t: plain(t) or "All teams", bind="query-params", key="of"
)
chosen = [p for p in points if not shown_team or p.row["unit_of"] == shown_team]
before = frame(chosen)
after = st.data_editor(
    before,
    key=f"open_points_{shown_team}_{st.session_state.get('open_points_round', 0)}",
    column_config=columns(people, teams),
    hide_index=True,
    height=min(38 * (len(chosen) + 1), 640),
    alt=f"{len(chosen)} key results of which something is open, a row each, to be completed",
)
edited = changes(before, after)
if st.button(f"Save {len(edited)} of {len(chosen)}", type="primary", disabled=not edited, key="save_open_points"):
    try:
        saved = open_points.settle(me.actor, edited)
        st.session_state["open_points_round"] = st.session_state.get("open_points_round", 0) + 1
        tell(f"Saved {show.count(saved, 'key result')}.")
        st.rerun()
    except OkrdashError as fault:
        faults.show_refused(fault, {point.row["id"]: point.row["title"] for point in chosen})
