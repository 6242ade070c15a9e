"""What people say about an objective: threads with their answers, thanks, and the field in which one writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import streamlit as st

from okrdash.domain.columns import Row
from okrdash.domain.conversation import Comment
from okrdash.domain.mentions import Names
from okrdash.domain.time import local
from okrdash.services import check_in_history, comments
from okrdash.services.permissions import Resource
from okrdash.ui import links, show, writing
from okrdash.ui.objective_view import Goal
from okrdash.ui.session import Me
from okrdash.ui.text import md, paragraphs, short

FEW = 3
"""Threads, and thanks, that are shown where the conversation is one thing among others."""
_MOST = 25
"""Threads on a page; the rest is on further pages."""
_TITLE = 60
"""The letters of the title of what is spoken of."""
_MARK = ":primary[**{}**]"
"""How a name that is called stands out."""


def draw(me: Me, goal: Goal, *, few: bool = False) -> None:
    """The conversation, what was said last first; with `few` just that, and the way to all of it."""
    found, thanks = comments.conversation(me.actor, goal.identifier)
    threads = sorted((c for c in found if c.resolved_on is None), key=_newest, reverse=True)
    settled = sorted((c for c in found if c.resolved_on is not None), key=_newest, reverse=True)
    writing.draw_start(me, goal)
    if not threads and not thanks:
        st.caption("Nobody has said anything yet. Ask, answer, give feedback: whoever you name hears of it.")
    told = _Told(me, goal, [*threads, *settled], thanks)
    _draw_thanks(goal, thanks, told.says, few)
    shown = threads[:FEW] if few else threads[_page(len(threads))]
    for thread in shown:
        _draw_thread(me, goal, thread, told)
    rest = len(threads) - len(shown) + len(settled) if few else 0
    if rest:
        links.to(
            "objective",
            f"The whole conversation: {rest} more",
            icon=":material/forum:",
            objective=goal.identifier,
            view="Conversation",
        )
    elif settled and not few:
        folded = st.expander(f"Settled: {len(settled)}", icon=":material/check:", key="settled", on_change="rerun")
        if folded.open:
            with folded:
                for thread in settled[:_MOST]:
                    _draw_thread(me, goal, thread, told)


def said(text: str, names: Names) -> str:
    """A text as Markdown, with its lines, in which those who are called stand out."""
    parts, at = [], 0
    for mention in names.mentions(text) if "@" in text else ():
        parts += [paragraphs(text[at : mention.start]), _MARK.format(md(text[mention.start : mention.end]))]
        at = mention.end
    return "".join([*parts, paragraphs(text[at:])])


class _Told:
    """What the texts refer to: names that can be called, key results, check-ins."""

    def __init__(self, me: Me, goal: Goal, threads: Sequence[Comment], thanks: Sequence[Row]) -> None:
        every = [one for thread in threads for one in (thread, *thread.replies)]
        calls = any("@" in text for text in (*(c.text for c in every), *(row["text"] for row in thanks)))
        self._names = Names(goal.names, goal.board.teams.index) if calls else Names({}, ())
        self._days: dict[str, date] = {
            row["id"]: row["as_of"]
            for about in {one.about for one in every if one.check_in}
            for row in check_in_history.history(me.actor, about)
        }

    def says(self, text: str) -> str:
        return said(text, self._names)

    def of_check_in(self, comment: Comment) -> str:
        """Which check-in it answers, "" for none."""
        return f"to the check-in of {show.day(self._days.get(comment.check_in))}" if comment.check_in else ""


def _draw_thanks(goal: Goal, thanks: Sequence[Row], says: Callable[[str], str], few: bool) -> None:
    for row in thanks[:FEW]:
        _draw_thank(goal, row, says)
    if len(thanks) > FEW and not few:
        with st.expander(f"More thanks: {len(thanks) - FEW}", icon=":material/favorite:"):
            for row in thanks[FEW : FEW + _MOST]:
                _draw_thank(goal, row, says)


def _draw_thank(goal: Goal, row: Row, says: Callable[[str], str]) -> None:
    facts = [md(show.person(row["author"], goal.names)) if row["author"] else "", _day(goal, row["entered_at"])]
    facts.append(_about(goal, row["about"]))
    st.markdown(f":material/favorite: {says(row['text'])}  \n:small[{' · '.join(f for f in facts if f)}]")


def _draw_thread(me: Me, goal: Goal, thread: Comment, told: _Told) -> None:
    """A comment, its answers, and what can be done with them."""
    with st.container(border=True, gap="xsmall"):
        _draw_comment(me, goal, thread, told, _about(goal, thread.about))
        for reply in thread.replies:
            _draw_comment(me, goal, reply, told, "", icon=":material/subdirectory_arrow_right: ")
        if writing.at(goal, "answer", thread.first):
            writing.draw(me, goal)
            return
        with st.container(horizontal=True, gap="small"):
            who = md(show.person(thread.author, goal.names)) if thread.author else ""
            if thread.resolved_on is None:
                writing.offer(goal, "answer", thread, "Answer", icon=":material/reply:", to=who)
            if comments.may_resolve(me.person, thread.author, _resource(goal, thread.about)):
                writing.offer_settling(me, thread)


def _draw_comment(me: Me, goal: Goal, comment: Comment, told: _Told, about: str, icon: str = "") -> None:
    if writing.at(goal, "edit", comment.first):
        writing.draw(me, goal)
        return
    who = f"**{md(show.person(comment.author, goal.names))}**" if comment.author else "**Imported**"
    facts = " · ".join(f for f in (_day(goal, comment.entered_at), told.of_check_in(comment), about) if f)
    with st.container(gap=None):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f"{icon}{who} :small[{facts}]" if facts else f"{icon}{who}", width="content")
            if comment.author == me.person.username and comment.text:
                writing.offer(goal, "edit", comment, "Edit", icon=":material/edit:")
                writing.offer_withdrawing(me, comment)
            if comment.earlier and not comment.withdrawn:
                with st.popover("Edited", type="tertiary", icon=":material/history_edu:"):
                    for text in reversed(comment.earlier):
                        st.markdown(f"Before:\n\n{paragraphs(text)}")
        if comment.withdrawn:
            st.caption("Withdrawn.")
        else:
            st.markdown(told.says(comment.text) if comment.text else ":gray[Has seen it.]")


def _resource(goal: Goal, about: str) -> Resource:
    if about in goal.key_results.index:
        row = goal.board.key_result(about)
        return Resource(str(row["accountable"]), (str(row["team"]),))
    return Resource(goal.row["owner"], (goal.row["team"],))


def _about(goal: Goal, about: str) -> str:
    """The key result that is spoken of; "" for the objective itself."""
    if about == goal.identifier:
        return ""
    known = about in goal.key_results.index
    return f"on “{md(short(str(goal.key_results.at[about, 'title']), _TITLE))}”" if known else "on a key result"


def _day(goal: Goal, moment: object) -> str:
    return show.day(local(moment, goal.board.settings.zone)) if moment else ""  # type: ignore[arg-type]


def _newest(thread: Comment) -> tuple[bool, object]:
    """When something was said last in a thread, to sort by."""
    moments = [one.entered_at for one in (thread, *thread.replies) if one.entered_at]
    return (bool(moments), max(moments, default=None))


def _page(count: int) -> slice:
    if count <= _MOST:
        return slice(0, count)
    at = st.pagination(-(-count // _MOST), key="page_conversation")
    return slice((at - 1) * _MOST, at * _MOST)
