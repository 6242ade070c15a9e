"""To what an objective probably contributes: what is above its team, and what speaks of the same."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from okrdash.domain.alike import likeness
from okrdash.domain.board import Board
from okrdash.domain.columns import refs

_ABOVE, _SPEAKS = 0.3, 0.6
"""How much it counts that an objective is of a unit above, and from which likeness (0…1) on words alone are enough."""


def likely_parents(
    board: Board, title: str, team: str, cycle: str, *, but: Collection[str] = (), most: int = 6
) -> list[str]:
    """Objectives to which one of this title, team and cycle probably contributes, the most likely first.

    Active ones of the same cycle, or of one around it (the year of a quarter): those of the units above the team, its
    function and the company, and any whose title or key results speak of the same. Left out are those in `but`.
    """
    if cycle not in board.cycles.index:
        return []
    starts, ends = board.cycles["start"], board.cycles["end"]
    around = board.cycles.index[(starts <= starts[cycle]) & (ends >= ends[cycle])]
    rows = board.objectives
    rows = rows[(rows["state"] == "active") & rows["cycle"].isin(around) & ~rows.index.isin(list(but))]
    if rows.empty:
        return []
    path = refs(str(board.teams.at[team, "path"])) if team in board.teams.index else ()
    above = rows["team"].isin([unit for unit in path if unit != team]).to_numpy()
    homes = board.key_results[board.key_results["objective"].isin(rows.index)]
    texts = [*rows["title"], *homes["title"]]
    alike = np.array(likeness(title, texts))
    best = dict(zip(rows.index, alike[: len(rows)], strict=True))
    for home, score in zip(homes["objective"], alike[len(rows) :], strict=True):
        best[home] = max(best[home], score)
    words = np.array([best[one] for one in rows.index])
    score = words + _ABOVE * above
    order = np.argsort(-score, kind="stable")
    return [str(rows.index[n]) for n in order if above[n] or words[n] >= _SPEAKS][:most]
