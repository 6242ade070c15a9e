"""The lists of the leadership review: confidence beside progress, what is out of order, promises and blockers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain import attention
from okrdash.domain.board import Board
from okrdash.services import blockers, reviews
from okrdash.services.blockers import Blocker
from okrdash.services.kept import Kept
from okrdash.services.reviews import Agenda
from okrdash.ui import links, show
from okrdash.ui.dependency_line import show_line
from okrdash.ui.objective_drawer import title_button
from okrdash.ui.objective_table import open_clicked, open_column
from okrdash.ui.review_items import story, trend
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, plain

_STORY = 200
"""The letters of a blocker that are shown; the objective's page has the rest."""
_MOST = 25
"""Promises, or blockers, that are listed."""
_ROWS = 100
"""Rows of a table; more are counted."""
_TOLD = ["confidence", "disagreement", "guardrail", "progress", "expected", "unmoved_since"]
TREE = "What is wrong"
"""The view of the screen Alignment that lists it."""

_OUT_OF_ORDER: Mapping[str, tuple[str, str]] = {
    "overdue": ("Overdue updates", "By the team that carries the key result."),
    "without owner": ("Without an owner", "Neither they nor their objective name one."),
    "without number": ("Without a number", "Measured by steps, but no step is named."),
    "without value": ("No value yet", "They have begun, and count as 0 until the first value."),
    "to be scored": ("To be scored", "Past their due day, without a score."),
}
"""What keeps the figures from being right: what it is called, and what it means."""


_kept: Kept[tuple[DataFrame, list[str]]] = Kept()


def show_confidence(me: Me, agenda: Agenda, names: Mapping[str, str]) -> None:
    """Where the owner is more sure than the numbers, and where less: the widest apart with their story, then all."""
    board = agenda.board
    lists = (
        ("More confident than the numbers", agenda.more_confident),
        ("Less confident than the numbers", agenda.less_confident),
    )
    for title, differ in lists:
        st.subheader(f"{title} · {len(differ):,}")
        if not differ:
            st.caption("None.")
        for identifier in differ[: reviews.FEW]:
            row = board.key_result(identifier)
            with st.container(border=True, gap="xsmall"):
                title_button(me, row["objective"], row["title"], key=f"differs_{identifier}")
                who = md(show.person(row["accountable"], names))
                st.markdown(f"{show.badge(row['status'])} **{md(tell(row))}** :small[· {who} · {md(row['team'])}]")
                st.markdown(trend(agenda, row))
                if said := story(agenda, identifier, names):
                    st.caption(said)
    others = [identifier for _, differ in lists for identifier in differ[reviews.FEW :]]
    if others:
        st.subheader(f"The others · {len(others):,}")
        table, opens = _kept.get(agenda, lambda: _others(board, others[:_ROWS], names))
        _list(me, table, key="disagreements", what="key results", opens=opens)
        _count_more(len(others), len(table))


def show_housekeeping(me: Me, board: Board, names: Mapping[str, str]) -> None:
    """What keeps the figures from being right, a list each, and the way to what is wrong with the tree."""
    found = reviews.housekeeping(me.actor)
    lists = [(title, found[name], rule) for name, (title, rule) in _OUT_OF_ORDER.items()]
    if clean := [title.lower() for title, rows, _ in lists if rows.empty]:
        st.success(f"Nothing here: {md(', '.join(clean))}.", icon=":material/check:")
    for title, rows, rule in lists:
        if rows.empty:
            continue
        st.subheader(f"{md(title)} · {len(rows):,}")
        st.caption(md(rule))
        if title == "Overdue updates":
            show_overdue_by_team(me, board, rows, key="overdue")
        else:
            first = rows.head(_ROWS)
            _list(me, _table(first, names, {}), key=title, what="key results", opens=first["objective"].tolist())
            _count_more(len(rows), len(first))
    st.subheader("The tree")
    st.caption("Objectives that contribute to nothing, levels that are skipped, parts that nobody has taken on.")
    links.to("alignment", "What is wrong with the tree", icon=":material/account_tree:", view=TREE)


def _others(board: Board, others: list[str], names: Mapping[str, str]) -> tuple[DataFrame, list[str]]:
    rows = board.key_results.loc[others]
    differs = [tell(row) for row in rows[_TOLD].to_dict("records")]
    return _table(rows, names, {"Where they differ": differs}), rows["objective"].tolist()


def _table(rows: DataFrame, names: Mapping[str, str], extra: Mapping[str, list[str]]) -> DataFrame:
    """Key results with their objective and team, and further columns of text."""
    columns = {
        "Key result": [label(title) for title in rows["title"]],
        **extra,
        "Owner": [plain(show.person(username, names)) for username in rows["accountable"]],
        "Team": [plain(team) for team in rows["team"]],
        "Objective": [plain(title) for title in rows["objective_title"]],
    }
    return DataFrame(columns)


def _count_more(count: int, listed: int) -> None:
    if count > listed:
        st.caption(f"and {count - listed:,} more")


def show_overdue_by_team(me: Me, board: Board, rows: DataFrame, *, key: str) -> None:
    """How many updates are overdue in each team, in the company's order."""
    late = rows.groupby("team").size().to_dict()
    every = attention.live(board).groupby("team").size().to_dict()
    teams = [team for team in board.teams.index if team in late]
    columns = {
        "Team": [plain(team) for team in teams],
        "Updates overdue": [late[team] for team in teams],
        "Of its key results": [every[team] for team in teams],
    }
    _list(me, DataFrame(columns), key=key, what="teams with overdue updates")


def tell(key_result: Mapping[Any, Any] | pd.Series[Any]) -> str:
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


def show_promises(me: Me, agenda: Agenda) -> None:
    """Folded: the promises in question of which no item tells, the earliest first."""
    rows = agenda.promises
    if rows.empty:
        return
    says = f"{'Other promises' if any(agenda.asked.values()) else 'Promises'} in question: {len(rows):,}"
    folded = st.expander(says, icon=":material/swap_horiz:", key="promises", on_change="rerun")
    if not folded.open:
        return
    with folded:
        for row in rows.head(_MOST).to_dict("records"):
            show_line(row, key="review", me=me)
        if len(rows) > _MOST:
            links.to("dependencies", f"and {len(rows) - _MOST:,} more", icon=":material/swap_horiz:")


def show_blockers(me: Me, agenda: Agenda, names: Mapping[str, str]) -> None:
    """Every open blocker, folded, the longest first: who is asked since when, and what they answered."""
    if not agenda.blocked:
        return
    says = f"Blocked key results: {len(agenda.blocked):,}"
    folded = st.expander(says, icon=":material/block:", key="blockers", on_change="rerun")
    if folded.open:
        with folded:
            known = [one for one in blockers.open_now(me.actor) if one.key_result in agenda.blocked]
            for one in known[:_MOST]:
                _blocker(agenda.board, one, names)
            if len(known) > _MOST:
                st.caption(f"and {len(known) - _MOST:,} more, open for less long")


def _blocker(board: Board, blocker: Blocker, names: Mapping[str, str]) -> None:
    row = board.key_result(blocker.key_result)
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


def _list(me: Me, table: DataFrame, *, key: str, what: str, opens: Sequence[str] = ()) -> None:
    """A table; with `opens`, an objective for each row, the first column's cells are buttons that open it."""
    name = str(table.columns[0])
    click = f"open_{key}"
    st.dataframe(
        table,
        key=key,
        hide_index=True,
        column_config={name: open_column(name, click, width=340, pinned=True)} if opens else None,
        alt=f"{len(table)} {what}: {', '.join(table.columns).lower()}",
    )
    open_clicked(me, click, opens)


def _short(text: str) -> str:
    return text if len(text) <= _STORY else text[:_STORY].rsplit(" ", 1)[0] + " …"
