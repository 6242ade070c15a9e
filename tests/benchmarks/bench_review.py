"""What the leadership review costs a large company: `python -m tests.benchmarks.bench_review`.

Made-up companies of 500 and 10,000 objectives with four key results each, eight weekly check-ins, and changes of
targets and owners in the last week. Printed are, for each tab, its elements, milliseconds of processor time for a run,
those of a bare Streamlit page that draws as many elements of the same kinds, and the ratio, of which at most 2 is
wanted at 500 objectives and 4 at 10,000; and the seconds of the first run after somebody has changed something.
"""

from __future__ import annotations

import logging
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from okrdash.services import company, sessions
from okrdash.services.people import CONSOLE
from okrdash.services.reviews import finish
from okrdash.store.transaction import Event, Writer
from tests.benchmarks.page_runs import app_of, cost

SIZES, WEEKS = (500, 10_000), 8
TABS = ("What needs a decision first", "Since last time", "Confidence and progress", "Housekeeping")


def _fill(tx: Writer, objectives: int) -> None:
    """The company and what happened to it, written by the database itself: as a person writes it takes an hour."""
    columns = 'revision, number, happened_at, actor, action, "table", "row", before, after, position'
    start, count = f"current_date - {7 * WEEKS + 3}", 4 * objectives
    tx.run(f"INSERT INTO cycles VALUES ('Q', {start}, {start} + 100, 'active', 1, 1)")
    tx.run("INSERT INTO teams VALUES ('Acme', 'company', '', NULL, '', TRUE, 1, 1)")
    tx.run("INSERT INTO teams SELECT 'F' || n, 'function', 'Acme', NULL, '', TRUE, n + 2, 1 FROM range(10) t(n)")
    tx.run("INSERT INTO teams SELECT 'T' || n, 'team', 'F' || n % 10, NULL, '', TRUE, n + 12, 1 FROM range(400) t(n)")
    tx.run("INSERT INTO people SELECT 'p' || n, 'P ' || n, '', 'champion', TRUE, n, 1 FROM range(2000) t(n)")
    tx.run(
        "INSERT INTO objectives SELECT 'o' || n, 'Q', 'T' || n % 400, 'Objective ' || n, '', 'p' || n % 2000,"
        f" 'committed', 'active', 'key results', 'company', '', NULL, '', n, 1 FROM range({objectives}) t(n)"
    )
    tx.run(
        "INSERT INTO key_results SELECT 'k' || n, 'o' || n // 4, '', 'K ' || n, 'increase', '', '', 0, 100, NULL, NULL,"
        f" NULL, NULL, 1, '', NULL, 'active', NULL, '', n, 1 FROM range({count}) t(n)"
    )
    tx.run(
        f"INSERT INTO alignment SELECT 'o' || n, 'o' || n // 10, 'contributes', n, 1 FROM range(10, {objectives}) t(n)"
    )
    tx.run(
        "INSERT INTO dependencies SELECT 'd' || n, 'k' || n * 7, 'T' || (n * 7 // 4) % 400, 'T' || (n * 5 + 1) % 400,"
        f" 'Something ' || n, {start} + 90, {start}, NULL, NULL, 'requested', '', '', '', n, 1"
        f" FROM range({objectives} // 10) t(n)"
    )
    tx.run(f"INSERT INTO events ({columns}) SELECT 1, 0, {start}, 'x', 'set up', 'cycles', 'Q', '', '{{}}', 0")
    for week in range(WEEKS):
        day = f"{start} + {7 * week + 3}"
        tx.run(
            f"INSERT INTO check_ins SELECT 'k' || n, {day}, 'c' || n || '-{week}', n % 13 * {week + 1},"
            f" n % 11, 'Going on', '', CASE WHEN n % 50 = 0 THEN 'Rain' ELSE '' END, '', NULL, '', 'p1',"
            f" {day} + INTERVAL 9 HOUR, '', {week} * {count} + n FROM range({count}) t(n)"
        )
        tx.run(
            f"INSERT INTO events ({columns}) SELECT {week} * 50000 + n + 2, 0, {day} + INTERVAL 9 HOUR, 'x',"
            f" 'check in', 'check_ins', 'c' || n || '-{week}', '', '', 0 FROM range({count}) t(n)"
        )
    for number, (column, was, now) in enumerate((("target", 90, 100), ("owner", '"p1"', '""'))):
        said = f"'{{\"{column}\": {was}}}', '{{\"{column}\": {now}}}'"
        tx.run(
            f"INSERT INTO events ({columns}) SELECT {WEEKS} * 50000 + {number} * 250 + n // 160 + 2, 0,"
            f" current_date - 2 + INTERVAL 10 HOUR, 'x', 'edit key result', 'key_results', 'k' || n, {said}, 0"
            f" FROM range({number}, {count}, 160) t(n) LIMIT 250"
        )


def main() -> None:
    """Prints a line for each size and tab."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it misses the browser
    print(f"{'objectives':>10}  {'tab':28} {'elements':>8} {'ms':>8} {'bare ms':>8} {'ratio':>6} {'first s':>8}")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            company.open_company(Path(folder) / "okrdash.duckdb")
            with company.company().write(Event("x", "fill")) as tx:
                _fill(tx, size)
            session = sessions.start_session("p1").session
            for number, tab in enumerate(TABS):
                with company.company().read() as reader:
                    today = company.today(reader.settings())
                finish(CONSOLE, today - timedelta(days=30 + number))  # a change, after which nothing is kept
                since = (today - timedelta(days=7)).isoformat()
                app = app_of("review.py", session, {"tab": tab, "since": since})
                start = time.perf_counter()
                app.run()
                first, found = time.perf_counter() - start, cost(app)
                said = f"{found.elements:8} {found.own:8.1f} {found.bare:8.1f} {found.ratio:6.1f}"
                print(f"{size:10,}  {tab:28} {said} {first:8.1f}")
            company.close_company()


if __name__ == "__main__":
    main()
