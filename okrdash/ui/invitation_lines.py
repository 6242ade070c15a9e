"""Invitations to contribute, in lines: at the objective that they are about, and the buttons of who is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.time import local
from okrdash.services import invitations
from okrdash.services.invitations import Invitation
from okrdash.services.permissions import Resource, can
from okrdash.ui import invitation_forms, leaving, links, objective_form, show
from okrdash.ui.objective_actions import mend, open_now
from okrdash.ui.objective_view import Goal
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, short

_LONGEST = 60
_BADGES: Mapping[str, str] = {
    "open": ":gray-badge[○ Not answered yet]",
    "answered": ":blue-badge[● Carried]",
    "declined": ":orange-badge[▲ Declined]",
}


def may_invite(me: Me, row: Mapping[str, Any]) -> bool:
    """Whether to offer inviting others to contribute to an objective; the service asks again."""
    return row["state"] == "active" and can(me.person, "ask", Resource(row["owner"], (row["team"],)))


def draw_of(me: Me, goal: Goal, *, buttons: bool = True) -> None:
    """Who was invited to contribute to an objective, and what they answered; in a drawer without `buttons`."""
    for one in invitations.of(me.actor, goal.identifier):
        with st.container(gap="xsmall"):
            _draw_line(goal, one)
            if buttons:
                draw_buttons(me, goal.board, goal.names, one)
    may = buttons and may_invite(me, goal.row)
    if may and st.button("Invite a team", key="invite", icon=":material/group_add:"):
        invitation_forms.invite(me, goal.board, goal.identifier)


def open_wanted(me: Me, goal: Goal) -> None:
    """Opens on the page of an objective the drawer for which a person left another one."""
    match leaving.wanted(goal.identifier):
        case "parents":
            objective_form.tie(me, goal.board, goal.row)
        case "invite":
            invitation_forms.invite(me, goal.board, goal.identifier)


def draw_ways(me: Me, goal: Goal, *, may_tie: bool) -> None:
    """In a drawer the ways to the two of the page: to choose parents, and to invite others to contribute."""
    with st.container(horizontal=True, gap="small"):
        if may_tie and st.button("Choose parents", key="leave_for_parents", icon=":material/add_link:"):
            leaving.leave_for("parents", goal.identifier)
        if may_invite(me, goal.row) and st.button("Invite a team", key="leave_to_invite", icon=":material/group_add:"):
            leaving.leave_for("invite", goal.identifier)


def _draw_line(goal: Goal, one: Invitation) -> None:
    row = one.row
    who, when = show.person(row["author"], goal.names) if row["author"] else "", row["entered_at"]
    asked = ", ".join(part for part in (who, show.day(local(when, goal.board.settings.zone)) if when else "") if part)
    of = f" for “{md(short(one.title, _LONGEST))}”" if row["about"] != goal.identifier else ""
    by = f" by {md(asked)}" if asked else ""
    st.markdown(f"{_BADGES[row['state']]} **{md(row['team'])}** :small[invited{of}{by}]")
    if row["text"]:
        st.caption(f"“{md(row['text'])}”")
    if row["state"] == "answered":
        draw_answer(one)
    elif row["reason"]:
        st.caption(f"{md(row['team'])}: “{md(row['reason'])}”")


def draw_answer(one: Invitation) -> None:
    """What carries it, as a link."""
    if one.answer_title:
        links.to("objective", md(one.answer_title), icon=":material/flag:", objective=one.row["answer"])
    else:
        st.caption("By something that you may not see.")


def draw_buttons(me: Me, board: Board, names: Mapping[str, str], one: Invitation) -> None:
    """The three answers to an invitation, for who may give them; and taking it back, for who may invite."""
    if not (one.may_answer or one.may_withdraw):
        return
    key, title = one.row["id"], label(short(f"{one.title}, {one.row['team']}", _LONGEST))
    with st.container(horizontal=True, gap="small", key=f"mends_{key}"):
        if one.may_answer:
            if st.button(f"One of ours carries it :gray[{title}]", key=f"carry_{key}", icon=":material/flag:"):
                open_now(lambda: invitation_forms.answer(me, one))
            if st.button(f"A new one :gray[{title}]", key=f"draft_{key}", icon=":material/add:", type="tertiary"):
                open_now(lambda: objective_form.new(me, board, names, one))
            if st.button(f"None of ours :gray[{title}]", key=f"none_{key}", icon=":material/block:", type="tertiary"):
                open_now(lambda: invitation_forms.decline(me, one))
        if one.may_withdraw:
            st.button(
                f"Withdraw :gray[{title}]",
                key=f"withdraw_{key}",
                icon=":material/undo:",
                type="tertiary",
                on_click=_withdraw,
                args=(me, one),
            )


def _withdraw(me: Me, one: Invitation) -> None:
    mend(
        lambda: invitations.withdraw(me.actor, one.row["id"], version=one.row["version"]),
        f"The invitation of {one.row['team']} is withdrawn.",
    )
