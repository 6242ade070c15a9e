"""What a screen costs beside Streamlit itself: `python -m tests.benchmarks.bench_pages`.

Runs each screen of the demo company as its champion without a browser, and beside it a bare page that draws as many
elements of the same kinds; prints milliseconds of processor time for a run of each, and the ratio.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from okrdash.services import company, exchange, sessions
from okrdash.services.people import CONSOLE
from okrdash.transfer.demo import SIGN_INS, demo_rows
from okrdash.ui.navigation import SCREENS
from tests.benchmarks.page_runs import app_of, cost


def main() -> None:
    """Prints a line for each screen."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it misses the browser
    with tempfile.TemporaryDirectory() as folder:
        company.open_company(Path(folder) / "okrdash.duckdb")
        exchange.import_rows(CONSOLE, demo_rows("startup", datetime.now(UTC).date()))
        session = sessions.start_session(SIGN_INS["startup"]["champion"]).session
        print(f"{'screen':24} {'elements':>8} {'ms':>8} {'bare ms':>8} {'ratio':>6}")
        for screen in SCREENS:
            app = app_of(screen.path, session, {"objective": "o-launch"} if screen.address == "objective" else None)
            found = cost(app)
            said = f"{found.elements:8} {found.own:8.1f} {found.bare:8.1f} {found.ratio:6.1f}"
            print(f"{screen.title[:24]:24} {said}")
        company.close_company()


if __name__ == "__main__":
    main()
