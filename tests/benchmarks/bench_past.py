"""What the past of a large company costs: `python -m tests.benchmarks.bench_past`.

Prints seconds for a made-up company of 10,000 objectives and 40,000 key results, each with a check-in in every one of
13 weeks, and 500 changes of targets and owners a week: 526,500 events. The board of today after a start; the board as
it was shown a week and 13 weeks ago, each the first time and again; what changed in the last week and in all of them;
and how far everything had come in each of the 13 weeks, by what is known now.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from okrdash.services import changed, over_time, overview, past
from okrdash.services.company import close_company, company, open_company, today
from okrdash.services.people import CONSOLE
from okrdash.store.transaction import Event, Writer

WEEKS = 13


def fill(tx: Writer, objectives: int = 10_000) -> None:
    """The company, and what happened to it, written by the database itself: as a person writes it takes an hour."""
    key_results = 4 * objectives
    columns = 'revision, number, happened_at, actor, action, "table", "row", before, after, position'
    start = f"current_date - {7 * WEEKS + 3}"
    tx.run(f"INSERT INTO cycles VALUES ('Q', {start}, {start} + 120, 'active', 1, 1)")
    tx.run("INSERT INTO teams VALUES ('Acme', 'company', '', NULL, '', TRUE, 1, 1)")
    tx.run("INSERT INTO teams SELECT 'F' || n, 'function', 'Acme', NULL, '', TRUE, n + 2, 1 FROM range(10) t(n)")
    tx.run("INSERT INTO teams SELECT 'T' || n, 'team', 'F' || n % 10, NULL, '', TRUE, n + 12, 1 FROM range(400) t(n)")
    tx.run("INSERT INTO people SELECT 'p' || n, 'P ' || n, '', 'member', TRUE, n, 1 FROM range(2000) t(n)")
    tx.run(
        "INSERT INTO objectives SELECT 'o' || n, 'Q', 'T' || n % 400, 'Objective ' || n, '', 'p' || n % 2000,"
        f" 'committed', 'active', 'key results', 'company', '', NULL, '', n, 1 FROM range({objectives}) t(n)"
    )
    tx.run(
        "INSERT INTO key_results SELECT 'k' || n, 'o' || n // 4, '', 'K ' || n, 'increase', '', '', 0, 100, NULL, NULL,"
        f" NULL, NULL, 1, '', NULL, 'active', NULL, '', n, 1 FROM range({key_results}) t(n)"
    )
    tx.run(
        f"INSERT INTO alignment SELECT 'o' || n, 'o' || n // 10, 'contributes', n, 1 FROM range(10, {objectives}) t(n)"
    )
    tx.run(
        f"INSERT INTO events ({columns})"
        f" SELECT 1, 0, {start}, 'x', 'set up', 'cycles', 'Q', '', '{{\"cycle\": \"Q\"}}', 0"
    )
    for week in range(WEEKS):
        day = f"{start} + {7 * week + 2}"
        tx.run(
            f"INSERT INTO check_ins SELECT 'k' || n, {day}, 'c' || n || '-{week}', n % 7 * {week + 1}, 5, '',"
            f" '', '', '', NULL, '', '', {day} + INTERVAL 9 HOUR, '', {week} * {key_results} + n"
            f" FROM range({key_results}) t(n)"
        )
        tx.run(
            f"INSERT INTO events ({columns}) SELECT {week} * 50000 + n + 2, 0, {day} + INTERVAL 9 HOUR, 'x',"
            f" 'check in', 'check_ins', 'c' || n || '-{week}', '', '', 0 FROM range({key_results}) t(n)"
        )
        for number, (column, was, now) in enumerate((("target", 90 + week, 91 + week), ("owner", '"p1"', '"p2"'))):
            said = f"'{{\"{column}\": {was}}}', '{{\"{column}\": {now}}}'"
            tx.run(
                f"INSERT INTO events ({columns}) SELECT {week} * 50000 + 40002 + {number} * 250 + n // 160, 0,"
                f" {day} + INTERVAL 10 HOUR, 'x', 'edit key result', 'key_results', 'k' || n, {said}, 0"
                f" FROM range({week}, {key_results}, 160) t(n) LIMIT 250"
            )


def _timed(name: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    print(f"{name:36} {time.perf_counter() - start:8.2f} s", flush=True)


def main() -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder:
        open_company(Path(folder) / "okrdash.duckdb")
        with company().write(Event("x", "fill")) as tx:
            fill(tx)
        with company().read() as reader:
            now = today(reader.settings())
        weeks = [now - timedelta(days=7 * n) for n in range(WEEKS)]
        _timed("today's board", lambda: overview.board(CONSOLE))
        for name, day in (("a week ago", weeks[1]), ("13 weeks ago", weeks[-1])):
            for again in ("", ", again"):
                _timed(f"as shown {name}{again}", lambda day=day: past.board_as_shown(CONSOLE, day))  # type: ignore[misc]
        _timed("what changed in a week", lambda: changed.what_changed(CONSOLE, weeks[1], now))
        _timed("what changed in 13 weeks", lambda: changed.what_changed(CONSOLE, weeks[-1], now))
        _timed("progress in each of 13 weeks", lambda: over_time.units_over_time(CONSOLE, weeks))
        close_company()


if __name__ == "__main__":
    main()
