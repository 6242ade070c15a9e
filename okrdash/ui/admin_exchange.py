"""Taking everything out in one file, made only when somebody asks for it; and the way to taking in."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from okrdash.domain.board import Board
from okrdash.services import exchange
from okrdash.transfer.canonical import bundle_bytes
from okrdash.ui import choices, links
from okrdash.ui.session import Me
from okrdash.ui.text import plain

_TYPES = {"zip": ("ZIP of CSV files", "application/zip"), "json": ("JSON", "application/json")}


def draw(me: Me, board: Board) -> None:
    """The link to the import, and the company export."""
    st.subheader("Import")
    st.markdown("Take in an OKR document in Markdown, or a company export. You see what would be done before it is.")
    links.to("import", "Go to the import", icon=":material/upload_file:")
    st.subheader("Company export")
    st.markdown(
        "Everything that okrdash knows, in open formats: objectives, key results, check-ins, people, teams and every"
        " change that was made. Confidential objectives are in it: keep the file as safe as they are."
        " Passwords are not."
    )
    texts = {"": "Everything", **choices.distinct({cycle: f"Only {plain(cycle)}" for cycle in board.cycles.index})}
    cycle = st.selectbox("What", list(texts), format_func=choices.shown(texts), key="export_cycle", width=320) or ""
    with st.container(horizontal=True):
        for ending, (says, mime) in _TYPES.items():
            st.download_button(
                f"Download as {says}",
                _maker(me, cycle, f"okrdash.{ending}"),
                f"okrdash-{board.day:%Y-%m-%d}.{ending}",
                mime,
                key=f"export_{ending}",
                icon=":material/download:",
                on_click="ignore",
            )


def _maker(me: Me, cycle: str, name: str) -> Callable[[], bytes]:
    """What makes the file when the button is clicked; the service asks again whether the person may."""

    def make() -> bytes:
        rows, _ = exchange.everything(me.actor, cycle)
        return bundle_bytes(rows, name)

    return make
