"""The drawers in which key results are made, changed with a reason, moved and dropped, one or many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import KINDS, NAME, TABLES, TEXT, TITLE, Row, join_refs, refs
from okrdash.domain.typed import Scale
from okrdash.domain.validate import target_from_relative
from okrdash.services import key_results
from okrdash.ui import choices, show
from okrdash.ui.forms import Form
from okrdash.ui.open_points import KIND_WORDS
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain

KIND_HELP = (
    "**increase to** and **reduce to** go from a starting value to a target. **keep within** is a guardrail that must"
    " not break. **steps** are done one after the other. **find the starting value** when nobody knows it yet."
)
CADENCES: Mapping[int, str] = {
    0: "as its team does",
    1: "every week",
    2: "every two weeks",
    4: "every four weeks",
}
_TARGETS = ("the number itself", "a change in per cent", "a multiple")
_STEPS = ("step", "weight", "due", "done_on")
_BLANK: Row = {**TABLES["key_results"].row(), "kind": "increase", "steps": [], "version": 1}


@st.dialog("New key result", width="medium", position="right")
def new(me: Me, board: Board, names: Mapping[str, str], objective: str, opening: str) -> None:
    """Makes a key result at home under an objective."""
    form = Form(opening)
    st.caption(f"Of: {md(board.objectives.at[objective, 'title'])}")
    values, steps, _ = _fields(form, board, names, _BLANK | {"objective": objective})
    values["objective"] = objective
    if st.button("Create key result", key=form.key("save"), icon=":material/check:"):
        form.save(
            lambda key: key_results.create_key_result(me.actor, _given(values), steps=steps or (), request_key=key),
            done=f"“{values['title']}” is made.",
        )


@st.dialog("Change key result", width="medium", position="right")
def edit(me: Me, board: Board, names: Mapping[str, str], row: Row, opening: str) -> None:
    """Changes a key result as it was when the drawer was opened: only what was touched is sent."""
    form = Form(opening)
    values, steps, begun = _fields(form, board, names, row)
    values["objective"] = _home(form, board, row)
    reason = ""
    if begun:
        reason = st.text_input(
            "Reason for the change",
            key=form.key("reason"),
            max_chars=TEXT,
            help="It has begun: a change of how it is measured, of its weight or of its days needs a reason,"
            " which stands beside the change from then on.",
        )
        form.below("The reason", "reason")
    if st.button("Save changes", key=form.key("save"), icon=":material/check:"):
        form.save(
            lambda key: key_results.edit_key_result(
                me.actor,
                row["id"],
                {name: value for name, value in _given(values).items() if value != row[name]},
                version=form.known("version", row["version"]),
                reason=reason,
                steps=steps,
                steps_before=form.known("steps", row["steps"]) if steps is not None else None,
                request_key=key,
            ),
            done="Saved.",
            reread=lambda: _now(me, row["id"]),
        )


@st.dialog("Drop key result", position="right")
def drop(me: Me, row: Row, opening: str) -> None:
    """Drops a key result, with the reason."""
    form = Form(opening)
    st.markdown(f"**{md(row['title'])}** leaves every list and figure. Its history stays, and it can come back.")
    reason = st.text_area("Why is it dropped?", key=form.key("reason"), max_chars=TEXT)
    form.below("The reason", "reason")
    if st.button("Drop key result", key=form.key("save"), icon=":material/archive:"):
        form.save(
            lambda key: key_results.drop_key_result(
                me.actor, row["id"], reason, version=form.known("version", row["version"]), request_key=key
            ),
            done="The key result is dropped.",
            reread=lambda: _now(me, row["id"]),
        )


@st.dialog("Change several key results", width="medium", position="right")
def edit_many(me: Me, board: Board, names: Mapping[str, str], chosen: Sequence[str], opening: str) -> None:
    """Changes owner, due day or cadence of several key results at once."""
    form = Form(opening)
    rows = board.key_results.loc[list(chosen)]
    st.markdown(f"**{len(rows)} key results**: what you leave as it is stays.")
    with st.expander("Which ones"):
        st.markdown("\n".join(f"- {md(title)}" for title in rows["title"].head(50)))
        if len(rows) > 50:
            st.caption(f"And {len(rows) - 50} more.")
    changes: Row = {}
    people = choices.people(names, "No owner of its own: the objective's answers")
    owner = st.selectbox(
        "Owner",
        list(people),
        index=None,
        format_func=choices.shown(people),
        key=form.key("owner"),
        placeholder="as it is",
    )
    if owner is not None:
        changes["owner"] = owner
    form.below("The owner", "owner")
    due = _day("Due", form, "due", None, help="Blank: as it is.")
    if due:
        changes["due"] = due
    cadence = st.selectbox(
        "Check-in",
        list(CADENCES),
        index=None,
        format_func=lambda weeks: CADENCES[weeks],
        key=form.key("cadence_weeks"),
        placeholder="as it is",
    )
    if cadence is not None:
        changes["cadence_weeks"] = cadence or None
    form.below("The cadence", "cadence_weeks")
    reason = ""
    if due and bool((rows["start"].dt.date <= board.day).any()):
        reason = st.text_input("Why does the due day move?", key=form.key("reason"), max_chars=TEXT)
    form.below("The reason", "reason")
    if st.button(f"Change {len(rows)} key results", key=form.key("save"), disabled=not changes):
        form.save(
            lambda key: _named(
                board, lambda: key_results.edit_many(me.actor, chosen, changes, reason=reason, request_key=key)
            ),
            done=f"{len(rows)} key results are changed.",
        )


def _named(board: Board, call: Callable[[], object]) -> None:
    """Lets problems name key results by their titles instead of their identifiers."""
    try:
        call()
    except Invalid as fault:
        problems = []
        for problem in fault.problems:
            identifier, _, field = problem.where.partition(" ")
            if identifier in board.key_results.index:
                title = board.key_results.at[identifier, "title"]
                problem = Problem(field, f"“{plain(title)[:80]}”: {problem.message}")  # noqa: PLW2901
            problems.append(problem)
        raise Invalid(*problems) from None


def _fields(form: Form, board: Board, names: Mapping[str, str], row: Row) -> tuple[Row, list[Row] | None, bool]:
    """The fields of a key result: the values, its steps (None where they were not touched), whether it has begun."""
    cycle = board.objectives.at[row["objective"], "cycle"]
    cycle_start, cycle_end = (_date(board.cycles.at[cycle, name]) for name in ("start", "end"))
    begun = bool(row["id"]) and (row["start"] or cycle_start) <= board.day
    values: Row = {}
    values["title"] = st.text_input(
        "Title",
        row["title"],
        max_chars=TITLE,
        key=form.key("title"),
        placeholder="Raise trials that convert from 12 % to 20 %",
    )
    form.below("The title", "title")
    first, second = st.columns(2)
    values["kind"] = first.selectbox(
        "Kind",
        list(KINDS),
        index=list(KINDS).index(row["kind"]),
        format_func=lambda kind: KIND_WORDS[kind],
        key=form.key("kind"),
        help=KIND_HELP,
    )
    with first:
        form.below("The kind", "kind", "phases")
    values["unit"] = second.text_input(
        "Unit", row["unit"], max_chars=NAME, key=form.key("unit"), placeholder="%, points, days …"
    )
    with second:
        form.below("The unit", "unit")
    steps = _measure(form, row, values)
    first, second, third = st.columns(3)
    with first:
        values["due"] = _day(
            "Due", form, "due", row["due"], help=f"Blank: the end of its cycle, {show.day(cycle_end)}."
        )
    with second:
        weight = form.number(
            "Weight", "weight", row["weight"], Scale(), help="Its share in the objective's mean; 1 is usual."
        )
        values["weight"] = 1.0 if weight is None else weight
    with third:
        weeks = st.selectbox(
            "Check-in",
            list(CADENCES),
            index=list(CADENCES).index(row["cadence_weeks"] or 0),
            format_func=lambda weeks: CADENCES[weeks],
            key=form.key("cadence_weeks"),
        )
        values["cadence_weeks"] = weeks or None
        form.below("The cadence", "cadence_weeks")
    values |= _care(form, board, names, row)
    others = choices.objectives(board, but=[row["objective"]])
    also = choices.search(
        "Also counts under",
        others,
        key=form.key("also"),
        chosen=refs(row["also"]),
        help="Further objectives, anywhere in the company: one value, one check-in; it counts in each of their means.",
    )
    values["also"] = join_refs(also)
    form.below("Also counts under", "also")
    return values, steps, begun


def _measure(form: Form, row: Row, values: Row) -> list[Row] | None:
    """Puts what the chosen kind is measured by into `values`; returns its steps if they were touched."""
    unit = values["unit"] or ""
    match values["kind"]:
        case "increase" | "decrease":
            _way(form, row, values, unit)
        case "maintain":
            first, second = st.columns(2)
            with first:
                values["lower"] = form.number("At least", "lower", row["lower"], _scale(row, unit))
            with second:
                values["upper"] = form.number("At most", "upper", row["upper"], _scale(row, unit))
            st.caption("A guardrail is kept or broken; it stays out of the objective's mean.")
        case "milestone":
            return _steps(form, row)
        case _:
            st.caption("It is reached once a first value is recorded; then make it one of the other kinds.")
    return None


def _way(form: Form, row: Row, values: Row, unit: str) -> None:
    first, second = st.columns(2)
    with first:
        values["baseline"] = form.number(
            "From",
            "baseline",
            row["baseline"],
            _scale(row, unit),
            help="The value at the start. 12k, 1,5 and 30 % are understood.",
        )
    with second:
        place = st.container()
        how = st.selectbox("The target is given as", _TARGETS, key=form.key("how"))
    baseline = values["baseline"]
    with place:
        if how == _TARGETS[0]:
            values["target"] = form.number("To", "target", row["target"], _scale(row, unit))
            return
        in_percent = how == _TARGETS[1]
        amount = form.number(
            "By, in %" if in_percent else "Times",
            "target",
            None,
            Scale("%" if in_percent else ""),
            at=form.key("percent" if in_percent else "multiple"),
            placeholder="−20" if in_percent else "2",
        )
    values["target"] = None
    if baseline is None or amount is None:
        st.caption("The target is worked out from the starting value.")
        return
    try:
        target = target_from_relative(baseline, amount if in_percent else None, None if in_percent else amount)
    except Invalid as fault:
        st.caption(f":red[{md(fault.problems[0].message)}]")
        return
    values["target"] = target
    st.markdown(f"From **{md(show.number(baseline))}** to **{md(show.number(target, unit))}**")


def _scale(row: Row, unit: str) -> Scale:
    """What is known of its measure, so that what is typed can be understood."""
    return Scale(unit, tuple(row[name] for name in ("baseline", "target", "lower", "upper") if row[name] is not None))


def _steps(form: Form, row: Row) -> list[Row] | None:
    """The steps as a table to type into."""
    before = [{name: step[name] for name in _STEPS} for step in row["steps"]]
    frame = pd.DataFrame(before, columns=list(_STEPS)).astype({"step": object, "weight": "float64"})
    frame["due"], frame["done_on"] = pd.to_datetime(frame["due"]), pd.to_datetime(frame["done_on"])
    config = st.column_config
    st.markdown("Steps")
    edited = st.data_editor(
        frame,
        column_config={
            "step": config.TextColumn("Step", required=True, max_chars=TITLE, width="large"),
            "weight": config.NumberColumn("Weight", default=1.0, min_value=0.001, max_value=1000.0, width="small"),
            "due": config.DateColumn("Due", format="D MMM YYYY"),
            "done_on": config.DateColumn("Done on", format="D MMM YYYY"),
        },
        num_rows="dynamic",
        hide_index=True,
        key=form.key("steps"),
        alt="Steps of the key result: step, weight, due day, day on which it was done",
    )
    st.caption("Each step counts by its weight. A step without a day is due with the key result.")
    form.below("A step", "steps")
    after = [_step(step) for step in edited.to_dict("records") if not show.blank(step["step"])]
    return None if after == before else after


def _step(step: Mapping[Any, Any]) -> Row:
    return {
        "step": str(step["step"]),
        "weight": 1.0 if show.blank(step["weight"]) else float(step["weight"]),
        **{name: None if show.blank(step[name]) else pd.Timestamp(step[name]).date() for name in ("due", "done_on")},
    }


def _care(form: Form, board: Board, names: Mapping[str, str], row: Row) -> Row:
    values: Row = {}
    home_owner, home_team = (str(board.objectives.at[row["objective"], n]) for n in ("accountable", "team"))
    first, second = st.columns(2)
    with first:
        people = choices.people(names, f"The objective's: {plain(show.person(home_owner, names))}")
        people = people if row["owner"] in people else {row["owner"]: row["owner"], **people}
        values["owner"] = st.selectbox(
            "Owner",
            list(people),
            index=list(people).index(row["owner"]),
            format_func=choices.shown(people),
            key=form.key("owner"),
        )
        form.below("The owner", "owner")
    with second:
        teams = ["", *board.teams.index]
        teams = teams if row["team"] in teams else [row["team"], *teams]
        values["team"] = st.selectbox(
            "Team",
            teams,
            index=teams.index(row["team"]),
            format_func=lambda team: plain(team) if team else f"The objective's: {plain(home_team)}",
            key=form.key("team"),
            help="Which team does the work. An objective is shared by giving its key results to several.",
        )
        form.below("The team", "team")
    return values


def _home(form: Form, board: Board, row: Row) -> str:
    """The objective at which it is at home, for moving it."""
    texts = choices.objectives(board)
    with st.expander("Move to another objective"):
        moved = choices.search("New home", texts, key=form.key("home"), help="Choose one.")
    form.below("The new home", "objective")
    return moved[0] if moved else str(row["objective"])


def _given(values: Mapping[str, Any]) -> Row:
    """The values without those of which the form said nothing."""
    return {
        name: ("" if value is None and name in ("owner", "team", "unit") else value) for name, value in values.items()
    }


def _now(me: Me, identifier: str) -> Mapping[str, Any]:
    row = key_results.key_result(me.actor, identifier)
    return {"version": row["version"], "steps": row["steps"]}


def _day(says: str, form: Form, field: str, value: date | None, **options: Any) -> date | None:
    """A field for a day, typed or picked."""
    picked = st.date_input(says, value, key=form.key(field), format="YYYY-MM-DD", **options)
    form.below(f"The {says.lower()} day", field)
    return picked if isinstance(picked, date) else None


def _date(value: Any) -> date:
    day: date = value.date()
    return day
