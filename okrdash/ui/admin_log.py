"""The event log: every change that was made, sought by who, what and when, in words, and taken out as CSV."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.tables import TABLES
from okrdash.domain.time import local
from okrdash.services import event_log, people
from okrdash.services.event_log import Sought
from okrdash.transfer.canonical import csv_text
from okrdash.ui import event_words, filters, show
from okrdash.ui.session import Me
from okrdash.ui.text import md, plain


def draw(me: Me, board: Board) -> None:
    """The filters, which stand in the address, and a page of what they leave."""
    st.caption(
        "Every change that was made, confidential objectives included: keep what you download as safe as they are."
    )
    names = me.names
    sought = _bar(me, names)
    page = event_log.page(me.actor, sought)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{show.count(page.total, 'change')}, the newest first", width="content")
        st.download_button(
            "Download these as CSV",
            _maker(me, sought),
            f"okrdash-log-{board.day:%Y-%m-%d}.csv",
            "text/csv",
            key="export_log",
            icon=":material/download:",
            on_click="ignore",
        )
    if not page.writes:
        st.info("Nothing was changed that fits. Take a filter away.", icon=":material/search_off:")
        return
    body = st.container()
    if page.total > event_log.PAGE:
        at = st.pagination(-(-page.total // event_log.PAGE), key="log_page", bind="query-params")
        page = event_log.page(me.actor, sought, at) if at > 1 else page
    with body:
        for write in page.writes:
            _write(write, page, names, board)


def _bar(me: Me, names: Mapping[str, str]) -> Sought:
    actions, actors = event_log.choices(me.actor)
    with st.grid(4, min_column_width=170):
        who = filters.one("Who", {one: plain(_who(one, names)) for one in actors}, "Everybody", "log_who")
        action = filters.one("Action", {one: plain(one).capitalize() for one in actions}, "Every action", "log_action")
        tables = {name: event_words.NOUNS.get(name, name) for name in TABLES if name != "events"}
        table = filters.one("Of what", tables, "Everything", "log_of")
        thing = st.text_input(
            "Which one",
            key="log_thing",
            type="search",
            bind="query-params",
            placeholder="Its identifier",
            help="The username of a person, the name of a team or cycle, the identifier of an objective or key result.",
        )
        first = st.date_input("From", None, key="log_from", format="YYYY-MM-DD", bind="query-params")
        last = st.date_input("To", None, key="log_to", format="YYYY-MM-DD", bind="query-params")
        words = st.text_input(
            "Words", key="log_words", type="search", bind="query-params", placeholder="In what was written"
        )
    return Sought(who, action, table, (thing or "").strip(), first, last, words or "")


def _who(username: str, names: Mapping[str, str]) -> str:
    return "A command on the server" if username == people.CONSOLE.username else names.get(username, username)


def _write(write: event_log.Written, page: event_log.Page, names: Mapping[str, str], board: Board) -> None:
    here = local(write.happened_at, board.settings.zone)
    why = f" · because: {md(write.reason)}" if write.reason else ""
    head = f"**{show.day(here)}, {here:%H:%M}** · {md(_who(write.actor, names))} · {md(write.action)}{why}"
    told = [event_words.say(change, page, names) for change in write.changes]
    if write.count > len(told):
        told = [f"{event_words.counted(write.tables)}:", *told, f"… and {write.count - len(told):,} more"]
    with st.container(gap=None):
        st.markdown(head)
        st.markdown("\n".join(f"- {line}" for line in told) if len(told) > 1 else told[0])


def _maker(me: Me, sought: Sought) -> Callable[[], bytes]:
    """What makes the file when the button is clicked; the service asks again whether the person may."""
    return lambda: csv_text(TABLES["events"], event_log.everything(me.actor, sought)).encode()
