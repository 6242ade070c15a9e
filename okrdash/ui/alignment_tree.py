"""Table and map of the alignment: one component in two looks, and what a click or a key in it does."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.services.kept import Kept
from okrdash.ui import show
from okrdash.ui.alignment_lines import GRAVEST, ORDERS, Line, by_goal, by_unit, in_a_row, standing_alone
from okrdash.ui.alignment_nodes import nodes
from okrdash.ui.filters import Filter, objectives
from okrdash.ui.objective_drawer import open_objective
from okrdash.ui.session import Me

UNIT, GOAL, ROW = "By unit", "By goal", "In a row"
ARRANGED = {UNIT: by_unit, GOAL: by_goal, ROW: in_a_row}
"""How the lines can stand under each other."""

_KEY = "alignment_tree"
_HERE = Path(__file__).parent / "static" / "alignment"
STYLE = (_HERE / "alignment.css").read_text("utf-8")
SCRIPT = "\n".join((_HERE / name).read_text("utf-8") for name in ("tree.js", "table.js", "map.js", "alignment.js"))
_drawn = st.components.v2.component(
    "okrdash_alignment",
    html='<div class="okr-alignment"></div>\n',
    css=STYLE,
    js=SCRIPT,
    # In the page itself, so that its dialogs know where the focus was, and what is printed, sought and read is there.
    isolate_styles=False,
)


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """What the filters leave, arranged and in an order."""

    lines: list[Line]
    data: bytes
    """As the component reads it."""
    version: int
    alone: int
    """How many of the objectives are tied to no other."""


_kept: Kept[Tree] = Kept(8)
"""The last few, shared by everybody: on the board stands only what everybody may see."""


def grown(board: Board, chosen: Filter, names: Mapping[str, str], arranged: str, order: str) -> Tree:
    """The lines that the filters leave, arranged as ARRANGED says and in one of ORDERS; kept as the board is."""

    def grow() -> Tree:
        shown = objectives(board, chosen).index.tolist()
        lines = ARRANGED[arranged](board, shown, order, names)
        data = nodes(board, lines, names, teams=arranged != UNIT)
        return Tree(lines, data, zlib.crc32(data), len(standing_alone(board, shown)))

    return _kept.get((board, chosen, arranged, order), grow)


def counted(rows: pd.DataFrame) -> str:
    """How many objectives have each status, as badges in Markdown, the gravest first."""
    counts = rows["status"].value_counts().to_dict()
    gravest = [word for word in (*GRAVEST, *show.ICONS) if word in counts]
    return " ".join(
        f":{show.COLOURS.get(word, 'gray')}-badge[{show.ICONS[word]} {counts[word]:,} {word}]"
        for word in dict.fromkeys(gravest)
    )


def draw(me: Me, tree: Tree, *, look: str, view: Sequence[object], order: str, says: str, selected: str = "") -> None:
    """Draws the table or the map (`look`) and opens the drawer of the objective that is clicked or entered.

    `view` tells what is looked at, so that it is found as it was left; `selected` is an objective that is gone to.
    """
    head = {
        "look": look,
        "name": repr((look, *view)),
        "version": tree.version,
        "order": order,
        "orders": ORDERS,
        "selected": selected,
        "says": says,
    }
    data = json.dumps(head).encode() + b"\n" + tree.data
    clicked = _drawn(key=_KEY, data=data, on_open_change=lambda: None, on_order_change=_turn)
    if isinstance(clicked.open, str):
        open_objective(me, clicked.open)


def _turn() -> None:
    """The order whose heading was clicked becomes the one in the address."""
    order = st.session_state[_KEY].order
    if order in ORDERS:
        st.session_state["order"] = order
