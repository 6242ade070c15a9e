"""What stands in My week: what one owes, what is one's own, what one's teams need. Each item leads where it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.domain.due import next_check_in
from okrdash.services.people import Actor
from okrdash.ui import check_in_words as words
from okrdash.ui import links, show
from okrdash.ui.check_in_page import next_due
from okrdash.ui.text import md

_SIDES = (5, 6)
MOST = 25
"""Items of one list; beyond it the page that has all of them is named."""
_FEW = 3
"""Items of a list that stands open."""


def calendar(board: Board) -> str:
    """The day, and how far the running cycles are; as Markdown."""
    running = board.cycles[board.cycles["running"]]
    cycles = [
        f"{md(name)}: day {(board.day - row['start'].date()).days + 1} of {(row['end'] - row['start']).days + 1}"
        for name, row in running.iterrows()
    ]
    return " · ".join([f"{words.weekday(board.day)}", *(cycles or ["no cycle is running"])])


def show_due(board: Board, due: pd.DataFrame) -> None:
    """The check-ins that are due now, with the way to make them."""
    if due.empty:
        return
    by = next_check_in(board)[due.index].min()
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            says = _counted(len(due), "check-in", "check-ins")
            st.markdown(f"**{says} due by {words.weekday(by)}**, about a minute", width="content")
            if st.button("Check in now", type="primary", icon=":material/edit_note:", key="check_in_now"):
                links.go("check-in")
        lines = [f"- {md(row['title'])} {_silent(row)}" for _, row in due.head(MOST).iterrows()]
        st.markdown("\n".join([*lines, *_more(len(due))]))


def show_drafts(rows: Sequence[Row], says: str) -> None:
    """Objectives that are not agreed on yet; `says` what is to be done with them."""
    if not rows:
        return
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{_counted(len(rows), 'objective', 'objectives')}** {says}")
        for row in rows[:MOST]:
            links.to("objective", f"{md(row['title'])} ({row['state']})", icon=":material/draft:", objective=row["id"])
        st.markdown("\n".join(_more(len(rows))))


def show_open(counts: Counter[str]) -> None:
    """Teams of which key results wait for somebody to say "that one is mine"."""
    if not counts:
        return
    with st.container(border=True, gap="xsmall"):
        says = "without an owner or a number yet"
        st.markdown(f"**{_counted(counts.total(), 'key result', 'key results')}** of your teams {says}")
        for team, count in counts.items():
            links.to("claim", f"{md(team)}: {count}", icon=":material/pan_tool:", of=team)


def show_objectives(objectives: pd.DataFrame, key_results: pd.DataFrame) -> None:
    """Objectives with their status, and below each the key results that are meant, each objective a link."""
    for identifier, row in objectives.head(MOST).iterrows():
        with st.container(border=True, gap="xsmall"):
            left, right = st.columns(_SIDES, vertical_alignment="center")
            with left:
                links.to("objective", f"**{md(row['title'])}**", icon=":material/flag:", objective=str(identifier))
            right.markdown(_objective_stands(row))
            for _, key_result in key_results[key_results["objective"] == identifier].iterrows():
                left, right = st.columns(_SIDES, vertical_alignment="center")
                left.markdown(f":material/subdirectory_arrow_right: {md(key_result['title'])}")
                right.markdown(words.where(key_result))
    if len(objectives) > MOST:
        st.markdown("\n".join(_more(len(objectives))))
        links.to("objectives", "All objectives", icon=":material/flag:")


def show_teams(led: pd.DataFrame, told: Collection[str], names: Mapping[str, str]) -> None:
    """What a lead's eye is needed for in the teams, but for what is `told` above (key results)."""
    wrong = {
        "Off track": led[led["status"] == "off track"],
        "Update overdue": led[led["freshness"] == "overdue"],
        "To be scored": led[led["status"] == "to be scored"],
    }
    for heading, rows in wrong.items():
        rest = rows[~rows.index.isin(list(told))]
        _needs(heading if len(rest) == len(rows) else f"{heading}, besides those above", rest, names)
    if all(rows.empty for rows in wrong.values()):
        st.markdown("Nothing is off track, overdue or waiting for its score. Thank your teams.")


def _needs(heading: str, key_results: pd.DataFrame, names: Mapping[str, str]) -> None:
    if key_results.empty:
        return
    with st.expander(f"{heading}: {len(key_results)}", expanded=len(key_results) <= _FEW):
        for _, row in key_results.head(MOST).iterrows():
            left, right = st.columns(_SIDES, vertical_alignment="center")
            with left:
                links.to("objective", md(row["title"]), icon=":material/target:", objective=row["objective"])
            who = md(show.person(row["accountable"], names))
            right.markdown(f"{words.where(row)} · {md(row['team'])}, {who}")
        st.markdown("\n".join(_more(len(key_results))))


def show_nothing_to_do(board: Board, actor: Actor, *, checks_in: bool) -> None:
    """A free week: what a person sees who owes nothing."""
    says = f"Nothing is waiting for you. {next_due(board, actor) if checks_in else ''}"
    st.success(says.strip(), icon=":material/spa:")


def show_nothing_yours(board: Board) -> None:
    """What a person sees of whom nothing is: where to look, and how things become one's own."""
    if board.objectives.empty:
        st.markdown("There are no objectives yet. As soon as there are, those that are yours stand here.")
        return
    st.markdown(
        "No objective or key result of a running cycle is yours. One becomes yours when you are named as its owner."
        " Until then, see what everybody is working on:"
    )
    with st.container(horizontal=True):
        links.to("objectives", "Objectives", icon=":material/flag:")
        links.to("alignment", "How they hang together", icon=":material/account_tree:")


def show_company(board: Board, open_points: int) -> None:
    """For those who keep the OKRs of the company in order: what is open and how fresh everything is."""
    live = board.key_results[board.key_results["freshness"] != ""]
    overdue = int((live["freshness"] == "overdue").sum())
    st.markdown(
        f"**{_counted(open_points, 'key result', 'key results')}** without an owner or a number · "
        f"**{overdue}** of {_counted(len(live), 'key result', 'key results')} with an overdue update"
    )


def show_first_steps() -> None:
    """What to do in a company that has no objectives yet."""
    steps = (
        ("import", "Bring the OKR document that you have", "It is read as it is; you see what would be done first."),
        ("admin", "Or begin from nothing: add teams, people and a cycle", "A cycle is mostly a quarter."),
        ("objectives", "Then draft the first objective", "Whoever leads a team agrees on it."),
    )
    for address, text, why in steps:
        links.to(address, text)
        st.caption(why)


def mine_of(board: Board, username: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The objectives that a person answers for or has a key result under, and these: of running cycles."""
    running = board.cycles.index[board.cycles["running"]]
    key_results = board.key_results
    key_results = key_results[key_results["cycle"].isin(running) & (key_results["accountable"] == username)]
    objectives = board.objectives
    concerned = (objectives["accountable"] == username) | objectives.index.isin(key_results["objective"])
    return objectives[concerned & objectives["cycle"].isin(running)], key_results


def of_teams(board: Board, teams: Collection[str]) -> pd.DataFrame:
    """The key results of these units that run now or wait for their score."""
    rows = board.key_results
    return rows[rows["team"].isin(list(teams)) & (rows["freshness"] != "")]


def _objective_stands(row: pd.Series[Any]) -> str:
    parts = [show.badge(row["status"])]
    if not show.blank(row["progress"]):
        parts.append(f"**{show.percent(row['progress'])}** of the way, expected today {show.percent(row['expected'])}")
    if row["off_track"]:
        parts.append(f"{int(row['off_track'])} of {int(row['key_results'])} off track")
    if row["overdue"]:
        parts.append(_counted(int(row["overdue"]), "update overdue", "updates overdue"))
    return " · ".join(parts)


def _silent(row: pd.Series[Any]) -> str:
    """How long nothing was heard, as a note behind the title: only where it is long."""
    return f"· {show.freshness(row)}" if row["freshness"] == "overdue" else ""


def _more(count: int) -> list[str]:
    return [f"- and {count - MOST} more"] if count > MOST else []


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
