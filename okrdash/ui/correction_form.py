"""The drawers in which a check-in is corrected, and one is made for a day that is past."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import NAME, Row
from okrdash.domain.errors import Invalid, Problem
from okrdash.domain.tables import TABLES
from okrdash.domain.typed import scale_of
from okrdash.services import check_in
from okrdash.services.check_in import Entry
from okrdash.ui import show
from okrdash.ui.check_in_words import likely
from okrdash.ui.forms import Form, drawer
from okrdash.ui.session import Me
from okrdash.ui.text import md

_SURE: Mapping[Any, str] = {None: "not stated", **{n: likely(n) for n in range(11)}}


@drawer("Correct a check-in")
def correct(form: Form, me: Me, board: Board, row: Row) -> None:
    """Writes a check-in anew; the old one stays in sight, struck through, and counts for nothing."""
    st.caption("What you save counts in its place. The old one stays in sight, struck through.")
    values = _fields(form, board, row)
    values["replaces"] = row["id"]
    form.save("Save the correction", lambda key: _save(me, row, values, key), done="The check-in is corrected.")


@drawer("Add a check-in")
def add(form: Form, me: Me, board: Board, key_result: str) -> None:
    """Makes a check-in for a day that is past."""
    st.caption("For a day on which nobody wrote down how it stood.")
    row = TABLES["check_ins"].row(key_result=key_result)
    values = _fields(form, board, row)
    form.save("Save the check-in", lambda key: _save(me, row, values, key), done="The check-in is added.")


def _fields(form: Form, board: Board, row: Row) -> dict[str, Any]:
    """The fields of a check-in, as they stand."""
    key_result = board.key_result(row["key_result"])
    st.markdown(f"**{md(key_result['title'])}**  \n:small[{md(show.stands(key_result))}]")
    values: dict[str, Any] = {"value": None}
    values["as_of"] = form.day("The day it speaks for", "as_of", row["as_of"] or board.day, called="The day")
    if key_result["kind"] != "milestone":
        says = f"Value in {md(key_result['unit'])}" if key_result["unit"] else "Value"
        values["value"] = form.number(says, "value", row["value"], scale_of(key_result))
    values["confidence"] = form.choice(
        "Confidence: how likely is it to be met?", "confidence", _SURE, row["confidence"]
    )
    for name, says in (("note", "What changed?"), ("next", "What comes next?"), ("blocker", "What is in the way?")):
        values[name] = form.text(says, name, row[name], lines=True, height=80)
    values["helper"] = form.text("Who could help?", "helper", row["helper"], max_chars=NAME)
    values["evidence"] = form.text("Evidence (a web address)", "evidence", row["evidence"])
    form.below("The correction", "replaces")
    return values


def _save(me: Me, row: Row, values: Mapping[str, Any], key: str) -> None:
    """Saves it; problems stand at their fields."""
    try:
        check_in.check_in(me.actor, [Entry(row["key_result"], **values)], request_key=key)
    except Invalid as fault:
        raise Invalid(*(Problem(p.where.rpartition(" ")[2], p.message) for p in fault.problems)) from None
