"""Past days by what is known now, and the cycles that are looked at together."""

from __future__ import annotations

import pandas as pd
import pytest

from okrdash.services import over_time, overview
from okrdash.services.people import CONSOLE
from tests.services import small


@pytest.fixture
def quarter(store: object) -> None:
    """Half time of the quarter, with two values of K, and cycles before it."""
    small.quarter()
    small.add(
        cycles=[
            {"cycle": name, "start": small.ago(start), "end": small.ago(end), "state": "closed"}
            for name, start, end in (("Q-1", 151, 51), ("Q-2", 251, 152), ("Year", 400, 52))
        ],
        objectives=[{"id": "OLD", "cycle": "Q-1", "team": "Web", "title": "Old", "state": "closed"}],
        key_results=[
            {"id": "KOLD", "objective": "OLD", "title": "Old", "kind": "increase", "baseline": 0.0, "target": 100.0}
        ],
    )
    small.check_in("c1", 40, 20.0)
    small.check_in("c2", 10, 60.0)


def web(*days: int) -> pd.DataFrame:
    rows = over_time.units_over_time(CONSOLE, [small.ago(one) for one in days])
    return rows[(rows["unit"] == "Web") & (rows["cycle"] == "Q")]


def test_each_day_has_the_value_and_the_line_of_that_day(quarter: None) -> None:
    rows = web(0, 30, 45)
    assert rows["own_progress"].tolist() == [0.0, 0.2, 0.6]
    assert rows["own_expected"].tolist() == pytest.approx([0.05, 0.2, 0.5])
    assert rows["day"].dt.date.tolist() == [small.ago(45), small.ago(30), small.TODAY]


def test_today_is_what_the_board_says(quarter: None) -> None:
    rows = over_time.units_over_time(CONSOLE, [small.TODAY]).drop(columns="day")
    assert rows.equals(overview.board(CONSOLE).units)


def test_a_correction_reaches_back(quarter: None) -> None:
    assert web(30)["own_progress"].tolist() == [0.2]
    small.check_in("c3", 40, 30.0, replaces="c1")
    assert web(30)["own_progress"].tolist() == [0.3]


def test_cycles_of_the_same_length_are_compared_at_the_same_point(quarter: None) -> None:
    board = overview.board(CONSOLE)
    assert over_time.before(board, "Q") == ["Q-1", "Q-2"]
    assert over_time.same_point(board, "Q", "Q-1") == small.ago(101)
    assert over_time.before(board, "Q-2") == []


def test_a_cycle_is_looked_at_on_its_due_days_and_today(quarter: None) -> None:
    board = overview.board(CONSOLE)
    running, over = over_time.days_of(board, "Q"), over_time.days_of(board, "Q-1")
    assert running[-1] == small.TODAY
    assert over[-1] == small.ago(51)
    assert {day.isoweekday() for day in [*running[:-1], *over[:-1]]} == {5}
    assert len(over) <= 14


def test_no_days_are_no_rows(quarter: None) -> None:
    assert over_time.units_over_time(CONSOLE, []).empty
