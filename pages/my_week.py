"""My week: where everybody lands. What I owe, what is mine, what my teams need, what went well."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from okrdash.services import check_in, objectives, open_points
from okrdash.services.people import names
from okrdash.services.permissions import can
from okrdash.ui import links, week
from okrdash.ui.check_in_words import rule
from okrdash.ui.session import may, require

me = require()

board = check_in.board_to_check(me.actor)
may_check_in = may(me.person, "check in")
due = check_in.due_to(me.actor, board) if may_check_in else board.key_results.iloc[:0]
unagreed = [row for row in objectives.unagreed(me.actor) if row["state"] in objectives.DRAFTS]
drafts = [row for row in unagreed if row["owner"] == me.person.username]
proposals = [row for row in unagreed if row["state"] == "proposed" and row["team"] in me.person.leads]
points = [point for point in open_points.open_points(me.actor) if point.missing]
unclaimed = Counter(p.row["unit_of"] for p in points if p.row["unit_of"] in me.person.teams and may(me.person, "claim"))
mine, my_key_results = week.mine_of(board, me.person.username)
led = week.of_teams(board, me.person.leads)
near = week.of_teams(board, me.person.leads | me.person.teams)

st.title("My week")
st.caption(week.calendar(board))

st.header("To do", anchor=False)
week.show_due(board, due)
week.show_drafts(drafts, "of yours not agreed on yet: finish and propose, or agree with your lead")
week.show_drafts(proposals, "proposed in your teams: agree, or say what is missing")
week.show_open(unclaimed)
if due.empty and not (drafts or proposals or unclaimed):
    week.show_nothing_to_do(board, me.actor, checks_in=may_check_in)

st.header("Yours", anchor=False)
if mine.empty:
    week.show_nothing_yours(board)
week.show_objectives(mine, my_key_results)
if len(mine):
    st.caption(rule(board.settings))

if len(led):
    st.header("Your teams", anchor=False)
    people = names(me.actor)
    week.show_needs("Off track", led[led["status"] == "off track"], people)
    week.show_needs("Update overdue", led[led["freshness"] == "overdue"], people)
    week.show_needs("To be scored", led[led["status"] == "to be scored"], people)
    if not led["status"].isin(["off track", "to be scored"]).any() and not (led["freshness"] == "overdue").any():
        st.markdown("Nothing is off track, overdue or waiting for its score. Thank your teams.")

if can(me.person, "import") and board.objectives.empty and not unagreed:
    st.header("First steps", anchor=False)
    week.show_first_steps()
elif can(me.person, "import"):
    st.header("The company", anchor=False)
    week.show_company(board, len(points))
    links.to("import", "Import and open points", icon=":material/upload_file:")

achieved = near[near["status"] == "achieved"]
if len(achieved):
    st.header("Achieved", anchor=False)
    week.show_achieved(achieved)
