"""What a screen costs beside Streamlit itself: `python -m tests.benchmarks.bench_pages`.

Runs each screen of the demo company as its member without a browser, and beside it a bare page that draws as many
elements; prints milliseconds of processor time for a run of each (the best of ten), and the ratio.
"""

from __future__ import annotations

import logging
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services import company, exchange, sessions
from okrdash.services.people import CONSOLE
from okrdash.transfer.demo import SIGN_INS, demo_rows
from okrdash.ui.navigation import SCREENS
from okrdash.ui.session import SESSION

BARE = """
import streamlit as st
for number in range({count}):
    st.markdown(f"Line {{number}}")
"""


def milliseconds(app: AppTest) -> float:
    """The best of ten runs, in milliseconds of processor time."""
    taken = []
    for _ in range(10):
        start = time.process_time()
        app.run()
        taken.append(time.process_time() - start)
    return 1000 * min(taken)


def elements(app: AppTest) -> int:
    """How many elements a page has drawn."""
    return sum(1 for _ in app.main) - 1


def main() -> None:
    """Prints a line for each screen."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it misses the browser
    with tempfile.TemporaryDirectory() as folder:
        company.open_company(Path(folder) / "okrdash.duckdb")
        exchange.import_rows(CONSOLE, demo_rows("startup", datetime.now(UTC).date()))
        session = sessions.start_session(SIGN_INS["startup"]["champion"]).session
        print(f"{'screen':24} {'elements':>8} {'ms':>8} {'bare ms':>8} {'ratio':>6}")
        for screen in SCREENS:
            app = AppTest.from_file(ROOT / "pages" / screen.path, default_timeout=60)
            app.session_state[SESSION] = session
            if screen.address == "objective":
                app.query_params["objective"] = "o-launch"
            own = milliseconds(app)
            count = elements(app)
            bare = milliseconds(AppTest.from_string(BARE.format(count=count), default_timeout=60))
            print(f"{screen.title[:24]:24} {count:8} {own:8.1f} {bare:8.1f} {own / bare:6.1f}")
        company.close_company()


if __name__ == "__main__":
    main()
