"""The fields that open when somebody says "this one is mine"."""

from __future__ import annotations

from typing import Any

import streamlit as st

from okrdash.domain.tables import Row
from okrdash.ui.open_points import KIND_WORDS
from okrdash.ui.text import label

_LATER = "I don't know the number yet"


def fields(row: Row, *, has_number: bool) -> dict[str, Any]:
    """The fields for one key result; what was given, by column. Blank fields are left out."""
    key = row["id"]
    if has_number:
        return _due(row)
    words = {_LATER: "", **{word: kind for kind, word in KIND_WORDS.items() if kind != "milestone"}}
    kind = words[
        st.selectbox(
            "How is it measured?", list(words), key=f"kind_{key}", help="Steps can be given on its page later."
        )
    ]
    values: dict[str, Any] = {"kind": kind} if kind else {}
    with st.container(horizontal=True):
        if kind in ("increase", "decrease"):
            values["baseline"] = _number("From", row, "baseline")
            values["target"] = _number("To", row, "target")
        elif kind == "maintain":
            values["lower"] = _number("At least", row, "lower")
            values["upper"] = _number("At most", row, "upper")
        if kind:
            unit = st.text_input("Unit", key=f"unit_{key}", value=row["unit"], max_chars=120, placeholder="%, days, €")
            values["unit"] = unit
    return {name: value for name, value in (values | _due(row)).items() if value is not None}


def _number(title: str, row: Row, column: str) -> float | None:
    return st.number_input(title, value=None, key=f"{column}_{row['id']}", format="%g", step=1.0, width=150)


def _due(row: Row) -> dict[str, Any]:
    if row["due"] is not None:
        return {}
    day = st.date_input(
        "Due",
        value=None,
        key=f"due_{row['id']}",
        format="YYYY-MM-DD",
        help=f"Blank: the end of its cycle. For {label(row['title'])}.",
        width=180,
    )
    return {"due": day} if day else {}
