"""The links of a key result to the work that is done for it: shown, added, marked as done, taken away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from okrdash.domain.columns import TITLE, Row
from okrdash.domain.errors import Invalid, OkrdashError
from okrdash.services import links
from okrdash.ui import show
from okrdash.ui.forms import opening, sentence
from okrdash.ui.session import Me
from okrdash.ui.text import md
from okrdash.ui.told import tell


def draw(me: Me, key_result: str, rows: Sequence[Row]) -> None:
    """Folded: how many there are; unfolded, the links, and the fields for another."""
    says = f"Links: {len(rows)}" if rows else "Links"
    folded = st.popover(says, type="tertiary", icon=":material/link:", key=f"links_{key_result}", on_change="rerun")
    if not folded.open:
        return
    with folded:
        st.caption("To the work that is done for it. They count for nothing.")
        for n, row in enumerate(rows):
            _draw_link(me, n, row)
        _draw_fields(me, key_result)


def _draw_link(me: Me, n: int, row: Row) -> None:
    name = (row["key_result"], row["title"], row["url"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if str(row["url"]).startswith(("https://", "http://")):
            st.page_link(row["url"], label=md(row["title"]), icon=":material/open_in_new:")
        else:
            st.markdown(md(f"{row['title']}: {row['url']}"), width="content")
        if row["done_on"]:
            st.caption(f":material/check: done {show.day(row['done_on'])}", width="content")
        says, icon = ("Not done", ":material/undo:") if row["done_on"] else ("Done", ":material/check:")
        done = row["done_on"] is None
        _button(says, f"mark_{n}_{row['key_result']}", icon, lambda: links.mark_link(me.actor, *name, done=done))
        _button(
            "Remove", f"unlink_{n}_{row['key_result']}", ":material/close:", lambda: links.remove_link(me.actor, *name)
        )


def _draw_fields(me: Me, key_result: str) -> None:
    state = st.session_state.setdefault(f"link_form_{key_result}", {"name": opening(), "refused": {}})
    refused = state["refused"]
    st.text_input("Title", key=f"{state['name']}_title", max_chars=TITLE, placeholder="Rollout plan")
    _say("The title", refused.get("title"))
    st.text_input("Address", key=f"{state['name']}_url", placeholder="https://…")
    _say("The address", refused.get("url"))
    if "" in refused:
        st.error(md(refused[""]), icon=":material/error:")
    st.button("Add link", key=f"{state['name']}_add", icon=":material/add_link:", on_click=_add, args=(me, key_result))


def _add(me: Me, key_result: str) -> None:
    state = st.session_state[f"link_form_{key_result}"]
    title, url = (str(st.session_state.get(f"{state['name']}_{field}") or "") for field in ("title", "url"))
    try:
        links.add_link(me.actor, key_result, title, url, request_key=state["name"])
    except Invalid as fault:
        state["refused"] = {problem.where: problem.message for problem in fault.problems}
    except OkrdashError as fault:
        state["refused"] = {"": str(fault)}
    else:
        st.session_state.pop(f"link_form_{key_result}")
        tell(f"“{title.strip()}” is linked.")


def _say(field: str, message: str | None) -> None:
    if message:
        st.error(md(sentence(field, message)), icon=":material/error:")


def _button(says: str, key: str, icon: str, call: Callable[[], Any]) -> None:
    st.button(says, key=key, icon=icon, type="tertiary", on_click=_do, args=(call, says))


def _do(call: Callable[[], Any], says: str) -> None:
    try:
        call()
    except OkrdashError as fault:
        tell(str(fault))
    else:
        tell(f"{says}: saved.")
