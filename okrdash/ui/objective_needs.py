"""What the key results of an objective need of other teams and do for them, who contributes, and if one slips."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.services import check_in
from okrdash.ui import dependency_rows, links, show
from okrdash.ui.dependency_line import show_line
from okrdash.ui.objective_view import MOST, Goal
from okrdash.ui.session import Me
from okrdash.ui.slips import show_slips, waiting_line
from okrdash.ui.text import md, plain, short

_FEW = 5
"""Dependencies of a key result on its card; the page Dependencies has the rest."""
_LONGEST = 140


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """What is open between the key results of an objective and other teams: rows of `dependencies.view`."""

    board: Board
    """With the confidential objectives on it that the person may see."""
    owed: DataFrame
    """What they need: all that is open, and what was declined."""
    owe: DataFrame
    """What they carry for others."""


def read(me: Me, goal: Goal) -> Needs:
    """All that the page of an objective tells of dependencies."""
    board = check_in.board_to_check(me.actor)
    every, mine = dependency_rows.read(board).every, goal.key_results.index
    active = every["objective"].isin(board.objectives.index[board.objectives["state"] == "active"])
    declined = active & (every["state"] == "declined")
    return Needs(
        board,
        owed=every[every["key_result"].isin(mine) & (every["open"] | declined)],
        owe=every[every["carrier"].isin(mine) & every["open"]],
    )


def draw_needs(needs: Needs, key_result: str, *, me: Me | None = None) -> None:
    """What a key result needs and what it does for others; nothing where there is nothing.

    With `me` a click opens the drawer of a dependency, without, it is a link.
    """
    owed = needs.owed[needs.owed["key_result"] == key_result]
    owe = needs.owe[needs.owe["carrier"] == key_result]
    if not owed.empty:
        st.markdown(":material/call_received: **Needs of others**")
        _lines(owed, "owed", me)
        if len(owed) > _FEW:
            title = plain(owed["title"].iloc[0])
            links.to("dependencies", f"and {len(owed) - _FEW} more", **{"list": "All as a table", "words": title})
    if not owe.empty:
        waiting = waiting_line(needs.board, key_result)
        st.markdown(f":material/call_made: **{md(waiting) or 'Done for others'}**")
        _lines(owe, "owe", me)
        if len(owe) > _FEW:
            links.to("dependencies", f"and {len(owe) - _FEW} more", providing=plain(owe["to_team"].iloc[0]))


def _lines(rows: DataFrame, side: str, me: Me | None) -> None:
    for row in rows.head(_FEW).to_dict("records"):
        show_line(row, key=side, me=me, side=side)


def draw_slips(needs: Needs, names: Mapping[str, str], key_result: str) -> None:
    """Folded: what feels it, and when, if a key result that runs slips."""
    home = needs.board.key_results["objective"].get(key_result, "")
    if home not in needs.board.objectives.index or needs.board.objectives.at[home, "state"] != "active":
        return
    folded = st.popover(
        "If this slips", type="tertiary", icon=":material/account_tree:", key=f"slips_{key_result}", on_change="rerun"
    )
    if folded.open:
        with folded:
            show_slips(needs.board, names, key_result=key_result, key=f"slips_of_{key_result}")


def draw_contributors(goal: Goal, needs: Needs) -> None:
    """Who contributes: each function's part with how it stands, and the parts that nobody has taken on."""
    untaken = needs.owed[needs.owed["state"].isin(("requested", "declined"))]
    for function in dict.fromkeys([*goal.key_results["function"], *untaken["providing_function"]]):
        lines = _parts(goal.key_results[goal.key_results["function"] == function], len(goal.key_results) <= MOST)
        rows = untaken[untaken["providing_function"] == function]
        lines += [_untaken(row) for row in rows.head(MOST).to_dict("records")]
        if len(rows) > MOST:
            lines.append(f"- and {len(rows) - MOST} more that nobody has taken on")
        st.markdown(f"**{md(function or 'Across functions')}**\n\n" + "\n".join(lines))


def _parts(key_results: pd.DataFrame, each: bool) -> list[str]:
    """Lines of what each team of a function carries: with `each` every key result, else how many stand how."""
    lines = []
    for team, rows in key_results.groupby("team", sort=False):
        head = f"- **{md(team)}**: {show.count(len(rows), 'key result')}"
        if not each:
            counts = rows["status"].value_counts().items()
            head += "".join(f" {count} × {show.badge(str(word))}" for word, count in counts)
        lines.append(head)
        if each:
            lines += [
                f"    - {show.badge(status)} {show.percent(progress)} · {md(short(title, _LONGEST))}"
                for status, progress, title in zip(rows["status"], rows["progress"], rows["title"], strict=True)
            ]
    return lines


def _untaken(row: Mapping[Any, Any]) -> str:
    need, team = md(short(row["need"], _LONGEST)), md(row["to_team"])
    if row["state"] == "declined":
        how = f"**{team}** declined it, nobody has taken it on"
    elif row["proposed"]:
        how = f"**{team}** proposes another day, which is not agreed on yet"
    else:
        how = f"asked of **{team}**, nobody has taken it on yet"
    return f"- :gray-badge[○ Open part] {need} :small[· {how}]"
