"""The drawer that every list opens: one objective as its page shows it, without leaving the list."""

from __future__ import annotations

import streamlit as st

from okrdash.domain.errors import OkrdashError
from okrdash.services import blockers, history, objectives, tree
from okrdash.ui import (
    asking,
    conversation,
    decision_lines,
    history_view,
    invitation_lines,
    links,
    objective_actions,
    objective_needs,
)
from okrdash.ui.objective_view import draw_head, draw_key_result, draw_ties, read
from okrdash.ui.session import Me, require
from okrdash.ui.text import label, md, short
from okrdash.ui.told import show_told

_LONGEST = 80
"""Letters of the title; the page has all of them."""
_MOST = 10
"""Key results, or changes, that are shown; the page has the rest."""


def open_objective(me: Me, identifier: str) -> None:
    """Opens the drawer of an objective; to be called at the click of a button, and by one at a time."""
    try:
        title = str(objectives.objective(me.actor, identifier)["title"])
    except OkrdashError:
        title = "Objective"
    st.dialog(md(short(title, _LONGEST)) or "Objective", width="medium", position="right")(_drawn)(identifier)


def title_button(me: Me, identifier: str, title: str, *, key: str) -> None:
    """An objective's title in a list, told apart from others by `key`; a click opens its drawer."""
    if st.button(f"**{label(title) or 'Objective'}**", key=f"title_{key}", type="tertiary", wrap=True):
        open_objective(me, identifier)


def _drawn(identifier: str) -> None:
    draw(require(), identifier)


def draw(me: Me, identifier: str) -> None:
    """What stands in the drawer."""
    try:
        goal = read(me, identifier)
        rows = history.changes(me.actor, identifier, most=50)
        stuck = blockers.open_now(me.actor, goal.key_results.index)
        needs = objective_needs.read(me, goal)
        alone = tree.why_alone(me.actor, identifier)
    except OkrdashError as fault:
        st.info(md(fault), icon=":material/search:")
        return
    show_told(me.actor, identifier)
    objective_actions.draw_refused()
    draw_head(goal)
    decision_lines.show_of(me, identifier, goal.names, goal.board.day)
    links.to("objective", "Open the page", icon=":material/open_in_full:", objective=identifier)

    st.header("Key results", anchor=False)
    if goal.key_results.empty:
        st.caption("None yet.")
    for key, key_result in goal.key_results.head(_MOST).iterrows():
        with st.container(border=True, gap="xsmall"):
            draw_key_result(goal, key_result)
            objective_actions.draw_blockers(me, goal, [one for one in stuck if one.key_result == key])
            objective_needs.draw_needs(needs, str(key))
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                objective_actions.draw_check_in(me, goal, str(key))
                if objective_actions.may_ask(me, goal, key_result) and objective_actions.ask_button(str(key)):
                    asking.ask_there(identifier, str(key))
                objective_needs.draw_slips(needs, goal.names, str(key))
    if len(goal.key_results) > _MOST:
        st.caption(f"And {len(goal.key_results) - _MOST} more on the page.")

    st.header("Conversation", anchor=False)
    conversation.draw(me, goal, few=True)

    st.header("Contributes to", anchor=False)
    draw_ties(goal.board, identifier, upward=True, alone=alone)
    st.header("What contributes to it", anchor=False)
    draw_ties(goal.board, identifier, upward=False)
    invitation_lines.draw_of(me, goal, buttons=False)
    invitation_lines.draw_ways(me, goal, may_tie=objective_actions.Rights.of(me.person, goal.row).change)
    if not goal.key_results.empty:
        st.header("Who contributes", anchor=False)
        objective_needs.draw_contributors(goal, needs)
    st.header("Last changes", anchor=False)
    history_view.draw_changes(goal.board, rows, goal.names, few=conversation.FEW)
