"""How the lines of the alignment read: as an outline, and as a table for sorting and export."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from okrdash.domain.board import Board
from okrdash.ui import show
from okrdash.ui.alignment_table import ALONE, Line, parents_of, shared_with
from okrdash.ui.objective_drawer import title_button
from okrdash.ui.objective_table import open_clicked, open_column
from okrdash.ui.session import Me
from okrdash.ui.text import label, md, plain, short

_NAMED = 3
"""Parents or teams that are named in a line; of more only how many there are."""
_TITLE = 60
"""The letters of a title that is only mentioned."""
_STEP = "\u2003"
"""The indent of one level in a cell of the table."""
_INDENT, _DEEPEST = 24, 5
"""The indent of one level in the outline, in pixels, and how many levels are indented: a phone is narrow."""


def draw_outline(
    me: Me, board: Board, lines: Sequence[Line], names: Mapping[str, str], *, cycles: Sequence[str]
) -> None:
    """The lines beneath each other, indented by their depth: a title that opens the objective, and its figures."""
    for n, (line, texts) in enumerate(zip(lines, outline(board, lines, names, cycles=cycles), strict=True)):
        with st.container(horizontal=True, gap=None):
            if line.depth:
                st.space(min(line.depth, _DEEPEST) * _INDENT)
            with st.container(gap=None):
                if line.kind == "objective":
                    title = str(board.objectives.at[line.name, "title"])
                    title_button(me, line.name, title, key=f"{n}_{line.name}")
                st.markdown("  \n".join(texts))


def outline(board: Board, lines: Sequence[Line], names: Mapping[str, str], *, cycles: Sequence[str]) -> list[list[str]]:
    """What is said of each line, in lines of Markdown; of an objective, without its title.

    `cycles` are those looked at: a unit's figures are given for each.
    """
    parents = parents_of(board)
    ids = dict.fromkeys(line.name for line in lines if line.kind in ("objective", "mention"))
    rows = {str(row.name): row for _, row in board.objectives.loc[list(ids)].iterrows()}
    shared = shared_with(board, ids)
    items = []
    for at, line in enumerate(lines):
        match line.kind:
            case "unit":
                texts = _unit(board, line, cycles)
            case "heading":
                texts = _heading(line)
            case "mention":
                first = _titles(board, parents[line.name][:1])
                texts = [f":small[“{md(short(str(rows[line.name]['title']), _TITLE))}”, shown under {first}]"]
            case "objective":
                above = _parent_in(lines, at)
                others = [one for one in parents.get(line.name, ()) if one != above]
                about = _about(rows[line.name], names, shared.get(line.name, ()))
                cycle = md(rows[line.name]["cycle"]) if len(cycles) > 1 else ""
                texts = [_small(*about, cycle, *_rest(line)), _small(_ties(board, others, bool(above)))]
        items.append([text for text in texts if text])
    return items


def draw_table(me: Me, board: Board, lines: Sequence[Line], names: Mapping[str, str], *, key: str) -> None:
    """The same lines as a table with columns, of any length, to sort, search and download."""
    titles = board.objectives["title"].to_dict()
    parents = parents_of(board)
    shown = [line for line in lines if line.kind != "mention"]
    blank = {
        "title": "",
        "status": "",
        "progress": None,
        "expected": None,
        "accountable": None,
        "team": "",
        "cycle": "",
    }
    columns = [*blank, "key_results", "off_track", "overdue", "from_children"]
    known = board.objectives[columns].to_dict("index")
    rows: list[dict[str, Any]] = []
    for line in shown:
        row: Mapping[Any, Any] = known.get(line.name, blank) if line.kind == "objective" else blank
        is_objective = line.kind == "objective"
        rows.append(
            {
                "title": _STEP * line.depth + label(row["title"] if is_objective else line.name),
                "status": show.status(row["status"]) if is_objective else "",
                "progress": _percent(row["progress"]),
                "expected": show.percent(row["expected"]) if is_objective else "",
                "key_results": show.troubles(row) if is_objective else "",
                "owner": plain(show.person(row["accountable"], names)) if is_objective else "",
                "team": plain(row["team"]),
                "cycle": plain(row["cycle"]),
                "parents": plain("; ".join(titles[one] for one in parents.get(line.name, ()))) if is_objective else "",
            }
        )
    config, click = st.column_config, f"open_{key}"
    st.dataframe(
        pd.DataFrame(rows),
        column_config={
            "title": open_column("Objective", click, width=380, pinned=True),
            "status": config.TextColumn("Status", width=120),
            "progress": config.ProgressColumn("Progress", width=120, max_value=100, format="%d %%"),
            "expected": config.TextColumn("Expected", width=90, alignment="right"),
            "key_results": config.TextColumn("Key results", width=190),
            "owner": config.TextColumn("Owner", width=140),
            "team": config.TextColumn("Team", width=150),
            "cycle": config.TextColumn("Cycle", width=110),
            "parents": config.TextColumn("Contributes to", width=300),
        },
        hide_index=True,
        height=min(35 * (len(rows) + 1) + 3, 640),
        placeholder=show.NONE,
        key=key,
        alt=says(lines, board),
    )
    open_clicked(me, click, [line.name if line.kind == "objective" else "" for line in shown])


def says(lines: Sequence[Line], board: Board) -> str:
    """The lines in a sentence: "19 objectives: 9 on track, 4 at risk"."""
    counts = board.objectives.loc[[line.name for line in lines if line.kind == "objective"], "status"].value_counts()
    return f"{counts.sum()} objectives: " + ", ".join(f"{count} {word}" for word, count in counts.items())


def _percent(share: float | None) -> float | None:
    return None if share is None or show.blank(share) else round(share * 100)


def _parent_in(lines: Sequence[Line], at: int) -> str:
    """The objective beneath which a line stands; "" for none."""
    for line in reversed(lines[:at]):
        if line.depth < lines[at].depth:
            return line.name if line.kind == "objective" else ""
    return ""


def _small(*texts: str) -> str:
    said = " · ".join(text for text in texts if text)
    return f":small[{said}]" if said else ""


def _about(row: pd.Series[Any], names: Mapping[str, str], shared: Sequence[str]) -> list[str]:
    """Status and figures, owner, and who works on it."""
    team = md(row["team"]) + (f" with {_some([md(other) for other in shared])}" if shared else "")
    return [
        f"{show.badge(row['status'])} {_figures(row['progress'], row['expected'])}",
        show.troubles(row),
        md(show.person(row["accountable"], names)),
        team,
    ]


def _ties(board: Board, others: Sequence[str], beneath: bool) -> str:
    """Its parents in words, but for the one beneath which it stands."""
    return f"→ contributes {'also ' if beneath else ''}to {_titles(board, others)}" if others else ""


def _rest(line: Line) -> list[str]:
    """What of it is not shown, and why it is, where the filters did not ask for it."""
    hidden = [f"{line.hidden} more beneath"] if line.hidden else []
    return [*hidden, "*shown for context*"] if line.context else hidden


def _heading(line: Line) -> list[str]:
    if line.name == ALONE:
        return [f"**{ALONE}**", _small("contributes to nothing, and nothing contributes to it", *_rest(line))]
    return [f"**{md(line.name)}**", _small("archived", *_rest(line))]


def _unit(board: Board, line: Line, cycles: Sequence[str]) -> list[str]:
    """A unit's name and, for each cycle, its own figures and those of the teams below."""
    rows = board.units[(board.units["unit"] == line.name) & board.units["cycle"].isin(list(cycles))]
    texts = [f"**{md(line.name)}** {_small(str(board.teams.at[line.name, 'kind']), *_rest(line))}"]
    for row in rows.to_dict("records"):
        own, below = "", ""
        if row["own_objectives"]:
            own = f"{show.badge(row['own_status'])} {_figures(row['own_progress'], row['own_expected'])}"
        if row["below_objectives"]:
            below = f"teams below: {_figures(row['below_progress'], row['below_expected'])}"
        texts.append(_small(own, below, md(row["cycle"]) if len(cycles) > 1 else ""))
    return texts


def _figures(progress: float, expected: float) -> str:
    if show.blank(progress):
        return "nothing measured yet"
    return f"**{show.percent(progress)}**, expected {show.percent(expected)}"


def _titles(board: Board, objectives: Sequence[str]) -> str:
    return _some([f"“{md(short(str(board.objectives.at[one, 'title']), _TITLE))}”" for one in objectives])


def _some(texts: Sequence[str]) -> str:
    rest = f" and {len(texts) - _NAMED} more" if len(texts) > _NAMED else ""
    return ", ".join(texts[:_NAMED]) + rest
