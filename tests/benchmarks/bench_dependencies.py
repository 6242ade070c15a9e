"""What the page Dependencies costs a large company: `python -m tests.benchmarks.bench_dependencies`.

A made-up company of 200 teams in 20 functions, 2,000 key results and 3,000 dependencies. Printed are, for each way to
look at the page, its elements, milliseconds of processor time for a run, those of a bare Streamlit
page that draws as many elements of the same kinds, each with a fixed text, and the ratio, of which at most 3 is wanted.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from okrdash.domain.tables import TABLES
from okrdash.services import company, exchange, sessions
from okrdash.services.people import CONSOLE
from tests.benchmarks.page_runs import app_of, cost

FUNCTIONS, TEAMS, KEY_RESULTS, DEPENDENCIES = 20, 200, 2_000, 3_000
WAYS: dict[str, dict[str, str]] = {
    "as it opens": {},
    "one cell": {"asking": "Function 3", "providing": "Function 7"},
    "the teams of one function": {"function": "Function 3"},
    "all as a table": {"list": "All as a table", "state": "All"},
}
"""What the address says."""


def large_company(today: date) -> dict[str, list[dict[str, Any]]]:
    """The tables of the company: three in four dependencies are open, with every state and every trouble among them."""
    random = np.random.default_rng(1)
    teams = [f"Team {n}" for n in range(TEAMS)]
    units = [{"team": "Acme", "kind": "company"}]
    units += [{"team": f"Function {n}", "kind": "function", "parent": "Acme"} for n in range(FUNCTIONS)]
    units += [{"team": t, "kind": "team", "parent": f"Function {n % FUNCTIONS}"} for n, t in enumerate(teams)]
    goals = [
        {"id": f"o{n}", "cycle": "Q", "team": teams[n % TEAMS], "title": f"Objective {n}"}
        for n in range(KEY_RESULTS // 4)
    ]
    results = [
        {"id": f"k{n}", "objective": f"o{n // 4}", "title": f"Key result {n}", "kind": "increase"}
        | {"baseline": 0.0, "target": 9.0}
        for n in range(KEY_RESULTS)
    ]
    needs = []
    for n in range(DEPENDENCIES):
        asks = int(random.integers(KEY_RESULTS))
        by = today + timedelta(days=int(random.integers(-10, 20)))
        state = ("requested", "accepted", "accepted", "confirmed")[n % 4]
        row = {"id": f"d{n}", "key_result": f"k{asks}", "from_team": teams[asks // 4 % TEAMS], "state": state}
        row |= {"to_team": teams[int(random.integers(TEAMS))], "need": f"Something that is needed {n}", "need_by": by}
        row |= {"requested_on": today - timedelta(days=n % 9)}
        if state != "requested":
            row |= {"answered_on": today, "promised": by + timedelta(days=int(random.integers(-5, 5)))}
            row |= {"asker_says": "may", "provider_says": ("will", "may")[n % 2]}
        needs.append(row)
    tables = {
        "teams": units,
        "people": [{"username": "ada", "name": "Ada", "role": "champion"}],
        "memberships": [{"person": "ada", "team": "Team 3"}],
        "cycles": [
            {"cycle": "Q", "start": today - timedelta(days=50), "end": today + timedelta(days=40), "state": "active"}
        ],
        "objectives": goals,
        "key_results": results,
        "dependencies": [row for row in needs if row["from_team"] != row["to_team"]],
    }
    return {name: [TABLES[name].row(**row) for row in rows] for name, rows in tables.items()}


def main() -> None:
    """Prints a line for each way to look at it."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it misses the browser
    with tempfile.TemporaryDirectory() as folder:
        company.open_company(Path(folder) / "okrdash.duckdb")
        exchange.import_rows(CONSOLE, large_company(datetime.now(UTC).date()))
        session = sessions.start_session("ada").session
        print(f"{'way':28} {'elements':>8} {'ms':>8} {'bare ms':>8} {'ratio':>6}")
        for way, query in WAYS.items():
            found = cost(app_of("dependencies.py", session, query))
            print(f"{way:28} {found.elements:8} {found.own:8.1f} {found.bare:8.1f} {found.ratio:6.1f}")
        company.close_company()


if __name__ == "__main__":
    main()
