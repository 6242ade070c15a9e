"""The drawers in which key results are made, changed with a reason, moved and dropped, one or many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pandas import Series

from okrdash.domain.board import Board
from okrdash.domain.columns import NAME, TITLE, Row, join_refs, refs
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import KINDS, TABLES
from okrdash.domain.typed import Scale
from okrdash.services import key_results
from okrdash.ui import asking, choices, faults, measure_fields, show
from okrdash.ui.dependency_line import show_who_is_told
from okrdash.ui.forms import Form, changed, drawer
from okrdash.ui.open_points import KIND_WORDS
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

_KIND_HELP = (
    "**increase to** and **reduce to** go from a starting value to a target. **keep within** is a guardrail that must"
    " not break. **steps** are done one after the other. **find the starting value** when nobody knows it yet."
)
_CADENCES: Mapping[int, str] = {0: "as its team does", **choices.CADENCES}
_BLANK: Row = {**TABLES["key_results"].row(), "kind": "increase", "steps": [], "version": 1}


@drawer("New key result", width="medium")
def new(form: Form, me: Me, board: Board, names: Mapping[str, str], objective: str) -> None:
    """Makes a key result at home under an objective."""
    st.caption(f"Of: {md(board.objectives.at[objective, 'title'])}")
    values, steps, _ = _fields(form, board, names, _BLANK | {"objective": objective})
    values["objective"] = objective
    ask = _ask_next(form, me, board, values)

    def create(key: str) -> None:
        identifier = key_results.create_key_result(me.actor, values, steps=steps or (), request_key=key)
        if ask:
            asking.ask_next(identifier)

    form.save(
        "Create key result",
        create,
        done=f"“{values['title']}” is made.",
    )


@drawer("Change key result", width="medium")
def edit(form: Form, me: Me, board: Board, names: Mapping[str, str], row: Row) -> None:
    """Changes a key result as it was when the drawer was opened: only what was touched is sent."""
    values, steps, begun = _fields(form, board, names, row)
    values["objective"] = _home(form, board, row)
    reason = ""
    if begun:
        reason = form.reason(
            "Reason for the change",
            help="It has begun: a change of how it is measured, of its weight or of its days needs a reason,"
            " which stands beside the change from then on.",
        )
    known, ask = form.known(row), _ask_next(form, me, board, values)

    def save(key: str) -> None:
        key_results.edit_key_result(
            me.actor,
            row["id"],
            changed(row, values),
            version=known["version"],
            reason=reason,
            steps=steps,
            steps_before=known["steps"] if steps is not None else None,
            request_key=key,
        )
        if ask:
            asking.ask_next(row["id"])

    form.save(
        "Save changes",
        save,
        done="Saved.",
        reread=lambda: key_results.key_result(me.actor, row["id"]),
    )


@drawer("Drop key result")
def drop(form: Form, me: Me, row: Row) -> None:
    """Drops a key result, with the reason."""
    st.markdown(f"**{md(row['title'])}** leaves every list and figure. Its history stays, and it can come back.")
    show_who_is_told(me, row["id"])
    reason = form.reason("Why is it dropped?", lines=True)
    form.save(
        "Drop key result",
        lambda key: key_results.drop_key_result(
            me.actor, row["id"], reason, version=form.known(row)["version"], request_key=key
        ),
        done="The key result is dropped.",
        reread=lambda: key_results.key_result(me.actor, row["id"]),
        icon=":material/archive:",
    )


@drawer("Change several key results", width="medium")
def edit_many(form: Form, me: Me, board: Board, names: Mapping[str, str], chosen: Sequence[str]) -> None:
    """Changes owner, due day or cadence of several key results at once."""
    rows = board.key_results.loc[list(chosen)]
    st.markdown(f"**{len(rows)} key results**: what you leave as it is stays.")
    with st.expander("Which ones"):
        st.markdown("\n".join(f"- {md(title)}" for title in rows["title"].head(50)))
        if len(rows) > 50:
            st.caption(f"And {len(rows) - 50} more.")
    people = choices.people(names, "No owner of its own: the objective's answers")
    owner = form.choice("Owner", "owner", people, placeholder="as it is")
    due = form.day("Due", "due", called="The due day", help="Blank: as it is.")
    cadence = form.choice("Check-in", "cadence_weeks", _CADENCES, called="The cadence", placeholder="as it is")
    changes: Row = {}
    if owner is not None:
        changes["owner"] = owner
    if due:
        changes["due"] = due
    if cadence is not None:
        changes["cadence_weeks"] = cadence or None
    reason = ""
    if due and bool((rows["start"].dt.date <= board.day).any()):
        reason = form.reason("Why does the due day move?")
    form.save(
        f"Change {len(rows)} key results",
        lambda key: _edit_many(me, board, chosen, changes, reason, key),
        done=f"{len(rows)} key results are changed.",
        disabled=not changes,
    )


def _edit_many(me: Me, board: Board, chosen: Sequence[str], changes: Row, reason: str, key: str) -> None:
    """Changes them all; problems name the key results by their titles."""
    titles = board.key_results["title"].to_dict()
    try:
        key_results.edit_many(me.actor, chosen, changes, reason=reason, request_key=key)
    except Invalid as fault:
        problems = []
        for problem in fault.problems:
            title, at_field = faults.of_which(problem, titles)
            told = f"“{plain(title)[:80]}”: {problem.message}" if title else problem.message
            problems.append(Problem(at_field.where, told))
        raise Invalid(*problems) from None


def _fields(form: Form, board: Board, names: Mapping[str, str], row: Row) -> tuple[Row, list[Row] | None, bool]:
    """The fields of a key result: the values, its steps (None where they were not touched), whether it has begun."""
    home = board.objective(row["objective"])
    cycle = board.cycle(home["cycle"])
    begun = bool(row["id"]) and (row["start"] or cycle["start"].date()) <= board.day
    values: Row = {
        "title": form.text(
            "Title",
            "title",
            row["title"],
            max_chars=TITLE,
            placeholder="Raise trials that convert from 12 % to 20 %",
        )
    }
    first, second = st.columns(2)
    with first:
        kinds = {kind: KIND_WORDS[kind] for kind in KINDS}
        values["kind"] = form.choice("Kind", "kind", kinds, row["kind"], help=_KIND_HELP)
        form.below("The kind", "phases")
    with second:
        values["unit"] = form.text("Unit", "unit", row["unit"], max_chars=NAME, placeholder="%, points, days …")
    measured, steps = measure_fields.draw(form, row, values["kind"], values["unit"])
    values |= measured
    first, second, third = st.columns(3)
    with first:
        end = f"Blank: the end of its cycle, {show.day(cycle['end'])}."
        values["due"] = form.day("Due", "due", row["due"], called="The due day", help=end)
    with second:
        weight = form.number(
            "Weight", "weight", row["weight"], Scale(), help="Its share in the objective's mean; 1 is usual."
        )
        values["weight"] = 1.0 if weight is None else weight
    with third:
        cadence = form.choice("Check-in", "cadence_weeks", _CADENCES, row["cadence_weeks"] or 0, called="The cadence")
        values["cadence_weeks"] = cadence or None
    values |= _care(form, board, names, row, home)
    also = choices.search(
        "Also counts under",
        choices.objectives(board, but=[row["objective"]]),
        key=form.key("also"),
        chosen=refs(row["also"]),
        help="Further objectives, anywhere in the company: one value, one check-in; it counts in each of their means.",
    )
    values["also"] = join_refs(also)
    form.below("Also counts under", "also")
    return values, steps, begun


def _ask_next(form: Form, me: Me, board: Board, values: Row) -> bool:
    """Whether to go on with asking a team for what it needs; not offered where nothing can be asked for yet."""
    home = board.objective(values["objective"])
    owner, team = values["owner"] or home["accountable"], values["team"] or home["team"]
    if not asking.may_ask(me, home["state"], owner, team):
        return False
    return st.checkbox("Then ask another team for what it needs", key=form.key("ask"))


def _care(form: Form, board: Board, names: Mapping[str, str], row: Row, home: Series[Any]) -> Row:
    """Who answers for it, and which team does the work; without its own, those of its home."""
    first, second = st.columns(2)
    with first:
        people = choices.people(names, f"The objective's: {plain(show.person(home['accountable'], names))}")
        owner = form.choice("Owner", "owner", people, row["owner"])
    with second:
        teams = {"": f"The objective's: {plain(home['team'])}", **{team: plain(team) for team in board.teams.index}}
        team = form.choice(
            "Team",
            "team",
            teams,
            row["team"],
            help="Which team does the work. An objective is shared by giving its key results to several.",
        )
    return {"owner": owner, "team": team}


def _home(form: Form, board: Board, row: Row) -> str:
    """The objective at which it is at home, for moving it."""
    texts = choices.objectives(board)
    with st.expander("Move to another objective"):
        moved = choices.search("New home", texts, key=form.key("home"), help="Choose one.")
    form.below("The new home", "objective")
    return moved[0] if moved else str(row["objective"])
