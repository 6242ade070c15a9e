"""Teams as a tree, and who belongs to them: the lists, and the drawers in which they are changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import NAME, Row
from okrdash.domain.tables import TABLES, UNIT_KINDS
from okrdash.services import organisation
from okrdash.ui import admin_handover, admin_lists, choices, show
from okrdash.ui.forms import Form, changed, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

_ACTIVE, _ALL = "Active", "Archived too"
_FEW = 8
"""Teams that are named where others move along."""
_CADENCES: Mapping[int, str] = {0: "as the unit above it", **choices.CADENCES}


def in_order(teams: Sequence[Row]) -> list[tuple[int, Row]]:
    """The teams from the top down, each beneath its parent, with its depth; a loop of parents ends where it closes."""
    names = {row["team"] for row in teams}
    below: dict[str, list[Row]] = {}
    for row in teams:
        below.setdefault(row["parent"] if row["parent"] in names else "", []).append(row)
    company = next((row["team"] for row in teams if row["kind"] == "company"), "")
    if company:  # who states no parent stands under the company
        below[company] = [*below.get(company, []), *(r for r in below.get("", []) if r["team"] != company)]
        below[""] = [row for row in below[""] if row["team"] == company]
    placed: list[tuple[int, Row]] = []
    seen: set[str] = set()
    # Those at the top are taken first; what only a loop of parents holds comes last.
    waiting = [(0, row) for rows in (teams, below.get("", [])) for row in reversed(rows)]
    while waiting:
        depth, row = waiting.pop()
        if row["team"] not in seen:
            seen.add(row["team"])
            placed.append((depth, row))
            waiting += [(depth + 1, child) for child in reversed(below.get(row["team"], []))]
    return placed


def below(teams: Sequence[Row], team: str) -> list[str]:
    """The teams at any depth below one, from the top down."""
    placed, found, at = in_order(teams), [], None
    for depth, row in placed:
        if at is not None and depth <= at:
            break
        if at is not None:
            found.append(row["team"])
        elif row["team"] == team:
            at = depth
    return found


def draw_teams(me: Me, board: Board) -> None:
    """The tree of teams, to add one or open one."""
    teams = organisation.listed(me.actor, "teams")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = admin_lists.search("Search teams", key="teams")
        which = st.segmented_control(
            "Show", [_ACTIVE, _ALL], default=_ACTIVE, required=True, key="which_teams", bind="query-params"
        )
        if st.button("Add a team", key="add_team", icon=":material/group_add:", type="primary"):
            add(me, teams)
    config = st.column_config
    rows = [
        {
            **row,
            "shown": admin_lists.STEP * depth + plain(row["team"]),
            "cadence": choices.CADENCES.get(row["cadence_weeks"], ""),
            "about": plain(row["description"]),
            "state": "active" if row["active"] else "archived",
        }
        for depth, row in in_order([row for row in teams if row["active"] or which == _ALL])
    ]
    opened = admin_lists.draw(
        admin_lists.found(rows, words),
        {
            "shown": "Team",
            "kind": config.TextColumn("Kind"),
            "cadence": config.TextColumn("Check-in"),
            "about": config.TextColumn("Description", width="large"),
            "state": config.TextColumn("State"),
        },
        key="team",
        opens="shown",
        what="team",
    )
    if opened:
        edit(me, board, teams, opened)


@drawer("Add a team")
def add(form: Form, me: Me, teams: Sequence[Row]) -> None:
    """Adds a company, a function or a team."""
    company = next((row["team"] for row in teams if row["kind"] == "company"), "")
    values = _fields(form, TABLES["teams"].row(kind="team" if company else "company", parent=company), teams)
    form.save(
        "Add team",
        lambda key: organisation.add_team(me.actor, values, request_key=key),
        done=f"{values['team']} is added.",
    )


@drawer("Change a team")
def edit(form: Form, me: Me, board: Board, teams: Sequence[Row], row: Row) -> None:
    """Changes a team as it was when the drawer was opened."""
    values = _fields(form, row, teams)
    values["active"] = st.toggle(
        "Active", row["active"], key=form.key("active"), help="Off: archived. Its history stays, and it can come back."
    )
    form.below("Active", "active")
    changes = changed(row, values)
    confirmed = admin_lists.sure(form, _touched(me, board, teams, row, changes))
    form.save(
        "Save changes",
        lambda key: organisation.edit_team(
            me.actor, row["team"], changes, version=form.known(row)["version"], request_key=key
        ),
        done=f"{values['team']} is saved." if changes else "Nothing was changed.",
        reread=lambda: admin_lists.reread(me, "teams", row),
        disabled=not confirmed,
    )


def draw_memberships(me: Me) -> None:
    """Who belongs to which team, to put somebody in or open one membership."""
    teams = [row for row in organisation.listed(me.actor, "teams") if row["active"]]
    names = {row["username"]: row["name"] for row in organisation.listed(me.actor, "people") if row["active"]}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = admin_lists.search("Search members", key="members")
        texts = {"": "All teams", **choices.distinct({row["team"]: row["team"] for _, row in in_order(teams)})}
        team = st.selectbox(
            "Team", list(texts), format_func=choices.shown(texts), key="team", bind="query-params", width=240
        )
        if st.button("Put into a team", key="add_member", icon=":material/group_add:", type="primary"):
            put(me, names, [row["team"] for _, row in in_order(teams)], team or "")
        if st.button("Hand over", key="hand_over", icon=":material/move_up:"):
            admin_handover.anyones(me)
    rows = [
        {
            **row,
            "name": plain(names[row["person"]]),
            "of": plain(row["team"]),
            "as": "lead" if row["leads"] else "member",
        }
        for row in organisation.listed(me.actor, "memberships")
        if row["person"] in names and row["team"] in texts and team in ("", row["team"])
    ]
    if not rows and not words:
        st.info("Nobody belongs here yet. Put people into teams, so that they see what is theirs.")
        return
    config = st.column_config
    opened = admin_lists.draw(
        admin_lists.found(rows, words),
        {
            "name": "Name",
            "of": config.TextColumn("Team", width="medium"),
            "as": config.TextColumn("As"),
            "person": config.TextColumn("Username"),
        },
        key="member",
        opens="name",
        what="membership",
    )
    if opened:
        change(me, names, opened)


@drawer("Put into a team")
def put(form: Form, me: Me, names: Mapping[str, str], teams: Sequence[str], team: str) -> None:
    """Puts people into a team."""
    people = choices.search("People", choices.people(names), key=form.key("people"))
    form.below("The person", "person")
    texts = {one: plain(one) for one in teams}
    chosen = form.choice("Team", "team", texts, team or None, placeholder="Choose one")
    leads = st.checkbox(
        "They lead it", key=form.key("leads"), help="Leads decide on what their unit and those below carry."
    )
    form.save(
        "Put in",
        lambda key: _put(me, people, str(chosen), leads, key),
        done=f"{', '.join(names.get(one, one) for one in people[:3])}{' and others' if len(people) > 3 else ''}"
        f" now {'lead' if leads else 'belong to'} {chosen}.",
        disabled=not (people and chosen),
    )


@drawer("Change a membership")
def change(form: Form, me: Me, names: Mapping[str, str], row: Row) -> None:
    """Makes a member the lead or no lead, or takes them out of the team."""
    who = names.get(row["person"], row["person"])
    st.markdown(f"**{md(who)}** in **{md(row['team'])}**")
    parts = {"member": "Member", "lead": "Lead", "out": "Take out of the team"}
    part = st.radio(
        "Part", list(parts), index=int(row["leads"]), format_func=lambda one: parts[one], key=form.key("part")
    )
    form.below("The part", "person", "team", "leads")
    touched = []
    if part == "out":
        touched.append(
            f"{md(who)} loses the rights that come with {md(row['team'])}; key results they own stay theirs."
        )
    if row["leads"] and part != "lead":
        touched.append(f"{md(row['team'])} may be without a lead: then the nearest lead above answers for it.")
    confirmed = admin_lists.sure(form, touched)
    form.save(
        "Save changes",
        lambda key: organisation.set_membership(
            me.actor, row["person"], row["team"], member=part != "out", leads=part == "lead", request_key=key
        ),
        done=f"{who} is saved.",
        disabled=not confirmed,
    )


def _put(me: Me, people: Sequence[str], team: str, leads: bool, key: str) -> None:
    for person in people:
        organisation.set_membership(me.actor, person, team, leads=leads, request_key=f"{key}_{person}")


def _fields(form: Form, row: Row, teams: Sequence[Row]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    values["team"] = form.text("Name", "team", row["team"], max_chars=NAME)
    values["kind"] = form.choice(
        "Kind",
        "kind",
        {kind: kind.capitalize() for kind in UNIT_KINDS},
        row["kind"],
        help="Functions are the big parts of the company (Marketing, Product); teams stand below them.",
    )
    values["parent"] = ""
    if values["kind"] != "company":
        own = {row["team"], *below(teams, row["team"])}  # nothing stands under itself
        others = [
            (depth, r["team"]) for depth, r in in_order([r for r in teams if r["active"]]) if r["team"] not in own
        ]
        above = {"": "the company itself"} | {one: admin_lists.STEP * depth + plain(one) for depth, one in others}
        values["parent"] = form.choice("Stands under", "parent", above, row["parent"], called="The unit above")
    cadence = form.choice("Check-in", "cadence_weeks", _CADENCES, row["cadence_weeks"] or 0)
    values["cadence_weeks"] = cadence or None
    values["description"] = form.text(
        "Description", "description", row["description"], lines=True, placeholder="What it is there for"
    )
    return values


def _touched(me: Me, board: Board, teams: Sequence[Row], row: Row, changes: Mapping[str, Any]) -> list[str]:
    """What archiving, moving or renaming a team means."""
    name, said = md(row["team"]), []
    if changes.get("active") is False:
        said.append(f"{name} leaves every list and choice. Its history stays, and it can come back.")
    if "team" in changes:
        said.append(f"{name} is called {md(changes['team'])} everywhere; links that name it end.")
    if {"parent", "kind"} & changes.keys():
        moved = [row["team"], *below([one for one in teams if one["active"]], row["team"])]
        if "parent" in changes and len(moved) > 1:
            names = ", ".join(md(one) for one in moved[1 : _FEW + 1])
            more = f" and {len(moved) - 1 - _FEW} more" if len(moved) > _FEW + 1 else ""
            said.append(f"With it moves what stands below it: {names}{more}.")
        members = {one["person"] for one in organisation.listed(me.actor, "memberships") if one["team"] in moved}
        carried = int(board.key_results["team"].isin(moved).sum())
        people = "1 person" if len(members) == 1 else f"{len(members):,} people"
        said.append(
            f"The figures of the units above change: {show.count(carried, 'key result')} and {people} move along."
            " Who leads above changes too, and so what these may see and decide."
        )
    return said
