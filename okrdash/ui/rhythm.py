"""The calendar of check-ins: by team and week, how many of those due were made; in words, as a chart and a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.domain.columns import refs
from okrdash.services.company import company
from okrdash.services.kept import Kept
from okrdash.services.people import Actor
from okrdash.services.rhythm import Calendar, calendar
from okrdash.ui import links, show
from okrdash.ui.calendar_chart import spec
from okrdash.ui.chart_data import show_data
from okrdash.ui.charts import Drawing, draw_door, sentences
from okrdash.ui.progress_doors import chosen
from okrdash.ui.text import plain

MOST = 25
"""Teams drawn in one chart; the table beside it has them all."""


def show_rhythm(actor: Actor, board: Board, cycle: str, unit: str) -> None:
    """The calendar of a unit and all that is below it, in the weeks of a cycle; for teams, never for persons."""
    found = calendar(actor, cycle)
    key = (company().opening, board.revision, board.day, cycle, unit)
    rows, drawn = _kept.get(key, lambda: _worked_out(board, found, unit))
    st.markdown(last_week(found, rows, board.day))
    if rows.empty:
        return
    teams = rows["team"].drop_duplicates().tolist()
    clicked = draw_door(drawn, key="rhythm")
    if len(teams) > MOST:
        st.caption(f"The first {MOST} of {len(teams):,} teams. Choose a unit at the top; the table has them all.")
    st.caption(
        "In per cent: of the check-ins that were due by the day above, in every cycle, the share that was made since"
        " the due day before. What is entered later counts for the day that it speaks for. Days on which the company"
        " is closed do not count, nor does what was not made while its owner was away without a deputy."
        " ▲ less than half. A click on a share lists the team's key results."
    )
    show_data("Check-ins by team and week", lambda: table(board, found, rows), chart="rhythm")
    if clicked and (team := chosen(teams[:MOST], clicked.get("place"))):
        links.go("objectives", team=plain(team), list="Key results")


_kept: Kept[tuple[DataFrame, Drawing]] = Kept(16)


def _worked_out(board: Board, found: Calendar, unit: str) -> tuple[DataFrame, Drawing]:
    rows = of_unit(board, found, unit)
    return rows, drawing(board, found, rows)


def of_unit(board: Board, found: Calendar, unit: str) -> DataFrame:
    """The rows of a unit and of all units below it, function by function."""
    paths = {str(team): refs(str(path)) for team, path in board.teams["path"].items()}
    at = {team: n for n, team in enumerate(paths)}
    below = sorted((t for t, path in paths.items() if unit in path), key=lambda t: [at[over] for over in paths[t]])
    place = {team: n for n, team in enumerate(below)}
    rows = found.rows[found.rows["team"].isin(below)]
    return rows.assign(place=rows["team"].map(place)).sort_values(["place", "day"], kind="stable", ignore_index=True)


def last_week(found: Calendar, rows: DataFrame, day: date) -> str:
    """How many of the check-ins that were due last were made, as Markdown."""
    past: Any = rows["day"].max() if len(rows) else pd.NaT
    if show.blank(past):
        if not found.days:
            return "This cycle is too short for a check-in to be due."
        if found.days[0] < day:
            return "No team here carries key results, so no check-in is due."
        return f"No check-in was due yet in this cycle. The first day is {found.days[0]:%A}, {show.day(found.days[0])}."
    last = rows[rows["day"] == past]
    due, made = int(last["due"].sum()), int(last["made"].sum())
    when = f"{past:%A}, {show.day(past)}"
    if not due:
        return f"No check-in was due by {when}."
    were = "check-in that was due" if due == 1 else "check-ins that were due"
    return f"**{made:,} of {due:,}** {were} by {when} {'was' if made == 1 else 'were'} made."


def drawing(board: Board, found: Calendar, rows: DataFrame) -> Drawing:
    """The calendar as a chart: its rows by team and week, the weeks to come empty."""
    teams = rows["team"].drop_duplicates().tolist()[:MOST]
    groups = _functions(board, teams)
    counts = _counts(rows[rows["team"].isin(teams)])
    cells = [
        _cell(place, team, group, day, counts.get((team, day)))
        for place, (team, group) in enumerate(zip(teams, groups, strict=True))
        for day in found.days
    ]
    said = [f"{plain(team)}: {_in_words(found.days, counts, team)}" for team in teams]
    return Drawing(DataFrame(cells), spec(), sentences("Check-ins made of those due, by team and week.", said))


def _functions(board: Board, teams: Sequence[str]) -> list[str]:
    """The function of each team, where they are of several; nothing for a function itself."""
    names = [str(board.teams.at[team, "function"]) for team in teams]
    told = len(set(names)) > 1
    return [plain(name) if told and name != team else "" for name, team in zip(names, teams, strict=True)]


def _cell(place: int, team: str, group: str, day: date, counted: tuple[int, int] | None) -> dict[str, Any]:
    made, due = counted or (0, 0)
    share = made / due if due else None
    state = "to come" if counted is None else "none due" if not due else "half" if made * 2 < due else "good"
    words = {"to come": "to come", "none due": "no check-in due"}.get(state, f"{made} of {due} made")
    return {
        "place": place,
        "unit": plain(team),
        "group": group,
        "day": day.isoformat(),
        "due": f"{day:%-d %b}",
        "state": state,
        "share": share or 0.0,
        "figure": f"{round(share * 100)} %" if share is not None else show.NONE if counted else "",
        "short": f"{round(share * 100)}" if share is not None else show.NONE if counted else "",
        "words": words,
        "say": f"{plain(team)}, {show.day(day)}: {words}",
    }


def _in_words(days: Sequence[date], counts: dict[tuple[str, date], tuple[int, int]], team: str) -> str:
    told = [(day, *counts[team, day]) for day in days if counts.get((team, day), (0, 0))[1]]
    if not told:
        return "no check-in was due yet"
    return ", ".join(f"{day:%-d %b} {made} of {due}" for day, made, due in told[-4:])


def table(board: Board, found: Calendar, rows: DataFrame) -> DataFrame:
    """The same as a table: a row per team, a column per week that is over."""
    teams = rows["team"].drop_duplicates().tolist()
    columns: dict[str, list[str]] = {
        "Team": teams,
        "Function": [str(board.teams.at[team, "function"]) or show.NONE for team in teams],
    }
    counts = _counts(rows)
    for day in (day for day in found.days if day < board.day):
        columns[f"{day:%-d %b}"] = [_share(*counts[team, day]) for team in teams]
    return DataFrame(columns)


def _counts(rows: DataFrame) -> dict[tuple[str, date], tuple[int, int]]:
    """Made and due by team and day."""
    days = [day.date() for day in rows["day"].tolist()]
    return {
        (team, day): (made, due)
        for team, day, made, due in zip(rows["team"], days, rows["made"].tolist(), rows["due"].tolist(), strict=True)
    }


def _share(made: int, due: int) -> str:
    return f"{show.percent(made / due)} ({made} of {due})" if due else show.NONE
