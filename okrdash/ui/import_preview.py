"""What an import would do, to be read before it is done."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from okrdash.domain.errors import Problem
from okrdash.transfer.importing import Plan
from okrdash.ui import show
from okrdash.ui.open_points import KIND_WORDS
from okrdash.ui.text import md, plain

_MOST = 200
"""Problems and remarks that are listed; the rest is counted."""


def show_plan(plan: Plan) -> None:
    """Problems first; else what is new, changed and as before, what was read, guessed, and is gone."""
    if plan.problems:
        show_problems(plan.problems)
        return
    tables = list(dict.fromkeys([*plan.created, *plan.unchanged]))
    counts = pd.DataFrame(
        {
            "": [table.replace("_", " ").capitalize() for table in tables],
            "New": [plan.created.get(table, 0) for table in tables],
            "Changed": [plan.changed.get(table, 0) for table in tables],
            "As before": [plan.unchanged.get(table, 0) for table in tables],
        }
    )
    if not plan.rows:
        st.info("Everything in it is known already; there is nothing to import.", icon=":material/task_alt:")
    st.dataframe(counts, hide_index=True, key="import_counts", alt="How many rows of each kind are new or changed")
    if plan.rows.get("key_results"):
        with st.expander(f"What was read: {show.count(len(plan.rows['key_results']), 'key result')}", expanded=True):
            st.dataframe(_read(plan), hide_index=True, key="import_read", alt="Each key result as it was read")
    titles = {row["id"]: row["title"] for table in ("objectives", "key_results") for row in plan.rows.get(table, ())}
    for title, lines in (
        (
            "Have a look at this afterwards",
            [f"{titles.get(note.about, note.about)}: {note.note}" for note in plan.notes],
        ),
        ("Remarks", [str(warning) for warning in plan.warnings]),
        ("No longer in the document; they stay as they are", plan.gone),
    ):
        if lines:
            with st.expander(f"{title}: {len(lines)}"):
                _listed(lines)


def show_problems(problems: Sequence[Problem]) -> None:
    """Every problem, by where it is."""
    st.error(
        f"{show.count(len(problems), 'problem')}. Nothing is imported before all is mended.", icon=":material/error:"
    )
    _listed([str(problem) for problem in problems])


def _listed(lines: list[str]) -> None:
    st.markdown("\n".join(f"- {md(line)}" for line in lines[:_MOST]))
    if len(lines) > _MOST:
        st.caption(f"… and {len(lines) - _MOST} more.")


def _read(plan: Plan) -> pd.DataFrame:
    objectives = {row["id"]: row for row in plan.rows.get("objectives", ())}
    rows = []
    for row in plan.rows["key_results"]:
        home = objectives.get(row["objective"], {})
        if row["kind"] == "maintain":
            measure = show.bounds(row)
        elif row["kind"] in ("increase", "decrease"):
            measure = f"{show.number(row['baseline'])} → {show.number(row['target'], row['unit'])}"
        else:
            measure = ""
        rows.append(
            {
                "Team": plain(row["team"] or home.get("team", "")),
                "Objective": plain(home.get("title", row["objective"])),
                "Key result": plain(row["title"]),
                "Kind": KIND_WORDS[row["kind"]],
                "Measured": plain(measure),
                "Due": show.day(row["due"]),
            }
        )
    return pd.DataFrame(rows)
