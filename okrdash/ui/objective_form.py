"""The drawers in which an objective is drafted, changed, moved, tied to others and dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.tables import TEXT, TITLE, Row, join_refs, refs
from okrdash.services import objectives
from okrdash.services.permissions import Person, Resource, can
from okrdash.ui import choices, show
from okrdash.ui.forms import Form
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

WHY = "What changes for whom when this is reached, and why now."
PROGRESS_FROM: Mapping[str, str] = {
    "key results": "its key results",
    "children": "the objectives below it",
    "both": "both: its key results, and the objectives below as one more part",
}
"""What the progress of an objective can come from, in words."""
STATES: Mapping[str, str] = {
    "draft": "Draft: still being written",
    "proposed": "Proposed: to be agreed on",
    "active": "Active: agreed on",
}


def may_draft(person: Person, team: str) -> bool:
    """Whether to offer drafting for a team; the services ask again."""
    return can(person, "draft", Resource(teams=(team,)))


def may_decide(person: Person, team: str) -> bool:
    """Whether to offer deciding for a team; the services ask again."""
    return can(person, "decide", Resource(teams=(team,)))


def teams_to_draft_for(person: Person, board: Board) -> list[str]:
    """The teams for which a person may draft objectives: those they lead first, then in the order of the tree."""
    teams = [team for team in board.teams.index if may_draft(person, team)]
    return sorted(teams, key=lambda team: (team not in person.leads, team not in person.teams))


@st.dialog("New objective", width="medium", position="right")
def new(me: Me, board: Board, names: Mapping[str, str], opening: str) -> None:
    """Makes an objective; ends with it on the screen."""
    form = Form(opening)
    values = _words(
        form, board, me.person, {"title": "", "why": "", "team": "", "cycle": "", "owner": me.person.username}, names
    )
    values |= _ambition(form, board, "committed")
    states = [state for state in STATES if state != "active" or may_decide(me.person, values["team"])]
    values["state"] = st.radio("State", states, format_func=lambda s: STATES[s], key=form.key("state"))
    form.below("State", "state")
    parents = choices.search(
        "Contributes to",
        choices.objectives(board, key_results=True),
        key=form.key("parents"),
        help="Objectives or key results anywhere in the company that get closer when this one does.",
    )
    form.below("Contributes to", "parents", "parent")
    if st.button("Create objective", key=form.key("save"), icon=":material/check:"):
        form.save(
            lambda key: objectives.create_objective(me.actor, values, parents=parents, request_key=key),
            done=f"“{values['title']}” is made."
            if values["state"] == "active"
            else f"“{values['title']}” is kept as a {_noun(values['state'])}.",
        )


@st.dialog("Change objective", width="medium", position="right")
def edit(me: Me, board: Board, names: Mapping[str, str], row: Row, opening: str) -> None:
    """Changes an objective as it was when the drawer was opened: only what was touched is sent."""
    form = Form(opening)
    values = _words(form, board, me.person, row, names)
    values |= _ambition(form, board, row["ambition"])
    values["progress_from"] = st.selectbox(
        "Progress comes from",
        list(PROGRESS_FROM),
        index=list(PROGRESS_FROM).index(row["progress_from"]),
        format_func=lambda source: PROGRESS_FROM[source],
        key=form.key("progress_from"),
    )
    values |= _visibility(form, row, names)
    decides = may_decide(me.person, row["team"])
    if row["state"] in objectives.DRAFTS:
        states = [state for state in STATES if state != "active" or decides]
        values["state"] = st.radio(
            "State", states, index=states.index(row["state"]), format_func=lambda s: STATES[s], key=form.key("state")
        )
        form.below("State", "state")
    reason = ""
    if values["cycle"] != row["cycle"]:
        reason = st.text_input("Why is it moved?", key=form.key("reason"), max_chars=TEXT)
        form.below("The reason", "reason")
    changes = {name: value for name, value in values.items() if value != row[name]}
    if st.button("Save changes", key=form.key("save"), icon=":material/check:"):
        form.save(
            lambda key: objectives.edit_objective(
                me.actor,
                row["id"],
                changes,
                version=form.known("version", row["version"]),
                reason=reason,
                request_key=key,
            ),
            done="Saved." if changes else "Nothing was changed.",
            reread=lambda: {"version": objectives.objective(me.actor, row["id"])["version"]},
        )


@st.dialog("Drop objective", position="right")
def drop(me: Me, row: Row, opening: str) -> None:
    """Drops an objective, with the reason."""
    form = Form(opening)
    st.markdown(
        f"**{md(row['title'])}** and its key results leave every list and figure."
        " Their history stays, and they can come back."
    )
    reason = st.text_area("Why is it dropped?", key=form.key("reason"), max_chars=TEXT)
    form.below("The reason", "reason")
    if st.button("Drop objective", key=form.key("save"), icon=":material/archive:"):
        form.save(
            lambda key: objectives.drop_objective(
                me.actor, row["id"], reason, version=form.known("version", row["version"]), request_key=key
            ),
            done="The objective is dropped.",
            reread=lambda: {"version": objectives.objective(me.actor, row["id"])["version"]},
        )


@st.dialog("Tie to what it contributes to", width="medium", position="right")
def tie(me: Me, board: Board, row: Row, opening: str) -> None:
    """Ties an objective to parents anywhere in the company."""
    form = Form(opening)
    st.markdown(f"**{md(row['title'])}** …")
    kind = st.radio(
        "How",
        ["contributes", "related"],
        format_func=lambda k: (
            "contributes to: its progress can count there" if k == "contributes" else "is related to: a mere pointer"
        ),
        key=form.key("kind"),
    )
    parents = choices.search(
        "Objectives or key results",
        choices.objectives(board, key_results=True, but=[row["id"]]),
        key=form.key("parent_choice"),
    )
    form.below("The tie", "parent", "parents", "child")
    if st.button("Tie", key=form.key("save"), icon=":material/link:", disabled=not parents):
        form.save(lambda key: _tie(me, row, parents, kind, key), done="Tied.")


def _tie(me: Me, row: Row, parents: Sequence[str], kind: str, key: str) -> None:
    for number, parent in enumerate(parents):
        objectives.align(me.actor, row["id"], parent, kind, request_key=f"{key}_{number}_{parent}")


def _words(form: Form, board: Board, person: Person, row: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    values: Row = {}
    values["title"] = st.text_input(
        "Title",
        row["title"],
        max_chars=TITLE,
        key=form.key("title"),
        placeholder="What will be different, in plain words",
    )
    form.below("The title", "title")
    values["why"] = st.text_area("Why", row["why"], max_chars=TEXT, key=form.key("why"), placeholder=WHY)
    form.below("The why", "why")
    first, second = st.columns(2)
    with first:
        teams = teams_to_draft_for(person, board)
        teams = teams if not row["team"] or row["team"] in teams else [row["team"], *teams]
        values["team"] = (
            st.selectbox(
                "Team",
                teams,
                index=teams.index(row["team"]) if row["team"] else 0,
                format_func=plain,
                key=form.key("team"),
                help="Who answers for it. Its key results can belong to other teams.",
            )
            or ""
        )
        form.below("The team", "team")
    with second:
        cycles = open_cycles(board, row["cycle"])
        values["cycle"] = (
            st.selectbox(
                "Cycle",
                cycles,
                index=cycles.index(row["cycle"]) if row["cycle"] else _first_running(board, cycles),
                format_func=lambda cycle: _cycle(board, cycle),
                key=form.key("cycle"),
            )
            or ""
        )
        form.below("The cycle", "cycle")
    people = choices.people(names, "Nobody yet: the lead of the team answers")
    people = people if row["owner"] in people else {row["owner"]: row["owner"], **people}
    values["owner"] = st.selectbox(
        "Owner",
        list(people),
        index=list(people).index(row["owner"]),
        format_func=choices.shown(people),
        key=form.key("owner"),
        help="One person who answers for the objective as a whole.",
    )
    form.below("The owner", "owner")
    return values


def _ambition(form: Form, board: Board, ambition: str) -> Row:
    bars = {"committed": "100 %", "aspirational": show.percent(board.settings.aspirational_bar)}
    says = {
        "committed": f"Committed: a promise, met at {bars['committed']}",
        "aspirational": f"Aspirational: a stretch, met at {bars['aspirational']}",
    }
    return {
        "ambition": st.radio(
            "Ambition",
            list(says),
            index=list(says).index(ambition),
            format_func=lambda a: says[a],
            key=form.key("ambition"),
        )
    }


def _visibility(form: Form, row: Row, names: Mapping[str, str]) -> Row:
    says = {"company": "everybody", "confidential": "its team, the leads above and those named; it counts in no figure"}
    values: Row = {
        "visibility": st.selectbox(
            "Who sees it",
            list(says),
            index=list(says).index(row["visibility"]),
            format_func=lambda v: says[v],
            key=form.key("visibility"),
        )
    }
    if values["visibility"] == "confidential":
        people = choices.people(names)
        named = [one for one in refs(row["visible_to"]) if one in people]
        picked = st.multiselect(
            "Also seen by", list(people), default=named, format_func=choices.shown(people), key=form.key("visible_to")
        )
        values["visible_to"] = join_refs(picked)
        form.below("Also seen by", "visible_to")
    return values


def open_cycles(board: Board, present: str = "") -> list[str]:
    """The cycles for which objectives can be made, and the present one in any case."""
    open_ones = board.cycles.index[(board.cycles["state"] != "closed") & (board.cycles["end"].dt.date >= board.day)]
    return list(dict.fromkeys([*([present] if present else []), *open_ones]))


def _first_running(board: Board, cycles: Sequence[str]) -> int:
    """The running cycle that ends first: what is drafted is mostly for the quarter, not for the year."""
    running = [c for c in cycles if board.cycles.at[c, "running"]]
    return cycles.index(min(running, key=lambda c: _date(board.cycles.at[c, "end"]))) if running else 0


def _cycle(board: Board, cycle: str) -> str:
    if cycle not in board.cycles.index:
        return plain(cycle)
    start, end = (_date(board.cycles.at[cycle, name]) for name in ("start", "end"))
    return f"{plain(cycle)} ({show.day(start)} – {show.day(end)})"


def _date(value: Any) -> date:
    day: date = value.date()
    return day


def _noun(state: str) -> str:
    return "proposal" if state == "proposed" else "draft"
