"""Dependencies one below the other: as cards, as what one unit owes and is owed, as a table, and as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.ui import choices, links, show
from okrdash.ui import dependency_words as words
from okrdash.ui.dependency_drawer import open_in_address
from okrdash.ui.dependency_rows import ASKING, PROVIDING, Chosen, Read, of_unit
from okrdash.ui.spreadsheet import as_csv
from okrdash.ui.text import label, md, plain, short

PAGE, ROWS = 25, 100
"""Cards, and rows of the table, on a page."""
_LONGEST = 140
"""Letters of what is needed that a card shows; its drawer has all of them."""


def show_pair(found: DataFrame, chosen: Chosen) -> None:
    """The dependencies of the sides that were chosen, as cards."""
    asks, gives = chosen.asking or "everybody", chosen.providing or "everybody"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(f"{md(asks[:1].upper() + asks[1:])} from {md(gives)} · {len(found):,}", anchor=False, width="content")
        st.button("Show all again", key="all_again", type="tertiary", icon=":material/close:", on_click=_all_again)
    if found.empty:
        st.caption("Nothing is open here. What is done, declined or withdrawn stands in the table below.")
    _cards(found, "pair")


def _all_again() -> None:
    st.session_state[ASKING] = st.session_state[PROVIDING] = ""


def show_unit(board: Board, shown: Read, own: str) -> None:
    """What one unit owes and what it is owed, side by side; `own` is the one that is shown first."""
    kinds = board.teams["kind"].to_dict()
    units = [*dict.fromkeys([*([own] if own else []), *shown.sides])]
    texts = {unit: plain(unit) + (" (function)" if kinds.get(unit) == "function" else "") for unit in units}
    unit = st.selectbox("Whose", units, format_func=choices.shown(texts), key="of", bind="query-params", width=320)
    owes, owed = of_unit(board, shown.every, unit)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(f"What we owe · {len(owes):,}", anchor=False)
        if owes.empty:
            st.caption("Nobody waits for anything from here.")
        _cards(owes, "owes", unit)
    with right:
        st.subheader(f"What we are owed · {len(owed):,}", anchor=False)
        if owed.empty:
            st.caption("Nothing is asked for from here.")
        _cards(owed, "owed", unit)


def _cards(found: DataFrame, key: str, unit: str = "") -> None:
    at = st.pagination(-(-len(found) // PAGE), key=f"page_{key}") if len(found) > PAGE else 1
    for row in found.iloc[(at - 1) * PAGE : at * PAGE].to_dict("records"):
        with st.container(border=True, gap="xxsmall"):
            card(row, key=key, unit=unit)


def card(row: Mapping[Any, Any], *, key: str, unit: str = "") -> None:
    """One dependency: what is needed, who with whom by when, how it stands; in a list of what concerns `unit`."""
    st.button(
        f"**{label(short(row['need'], _LONGEST))}**",
        key=f"title_{key}_{row['id']}",
        type="tertiary",
        wrap=True,
        on_click=open_in_address,
        args=(row["id"],),
    )
    asker, provider = (f"**{md(row[side])}**" for side in ("from_team", "to_team"))
    who = f"{asker} needs it from {provider}"
    if unit == row["to_team"]:
        who = f"{asker} needs it"
    elif unit == row["from_team"]:
        who = f"from {provider}"
    said = words.says(row)
    lines = [words.badges(row), f":small[{who} · {words.days(row)}]", *([f":small[{said}]"] if said else [])]
    st.markdown("  \n".join(lines))
    links.to("objective", f"For {md(row['title'])}", icon=":material/target:", objective=row["objective"])


def show_table(found: DataFrame, today: date) -> None:
    """All that the filters leave, as a table of pages, and as a file of all of it."""
    if found.empty:
        st.info("None fits these filters. Take one of them off.", icon=":material/filter_alt_off:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        many = "dependency" if len(found) == 1 else "dependencies"
        st.caption(f"{len(found):,} {many}. Click what is needed to open it.", width="stretch")
        st.download_button(
            "Download as CSV",
            lambda: csv_of(found),
            f"dependencies-{today.isoformat()}.csv",
            "text/csv",
            key="export",
            icon=":material/download:",
            on_click="ignore",
        )
    at = st.pagination(-(-len(found) // ROWS), key="at", bind="query-params") if len(found) > ROWS else 1
    part = found.iloc[(at - 1) * ROWS : at * ROWS]
    records: list[dict[Any, Any]] = part[_SHOWN].to_dict("records")
    config = st.column_config
    opens = config.ButtonColumn(
        "What is needed",
        type="tertiary",
        alignment="left",
        width=320,
        pinned=True,
        key="open_dependency",
        on_click=_open_row,
        args=([row["id"] for row in records],),
    )
    said = "Whether it will be there in time: it will, it may, it won’t."
    st.dataframe(
        pd.DataFrame(
            {
                "open": [label(row["need"]) for row in records],
                "from": [plain(row["from_team"]) for row in records],
                "to": [plain(row["to_team"]) for row in records],
                "state": [words.state(row) for row in records],
                "trouble": [", ".join(words.TROUBLES[one] for one in words.troubles(row)) for row in records],
                "need_by": part["need_by"].to_numpy(),
                "promised": part["promised"].to_numpy(),
                "asker": [words.SAYS.get(row["asker_says"], "") for row in records],
                "provider": [words.SAYS.get(row["provider_says"], "") for row in records],
                "for": [plain(row["title"]) for row in records],
            }
        ),
        column_config={
            "open": opens,
            "from": config.TextColumn("Asking", width=140),
            "to": config.TextColumn("Providing", width=140),
            "state": config.TextColumn("State", width=130),
            "trouble": config.TextColumn("What is wrong", width=190),
            "need_by": config.DateColumn("Needed by", format="D MMM YYYY", width=110),
            "promised": config.DateColumn("Promised", format="D MMM YYYY", width=110),
            "asker": config.TextColumn("Asking says", width=95, help=said),
            "provider": config.TextColumn("Providing says", width=110, help=said),
            "for": config.TextColumn("For the key result", width=300),
        },
        hide_index=True,
        height=min(35 * (len(records) + 1) + 3, 640),
        placeholder=show.NONE,
        key="dependencies_table",
        alt=_alt(found),
    )


_SHOWN = [
    *("id", "need", "from_team", "to_team", "state", "proposed", "late", "trouble", "asker_says", "provider_says"),
    "title",
]


def _open_row(shown: Sequence[str]) -> None:
    click = st.session_state.get("open_dependency")
    if click and 0 <= click["row"] < len(shown):
        open_in_address(shown[click["row"]])


_COLUMNS: Mapping[str, str] = {
    "need": "What is needed",
    "from_team": "Asking",
    "to_team": "Providing",
    "title": "For the key result",
    "cycle": "Cycle",
    "state": "State",
    "late": "Late",
    "trouble": "What is wrong",
    "need_by": "Needed by",
    "requested_on": "Asked on",
    "answered_on": "Answered on",
    "promised": "Promised for",
    "asker_says": "Asking says",
    "provider_says": "Providing says",
    "reason": "Reason",
}


def csv_of(found: DataFrame) -> bytes:
    """The rows as CSV for spreadsheets."""
    return as_csv(_COLUMNS.values(), found[list(_COLUMNS)].itertuples(index=False))


def _alt(found: DataFrame) -> str:
    counts = found["state"].value_counts()
    told = ", ".join(f"{count} {words.STATES[str(state)].split(' ', 1)[1].lower()}" for state, count in counts.items())
    return f"{len(found):,} dependencies, who needs what from whom: {told}"
