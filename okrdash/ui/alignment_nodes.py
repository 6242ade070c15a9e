"""What table and map are drawn from, and the table as a file: the lines with their words and figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from okrdash.domain import carried
from okrdash.domain.board import Board
from okrdash.ui import show
from okrdash.ui.alignment_lines import ALONE, Line, last_updates, parents_of, shared_with
from okrdash.ui.spreadsheet import as_csv
from okrdash.ui.text import plain

_COUNTED = ["key_results", "off_track", "from_children"]
_CODED = ("status", "results", "updates", "owner", "about")
"""What many lines have in common: sent once, with the place of its text in each line."""


def nodes(board: Board, lines: Sequence[Line], names: Mapping[str, str], *, teams: bool) -> bytes:
    """The lines as the component reads them: JSON, column by column, which is a third of a list of rows.

    `teams` says whether an objective names its team; beneath the team's own line it need not.
    """
    texts = described(board, [line.name for line in lines if line.kind in _GOALS], names)
    if texts["cycle"].nunique() < 2:
        texts["cycle"] = ""
    parts = [texts["team"]] if teams else []
    texts["about"] = [_joined(row) for row in zip(*parts, texts["shared"], texts["cycle"], strict=True)]
    rows = texts.reindex([line.name if line.kind in _GOALS else "" for line in lines])
    parents, known = _placed(rows["parents"])
    found: dict[str, Any] = {
        "kind": "".join(line.kind[0] for line in lines),
        "depth": [line.depth for line in lines],
        "id": [line.name for line in lines],
        "title": [
            plain(line.name) if blank else title
            for line, title, blank in zip(lines, rows["title"], rows["title"].isna(), strict=True)
        ],
        "context": [n for n, line in enumerate(lines) if line.context],
        "parents": parents,
        "goals": known,
        "says": {n: says for n, line in enumerate(lines) if (says := _says(board, line, texts))},
        "figures": _figures(board, lines, set(texts["cycle_name"])),
        "statuses": {word: [show.status(word), show.COLOURS.get(word, "gray")] for word in show.ICONS},
    }
    for name in ("progress", "expected"):
        found[name] = [None if share != share else int(share) for share in rows[name].tolist()]
    for name in _CODED:
        at, words = pd.factorize(rows[name].where(rows[name].notna(), ""))
        found[name] = {"at": at.tolist(), "words": list(words)}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


_GOALS = ("objective", "mention")


def described(board: Board, identifiers: Iterable[str], names: Mapping[str, str]) -> pd.DataFrame:
    """What is said of each objective, by its identifier, each once; texts are plain and of one line.

    Columns title, status (the word), progress and expected (whole per cent, NaN for none), results ("1 of 4 off
    track"), updates ("1 of 4 overdue, updated 3 Nov 2026"), owner, team, function, shared ("with Sales"), ambition,
    cycle and cycle_name (the same), parents (a tuple of titles).
    """
    rows = board.objectives.loc[list(dict.fromkeys(identifiers))]
    titles = board.objectives["title"].map(_line)
    parents, shared = parents_of(board), shared_with(board, rows.index)
    updates = last_updates(board).reindex(rows.index)
    counted = rows[_COUNTED].assign(overdue=0).to_dict("records")  # those have a text of their own
    return pd.DataFrame(
        {
            "title": titles.loc[rows.index],
            "status": rows["status"],
            "progress": (rows["progress"] * 100).round(),
            "expected": (rows["expected"] * 100).round(),
            "results": [show.troubles(row) for row in counted],
            "updates": [
                _updates(count, *update)
                for count, update in zip(rows["key_results"], updates.itertuples(index=False, name=None), strict=True)
            ],
            "owner": _each(rows["accountable"], lambda one: _line(show.person(one, names))),
            "team": _each(rows["team"], _line),
            "function": _each(rows["function"], _line),
            "shared": [f"with {_line(', '.join(shared[one]))}" if one in shared else "" for one in rows.index],
            "ambition": rows["ambition"],
            "cycle": _each(rows["cycle"], _line),
            "cycle_name": rows["cycle"],
            "parents": [tuple(titles[above] for above in parents.get(one, ())) for one in rows.index],
        },
        index=rows.index,
    )


_HEAD = (
    *("Level", "Kind", "Title", "Status", "Progress %", "Expected %", "Teams below: progress %"),
    *("Teams below: expected %", "Key results", "Updates", "Owner", "Team", "Shared", "Function", "Ambition", "Cycle"),
    "Contributes to",
)


def csv_of(board: Board, lines: Sequence[Line], names: Mapping[str, str]) -> bytes:
    """The lines as CSV for spreadsheets, folded ones too."""
    texts = described(board, [line.name for line in lines if line.kind in _GOALS], names)
    goals = texts.astype({"progress": "Int64", "expected": "Int64"}).to_dict("index")
    cycles, kinds = set(texts["cycle_name"]), board.teams["kind"].to_dict()
    units, late = _of_units(board, cycles), {cycle: carried.overdue(board, cycle) for cycle in cycles}
    rows: list[list[Any]] = []
    for line in lines:
        if line.kind == "objective":
            row = goals[line.name]
            about = [row[name] for name in ("owner", "team", "shared", "function", "ambition", "cycle")]
            figures = [row["status"], row["progress"], row["expected"], None, None]
            told = [*figures, row["results"], row["updates"], *about, "; ".join(row["parents"])]
            rows.append([line.depth + 1, "objective", row["title"], *told])
        elif line.kind == "unit":
            rows += [
                [
                    *(line.depth + 1, kinds[line.name], line.name),
                    *(own[0], *own[1:3], *below[1:3], own[3], _overdue(late.get(cycle, {}).get(line.name))),
                    *("", line.name, "", "", "", cycle, ""),
                ]
                for cycle, own, below in units.get(line.name) or [("", _NOTHING, _NOTHING)]
            ]
    return as_csv(_HEAD, rows)


def _overdue(updates: tuple[int, int] | None) -> str:
    """What is overdue of a unit and all below it: "2 of 9 overdue"."""
    return f"{updates[0]:,} of {updates[1]:,} overdue" if updates and updates[0] else ""


_NOTHING = ["", None, None, ""]
"""The side of a unit that carries nothing."""


def _says(board: Board, line: Line, texts: pd.DataFrame) -> str:
    """What stands beside a title, where that needs a word."""
    match line.kind:
        case "unit":
            return str(board.teams.at[line.name, "kind"])
        case "heading":
            return "contributes to nothing, and nothing contributes to it" if line.name == ALONE else "archived"
        case "mention":
            return f"shown under “{texts['parents'][line.name][0]}”"
    return "shown for context" if line.context else ""


def _figures(board: Board, lines: Sequence[Line], cycles: set[str]) -> dict[int, list[Any]]:
    """Of each unit's line, for each cycle: its name (where there are several), own figures and those of teams below."""
    figures = _of_units(board, cycles)
    return {
        n: [[_line(cycle) if len(cycles) > 1 else "", own, below] for cycle, own, below in figures.get(line.name, ())]
        for n, line in enumerate(lines)
        if line.kind == "unit"
    }


def _of_units(board: Board, cycles: set[str]) -> dict[str, list[tuple[str, list[Any], list[Any]]]]:
    """By unit, for each of these cycles in which it has figures: own and below as status, progress, expected, count."""
    found: dict[str, list[tuple[str, list[Any], list[Any]]]] = {}
    for row in board.units[board.units["cycle"].isin(cycles)].to_dict("records"):
        found.setdefault(row["unit"], []).append((row["cycle"], _side(row, "own"), _side(row, "below")))
    return found


def _side(row: Mapping[Any, Any], side: str) -> list[Any]:
    count = int(row[f"{side}_objectives"])
    if not count:
        return _NOTHING
    shares = [row[f"{side}_progress"], row[f"{side}_expected"]]
    off = int(row[f"{side}_statuses"].get("off track", 0))
    says = f"{off:,} of {count:,} off track" if off else show.count(count, "objective")
    return [row[f"{side}_status"], *(None if show.blank(share) else round(share * 100) for share in shares), says]


def _updates(count: int, last: pd.Timestamp, late: float, overdue: float) -> str:
    """How fresh an objective's key results are: "2 of 4 overdue, last on 3 Nov 2026"; "" where it has none."""
    if not count:
        return ""
    said = [f"{int(overdue):,} of {count:,} overdue"] if overdue > 0 else []
    if late > 0 and not said:
        said = [f"{int(late):,} of {count:,} late"]
    return ", ".join([*said, "no update yet" if show.blank(last) else f"updated {show.day(last)}"])


def _placed(parents: pd.Series[Any]) -> tuple[list[list[int]], list[str]]:
    """Of each line the places of its parents' titles in one list, and that list."""
    places: dict[str, int] = {}
    at = [
        [places.setdefault(title, len(places)) for title in titles] if isinstance(titles, tuple) else []
        for titles in parents
    ]
    return at, list(places)


def _each(values: pd.Series[Any], make: Callable[[str], str]) -> np.ndarray[Any, Any]:
    """`make` of every value, worked out once for equal ones."""
    at, words = pd.factorize(values)
    return np.array([make(str(word)) for word in words], dtype=object)[at] if len(words) else np.array([], dtype=object)


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def _joined(texts: Iterable[str]) -> str:
    return " · ".join(text for text in texts if text)
