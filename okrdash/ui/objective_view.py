"""One objective as it is read: how it stands, by which rule, its key results, its ties, and who contributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import Row, refs
from okrdash.domain.errors import NotFound
from okrdash.services import check_in_history, objectives, overview
from okrdash.ui import links, show
from okrdash.ui.check_in_words import likely
from okrdash.ui.objective_form import PROGRESS_FROM
from okrdash.ui.session import Me
from okrdash.ui.small_trend import small_trend
from okrdash.ui.text import md, paragraphs, plain

MOST = 25
"""Cards or links on a page; the rest is on further pages."""
_DISAGREEMENT: Mapping[str, str] = {
    "confident but behind": "Confidence and progress disagree: confident, but behind.",
    "doubtful but on track": "Confidence and progress disagree: doubtful, but on track.",
    "confident but unmoved": "Confident, but the value has not moved for four weeks.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Goal:
    """One objective with all that its page draws from."""

    row: Row
    board: Board
    """With the objective on it, though it may be nobody else's."""
    key_results: pd.DataFrame
    """The rows of the board at home or also under it."""
    names: Mapping[str, str]
    values: Mapping[str, Sequence[tuple[date, float]]]
    """The last values of each key result that has some, oldest first."""

    @property
    def identifier(self) -> str:
        """The objective's."""
        return str(self.row["id"])


def read(me: Me, identifier: str) -> Goal:
    """The objective as the person may see it. Raises NotFound where they may not, or where it cannot be measured."""
    row = objectives.objective(me.actor, identifier)
    board = overview.board(me.actor)
    if identifier not in board.objectives.index:
        board = overview.private_board(me.actor, identifier)
    if identifier not in board.objectives.index:
        raise NotFound(f"“{row['title']}” cannot be measured: its cycle is gone. A champion can mend that.")
    under = board.parts.loc[board.parts["objective"] == identifier, "key_result"]
    values = {one: was.values for one, was in check_in_history.before(me.actor, under).items()}
    return Goal(row, board, board.key_results.loc[under], me.names, values)


def rule_of_status(board: Board) -> str:
    """By which rule an objective has its status, in plain words."""
    s = board.settings
    return (
        f"Pace is progress by what is expected today. From {show.percent(s.on_track_pace)} on track, from"
        f" {show.percent(s.at_risk_pace)} at risk, below off track; not judged in the first"
        f" {show.percent(s.early_share)} of the time. On track becomes at risk while a key result is off track or a"
        " guardrail is broken, and unknown while most updates are overdue."
    )


def draw_head(shown: Goal) -> None:
    """What it is, whose it is, and how it stands."""
    row, board, names = shown.row, shown.board, shown.names
    goal = board.objective(shown.identifier)
    measured = row["state"] in ("active", "closed")
    first = show.badge(goal["status"]) if measured else f":gray-badge[{row['state'].capitalize()}]"
    marks = [first]
    if measured and (goal["off_track"] or goal["overdue"]):
        marks.append(f":gray-badge[{show.troubles(goal)}]")
    marks.append(f":gray-badge[{md(goal['cycle'])}]")
    if row["visibility"] == "confidential":
        marks.append(":gray-badge[:material/lock: Confidential]")
    st.markdown(" ".join(marks))
    if row["why"]:
        st.markdown(paragraphs(row["why"]))
    unit = show.units(str(board.teams.at[goal["team"], "path"])) if goal["team"] in board.teams.index else goal["team"]
    bar = show.percent(goal["bar"])
    st.caption(
        " · ".join(
            (
                f"Owner: {md(show.person(goal['accountable'], names))}",
                md(unit),
                f"{goal['ambition'].capitalize()}: met at {bar}",
                f"Progress comes from {PROGRESS_FROM[goal['progress_from']]}",
            )
        )
    )
    if measured:
        _draw_figures(board, goal)


def _draw_figures(board: Board, goal: pd.Series[Any]) -> None:
    with st.grid(4, min_column_width=150):
        st.metric(
            "Progress",
            show.percent(goal["progress"]),
            border=True,
            help="The mean of its parts by weight, guardrails left out. One without a value counts as 0.",
        )
        st.metric(
            "Expected by now",
            show.percent(goal["expected"]),
            border=True,
            help=f"Where its parts should stand today so that it is met ({show.percent(goal['bar'])}) at the end.",
        )
        st.metric("Pace", show.percent(goal["pace"]), border=True, help=rule_of_status(board))
        st.metric(
            "Key results",
            str(goal["key_results"]),
            border=True,
            help=f"Each counts once. An update is overdue after {board.settings.overdue_after} missed check-ins.",
        )
    if not show.blank(goal["score"]):
        why = f": {md(goal['score_reason'])}" if goal["score_reason"] else ""
        st.caption(f"Score {md(show.number(goal['score']))}{why}")


def draw_key_result(goal: Goal, key_result: pd.Series[Any]) -> None:
    """One key result: where it stands, against what is expected, how sure its owner is, whose it is, until when."""
    st.subheader(md(key_result["title"]), anchor=False)
    marks = [show.badge(key_result["status"])]
    if key_result["stated"]:
        marks.append(":gray-badge[as its owner states it]")
    if key_result["guardrail"] == "broken":
        marks.append(show.badge("broken"))
    if late := show.freshness(key_result):
        marks.append(f":orange-badge[:material/schedule: {md(late)}]")
    sure = "" if show.blank(key_result["confidence"]) else f" · confidence {likely(int(key_result['confidence']))}"
    trend = small_trend(goal.values.get(str(key_result.name), ()), key_result["unit"])
    st.markdown(f"{' '.join(marks)} **{md(show.stands(key_result))}** {trend}{sure}")
    _draw_bar(key_result)
    if ahead := show.forecast(key_result):
        known = not show.blank(key_result["forecast"])
        st.markdown(
            f":material/insights: :small[{'Forecast: ' if known else ''}{md(ahead if known else _begun(ahead))}]"
        )
    if key_result["disagreement"]:
        st.markdown(f":material/balance: {_DISAGREEMENT[key_result['disagreement']]}")
    st.caption(" · ".join(_facts(goal, key_result)))


def _begun(text: str) -> str:
    """The text with a capital letter."""
    return text[:1].upper() + text[1:]


def _draw_bar(key_result: pd.Series[Any]) -> None:
    share, expected = float(key_result["progress"]), float(key_result["expected"])
    match key_result["kind"]:
        case "maintain":
            if show.blank(key_result["value"]):
                return
            says = f"Kept on {show.percent(share)} of the days since its first value"
        case "baseline":
            return
        case _:
            says = f"{show.percent(key_result['raw'])} of the way · {show.percent(expected)} expected by now"
    st.progress(share, text=says)


def _facts(goal: Goal, key_result: pd.Series[Any]) -> list[str]:
    weeks = int(key_result["cadence"])
    facts = [
        md(show.person(key_result["accountable"], goal.names)),
        md(key_result["team"]),
        f"{show.day(key_result['start'])} – {show.day(key_result['due'])}",
        "check-in every week" if weeks == 1 else f"check-in every {weeks} weeks",
    ]
    if key_result["weight"] != 1:
        facts.append(f"weight {md(show.number(key_result['weight']))}")
    if key_result["kind"] == "maintain":
        facts.append("guardrail, outside the mean")
    homes = [one for one in (key_result["objective"], *refs(key_result["also"])) if one != goal.identifier]
    known = goal.board.objectives["title"]
    titles = [str(known[one]) for one in homes if one in known.index]
    if titles:
        home = key_result["objective"] != goal.identifier
        facts.append(("at home under " if home else "also under ") + md(", ".join(titles)))
    return facts


def draw_ties(
    board: Board, identifier: str, *, upward: bool, untie: Callable[[str, str], None] | None = None, alone: str = ""
) -> None:
    """What the objective contributes to (or what contributes to it), as links; `untie` takes a tie away.

    `alone` is why it contributes to nothing, as it was said.
    """
    mine = board.edges[board.edges["child" if upward else "parent_objective"] == identifier]
    if alone:
        st.markdown(f":gray-badge[○ Stands alone] because: {md(alone)}")
    elif mine.empty and upward and not _of_company(board, identifier):
        st.caption("Nothing yet, and nobody has said why.")
    elif mine.empty:
        st.caption("Nothing: it is one of the company's own." if upward else "Nothing yet.")
    for edge in mine.head(MOST * 2).to_dict("records"):
        other = edge["parent_objective"] if upward else edge["child"]
        goal = board.objective(other)
        by = edge["parent"] if upward else ""
        via = f" (by “{plain(board.key_results.at[by, 'title'])}”)" if by in board.key_results.index else ""
        kind = "" if edge["kind"] == "contributes" else " · related, counts in no figure"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            links.to("objective", md(goal["title"]), icon=":material/flag:", objective=other)
            st.markdown(f"{show.badge(goal['status'])} {show.percent(goal['progress'])}", width="content")
            st.caption(md(f"{goal['team']} · {goal['cycle']}{via}{kind}"), width="content")
            if untie:
                st.button(
                    "Untie",
                    key=f"untie_{edge['child']}_{edge['parent']}",
                    icon=":material/link_off:",
                    type="tertiary",
                    on_click=untie,
                    args=(edge["child"], edge["parent"]),
                )
    if len(mine) > MOST * 2:
        st.caption(f"And {len(mine) - MOST * 2} more.")


def _of_company(board: Board, identifier: str) -> bool:
    """Whether the objective is one of the company's own, which need no parent."""
    team = board.objectives.at[identifier, "team"]
    return bool(team in board.teams.index and board.teams.at[team, "kind"] == "company")
