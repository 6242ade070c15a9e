"""Objectives and key results as tables: one line each, quick for thousands."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.domain.columns import Row
from okrdash.ui import show
from okrdash.ui.objective_drawer import open_objective
from okrdash.ui.session import Me
from okrdash.ui.text import label, plain

_ROW = 35
"""The pixels of a table's row."""
_MOST = 18
"""Rows that are seen at once; the rest scrolls."""
PROGRESS = "How much of the way is done: the mean of its key results by weight, guardrails left out."
EXPECTED = "Where it should stand today: met at its end, in even steps unless a plan by phases says otherwise."
STATUS = (
    "By progress against what is expected today; never on track while a key result is off track or updates are overdue."
)


def draw_objectives(me: Me, board: Board, rows: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The objectives of the board, each with a button that opens it."""
    frame = pd.DataFrame(
        {
            "open": [label(title) for title in rows["title"]],
            "status": [show.status(word) for word in rows["status"]],
            "progress": _whole(rows["progress"]),
            "expected": [show.percent(share) for share in rows["expected"]],
            "key_results": [show.troubles(row) for row in rows[_COUNTED].to_dict("records")],
            "owner": [plain(show.person(one, names)) for one in rows["accountable"]],
            "team": [plain(team) for team in rows["team"]],
            "parents": _parents(board, rows.index),
            "cycle": [plain(cycle) for cycle in rows["cycle"]],
        }
    )
    if rows["cycle"].nunique() < 2:
        frame = frame.drop(columns="cycle")
    config = st.column_config
    st.dataframe(
        frame,
        column_config={
            "open": open_column("Objective", "open_objective", width=300),
            "status": config.TextColumn("Status", width=105, help=STATUS),
            "progress": _progress_column(PROGRESS),
            "expected": config.TextColumn("Expected", width=75, alignment="right", help=EXPECTED),
            "key_results": config.TextColumn("Key results", width=170),
            "owner": config.TextColumn("Owner", width=140),
            "team": config.TextColumn("Team", width=150),
            "parents": config.TextColumn("Contributes to", width=260),
            "cycle": config.TextColumn("Cycle", width=110),
        },
        hide_index=True,
        height=_height(len(frame)),
        placeholder=show.NONE,
        key="objectives_table",
        alt=_alt(rows, "objectives"),
    )
    open_clicked(me, "open_objective", list(rows.index))


def draw_key_results(me: Me, board: Board, rows: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """The key results of the board, to choose several from; returns the identifiers of those chosen."""
    frame = pd.DataFrame(
        {
            "open": [label(title) for title in rows["title"]],
            "status": [show.status(word) for word in rows["status"]],
            "progress": _whole(rows["progress"]),
            "expected": [show.percent(share) for share in rows["expected"]],
            "stands": [plain(show.stands(row)) for row in rows[_MEASURED].to_dict("records")],
            "fresh": [show.freshness(row) for row in rows[_FRESH].to_dict("records")],
            "owner": [plain(show.person(one, names)) for one in rows["accountable"]],
            "team": [plain(team) for team in rows["team"]],
            "due": rows["due"].to_numpy(),
            "cadence": [f"every {weeks:.0f} weeks" if weeks > 1 else "every week" for weeks in rows["cadence"]],
            "objective": [plain(title) for title in rows["objective_title"]],
        }
    )
    config = st.column_config
    chosen = st.dataframe(
        frame,
        column_config={
            "open": open_column("Key result", "open_key_result", width=300),
            "status": config.TextColumn("Status", width=105),
            "progress": _progress_column(
                "How much of the way is done; of a guardrail, the share of days on which it was kept."
            ),
            "expected": config.TextColumn("Expected", width=75, alignment="right", help=EXPECTED),
            "stands": config.TextColumn("Stands at", width=220),
            "fresh": config.TextColumn("Updates", width=170),
            "owner": config.TextColumn("Owner", width=140),
            "team": config.TextColumn("Team", width=150),
            "due": config.DateColumn("Due", format="D MMM YYYY", width=110),
            "cadence": config.TextColumn("Check-in", width=110),
            "objective": config.TextColumn("Objective", width=260),
        },
        hide_index=True,
        height=_height(len(frame)),
        placeholder=show.NONE,
        # Rows are chosen by their place, so another list starts with none chosen.
        key=f"key_results_{zlib.crc32(';'.join(rows.index).encode()):x}",
        on_select="rerun",
        selection_mode="multi-row",
        alt=_alt(rows, "key results"),
    )
    open_clicked(me, "open_key_result", rows["objective"].tolist())
    return [str(rows.index[at]) for at in chosen["selection"]["rows"] if at < len(rows)]


def draw_unagreed(me: Me, rows: Sequence[Row], names: Mapping[str, str]) -> None:
    """Objectives that are on no board (drafts, proposals, dropped): what they are, not how they stand."""
    frame = pd.DataFrame(
        {
            "open": [label(row["title"]) for row in rows],
            "state": [row["state"].capitalize() for row in rows],
            "owner": [plain(show.person(row["owner"], names)) if row["owner"] else show.NONE for row in rows],
            "team": [plain(row["team"]) for row in rows],
            "cycle": [plain(row["cycle"]) for row in rows],
        }
    )
    config = st.column_config
    st.dataframe(
        frame,
        column_config={
            "open": open_column("Objective", "open_unagreed", width=480),
            "state": config.TextColumn("State"),
            "owner": config.TextColumn("Owner"),
            "team": config.TextColumn("Team"),
            "cycle": config.TextColumn("Cycle"),
        },
        hide_index=True,
        height=_height(len(frame)),
        key="unagreed_table",
        alt=f"{len(rows)} objectives that are not on the board",
    )
    open_clicked(me, "open_unagreed", [row["id"] for row in rows])


_COUNTED = ["key_results", "off_track", "overdue", "from_children"]
_MEASURED = ["kind", "unit", "value", "baseline", "target", "lower", "upper", "progress"]
_FRESH = ["freshness", "last_check_in"]


def open_column(says: str, key: str, width: int, *, pinned: bool = False) -> Any:
    """A column whose cells open what their row is about."""
    return st.column_config.ButtonColumn(says, type="tertiary", alignment="left", width=width, pinned=pinned, key=key)


def _progress_column(rule: str) -> Any:
    return st.column_config.ProgressColumn("Progress", width=115, format="%d %%", min_value=0, max_value=100, help=rule)


def _whole(shares: pd.Series[Any]) -> Any:
    """Shares in whole per cent, as the other figures are shown."""
    return (shares * 100).round().to_numpy()


def open_clicked(me: Me, key: str, objectives: Sequence[str]) -> None:
    """Opens the drawer of the objective of the row whose cell was just clicked; "" for a row that is about none."""
    click = st.session_state.get(key)
    if click and 0 <= click["row"] < len(objectives) and objectives[click["row"]]:
        open_objective(me, objectives[click["row"]])


def _parents(board: Board, children: pd.Index[Any]) -> list[str]:
    edges = board.edges[(board.edges["kind"] == "contributes") & board.edges["child"].isin(children)]
    titles = board.objectives["title"].reindex(edges["parent_objective"]).tolist()
    found: dict[str, list[str]] = {}
    for child, title in zip(edges["child"], titles, strict=True):
        found.setdefault(child, []).append(plain(title))
    return ["; ".join(dict.fromkeys(found.get(child, ()))) for child in children]


def _alt(rows: pd.DataFrame, what: str) -> str:
    counts = rows["status"].value_counts()
    return f"{len(rows)} {what}: " + ", ".join(f"{count} {word}" for word, count in counts.items())


def _height(rows: int) -> int:
    return _ROW * (min(rows, _MOST) + 1) + 3
