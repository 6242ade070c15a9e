"""Progress over time: each unit week by week against what was expected, as a chart and a table."""

from __future__ import annotations

from typing import Any

import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.services import over_time
from okrdash.services.company import company
from okrdash.services.kept import Kept
from okrdash.services.people import Actor
from okrdash.ui import show, unit_views
from okrdash.ui.chart_data import show_data
from okrdash.ui.charts import Drawing, draw_door
from okrdash.ui.progress_doors import turn_to
from okrdash.ui.unit_views import MOST
from okrdash.ui.week_lines import week_lines

_kept: Kept[tuple[list[str], DataFrame, Drawing]] = Kept(16)
NOW_KNOWN = (
    "Every week is measured with what is known and defined today: a corrected value or a changed target counts for the"
    " past weeks too."
)


def show_weeks(actor: Actor, board: Board, cycle: str, unit: str) -> None:
    """A unit and those directly below it on the due days of a cycle, and today."""
    days = over_time.days_of(board, cycle)
    st.header("Week by week", help="On the day on which check-ins are due, and today.")
    if len(days) < 2:
        st.markdown("The first week is not over yet. From the first due day on, every week is a point here.")
        return

    def worked_out() -> tuple[list[str], DataFrame, Drawing]:
        order = unit_views.with_children(board, cycle, unit)["unit"].tolist()
        rows = over_time.units_over_time(actor, days)
        rows = rows[(rows["cycle"] == cycle) & rows["unit"].isin(order)]
        told = f"Progress week by week from {show.day(days[0])} to {show.day(days[-1])}."
        return order, rows, week_lines(rows, order[:MOST], told=told)

    key = (company().opening, board.revision, board.day, cycle, unit)
    with st.spinner(f"Measuring {show.count(len(days), 'week')}…"):
        order, rows, drawing = _kept.get(key, worked_out)
    draw_door(drawing, key="progress_weeks", turn=turn_to(order))
    unit_views.say_first(len(order))
    st.caption(
        "Thick line: what the unit carries itself, or its teams where it carries nothing. Thin line: the teams below it"
        " together. Dotted: what was expected."
        f" The lower rule of each is 0 %, the upper 100 %. {NOW_KNOWN} A click on a row opens the unit."
    )
    percent = st.column_config.NumberColumn(format="percent")
    show_data(
        "Progress week by week",
        lambda: _table(rows),
        chart="progress_weeks",
        config=dict.fromkeys(_SHARES, percent) | {"Day": st.column_config.DateColumn(format="D MMM YYYY")},
    )


_SHARES = ("Own", "Own: expected", "Teams below", "Teams below: expected")


def _table(rows: DataFrame) -> DataFrame:
    columns: dict[str, Any] = {"Unit": rows["unit"].to_numpy(), "Day": rows["day"].dt.date.to_numpy()}
    for side, name in (("own", "Own"), ("below", "Teams below")):
        columns[name] = rows[f"{side}_progress"].round(2).to_numpy()
        columns[f"{name}: expected"] = rows[f"{side}_expected"].round(2).to_numpy()
    return DataFrame(columns).sort_values(["Unit", "Day"], kind="stable", ignore_index=True)
