"""The drawers in which an objective is drafted, changed, moved, tied to others and dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import TITLE, Row, join_refs, refs
from okrdash.domain.parents import likely_parents
from okrdash.domain.tables import TABLES
from okrdash.domain.tree_faults import pursued
from okrdash.services import invitations, objectives, tree
from okrdash.services.invitations import Invitation
from okrdash.services.permissions import Person, Resource, can
from okrdash.ui import choices, show
from okrdash.ui.dependency_line import show_who_is_told
from okrdash.ui.forms import Form, changed, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, plain

_WHY = "What changes for whom when this is reached, and why now."
PROGRESS_FROM: Mapping[str, str] = {
    "key results": "its key results",
    "children": "the objectives below it",
    "both": "both: its key results, and the objectives below as one more part",
}
"""What the progress of an objective can come from, in words."""
_STATES: Mapping[str, str] = {
    "draft": "Draft: still being written",
    "proposed": "Proposed: to be agreed on",
    "active": "Active: agreed on",
}

_ALONE = "stands alone"
_TIES: Mapping[str, str] = {
    "contributes": "contributes to: its progress can count there",
    "related": "is related to: a mere pointer",
    _ALONE: "contributes to no other: it stands alone, because …",
}
"""How an objective can stand to others, in words."""


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


@drawer("New objective", width="medium")
def new(form: Form, me: Me, board: Board, names: Mapping[str, str], invitation: Invitation | None = None) -> None:
    """Makes an objective; as the answer to an invitation, of the team that is invited, and with its parent chosen."""
    blank = TABLES["objectives"].row(owner=me.person.username)
    if invitation:
        blank |= {"team": invitation.row["team"]}
        st.caption(f"{md(invitation.row['team'])} is asked what carries “{md(invitation.title)}”. This will.")
    values = _words(form, board, me.person, blank, names)
    values |= _ambition(form, board, "committed")
    values["state"] = _state(form, me.person, values["team"])
    parents = choices.search(
        "Contributes to",
        _parents(board, blank | values)[0],
        key=form.key("parents"),
        chosen=[invitation.row["about"]] if invitation else [],
        help="Objectives or key results anywhere in the company that get closer when this one does. The likely ones,"
        " by team and by words, come first.",
    )
    form.below("Contributes to", "parents", "parent")
    kept = {"active": "made", "proposed": "kept as a proposal", "draft": "kept as a draft"}[values["state"]]
    if invitation is None:
        form.save(
            "Create objective",
            lambda key: objectives.create_objective(me.actor, values, parents=parents, request_key=key),
            done=f"“{values['title']}” is {kept}.",
        )
        return
    row = invitation.row
    form.save(
        "Create it and answer",
        lambda key: invitations.answer_with_draft(
            me.actor, row["id"], values, parents=parents, version=row["version"], request_key=key
        ),
        done=f"“{values['title']}” is {kept}, and who invited {row['team']} is told.",
        undo=lambda revision: revision,
    )


@drawer("Change objective", width="medium")
def edit(form: Form, me: Me, board: Board, names: Mapping[str, str], row: Row) -> None:
    """Changes an objective as it was when the drawer was opened: only what was touched is sent."""
    values = _words(form, board, me.person, row, names)
    values |= _ambition(form, board, row["ambition"])
    values["progress_from"] = form.choice("Progress comes from", "progress_from", PROGRESS_FROM, row["progress_from"])
    values |= _visibility(form, row, names)
    if row["state"] in objectives.DRAFTS:
        values["state"] = _state(form, me.person, row["team"], row["state"])
    reason = form.reason("Why is it moved?") if values["cycle"] != row["cycle"] else ""
    changes = changed(row, values)
    form.save(
        "Save changes",
        lambda key: objectives.edit_objective(
            me.actor, row["id"], changes, version=form.known(row)["version"], reason=reason, request_key=key
        ),
        done="Saved." if changes else "Nothing was changed.",
        reread=lambda: objectives.objective(me.actor, row["id"]),
    )


@drawer("Drop objective")
def drop(form: Form, me: Me, row: Row) -> None:
    """Drops an objective, with the reason."""
    st.markdown(
        f"**{md(row['title'])}** and its key results leave every list and figure."
        " Their history stays, and they can come back."
    )
    show_who_is_told(me, row["id"])
    reason = form.reason("Why is it dropped?", lines=True)
    form.save(
        "Drop objective",
        lambda key: objectives.drop_objective(
            me.actor, row["id"], reason, version=form.known(row)["version"], request_key=key
        ),
        done="The objective is dropped.",
        reread=lambda: objectives.objective(me.actor, row["id"]),
        icon=":material/archive:",
    )


@drawer("What it contributes to", width="medium")
def tie(form: Form, me: Me, board: Board, row: Row, how: str = "contributes") -> None:
    """Ties an objective to parents anywhere in the company, or says why it stands alone."""
    st.markdown(f"**{md(row['title'])}** …")
    chosen = st.radio(
        "How", list(_TIES), index=list(_TIES).index(how), format_func=lambda k: _TIES[k], key=form.key("kind")
    )
    if chosen == _ALONE:
        st.caption("An honest answer where nothing above gets closer by it. It stands for all to see.")
        reason = form.reason("Because …", lines=True)
        form.save(
            "It stands alone",
            lambda key: tree.stand_alone(me.actor, row["id"], reason, request_key=key),
            done="It stands alone, and everybody sees why.",
            undo=lambda revision: revision,
        )
        return
    texts, likely = _parents(board, row)
    parents: list[str] = []
    if likely:
        parents += st.pills(
            "The likely ones",
            likely,
            selection_mode="multi",
            format_func=lambda one: label(texts[one]),
            key=form.key("likely"),
            help="What its function and the company pursue in its cycle or the one around it, and what has its words.",
        )
    others = {one: text for one, text in texts.items() if one not in likely}
    parents += choices.search("Others", others, key=form.key("parent_choice"))
    form.below("The tie", "parent", "parents", "child")
    form.save(
        "Tie",
        lambda key: objectives.align(me.actor, row["id"], *parents, kind=chosen, request_key=key),
        done="Tied.",
        undo=lambda revision: revision,
        icon=":material/link:",
        disabled=not parents,
    )


def _parents(board: Board, row: Row) -> tuple[dict[str, str], list[str]]:
    """What an objective can contribute to, in words by identifier, the likely ones first; and which these are.

    What is below it already, or is its parent, is not likely; a search finds it, and the service says why not.
    """
    identifier, open_ones = row["id"], set(pursued(board).index)
    but = {identifier, *board.edges.loc[board.edges["child"] == identifier, "parent_objective"]}
    below = {identifier}
    while below:
        below = set(board.edges.loc[board.edges["parent_objective"].isin(below), "child"]) - but
        but |= below
    homes = board.key_results["objective"].to_dict()
    texts = {
        one: text
        for one, text in choices.objectives(board, key_results=True, but=[identifier]).items()
        if homes.get(one, one) in open_ones
    }
    found = likely_parents(board, row["title"], row["team"], row["cycle"], but=but)
    likely = [one for one in found if one in texts]
    return {one: texts[one] for one in dict.fromkeys([*likely, *texts])}, likely


def _words(form: Form, board: Board, person: Person, row: Row, names: Mapping[str, str]) -> Row:
    """What it is, and whose: title, why, team, cycle, owner."""
    placeholder = "What will be different, in plain words"
    values: Row = {"title": form.text("Title", "title", row["title"], max_chars=TITLE, placeholder=placeholder)}
    values["why"] = form.text("Why", "why", row["why"], lines=True, placeholder=_WHY)
    first, second = st.columns(2)
    with first:
        teams = {team: plain(team) for team in teams_to_draft_for(person, board)}
        team = form.choice(
            "Team",
            "team",
            teams,
            row["team"] or next(iter(teams), None),
            help="Who answers for it. Its key results can belong to other teams.",
        )
        values["team"] = team or ""
    with second:
        cycles = open_cycles(board, row["cycle"])
        texts = {cycle: _cycle(board, cycle) for cycle in cycles}
        values["cycle"] = form.choice("Cycle", "cycle", texts, row["cycle"] or _first_running(board, cycles)) or ""
    people = choices.people(names, "Nobody yet: the lead of the team answers")
    values["owner"] = form.choice(
        "Owner", "owner", people, row["owner"], help="One person who answers for the objective as a whole."
    )
    return values


def _state(form: Form, person: Person, team: str, present: str = "draft") -> str:
    """The states in which it can be before it is closed, as far as the person may bring it there."""
    states = [state for state in _STATES if state != "active" or may_decide(person, team)]
    chosen = st.radio(
        "State", states, index=states.index(present), format_func=lambda s: _STATES[s], key=form.key("state")
    )
    form.below("State", "state")
    return chosen


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
    values: Row = {"visibility": form.choice("Who sees it", "visibility", says, row["visibility"])}
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


def _first_running(board: Board, cycles: Sequence[str]) -> str | None:
    """The running cycle that ends first: what is drafted is mostly for the quarter, not for the year."""
    rows = board.cycles.loc[list(cycles)]
    running = rows[rows["running"]].sort_values("end", kind="stable")
    return next(iter([*running.index, *cycles]), None)


def _cycle(board: Board, cycle: str) -> str:
    if cycle not in board.cycles.index:
        return plain(cycle)
    row = board.cycle(cycle)
    return f"{plain(cycle)} ({show.day(row['start'])} – {show.day(row['end'])})"
