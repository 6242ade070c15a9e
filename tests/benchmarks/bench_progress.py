"""What the page Progress costs a large company: `python -m tests.benchmarks.bench_progress`.

A made-up company of 10 functions and 400 teams with 500 and with 10,000 objectives, half of them in the cycle before,
each key result with a check-in a week. Printed are, for each way to look at the page, its elements, seconds for the
first run after a change, milliseconds of processor time for a later one, those of a bare Streamlit
page that draws as many elements of the same kinds with as much data, each with a fixed text, and the ratio, of which
at most 2 is wanted at 500 objectives and 4 at 10,000.
"""

from __future__ import annotations

import logging
import tempfile
import time
from pathlib import Path

from okrdash.services import company, sessions
from okrdash.store.transaction import Event
from tests.benchmarks.bench_past import WEEKS, fill
from tests.benchmarks.page_runs import app_of, cost

SIZES = (500, 10_000)
WAYS: dict[str, dict[str, str]] = {
    "the company": {},
    "a function": {"unit": "F3"},
    "a team": {"unit": "T3"},
    "over time": {"view": "Over time"},
    "over time, a function": {"view": "Over time", "unit": "F3"},
    "past cycles": {"view": "Past cycles"},
    "rhythm, a function": {"view": "Rhythm", "unit": "F3"},
}
"""What the address says."""


def _earlier(objectives: int) -> str:
    """Puts every other objective in the cycle before, which is over."""
    return f"UPDATE objectives SET cycle = 'P', state = 'closed' WHERE position < {objectives} AND position % 2 = 1"


def main() -> None:
    """Prints a line for each size and way to look at it."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it misses the browser
    print(f"{'objectives':>10} {'way':24} {'elements':>8} {'first s':>8} {'ms':>8} {'bare ms':>8} {'ratio':>6}")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            company.open_company(Path(folder) / "okrdash.duckdb")
            with company.company().write(Event("x", "fill")) as tx:
                fill(tx, size)
                start = f"current_date - {7 * WEEKS + 3}"
                tx.run(f"INSERT INTO cycles VALUES ('P', {start} - 121, {start} - 1, 'closed', 0, 1)")
                tx.run(_earlier(size))
                tx.run("UPDATE key_results SET score = 0.7 WHERE position % 8 > 3")
            session = sessions.start_session("p0").session
            for way, query in WAYS.items():
                _measure(size, way, query, session)
            company.close_company()


def _measure(size: int, way: str, query: dict[str, str], session: str) -> None:
    app = app_of("progress.py", session, query)
    begun = time.perf_counter()
    app.run()
    first, found = time.perf_counter() - begun, cost(app)
    said = f"{found.elements:8} {first:8.2f} {found.own:8.1f} {found.bare:8.1f} {found.ratio:6.1f}"
    print(f"{size:10,} {way:24} {said}", flush=True)


if __name__ == "__main__":
    main()
