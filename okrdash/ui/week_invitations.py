"""Invitations to contribute, in My week: those that wait for the person's answer, and what others answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from okrdash.domain.board import Board
from okrdash.services.invitations import Invitation
from okrdash.ui import links, show
from okrdash.ui.invitation_lines import draw_answer, draw_buttons
from okrdash.ui.objective_actions import draw_refused
from okrdash.ui.session import Me
from okrdash.ui.text import md, short

_FEW, _MOST = 5, 10
"""Invitations, and answers, that are shown."""
_LONGEST = 140


def show_invitations(me: Me, board: Board, invited: Sequence[Invitation], names: Mapping[str, str]) -> None:
    """The open invitations, as `invitations.open_for` gives them, each with its three answers."""
    draw_refused()
    if not invited:
        return
    says = "1 objective asks" if len(invited) == 1 else f"{len(invited)} objectives ask"
    with st.container(border=True):
        st.markdown(f"**:material/group_add: {says}: which of yours carries this?**")
        for one in invited[:_FEW]:
            with st.container(gap="xsmall"):
                title = f"**{md(short(one.title, _LONGEST))}**"
                links.to("objective", title, icon=":material/flag:", objective=one.objective, view="Alignment")
                _caption(one, names)
                draw_buttons(me, board, names, one)
        if len(invited) > _FEW:
            st.caption(f"{len(invited) - _FEW} more follow when these are answered.")


def _caption(one: Invitation, names: Mapping[str, str]) -> None:
    who = show.person(one.row["author"], names) if one.row["author"] else "Somebody"
    of = f", of “{md(short(one.objective_title, _LONGEST))}”" if one.title != one.objective_title else ""
    says = f": “{md(one.row['text'])}”" if one.row["text"] else ""
    st.caption(f"{md(who)} asks {md(one.row['team'])}{of}{says}")


def show_answers(answered: Sequence[Invitation]) -> None:
    """What others answered to the person's invitations, as `invitations.answered_since` gives it."""
    for one in answered[:_MOST]:
        team, title = md(one.row["team"]), md(short(one.title, _LONGEST))
        with st.container(gap="xxsmall"):
            if one.row["state"] == "declined":
                st.markdown(f":material/block: **{team}** does not carry “{title}”: “{md(one.row['reason'])}”")
            else:
                st.markdown(f":material/flag: **{team}** says what carries “{title}”:")
                draw_answer(one)
