"""The matrix of who waits for whom: drawn, as a list for narrow screens, as a table, and the rings in it by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from pandas import DataFrame

from okrdash.domain.board import Board
from okrdash.services.kept import Kept
from okrdash.ui import show
from okrdash.ui.charts import sentences
from okrdash.ui.dependency_chart import WIDE, spec
from okrdash.ui.dependency_rows import ASKING, PROVIDING, Chosen, in_order
from okrdash.ui.dependency_words import RULES, TROUBLES
from okrdash.ui.text import label, md, plain

_ROLES: Mapping[str, str] = {
    "late": "off track",
    "disputed": "at risk",
    "in conflict": "at risk",
    "unanswered": "not started",
}
_CHART = "okrdash_matrix"
_MOST = 15
"""Pairs of the list for narrow screens; the table has them all."""
_TOLD = 60
"""Cells that the chart's words name; the table has them all."""
_RINGS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What the chart is drawn from, the same for everybody who counts the same."""

    asking: list[str]
    providing: list[str]
    cells: DataFrame
    alt: str
    listed: list[tuple[str, str, str]]
    """The same as a list for narrow screens: in words, and its two sides."""
    troubles: list[str]
    """Those that are there, the gravest first."""


_drawn: Kept[Drawn] = Kept(16)


def show_matrix(board: Board, counted: DataFrame, chosen: Chosen) -> None:
    """Who waits for whom, as `to_matrix` counts it; a click on a cell chooses its two sides."""
    # by what is counted, not by revision alone: who sees something confidential counts more than others do
    key = (board.revision, chosen.function, tuple(counted.itertuples(index=False, name=None)))
    drawn = _drawn.get(key, lambda: _worked_out(board, counted, chosen.function))
    data = drawn.cells
    here = (data["asks"] == plain(chosen.asking)) & (data["gives"] == plain(chosen.providing))
    data = data.assign(chosen=here)
    with st.container(key="dependency_drawing", gap="xsmall"):
        st.caption("Down: who needs something. Across: from whom. A click on a number shows what.")
        st.vega_lite_chart(
            data,
            spec(few=len(drawn.providing) <= WIDE),
            width="stretch",
            alt=drawn.alt,
            key=_key(chosen, drawn),
            on_select=_turn_to_cell,
            selection_mode=["cell"],
        )
    with st.container(key="dependency_pairs", gap="xsmall"):
        _list(drawn)
    if drawn.troubles:
        st.caption("  \n".join(f"**{TROUBLES[word]}**: {RULES[word]}" for word in drawn.troubles))
    folded = st.expander("The matrix as a table", icon=":material/table:", key="as_table", on_change="rerun")
    if folded.open:
        with folded:
            _table(counted)


def _worked_out(board: Board, counted: DataFrame, function: str) -> Drawn:
    own = set(board.teams.index[board.teams["function"] == function]) if function else set()
    asking, providing = (
        sorted(in_order(board, counted[side].tolist()), key=lambda unit: unit not in own)  # those of the function first
        for side in ("asking", "providing")
    )
    data = cells(counted, asking, providing)
    said = data["say"].tolist()
    more = [f"and {len(said) - _TOLD} more pairs, in the table below"] if len(said) > _TOLD else []
    alt = sentences("Open dependencies by who asks and who provides.", [*said[:_TOLD], *more])
    troubles = [word for word in TROUBLES if counted[word].any()]
    return Drawn(asking, providing, data, alt, _listed(counted), troubles)


def cells(counted: DataFrame, asking: Sequence[str], providing: Sequence[str]) -> DataFrame:
    """The data of the chart: a row for each pair of units that has something open."""
    down, across = ({unit: n for n, unit in enumerate(units)} for units in (asking, providing))
    most = max(counted["count"], default=1)
    lines = []
    for row in counted.to_dict("records"):
        said, short = _troubles(row)
        asks, gives = plain(row["asking"]), plain(row["providing"])
        lines.append(
            {
                "a": down[row["asking"]],
                "p": across[row["providing"]],
                "asking": asks,
                "providing": _in_two(gives),
                "asks": asks,
                "gives": gives,
                "share": row["count"] / most,
                "figure": f"{row['count']}",
                "mark": short[:1],
                "short": short,
                "words": said if sum(bool(row[word]) for word in TROUBLES) == 1 else short,
                "role": next((_ROLES[word] for word in TROUBLES if row[word]), ""),
                "told": _told(row),
                "say": f"{asks} from {gives}: {_told(row)}",
            }
        )
    return DataFrame(lines)


def show_rings(found: Sequence[Sequence[str]]) -> None:
    """Promises that wait for each other, each ring by its teams."""
    lines = [f"{md(ring_words(ring))}." for ring in found[:_RINGS]]
    if len(found) > _RINGS:
        lines.append(f"And {show.count(len(found) - _RINGS, 'more ring')} of teams that wait for each other.")
    if lines:
        st.warning("  \n".join(lines), icon=":material/sync_problem:")


def ring_words(ring: Sequence[str]) -> str:
    """A ring in plain text: "Scheduling waits for Platform waits for Scheduling"."""
    return " waits for ".join([*ring, ring[0]])


def turn_to(asking: str, providing: str) -> None:
    """Sets the filters of the two sides, for `on_click`."""
    st.session_state[ASKING], st.session_state[PROVIDING] = asking, providing


def _key(chosen: Chosen, drawn: Drawn) -> str:
    """The chart's key: a new one when something else than the chart chose, so that its own choice is forgotten."""
    state = st.session_state.setdefault(_CHART, {"number": 0, "turned": ("", "")})
    if state["turned"] not in (("", ""), (chosen.asking, chosen.providing)):
        state |= {"number": state["number"] + 1, "turned": ("", "")}
    state |= {"asking": drawn.asking, "providing": drawn.providing}
    return f"dependency_matrix_{state['number']}"


def _turn_to_cell() -> None:
    """Chooses the sides of the cell that was clicked; a click beside the cells chooses everything again."""
    state = st.session_state[_CHART]
    picked = st.session_state[f"dependency_matrix_{state['number']}"]["selection"].get("cell")
    turned = ("", "")
    if picked:
        a, p = picked[0].get("a"), picked[0].get("p")
        if a in range(len(state["asking"])) and p in range(len(state["providing"])):
            turned = state["asking"][a], state["providing"][p]
    state["turned"] = turned
    turn_to(*turned)


def _listed(counted: DataFrame) -> list[tuple[str, str, str]]:
    """The pairs in words, those in most trouble first, each with its two sides; at most so many."""
    wrong = counted[list(TROUBLES)].sum(axis=1)
    ordered = counted.assign(wrong=wrong).sort_values(["wrong", "count"], ascending=False, kind="stable")
    rows: list[dict[Any, Any]] = ordered.head(_MOST).to_dict("records")
    return [
        (f"{label(row['asking'])} from {label(row['providing'])}: {_told(row)}", row["asking"], row["providing"])
        for row in rows
    ]


def _list(drawn: Drawn) -> None:
    for says, asks, gives in drawn.listed:
        st.button(
            says, key=f"title_cell_{asks}_{gives}", type="tertiary", wrap=True, on_click=turn_to, args=(asks, gives)
        )
    if len(drawn.cells) > len(drawn.listed):
        st.caption(f"and {len(drawn.cells) - len(drawn.listed):,} more pairs; the table has them all")


def _table(counted: DataFrame) -> None:
    sides = list(zip(counted["asking"].tolist(), counted["providing"].tolist(), strict=True))
    frame = pd.DataFrame(
        {
            "open": [f"{label(asks)} from {label(gives)}" for asks, gives in sides],
            "count": counted["count"].to_numpy(),
            **{word: counted[word].to_numpy() for word in TROUBLES},
        }
    )
    config = st.column_config
    opens = config.ButtonColumn(
        "Who needs from whom",
        type="tertiary",
        alignment="left",
        width=360,
        key="open_pair",
        on_click=_turn_to_row,
        args=(sides,),
    )
    numbers = {word: config.NumberColumn(text, help=RULES[word].capitalize() + ".") for word, text in TROUBLES.items()}
    st.dataframe(
        frame,
        column_config={"open": opens, "count": config.NumberColumn("Open"), **numbers},
        hide_index=True,
        key="pairs_table",
        alt=f"{len(frame)} pairs: who needs from whom, how many are open, and what is wrong",
    )


def _turn_to_row(sides: Sequence[tuple[str, str]]) -> None:
    click = st.session_state.get("open_pair")
    if click and 0 <= click["row"] < len(sides):
        turn_to(*sides[click["row"]])


def _troubles(row: Mapping[Any, Any]) -> tuple[str, str]:
    """What is wrong in a cell, in shapes and words and in shapes alone: "■ 2 late, ▲ 1 disputed", "■2  ▲1"."""
    wrong = [(TROUBLES[word].split()[0], row[word], word) for word in TROUBLES if row[word]]
    said = ", ".join(f"{sign} {number} {word}" for sign, number, word in wrong)
    return said, "  ".join(f"{sign}{number}" for sign, number, _ in wrong)


def _told(row: Mapping[Any, Any]) -> str:
    """A cell in words: "4 open, ■ 1 late"."""
    said, _ = _troubles(row)
    return f"{row['count']} open" + (f", {said}" if said else "")


def _in_two(name: str) -> str:
    """A name of several words on two lines of about the same length."""
    words = name.split(" ")
    if len(words) < 2 or len(name) < 10:
        return name
    cuts = [(" ".join(words[:n]), " ".join(words[n:])) for n in range(1, len(words))]
    first, second = min(cuts, key=lambda cut: max(map(len, cut)))
    return f"{first}\n{second}"
