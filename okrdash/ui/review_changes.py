"""Since last time: what changed between two days, by function, then objective by objective; and as a file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.difference import GROUPS, PROMISES, Difference
from okrdash.domain.errors import OkrdashError
from okrdash.services import changed
from okrdash.ui import change_words, filters, show
from okrdash.ui.objective_drawer import title_button
from okrdash.ui.session import Me
from okrdash.ui.spreadsheet import as_csv
from okrdash.ui.text import md, plain

SIZE = 20
"""Objectives on a page."""
_LINES = 12
"""Lines of one objective; the file has them all."""
_STEPS = 25
"""Steps of promises that are listed."""
_ACROSS = "Across functions"
"""What is called so that no function carries: squads, and the company itself."""
_KINDS: Mapping[str, str] = {name: name.capitalize() for name in (*GROUPS, PROMISES)}


def show_changes(me: Me, board: Board, names: Mapping[str, str], *, since: date, reviewed: bool) -> None:
    """Two days to choose (default: `since`, on which there was a review or not, and today), and what changed."""
    with st.grid(4, min_column_width=150):
        first = _day("From the end of", "since", since, board.day)
        last = _day("To the end of", "until", board.day, board.day)
        functions = board.teams.index[board.teams["kind"] == "function"]
        function = filters.one("Function", {name: plain(name) for name in functions}, "All functions", "function")
        kind = filters.one("Kind of change", _KINDS, "All kinds", "kind")
    try:
        found = changed.what_changed(me.actor, first, last)
    except OkrdashError as fault:
        st.info(md(fault), icon=":material/event_busy:")
        return
    said = f"{show.day(first)} to {show.day(last)}"
    if first == since:
        said += " · since the last review" if reviewed else " · no review was finished before: the last seven days"
    if not found.logged:
        said += f" · the log of changes begins later: {show.day(first)} is measured from what was known first"
    st.caption(f"{said}.")
    _show(me, board, found, change_words.Known(found.titles, found.units, names), function, kind)


def csv_of(rows: pd.DataFrame, steps: pd.DataFrame, known: change_words.Known) -> bytes:
    """The changes as CSV for spreadsheets."""
    columns = change_words.as_table(rows, steps, known)
    return as_csv(columns, zip(*columns.values(), strict=True))


def _day(says: str, key: str, default: date, today: date) -> date:
    chosen = st.date_input(says, default, key=key, max_value=today, format="YYYY-MM-DD", bind="query-params")
    return chosen if isinstance(chosen, date) else default


def _show(me: Me, board: Board, found: Difference, known: change_words.Known, function: str, kind: str) -> None:
    rows, steps = found.rows, found.promises
    if rows.empty and steps.empty:
        st.success("Nothing changed between these days.", icon=":material/check:")
        return
    _show_counts(found.counts)
    rows = rows[_fits(rows["function"], function) & _fits(rows["group"], kind)]
    steps = steps[_fits(steps["providing_function"], function)] if kind in ("", PROMISES) else steps.iloc[:0]
    goals = rows["objective"].unique().tolist()
    with st.container(horizontal=True, vertical_alignment="center"):
        told = [show.count(len(goals), "objective")] if goals else []
        told += [show.count(len(steps), "step") + " of promises"] if len(steps) else []
        st.caption(", ".join(told) or "None fits these filters. Take one of them off.", width="stretch")
        st.download_button(
            "Download as CSV",
            lambda: csv_of(rows, steps, known),
            f"changes-{found.before.day.isoformat()}-{found.after.day.isoformat()}.csv",
            "text/csv",
            key="export_changes",
            icon=":material/download:",
            on_click="ignore",
        )
    pages = math.ceil(len(goals) / SIZE)
    at = st.pagination(pages, key=f"changes_{function}_{kind}_{pages}") if pages > 1 else 1
    part = goals[(at - 1) * SIZE : at * SIZE]
    _show_objectives(me, found, rows[rows["objective"].isin(part)], known)
    if not steps.empty:
        st.subheader("Promises between teams")
        shown: list[dict[Any, Any]] = steps.head(_STEPS).to_dict("records")
        lines = [f"- {change_words.promise(row, known.names)}" for row in shown]
        if len(steps) > _STEPS:
            lines.append(f"- and {len(steps) - _STEPS} more: the file has them all")
        st.markdown("\n".join(lines))


def _fits(column: pd.Series[Any], wanted: str) -> pd.Series[bool]:
    return column == wanted if wanted else column.notna()


def _show_counts(counts: pd.DataFrame) -> None:
    """How many changed, by function and kind; kinds of which there is none are left out."""
    some = counts.loc[:, counts.sum() > 0]
    table: dict[str, list[Any]] = {"Function": [plain(name) or _ACROSS for name in some.index]}
    table |= {_KINDS[str(name)]: [count or None for count in some[name]] for name in some.columns}
    totals = ", ".join(f"{total} {name}" for name, total in some.sum().items())
    st.dataframe(
        table,
        key="changes_by_function",
        hide_index=True,
        placeholder="",
        alt=f"Changes in {len(some)} functions: {plain(totals)}",
    )
    st.caption(
        "Objectives and key results of which something changed, each counted once in a column;"
        " promises count for the function that gives."
    )


def _show_objectives(me: Me, found: Difference, rows: pd.DataFrame, known: change_words.Known) -> None:
    """Each objective with what changed of it and of its key results, under the function that carries it."""
    homes: dict[str, list[dict[str, Any]]] = {}
    for row in rows.to_dict("records"):
        homes.setdefault(row["objective"], []).append({str(name): value for name, value in row.items()})
    shown: str | None = None
    for identifier, changes in homes.items():
        function = _home(found, identifier, changes[0]["function"])
        if function != shown:
            st.subheader(md(function or _ACROSS))
            shown = function
        by: dict[str, list[dict[str, Any]]] = {}
        for change in changes:
            by.setdefault(change["id"], []).append(change)
        own = by.pop(identifier, [])
        title = known.titles.get(identifier, "Objective")
        lines = [f"- {md(known.titles.get(one, ''))}: {change_words.one_line(some, known)}" for one, some in by.items()]
        if len(lines) > _LINES:
            lines = [*lines[:_LINES], f"- and {len(lines) - _LINES} more key results: the file has them all"]
        with st.container(gap="xxsmall"):
            title_button(me, identifier, title, key=f"change_{identifier}")
            if own:
                st.markdown(change_words.one_line(own, known))
            if lines:
                st.markdown("\n".join(lines))


def _home(found: Difference, objective: str, otherwise: str) -> str:
    """The function of an objective; key results of another may have changed under it."""
    for board in (found.after, found.before):
        if objective in board.objectives.index:
            return str(board.objectives.at[objective, "function"])
    return otherwise
