"""The fields that open when somebody says "this one is mine"."""

from __future__ import annotations

from typing import Any

import streamlit as st

from okrdash.domain.columns import Row
from okrdash.ui.open_points import KIND_WORDS
from okrdash.ui.text import label

_LATER = "I don't know the number yet"
_ENDS = {"baseline": "From", "target": "To", "lower": "At least", "upper": "At most"}
_NEEDED = {
    "increase": ("baseline", "target"),
    "decrease": ("baseline", "target"),
    "maintain": ("lower", "upper"),
    "baseline": (),
}


def fields(row: Row, *, number_open: bool) -> dict[str, Any]:
    """The fields for one key result, with what the import guessed filled in; what was given otherwise, by column."""
    given = (_measure(row) if number_open else {}) | _due(row)
    return {name: value for name, value in given.items() if value != row[name]}


def _measure(row: Row) -> dict[str, Any]:
    """How it is measured; nothing while that is not known."""
    key = row["id"]
    words = {_LATER: "", **{word: kind for kind, word in KIND_WORDS.items() if kind != "milestone"}}
    guessed = KIND_WORDS[row["kind"]] if row["kind"] != "milestone" else _LATER
    kind = words[
        st.selectbox(
            "How is it measured?",
            list(words),
            index=list(words).index(guessed),
            key=f"kind_{key}",
            help="Steps can be given on its page later.",
        )
    ]
    if not kind:
        return {}
    ends: dict[str, float | None] = dict.fromkeys(_ENDS)
    with st.container(horizontal=True):
        for column, title in _ENDS.items():
            if column in _NEEDED[kind]:
                ends[column] = _number(title, row, column)
        unit = st.text_input("Unit", key=f"unit_{key}", value=row["unit"], max_chars=120, placeholder="%, days, €")
    return {"kind": kind, "unit": unit.strip(), **ends}


def _number(title: str, row: Row, column: str) -> float | None:
    return st.number_input(title, value=row[column], key=f"{column}_{row['id']}", format="%g", step=1.0, width=150)


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
