"""The lists of the Admin page: a table of any length, searched, of which one row is opened; and asking once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.columns import Row
from okrdash.domain.tables import TABLES
from okrdash.services import organisation
from okrdash.ui import show
from okrdash.ui.forms import Form
from okrdash.ui.session import Me
from okrdash.ui.text import label

MOST = 500
"""Rows that are shown at once; of a longer list one searches."""
STEP = "\u2003"
"""The indent of one level of a tree."""
_ROW, _SEEN = 35, 14


def search(says: str, *, key: str) -> str:
    """A field for words that a row must hold; it stands in the address."""
    return st.text_input(says, key=key, type="search", placeholder="Type a part of it", bind="query-params") or ""


def found(rows: Sequence[Mapping[str, Any]], words: str) -> list[Mapping[str, Any]]:
    """The rows in whose texts every one of the words is found, whatever their case."""
    sought = words.casefold().split()
    return [
        row
        for row in rows
        if all(word in "\n".join(v for v in row.values() if isinstance(v, str)).casefold() for word in sought)
    ]


def draw(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, Any], *, key: str, opens: str, what: str
) -> Row | None:
    """Draws the rows, `columns` of each, and returns the one that was just opened by a click on its column `opens`.

    `what` is what a row is called, in the singular ("team", "person").
    """
    shown = list(rows[:MOST])
    if not shown:
        st.info(f"No {what} has these words. Try fewer.", icon=":material/search_off:")
        return None
    many = show.count(len(rows), what) if what != "person" or len(rows) == 1 else f"{len(rows):,} people"
    frame = pd.DataFrame([{name: row[name] for name in columns} for row in shown])
    frame[opens] = [_indent(text) + label(text) for text in frame[opens]]
    button = st.column_config.ButtonColumn(
        str(columns[opens]), type="tertiary", alignment="left", width=300, pinned=True, key=f"open_{key}"
    )
    st.dataframe(
        frame,
        column_config={**columns, opens: button},
        hide_index=True,
        height=_ROW * (min(len(shown), _SEEN) + 1) + 3,
        key=f"{key}_table",
        alt=f"{len(shown)} of {many}; the first column opens one",
    )
    more = f"The first {MOST} of {len(rows):,}. Search for the others." if len(rows) > MOST else many
    st.caption(f"{more}. Click a name to open it." if len(rows) <= MOST else more)
    click = st.session_state.get(f"open_{key}")
    return dict(shown[click["row"]]) if click and 0 <= click["row"] < len(shown) else None


def _indent(text: str) -> str:
    """The spaces by which a name stands further in than those above it."""
    return STEP * (len(text) - len(text.lstrip(STEP)))


def sure(form: Form, touches: Collection[str]) -> bool:
    """Says what a change touches and asks once; True when nothing needs asking or it was confirmed."""
    if not touches:
        return True
    st.warning("\n".join(f"- {line}" for line in touches), icon=":material/warning:")
    return st.checkbox("Yes, that is what I want", key=form.key("sure"))


def reread(me: Me, table: str, row: Row) -> Row:
    """A row of a table as it is now; as it was, where it is gone."""
    key_of = TABLES[table].key_of
    return next((now for now in organisation.listed(me.actor, table) if key_of(now) == key_of(row)), row)
