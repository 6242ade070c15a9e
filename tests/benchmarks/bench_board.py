"""What measuring a large company costs: `python -m tests.benchmarks.bench_board`.

Prints seconds for a made-up company of 10,000 objectives, 40,000 key results and 400,000 check-ins, the best of
three: the board of a day, its JSON, the history of one key result over a quarter, and the preview of a check-in.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

import numpy as np

from okrdash.domain.facts import Facts, facts
from okrdash.domain.measure import history, measure, only, with_check_in
from okrdash.domain.settings import Settings
from okrdash.domain.tables import TABLES

DAY = date(2026, 11, 22)
START = date(2026, 10, 1)


def large_company(objectives: int = 10_000, each: int = 4, check_ins: int = 10) -> Facts:
    """Facts of a company of this size: 400 teams in 10 functions, every kind of number moving about its line."""
    random = np.random.default_rng(1)
    row = {name: table.row for name, table in TABLES.items()}
    teams = [row["teams"](team="Acme", kind="company")]
    teams += [row["teams"](team=f"F{n}", kind="function", parent="Acme") for n in range(10)]
    teams += [row["teams"](team=f"T{n}", kind="team", parent=f"F{n % 10}") for n in range(400)]
    people = [row["people"](username=f"p{n}", name=f"Person {n}") for n in range(2000)]
    goals = [
        row["objectives"](id=f"o{n}", cycle="Q4", team=f"T{n % 400}", title=f"Objective {n}", owner=f"p{n % 2000}")
        for n in range(objectives)
    ]
    results = [
        row["key_results"](
            id=f"k{n}", objective=f"o{n // each}", title=f"K {n}", kind="increase", baseline=0, target=100
        )
        for n in range(objectives * each)
    ]
    values = random.normal(5, 2, (len(results), check_ins)).cumsum(axis=1)
    reports = [
        row["check_ins"](
            id=f"c{n}-{week}",
            key_result=f"k{n}",
            as_of=START + timedelta(days=5 * week + 1),
            value=float(values[n, week]),
            entered_at=datetime(2026, 10, 2, 12) + timedelta(days=5 * week),
        )
        for n in range(len(results))
        for week in range(check_ins)
    ]
    edges = [row["alignment"](child=f"o{n}", parent=f"o{n // 10}") for n in range(10, objectives)]
    tables = {
        "teams": teams,
        "people": people,
        "cycles": [row["cycles"](cycle="Q4", start=START, end=date(2026, 12, 31), state="active")],
        "objectives": goals,
        "key_results": results,
        "check_ins": reports,
        "alignment": edges,
    }
    return facts(Settings(), tables)


def seconds(work: Callable[[], object]) -> float:
    """The best of three."""
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    """Prints the figures."""
    company = large_company()
    board = measure(company, DAY)
    days = [START + timedelta(days=7 * week) for week in range(13)]
    entry = {"key_result": "k7", "as_of": DAY, "value": 50.0, "id": "new"}
    print(f"board of a day         {seconds(lambda: measure(company, DAY)):8.3f} s")
    print(f"its JSON               {seconds(board.as_json):8.3f} s")
    print(f"13 weeks of history    {seconds(lambda: history(company, 'k7', days)):8.3f} s")
    print(f"preview of a check-in  {seconds(lambda: measure(with_check_in(only(company, 'k7'), entry), DAY)):8.3f} s")


if __name__ == "__main__":
    main()
