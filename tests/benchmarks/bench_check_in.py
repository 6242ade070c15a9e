"""What a week's check-in costs, its person and its server: `python -m tests.benchmarks.bench_check_in`.

The member of the demo company owes four check-ins, of which one moved. Printed are the keys that are pressed from the
opened page until all four are saved, by keyboard alone and with a mouse to reach the field; and milliseconds of
processor time (the median of 20) of the save, of a keystroke's preview and draft, and of a run of the page beside a
bare Streamlit form with as many fields.
"""

from __future__ import annotations

import logging
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services import check_in, company, drafts, exchange, sessions, sign_in
from okrdash.services.check_in import Entry
from okrdash.services.people import CONSOLE, Actor
from okrdash.transfer.demo import demo_rows
from okrdash.ui.session import SESSION
from tests.browser.browsing import expect_heading, type_credentials, wait_idle
from tests.browser.running import PASSWORD, launch, start_server

BARE = """
import streamlit as st
with st.form("bare"):
    for number in range({rows}):
        for name in ("value", "confidence", "note", "next"):
            st.text_input(f"{{name}} {{number}}", label_visibility="collapsed")
        for name in ("same", "still", "more"):
            st.checkbox(f"{{name}} {{number}}")
    st.form_submit_button("Save")
"""


def milliseconds(call: Callable[[int], object], times: int = 20) -> float:
    """The median processor time of a call, in milliseconds; it is given the number of the round."""
    taken = []
    for number in range(times):
        start = time.process_time()
        call(number)
        taken.append(time.process_time() - start)
    return 1000 * statistics.median(taken)


def silent_company(path: Path) -> None:
    """The demo company, in which nobody has checked in for a week."""
    rows, today = demo_rows("startup", datetime.now(UTC).date()), datetime.now(UTC).date()
    rows["check_ins"] = [row for row in rows["check_ins"] if row["as_of"] < today - timedelta(days=7)]
    company.open_company(path)
    exchange.import_rows(CONSOLE, rows)
    for username in ("noah", "joost"):
        sign_in.set_password(CONSOLE, username, PASSWORD)


def keys_pressed(page: Page, *, mouse: bool) -> int:
    """Reports one value and no change of the rest; returns how many keys it took, the saving one not counted."""
    keys = 0

    def press(key: str) -> None:
        nonlocal keys
        page.keyboard.press(key)
        keys += 1

    if mouse:
        page.get_by_role("textbox", name="New value: Reach").click(click_count=3)
    else:
        page.get_by_role("link", name="Skip to main content").focus()
        keys += 1  # where the first Tab on a page leads
        press("Enter")
        while "New value: " not in (page.evaluate("document.activeElement.ariaLabel") or ""):
            press("Tab")
    for key in "16":
        press(key)
    wait_idle(page)
    page.keyboard.press("Control+Shift+Enter")
    page.get_by_text("4 check-ins are saved.").first.wait_for()
    return keys


def measure_keys(folder: Path) -> None:
    """Prints the keys."""
    server = start_server(folder)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for mouse in (True, False):
            page = browser.new_page()
            page.goto(f"{server.address}/check-in")
            type_credentials(page, "noah", PASSWORD)
            expect_heading(page, "Check in")
            how = "with a mouse to reach the field" if mouse else "by keyboard alone"
            print(f"keys pressed {how:34} {keys_pressed(page, mouse=mouse):8}")
            page.get_by_role("button", name="Undo").click()
            page.get_by_text("Taken back").first.wait_for()
            page.close()
        browser.close()
    server.stop()


def measure_server(noah: Actor, today: date) -> None:
    """Prints what the server does."""
    board = check_in.board_to_check(noah)
    due = check_in.due_to(noah, board).index.tolist()
    print(f"{'save of ' + str(len(due)) + ' check-ins':48} {milliseconds(lambda n: save(noah, due, n)):8.1f}")
    entry = Entry(due[0], value=16.0, as_of=today)
    print(f"{'preview of what is typed':48} {milliseconds(lambda _: check_in.preview(noah, entry)):8.1f}")
    print(f"{'keeping the draft':48} {milliseconds(lambda n: drafts.keep(noah, due[0], {'note': str(n)})):8.1f}")


def save(noah: Actor, due: list[str], number: int) -> None:
    """One week: one value moved, the rest did not."""
    check_in.check_in(noah, [Entry(due[0], value=10.0 + number), *(Entry(one) for one in due[1:])])


def measure_runs(noah: Actor) -> None:
    """Prints what a run of the page costs beside a bare form."""
    app = AppTest.from_file(ROOT / "pages" / "check_in.py", default_timeout=60)
    app.session_state[SESSION] = noah.session
    app.run()
    rows = sum(field.label.startswith("New value") for field in app.text_input)
    bare = AppTest.from_string(BARE.format(rows=rows), default_timeout=60)
    print(f"{f'run of the page with {rows} key results':48} {milliseconds(lambda _: app.run()):8.1f}")
    print(f"{'run of a bare form with as many fields':48} {milliseconds(lambda _: bare.run()):8.1f}")


def main() -> None:
    """Prints a line for each figure."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it misses the browser
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        silent_company(folder / "okrdash.duckdb")
        company.close_company()
        measure_keys(folder)
        company.open_company(folder / "okrdash.duckdb")
        noah = sessions.start_session("noah")
        measure_runs(noah)
        measure_server(noah, datetime.now(UTC).date())
        company.close_company()


if __name__ == "__main__":
    main()
