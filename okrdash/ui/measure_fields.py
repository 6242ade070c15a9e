"""The fields for what a key result is measured by: bounds, a start and a target, or steps, as its kind asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.columns import TITLE, Row
from okrdash.domain.errors import Invalid
from okrdash.domain.typed import Scale
from okrdash.domain.validate import target_from_relative
from okrdash.ui import show
from okrdash.ui.forms import Form
from okrdash.ui.text import md

_TARGETS = ("the number itself", "a change in per cent", "a multiple")
_STEPS = ("step", "weight", "due", "done_on")


def draw(form: Form, row: Row, kind: str, unit: str) -> tuple[Row, list[Row] | None]:
    """The fields of a kind: their values by column, and the steps, None where these were not touched."""
    scale = _scale(row, unit)
    match kind:
        case "increase" | "decrease":
            return _way(form, row, unit, scale), None
        case "maintain":
            first, second = st.columns(2)
            values: Row = {}
            with first:
                values["lower"] = form.number("At least", "lower", row["lower"], scale)
            with second:
                values["upper"] = form.number("At most", "upper", row["upper"], scale)
            st.caption("A guardrail is kept or broken; it stays out of the objective's mean.")
            return values, None
        case "milestone":
            return {}, _steps(form, row)
        case _:
            st.caption("It is reached once a first value is recorded; then make it one of the other kinds.")
            return {}, None


def _way(form: Form, row: Row, unit: str, scale: Scale) -> Row:
    """From where to where; the target can be given as a change, then it is worked out."""
    first, second = st.columns(2)
    with first:
        baseline = form.number(
            "From",
            "baseline",
            row["baseline"],
            scale,
            help="The value at the start. 12k, 1,5 and 30 % are understood.",
        )
    with second:
        place = st.container()
        how = st.selectbox("The target is given as", _TARGETS, key=form.key("how"))
    with place:
        if how == _TARGETS[0]:
            return {"baseline": baseline, "target": form.number("To", "target", row["target"], scale)}
        in_percent = how == _TARGETS[1]
        amount = form.number(
            "By, in %" if in_percent else "Times",
            "target",
            None,
            Scale("%" if in_percent else ""),
            at=form.key("percent" if in_percent else "multiple"),
            placeholder="−20" if in_percent else "2",
        )
    if baseline is None or amount is None:
        st.caption("The target is worked out from the starting value.")
        return {"baseline": baseline, "target": None}
    try:
        target = target_from_relative(baseline, amount if in_percent else None, None if in_percent else amount)
    except Invalid as fault:
        st.caption(f":red[{md(fault.problems[0].message)}]")
        return {"baseline": baseline, "target": None}
    st.markdown(f"From **{md(show.number(baseline))}** to **{md(show.number(target, unit))}**")
    return {"baseline": baseline, "target": target}


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
