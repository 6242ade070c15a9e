"""The drawers in which a team is invited to contribute, says which of its objectives carries it, or why none does."""

from __future__ import annotations

import streamlit as st

from okrdash.domain.alike import likeness
from okrdash.domain.board import Board
from okrdash.services import invitations
from okrdash.services.invitations import Invitation
from okrdash.ui import choices
from okrdash.ui.forms import Form, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain


@drawer("Invite to contribute")
def invite(form: Form, me: Me, board: Board, objective: str) -> None:
    """Asks a function or a team which of its objectives carries this one, or one of its key results."""
    goal = board.objective(objective)
    parts = board.key_results[board.key_results["objective"] == objective]["title"].to_dict()
    texts = choices.distinct({objective: "The objective as a whole", **{str(one): t for one, t in parts.items()}})
    st.caption(f"{md(goal['title'])}, of {md(goal['team'])}")
    about = form.choice("What shall they carry", "about", texts, objective, called="What they shall carry")
    teams = _teams(board, objective)
    team = form.choice("Function or team", "team", teams, called="The team", placeholder="Type to find a team") or ""
    text = form.text("What you hope for (optional)", "text", called="What you hope for", lines=True)
    st.caption("Who leads it finds this in My week, and answers with an objective, a new one, or a reason why not.")
    form.save(
        "Invite",
        lambda key: invitations.invite(me.actor, about, team, text, request_key=key),
        done=f"{team} is invited. You see the answer here and in My week.",
        undo=lambda revision: revision,
        icon=":material/send:",
    )


def _teams(board: Board, objective: str) -> dict[str, str]:
    """Who can be invited, by name; with a word beside who contributes already."""
    ties = board.edges[(board.edges["parent_objective"] == objective) & (board.edges["kind"] == "contributes")]
    already = set(board.objectives["team"].reindex(ties["child"]))
    own = board.objectives.at[objective, "team"]
    rows = board.teams[(board.teams["kind"] != "company") & (board.teams.index != own)]
    return {team: f"{plain(team)} (contributes already)" if team in already else plain(team) for team in rows.index}


@drawer("Which of your objectives carries this?")
def answer(form: Form, me: Me, invitation: Invitation) -> None:
    """Answers an invitation with an objective that is there, which contributes from then on."""
    row = invitation.row
    draw_question(invitation)
    rows = invitations.answers(me.actor, row["id"])
    if not rows:
        st.info(f"{md(row['team'])} has no objective yet. Make a new one instead, or say why none carries it.")
        return
    alike = likeness(invitation.title, [one["title"] for one in rows])
    ordered = [one for _, one in sorted(zip(alike, rows, strict=True), key=lambda pair: -pair[0])]
    texts = {one["id"]: f"{one['title']} · {one['team']} · {one['cycle']}{_state(one['state'])}" for one in ordered}
    objective = form.choice(
        "It is carried by",
        "answer",
        choices.distinct(texts),
        called="The objective",
        placeholder="The nearest by its words comes first",
        help="It contributes from then on: what is below can count in what is above.",
    )
    form.save(
        "Answer",
        lambda key: invitations.answer(
            me.actor, row["id"], objective or "", version=form.known(row)["version"], request_key=key
        ),
        done="Answered: it contributes from now on, and who invited you is told.",
        undo=lambda revision: revision,
        icon=":material/reply:",
    )


@drawer("None of ours carries it")
def decline(form: Form, me: Me, invitation: Invitation) -> None:
    """Answers an invitation with the reason why no objective of the team carries it."""
    row = invitation.row
    draw_question(invitation)
    reason = form.reason("Because …", lines=True)
    form.save(
        "Say so",
        lambda key: invitations.decline(me.actor, row["id"], reason, version=row["version"], request_key=key),
        done="Said. Who invited you is told.",
        undo=lambda revision: revision,
        icon=":material/reply:",
    )


def draw_question(invitation: Invitation) -> None:
    """What is asked of whom, and in which words."""
    of = "" if invitation.title == invitation.objective_title else f" of {md(invitation.objective_title)}"
    st.markdown(f"**{md(invitation.title)}**{of}")
    if invitation.row["text"]:
        st.caption(f"“{md(invitation.row['text'])}”")


def _state(state: str) -> str:
    return "" if state == "active" else f" · {state}"
