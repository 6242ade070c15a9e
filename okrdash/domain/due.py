"""Of which key results a check-in is due now."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from okrdash.domain.board import Board


def due_now(board: Board) -> pd.Series[Any]:
    """Whether each key result of the board waits for a check-in, by its id.

    It does from its start until it is scored, unless one was made after the last due day: the morning after a due day
    a new period begins. Where it is longer than a week, its last seven days ask, and what was missed before.
    Once the value of its own due day is in, or its cycle is closed, there is nothing more to report.
    """
    return board.once("due now", lambda: _due_now(board))


def _due_now(board: Board) -> pd.Series[Any]:
    rows = board.key_results
    reported = (rows["last_check_in"] > _open_day(board, -1)) | _final(board)
    near = rows["next_due"] - pd.Timestamp(board.day) < pd.Timedelta(days=7)
    return (_running(board) & ~reported & (near | (rows["missed"] > 0))).rename("due_now")


def next_check_in(board: Board) -> pd.Series[Any]:
    """The day by which each key result's next check-in is due, by its id; NaT where none is to come.

    Where the one of this period is made, it is the due day of the next period.
    """
    ahead = board.key_results["next_due"].where(due_now(board) | ~_running(board), _open_day(board, 1))
    return ahead.where(~_final(board)).rename("next_check_in")


def _running(board: Board) -> pd.Series[Any]:
    rows, closed = board.key_results, board.cycles.index[board.cycles["state"] == "closed"]
    return (rows["freshness"] != "") & rows["next_due"].notna() & ~rows["cycle"].isin(closed)


def _final(board: Board) -> pd.Series[Any]:
    """Whether the value of a key result's own due day is in."""
    return board.key_results["last_check_in"] >= board.key_results["due"]


def _open_day(board: Board, way: int) -> pd.Series[Any]:
    """The due day before (-1) or after (1) the next one; days on which the company is closed are none."""
    rows = board.key_results
    period = way * pd.to_timedelta(rows["cadence"] * 7, unit="D")
    closed = np.array(board.settings.closed_days, dtype="datetime64[s]")
    day = rows["next_due"] + period
    while (shut := day.isin(closed)).any():
        day = day.where(~shut, day + period)
    return day
