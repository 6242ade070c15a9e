"""What the page Progress costs a large company: `python -m tests.benchmarks.bench_progress`.

A made-up company of 10 functions and 400 teams with 500 and with 10,000 objectives, half of them in the cycle before,
each key result with a check-in a week. Printed are, for each way to look at the page, its elements, seconds for the
first run after a change, milliseconds of processor time for a later one (the best of ten), those of a bare Streamlit
page that draws as many elements of the same kinds with as much data, each with a fixed text, and the ratio, of which
at most 2 is wanted at 500 objectives and 4 at 10,000.
"""

from __future__ import annotations

import logging
import tempfile
import time
from pathlib import Path

from streamlit import dataframe_util
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services import company, sessions
from okrdash.store.transaction import Event
from okrdash.ui.session import SESSION
from tests.benchmarks.bench_pages import milliseconds
from tests.benchmarks.bench_past import WEEKS, fill

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
BARE = """
import streamlit as st
from okrdash.ui.navigation import page
rows = iter({rows})
for number, kind in enumerate({kinds}):
    says = f"Line {{number}}"
    if kind == "button":
        st.button(says)
    elif kind == "page_link":
        st.page_link(page("objective"), label=says)
    elif kind == "flex_container":
        st.container(key=says)
    elif kind == "selectbox":
        st.selectbox(says, [f"Team {{n}}" for n in range(400)])
    elif kind == "expandable":
        st.expander(says, on_change="rerun")
    elif kind == "tab_container":
        st.tabs(["One", "Two", "Three", "Four"], on_change="rerun")
    elif kind == "vega_lite_chart":
        count = next(rows)
        data = {{f"{{column}}": ["some text"] * count for column in range(14)}}
        st.vega_lite_chart(data, {{"mark": "rect"}}, key=says)
    elif kind != "tab":
        st.markdown(says)
"""
"""A page of the same kinds of elements; of a chart as many rows as the page has."""


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
    app = AppTest.from_file(ROOT / "pages" / "progress.py", default_timeout=120)
    app.session_state[SESSION] = session
    for name, value in query.items():
        app.query_params[name] = value
    begun = time.perf_counter()
    app.run()
    first = time.perf_counter() - begun
    assert not app.exception, app.exception
    own = milliseconds(app)
    kinds = [element.type for element in app.main][1:]
    charts = [one.proto for one in app.get("vega_lite_chart")]
    rows = [len(dataframe_util.convert_arrow_bytes_to_pandas_df(chart.data.data)) for chart in charts]
    bare = milliseconds(AppTest.from_string(BARE.format(kinds=kinds, rows=rows), default_timeout=60))
    print(f"{size:10,} {way:24} {len(kinds):8} {first:8.2f} {own:8.1f} {bare:8.1f} {own / bare:6.1f}", flush=True)


if __name__ == "__main__":
    main()
