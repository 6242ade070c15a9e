"""What needs a decision: each objective with why, its story and trend, what waits for it, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from pandas import DataFrame

from okrdash.domain.attention import Item, Reason
from okrdash.domain.board import Board
from okrdash.services.decisions import Decision
from okrdash.services.reviews import Agenda
from okrdash.ui import decision_lines, objective_lines, review_talk, show
from okrdash.ui.dependency_line import show_line
from okrdash.ui.session import Me
from okrdash.ui.slips import show_felt
from okrdash.ui.small_trend import small_trend
from okrdash.ui.text import md, short

_REASONS = 4
"""The reasons that are told of one objective."""
_STORY = 200
"""The letters of a story that are shown; the objective's page has the rest."""
_TITLE = 80
_WAITING = 3
"""Teams that are named as waiting."""


def show_item(me: Me, agenda: Agenda, item: Item, decided: Sequence[Decision], names: Mapping[str, str]) -> None:
    """Draws one objective that needs a decision; `decided` is what was decided and has to be looked at again."""
    board, one = agenda.board, agenda.tellers[item.objective]
    objective = board.objective(item.objective)
    with st.container(border=True, gap="xsmall"):
        objective_lines.show(me, objective, names)
        st.markdown(f":small[{_why(board, item, one)}]")
        for row in agenda.asked[item.objective]:
            show_line(row, key="review", me=me)
        if one:
            _show_story(agenda, one, names)
        _show_waiting(item.objective, agenda.waits[item.objective], names)
        open_here = [one for one in decided if one.objective == item.objective and one.done_on is None]
        if open_here:
            decision_lines.show_lines(me, open_here, names, board.day, key="item", linked=False)
        about = review_talk.Subject(item.objective, objective["title"], objective["accountable"], objective["team"])
        review_talk.buttons(me, about, names, board.teams.index, board.day)


def story(agenda: Agenda, key_result: str, names: Mapping[str, str]) -> str:
    """What was last said of a key result, in one line of Markdown: the open blocker, else the last note."""
    said = agenda.stories.get(key_result)
    if not said:
        return ""
    text = said["open_blocker"] or said["note"] or said["blocker"]
    who = f"{md(show.person(said['author'], names))}, " if said["author"] else ""
    asks = f"; asks {md(said['helper'])}" if said["open_blocker"] and said["helper"] else ""
    what = "In the way: " if said["open_blocker"] else ""
    return f"{what}“{md(_short(text))}” ({who}{show.day(said['as_of'])}{asks})"


def trend(agenda: Agenda, key_result: Any) -> str:
    """Where a key result stands, its last values, and its forecast, in one small line of Markdown."""
    was = agenda.values.get(str(key_result.name))
    picture = small_trend(was.values if was else (), key_result["unit"])
    ahead = show.forecast(key_result)
    known = not show.blank(key_result["forecast"])
    forecast = f"{'forecast ' if known else ''}{md(ahead)}" if ahead else ""
    between = picture if picture or not forecast else "·"
    return f":small[{md(show.stands(key_result))}] {between} :small[{forecast}]"


def _why(board: Board, item: Item, teller: str) -> str:
    """The reasons in one line, those of one rule together; the key result that tells the story needs no title."""
    by: dict[str, list[Reason]] = {}
    for reason in item.reasons:
        by.setdefault(reason.rule, []).append(reason)
    told = [_reason(board, rule, some, teller) for rule, some in list(by.items())[:_REASONS]]
    return "**Why:** " + " · ".join(told)


def _reason(board: Board, rule: str, reasons: Sequence[Reason], teller: str) -> str:
    about = teller if teller in [reason.key_result for reason in reasons] else reasons[0].key_result
    row: Any = board.key_result(about) if about else None
    title = f": {md(short(str(row['title']), _TITLE))}" if row is not None and about != teller else ""
    more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
    match rule:
        case "committed off track":
            return "committed and off track"
        case "promise in question":
            return f"{show.count(len(reasons), 'promise')} across functions in question"
        case "not likely":
            return f"not likely to be met{title}{more}"
        case "guardrail broken":
            now = md(show.number(row["value"], row["unit"]))
            return f"{show.status('broken')} guardrail{title}{more}, now {now}"
        case _:
            return f"turned red and nobody has answered{title}{more}"


def _show_story(agenda: Agenda, key_result: str, names: Mapping[str, str]) -> None:
    row = agenda.board.key_result(key_result)
    title = md(short(str(row["title"]), _TITLE))
    st.markdown(f":small[**{title}**] {show.badge(row['status'])}  \n{trend(agenda, row)}")
    if said := story(agenda, key_result, names):
        st.caption(said)


def _show_waiting(objective: str, felt: DataFrame, names: Mapping[str, str]) -> None:
    """Who waits for it, and folded from which day on what feels it."""
    if felt.empty:
        return
    teams = list(dict.fromkeys(felt["team"]))
    named = ", ".join(md(team) for team in teams[:_WAITING]) + (" and others" if len(teams) > _WAITING else "")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        goals = "1 goal waits" if len(felt) == 1 else f"{len(felt)} goals wait"
        st.markdown(f":small[{goals} for it: {named}]", width="content")
        folded = st.popover(
            "If this slips",
            type="tertiary",
            icon=":material/account_tree:",
            key=f"slips_{objective}",
            on_change="rerun",
        )
    if folded.open:
        with folded:
            show_felt(felt, names, key=f"slips_of_{objective}")


def _short(text: str) -> str:
    return text if len(text) <= _STORY else text[:_STORY].rsplit(" ", 1)[0] + " …"
