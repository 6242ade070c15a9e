"""What units carry of objectives: the part that is theirs, and the scores that it came to."""

from __future__ import annotations

import numpy as np
from pandas import DataFrame

from okrdash.domain import status
from okrdash.domain.arrays import column, positions, put, table, texts
from okrdash.domain.board import Board
from okrdash.domain.columns import refs
from okrdash.domain.time import pace

AMBITIONS = ("committed", "aspirational")
_SUMS = ["weight", "progress", "expected", "score", "unscored", "valued"]


def carried(board: Board, cycle: str, unit: str) -> DataFrame:
    """The objectives of the cycle in which the unit itself carries something, in the board's order.

    The board's columns, and of the part that the unit carries part_progress, part_expected, part_status; whole (bool:
    that is all of it, and its status is the objective's) and others (bool: another unit that is not below it owns it).
    Their mean is the unit's own progress.
    """
    parts = _parts(board)
    mine = _together(board, parts[parts["unit"] == unit])
    mine = mine[mine["cycle"] == cycle]
    at = positions(board.objectives.index, mine["objective"])
    mine, at = mine.iloc[np.argsort(at, kind="stable")], np.sort(at)
    rows = board.objectives.iloc[at]
    tempo = pace(column(mine, "progress"), column(mine, "expected"))
    words = status.first(
        (mine["whole"], rows["status"].to_numpy()),
        (rows["status"] == "not started", "not started"),
        (column(mine, "valued") == 0, "no value yet"),
        otherwise=status.by_pace(tempo, column(rows, "elapsed"), board.settings),
    )
    return put(
        rows,
        part_progress=mine["progress"],
        part_expected=mine["expected"],
        part_status=words,
        whole=mine["whole"],
        others=~rows["team"].isin(under(board, unit)),
    )


def of_others(board: Board, cycle: str) -> dict[str, int]:
    """In how many objectives of others each unit, or one below it, carries key results, by unit; only where it does.

    Of others are those that are owned neither by the unit nor by one below it.
    """
    rows = board.objectives[board.objectives["cycle"] == cycle]
    at = positions(board.key_results.index, board.parts["key_result"])
    teams, of = board.key_results["team"].to_numpy()[at], board.parts["objective"].to_numpy()
    owner = dict(zip(rows.index, rows["team"], strict=True))
    paths = _paths(board)
    found: dict[str, set[str]] = {}
    for team, objective in zip(teams, of, strict=True):
        owned = owner.get(objective)
        if owned is None or owned == team:
            continue
        over = paths.get(owned, ())
        for unit in paths.get(team, ()):
            if unit not in over:
                found.setdefault(unit, set()).add(objective)
    return {unit: len(some) for unit, some in found.items()}


def scores(board: Board, cycles: list[str]) -> DataFrame:
    """The scores of units in these cycles: a row per unit, cycle, ambition and side with at least one score.

    Columns unit, cycle, ambition, side (own, below), score, objectives. The score of an objective that a unit carries
    whole is the one in force, of a part the mean of its key results' by weight; a unit's is the mean of these. What has
    no score, as a dropped objective or a key result that is carried on, is left out.
    """
    parts = _parts(board)
    paths = _paths(board)
    upward = [(unit, over) for unit in parts["unit"].unique() for over in paths.get(unit, ())[:-1]]
    above = table(unit=texts(u for u, _ in upward), over=texts(o for _, o in upward))
    lifted = parts.merge(above, on="unit").drop(columns="unit").rename(columns={"over": "unit"})
    found = []
    for side, rows in (("own", parts), ("below", lifted)):
        each = _together(board, rows)
        each = each[each["cycle"].isin(cycles) & np.isfinite(column(each, "score"))]
        for ambition in AMBITIONS:
            some = each[each["ambition"] == ambition].groupby(["unit", "cycle"], sort=False)["score"]
            for row in some.agg(["mean", "size"]).reset_index().to_dict("records"):
                found.append((row["unit"], row["cycle"], ambition, side, row["mean"], row["size"]))
    names = ("unit", "cycle", "ambition", "side", "score", "objectives")
    return DataFrame(found, columns=list(names)) if found else DataFrame({name: [] for name in names})


def overdue(board: Board, cycle: str) -> dict[str, tuple[int, int]]:
    """How many updates of its key results are overdue and how many it has in the cycle, by unit and all below it."""
    standing = board.parts.loc[board.parts["objective"].isin(_of(board, cycle)), "key_result"]
    rows = board.key_results[board.key_results.index.isin(standing)]
    paths = _paths(board)
    found: dict[str, tuple[int, int]] = {}
    tallies = rows["freshness"].eq("overdue").groupby(rows["team"], sort=False).agg(["sum", "size"])
    for row in tallies.reset_index().to_dict("records"):
        for unit in paths.get(row["team"], ()):
            late, every = found.get(unit, (0, 0))
            found[unit] = late + int(row["sum"]), every + int(row["size"])
    return found


def under(board: Board, unit: str) -> set[str]:
    """The unit and all units below it."""
    return {team for team, path in _paths(board).items() if unit in path}


def _paths(board: Board) -> dict[str, tuple[str, ...]]:
    return {str(team): refs(str(path)) for team, path in board.teams["path"].items()}


def _of(board: Board, cycle: str) -> list[str]:
    return board.objectives.index[board.objectives["cycle"] == cycle].tolist()


def _parts(board: Board) -> DataFrame:
    """unit, objective and, weighted, the figures of what it carries of the objective; a row per part."""
    objectives, results = board.objectives, board.key_results
    parts = board.parts[board.parts["counted"]]
    at = positions(results.index, parts["key_result"])
    held = objectives[objectives["from_children"] & objectives["progress"].notna()]
    weight, score = column(parts, "weight"), column(results, "score")[at]
    valued = (results["value"].notna() | (results["kind"] == "milestone") & results["last_check_in"].notna()).to_numpy()
    ones = np.ones(len(held))
    return table(
        unit=np.concatenate([results["team"].to_numpy()[at], held["team"].to_numpy()]),
        objective=np.concatenate([parts["objective"].to_numpy(), held.index.to_numpy()]),
        weight=np.concatenate([weight, ones]),
        progress=np.concatenate([weight * column(results, "progress")[at], column(held, "progress")]),
        expected=np.concatenate([weight * column(results, "expected")[at], column(held, "expected")]),
        score=np.concatenate([weight * np.nan_to_num(score), np.nan_to_num(column(held, "score"))]),
        unscored=np.concatenate([np.isnan(score), np.isnan(column(held, "score"))]).astype(np.float64),
        valued=np.concatenate([valued[at], (held["status"] != "no value yet").to_numpy()]).astype(np.float64),
    )


def _together(board: Board, parts: DataFrame) -> DataFrame:
    """By unit and objective: the means of the parts, the objective's cycle and ambition, and whether that is all."""
    each = parts.groupby(["unit", "objective"], sort=False)[_SUMS].sum().reset_index()
    at = positions(board.objectives.index, each["objective"])
    rows = board.objectives.iloc[at]
    weight = column(each, "weight")
    every = board.parts[board.parts["counted"]].groupby("objective", sort=False)["weight"].sum()
    all_of_it = every.reindex(each["objective"], fill_value=1.0).to_numpy(dtype=np.float64)
    progress = column(each, "progress") / weight
    # Where the mean of its children joins, what the key results give is not all of it.
    whole = np.isclose(weight, all_of_it) & np.isclose(progress, column(rows, "progress"))
    score = np.where(column(each, "unscored") == 0, column(each, "score") / weight, np.nan)
    return put(
        each,
        progress=progress,
        expected=column(each, "expected") / weight,
        score=np.where(whole, column(rows, "score"), score),
        whole=whole,
        cycle=rows["cycle"].to_numpy(),
        ambition=rows["ambition"].to_numpy(),
    )
