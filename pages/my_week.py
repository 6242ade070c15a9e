"""My week: where everybody lands. What I owe, what is new around me, what went well, what is mine and my teams'."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from okrdash.domain import dependencies
from okrdash.services import (
    acknowledgements,
    around,
    blockers,
    celebrations,
    check_in,
    decisions,
    dependency_reads,
    inbox,
    invitations,
    objectives,
    open_points,
    visits,
)
from okrdash.services.permissions import can
from okrdash.ui import (
    links,
    team_lines,
    week,
    week_asked,
    week_decisions,
    week_dependencies,
    week_invitations,
    week_news,
)
from okrdash.ui.check_in_words import rule
from okrdash.ui.session import may, require
from okrdash.ui.told import show_told

me = require()

since = visits.visit(me.actor)
board = check_in.board_to_check(me.actor)
people = me.names
may_check_in = may(me.person, "check in")
due = check_in.due_to(me.actor, board) if may_check_in else board.key_results.iloc[:0]
asked = [one for one in blockers.asked_of(me.actor) if one.key_result in board.key_results.index]
said = inbox.to_me(me.actor, board)
turned = [one for one in acknowledgements.asked_of(me.actor) if one.key_result in board.key_results.index]
waiting = dependency_reads.waiting_for(me.actor, board)
decided = decisions.open_for(me.actor)
invited = invitations.open_for(me.actor)
unagreed = [row for row in objectives.unagreed(me.actor) if row["state"] in objectives.DRAFTS]
drafts = [row for row in unagreed if row["owner"] == me.person.username]
proposals = [row for row in unagreed if row["state"] == "proposed" and row["team"] in me.person.leads]
points = [point for point in open_points.open_points(me.actor) if point.missing]
unclaimed = Counter(p.row["unit_of"] for p in points if p.row["unit_of"] in me.person.teams and may(me.person, "claim"))
mine, my_key_results = week.mine_of(board, me.person.username)
led = week.of_teams(board, me.person.leads)
cheers = celebrations.celebrated(me.actor, board)

st.title("My week", anchor=False)
show_told(me.actor)
st.caption(week.calendar(board))

count = (
    sum(len(one) for one in (due, asked, said, turned, waiting, decided, invited, drafts, proposals))
    + unclaimed.total()
)
st.header(f"To do · {count}" if count else "To do", anchor=False)
week.show_due(board, due)
week_asked.show_blockers(me, board, asked, people)
week_asked.show_comments(me, board.settings, said, people)
week_asked.show_turned(me, board, turned, people)
week_dependencies.show_waiting(me, waiting)
week_decisions.show_decisions(me, decided, people, board.day)
week_invitations.show_invitations(me, board, invited, people)
week.show_drafts(drafts, "of yours not agreed on yet: finish and propose, or agree with your lead")
week.show_drafts(proposals, "proposed in your teams: agree, or say what is missing")
week.show_open(unclaimed)
if not count:
    week.show_nothing_to_do(board, me.actor, checks_in=may_check_in)

told = {one.check_in for one in turned} | {one.check_in for one in cheers.gone_well}
told |= {row["id"] for row in cheers.kudos} | {comment.first for one in said for comment in one.comments}
news = around.around(me.actor, board, since, told=told)
answered = invitations.answered_since(me.actor, since)
if news or answered or len(mine):
    st.header("What changed around you", anchor=False)
    week_invitations.show_answers(answered)
    week_news.show_news(board, news, people, since)
if cheers.gone_well or cheers.kudos:
    st.header("Worth a cheer", anchor=False)
    week_news.show_celebrated(board, cheers, people, me.person.username)

st.header("Yours", anchor=False)
if mine.empty:
    week.show_nothing_yours(board)
week.show_objectives(mine, my_key_results)
if len(mine):
    st.caption(rule(board.settings))

owned = team_lines.of_others(board, me.person.teams, mine)
if owned or len(led):
    st.header("Your teams", anchor=False)
    team_lines.show_units(me, owned, dependencies.view(board), people)
if len(led):
    above = {one.key_result for one in turned} | set(due.index)
    week.show_teams(led, above, people)

if can(me.person, "import") and board.objectives.empty and not unagreed:
    st.header("First steps", anchor=False)
    week.show_first_steps()
elif can(me.person, "import"):
    st.header("The company", anchor=False)
    week.show_company(board, len(points))
    links.to("import", "Import and open points", icon=":material/upload_file:")
