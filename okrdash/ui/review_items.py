"""The lines of the leadership review: what needs a decision with its reasons and story, and what is out of order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain import attention
from okrdash.domain.attention import Item, Reason
from okrdash.domain.board import Board
from okrdash.services.blockers import Blocker
from okrdash.ui import links, objective_lines, show
from okrdash.ui.dependency_line import show_line
from okrdash.ui.objective_table import open_clicked, open_column
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, plain

_REASONS = 3
"""The reasons that are shown of one objective."""
_STORY = 200
"""The letters of a story that are shown; the objective's page has the rest."""
_MOST = 25
"""Promises, or blockers, that are listed."""


def show_item(me: Me, board: Board, item: Item, stories: DataFrame, names: Mapping[str, str]) -> None:
    """One objective that needs a decision: what it is, whose, why, and what was last said of it."""
    with st.container(border=True, gap="xsmall"):
        objective_lines.show(me, objective_of(board, item), names)
        told = _told(item)
        lines = [f":small[{_why(board, reason)}]" for reason in told[:_REASONS] if not reason.dependency]
        if lines:
            st.markdown("  \n".join(lines))
        if asked := [reason.dependency for reason in told[:_REASONS] if reason.dependency]:
            rows = attention.promises(board)
            for row in rows[rows["id"].isin(asked)].to_dict("records"):
                show_line(row, key="review", me=me)
        if len(told) > _REASONS:
            st.markdown(f":small[and {show.count(len(told) - _REASONS, 'reason')} more]")
        if story := _story(board, item, stories, names):
            st.caption(story)


def show_key_results(me: Me, rows: DataFrame, names: Mapping[str, str], *, key: str, extra: Mapping[str, Any]) -> None:
    """A list of key results with their objective and team, and further columns of text."""
    columns = {
        "Key result": [label(title) for title in rows["title"]],
        **extra,
        "Owner": [plain(show.person(username, names)) for username in rows["accountable"]],
        "Team": [plain(team) for team in rows["team"]],
        "Objective": [plain(title) for title in rows["objective_title"]],
    }
    _list(me, columns, key=key, what="key results", opens=rows["objective"].tolist())


def show_objectives(me: Me, rows: DataFrame, names: Mapping[str, str], *, key: str) -> None:
    """A list of objectives with owner, team and cycle."""
    columns = {
        "Objective": [label(title) for title in rows["title"]],
        "Owner": [plain(show.person(username, names)) for username in rows["accountable"]],
        "Team": [plain(team) for team in rows["team"]],
        "Cycle": [plain(cycle) for cycle in rows["cycle"]],
    }
    _list(me, columns, key=key, what="objectives", opens=rows.index.tolist())


def housekeeping(board: Board) -> tuple[tuple[str, DataFrame, str], ...]:
    """What keeps the figures from being right: what it is called, its rows of the board, what it means."""
    return (
        ("Overdue updates", attention.overdue(board), "By the team that carries the key result."),
        ("Without an owner", attention.without_owner(board), "Neither they nor their objective name one."),
        ("Without a number", attention.without_number(board), "Measured by steps, but no step is named."),
        ("No value yet", attention.without_value(board), "They have begun, and count as 0 until the first value."),
        ("To be scored", attention.to_be_scored(board), "Past their due day, without a score."),
        ("Not aligned", attention.unaligned(board), "Objectives that contribute to no other."),
    )


def show_overdue_by_team(me: Me, board: Board, *, key: str) -> None:
    """How many updates are overdue in each team, in the company's order."""
    late = attention.overdue(board).groupby("team").size().to_dict()
    every = attention.live(board).groupby("team").size().to_dict()
    teams = [team for team in board.teams.index if team in late]
    columns = {
        "Team": [plain(team) for team in teams],
        "Updates overdue": [late[team] for team in teams],
        "Of its key results": [every[team] for team in teams],
    }
    _list(me, columns, key=key, what="teams with overdue updates")


def tell(key_result: pd.Series[Any]) -> str:
    """How confidence and progress disagree, in plain text: "8 in 10 confident, but off track"."""
    sure = f"{int(key_result['confidence'])} in 10 confident"
    match key_result["disagreement"]:
        case "confident but behind" if key_result["guardrail"]:
            return f"{sure}, but kept on {show.percent(key_result['progress'])} of the days"
        case "confident but behind":
            expected = show.percent(key_result["expected"])
            return f"{sure}, but at {show.percent(key_result['progress'])}, expected {expected}"
        case "doubtful but on track":
            return f"only {sure}, but on track"
        case _:
            return f"{sure}, but unmoved since {show.day(key_result['unmoved_since'])}"


def objective_of(board: Board, item: Item) -> Any:
    """The objective's row of the board."""
    return board.objectives.loc[item.objective]


def _list(me: Me, columns: Mapping[str, Any], *, key: str, what: str, opens: Sequence[str] = ()) -> None:
    """A table; with `opens`, an objective for each row, the first column's cells are buttons that open it."""
    name, first = next(iter(columns.items()))
    click = f"open_{key}"
    st.dataframe(
        columns,
        key=key,
        hide_index=True,
        column_config={name: open_column(name, click, width=340, pinned=True)} if opens else None,
        alt=f"{len(first)} {what}: {', '.join(columns).lower()}",
    )
    open_clicked(me, click, opens)


def _told(item: Item) -> list[Reason]:
    """The reasons that are told: that it is off track says its badge, what is in the way says the story."""
    return [reason for reason in item.reasons if "off track" not in reason.rule and reason.rule != "blocked"]


def _why(board: Board, reason: Reason) -> str:
    """A reason as Markdown."""
    row: Any = board.key_results.loc[reason.key_result]
    title = md(row["title"])
    match reason.rule:
        case "guardrail broken":
            return f"{show.status('broken')} guardrail: {title}, now {md(show.number(row['value'], row['unit']))}"
        case _:
            return f"Confidence and progress: {title}: {md(tell(row))}"


def _story(board: Board, item: Item, stories: DataFrame, names: Mapping[str, str]) -> str:
    """What was last said of it, as Markdown: of the key results it is about first, then of those furthest behind."""
    about = [reason.key_result for reason in item.reasons if reason.key_result]
    parts = board.parts.loc[board.parts["objective"] == item.objective, "key_result"]
    rows: Any = board.key_results.loc[parts].sort_values("pace", kind="stable")
    off_track = rows.index[rows["status"] == "off track"]
    candidates = [k for k in dict.fromkeys([*off_track, *about, *rows.index]) if k in stories.index]
    blocked = [k for k in candidates if stories.at[k, "open_blocker"]]
    for key_result in [*blocked, *candidates][:1]:
        said: Any = stories.loc[key_result]
        text = said["open_blocker"] or said["note"] or said["blocker"]
        what = "In the way of" if said["open_blocker"] else "Last said of"
        asks = f"; asks {md(said['helper'])}" if said["open_blocker"] and said["helper"] else ""
        who = f"{md(show.person(said['author'], names))}, " if said["author"] else ""
        return f"{what} {md(rows.at[key_result, 'title'])}: “{md(_short(text))}” ({who}{show.day(said['as_of'])}{asks})"
    return ""


def show_promises(me: Me, board: Board, shown: Sequence[Item]) -> None:
    """Folded: the promises in question that the items which are shown do not tell of, the earliest first."""
    told = {reason.dependency for item in shown for reason in _told(item)[:_REASONS]}
    rows = attention.promises(board)
    rows = rows[(rows["trouble"] != "") & ~rows["id"].isin(told)].sort_values("due", kind="stable")
    if rows.empty:
        return
    says = f"{'Other promises' if told - {''} else 'Promises'} in question: {len(rows)}"
    folded = st.expander(says, icon=":material/swap_horiz:", key="promises", on_change="rerun")
    if not folded.open:
        return
    with folded:
        for row in rows.head(_MOST).to_dict("records"):
            show_line(row, key="review", me=me)
        if len(rows) > _MOST:
            links.to("dependencies", f"and {len(rows) - _MOST} more", icon=":material/swap_horiz:")


def show_blockers(board: Board, blockers: Sequence[Blocker], names: Mapping[str, str]) -> None:
    """Every open blocker, folded, the longest first: who is asked since when, and what they answered."""
    known = [one for one in blockers if one.key_result in board.key_results.index]
    if not known:
        return
    folded = st.expander(f"All open blockers: {len(known)}", icon=":material/block:", key="blockers", on_change="rerun")
    if not folded.open:
        return
    with folded:
        for one in known[:_MOST]:
            _blocker(board, one, names)
        if len(known) > _MOST:
            st.caption(f"and {len(known) - _MOST} more, open for less long")


def _blocker(board: Board, blocker: Blocker, names: Mapping[str, str]) -> None:
    row: Any = board.key_results.loc[blocker.key_result]
    asked = ", ".join(sorted(show.person(username, names) for username in blocker.asked))
    whom = f"{blocker.helper} ({asked})" if asked and asked != blocker.helper else blocker.helper
    who = f"{show.person(blocker.author, names)} asks {whom}" if whom else "nobody is asked"
    with st.container(gap="xxsmall"):
        st.markdown(f"“{md(_short(blocker.text))}”")
        links.to("objective", f"In the way of {md(row['title'])}", icon="", objective=row["objective"])
        answered = "" if blocker.answers else " · no answer yet"
        st.caption(f"{md(who)}, since {show.day(blocker.since)}{answered}")
        for answer in blocker.answers[-1:]:
            says = f"{show.person(answer['author'], names)}: “{_short(answer['text'])}”"
            st.markdown(f":small[{md(says)}]")


def _short(text: str) -> str:
    return text if len(text) <= _STORY else text[:_STORY].rsplit(" ", 1)[0] + " …"
