"""What is new, in My week: what others changed around the person, and what is worth a cheer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.time import local
from okrdash.services.around import Around, News
from okrdash.services.celebrations import Celebrated
from okrdash.ui import check_in_words as words
from okrdash.ui import history_view, links, show
from okrdash.ui.text import md, plain

GROUPS, LINES, OF_ONE, CHEERS = 3, 25, 5, 10
"""Objectives in sight, lines at most of all together and of one objective, cheers at most of each kind."""
_LETTERS = 200
"""The letters of what somebody said that are shown; the objective's page has the rest."""
_RELATION = {
    "yours": "yours",
    "contributes to yours": "contributes to yours",
    "yours contributes to it": "yours contributes to this",
    "depends on your teams": "needs something from your team",
}


def _since(since: datetime, board: Board) -> str:
    """Since when there is news: "9:41 today", "Friday 13 November"."""
    moment = local(since, board.settings.zone)
    return f"{moment:%-H:%M} today" if moment.date() == board.day else words.weekday(moment)


def show_news(board: Board, groups: Sequence[Around], names: Mapping[str, str], since: datetime) -> None:
    """What changed, by objective, the latest first; beyond the first objectives it is folded."""
    if not groups:
        st.markdown(f"All quiet since {_since(since, board)}. Go on with what you have planned.")
        return
    st.caption(f"By others, since {_since(since, board)}, the latest first.")
    left, drawn = LINES, []
    for group in groups:
        drawn.append((group, group.news[: min(left, OF_ONE)]))
        left -= len(drawn[-1][1])
    for group, news in drawn[:GROUPS]:
        _group(board, group, news, names)
    if not drawn[GROUPS:]:
        return
    says = show.count(len(groups) - GROUPS, "more objective")
    folded = st.expander(f"{says} with news", key="more_news", on_change="rerun")
    if folded.open:
        with folded:
            for group, news in drawn[GROUPS:]:
                if news:
                    _group(board, group, news, names)
            if beyond := [group for group, news in drawn if not news]:
                st.caption(f"and {sum(len(group.news) for group in beyond)} more")


def _group(board: Board, group: Around, news: Sequence[News], names: Mapping[str, str]) -> None:
    titles = {**history_view.titles(board), group.objective: group.title}
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            links.to("objective", f"**{md(group.title)}**", icon=":material/flag:", objective=group.objective)
            st.caption(_RELATION[group.relation], width="content")
        more = [f"- :small[and {len(group.news) - len(news)} more]"] if len(group.news) > len(news) else []
        st.markdown("\n".join([*(f"- {_line(board, group, one, titles, names)}" for one in news), *more]))


def _line(board: Board, group: Around, news: News, titles: Mapping[str, str], names: Mapping[str, str]) -> str:
    who = md(names.get(news.author, "a command on the server") if news.author else "somebody")
    when = f"{who}, {show.day(local(news.moment, board.settings.zone))}"
    about = "" if news.about == group.objective else md(titles.get(news.about, "a key result"))
    row: Any = news.row or {}
    match news.kind:
        case "check-in":
            return f"{about}: {_moved(board, news)} · {when}" + _quoted(row["note"])
        case "cleared":
            return f"{about}: “{_short(row['blocker'])}” is cleared · {when}"
        case "comment":
            return f"{about + ': ' if about else ''}“{_short(row['text'])}” · {when}"
        case "thanks":
            return f":material/favorite: {about + ': ' if about else ''}“{_short(row['text'])}” · {when}"
    if news.change is None:
        return when
    why = f", because: {md(news.change.reason)}" if news.change.reason else ""
    return f"{history_view.what(news.change, titles, names)} · {when}{why}"


def _moved(board: Board, news: News) -> str:
    """What a check-in said: the value from → to, and how the key result stands now."""
    row: Any = news.row or {}
    if news.about not in board.key_results.index:
        return "checked in"
    key_result = board.key_result(news.about)
    badge = show.badge(key_result["guardrail"] or key_result["status"])
    if row["value"] is None:
        return f"{md(show.stands(key_result))} {badge}" if key_result["kind"] == "milestone" else f"no change {badge}"
    now = show.number(row["value"], key_result["unit"])
    was = "" if news.was is None or news.was == row["value"] else f"{show.number(news.was)} → "
    return f"**{md(was + now)}** {badge}"


def show_celebrated(board: Board, celebrated: Celebrated, names: Mapping[str, str], me: str) -> None:
    """What was achieved, what is kept again, and thanks; each leads to where one can join in."""
    for one in celebrated.gone_well[:CHEERS]:
        if one.key_result not in board.key_results.index:
            continue
        row = board.key_result(one.key_result)
        says = "is back inside its bounds" if one.kept else "is achieved"
        mine = row["accountable"] == me
        _cheer(
            f"{show.badge('kept' if one.kept else 'achieved')} **{md(row['title'])}** {says}",
            f"{md(row['team'])} · {show.day(one.as_of)}",
            row["objective"],
            "Open" if mine else "Thank",
        )
    for thanks in celebrated.kudos[:CHEERS]:
        about = thanks["about"]
        of_key_result = about in board.key_results.index
        row = board.key_result(about) if of_key_result else board.objective(about)
        who = show.person(thanks["author"], names) if thanks["author"] else "Somebody"
        when = show.day(local(thanks["entered_at"], board.settings.zone))
        _cheer(
            f":material/favorite: “{md(thanks['text'])}”",
            f"{md(who)}, {when}, for {md(row['title'])}",
            row["objective"] if of_key_result else about,
            "Open",
        )


def _cheer(says: str, whose: str, objective: str, does: str) -> None:
    with st.container(gap="xxsmall"):
        st.markdown(says)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(whose, width="content")
            icon = ":material/favorite:" if does == "Thank" else ":material/arrow_forward:"
            links.to("objective", does, icon=icon, objective=objective, view="Conversation")


def _quoted(text: str) -> str:
    return f": “{_short(text)}”" if text else ""


def _short(text: str) -> str:
    text = plain(text)
    return md(text if len(text) <= _LETTERS else text[:_LETTERS].rsplit(" ", 1)[0] + " …")
