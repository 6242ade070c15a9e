"""A company's first day: from the document that it has to a check-in that is seen on every screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from okrdash.config import ROOT
from tests.browser.browsing import WAIT, click, expect_heading, field, type_credentials, wait_idle
from tests.browser.running import PASSWORD, Server, StartServer

pytestmark = pytest.mark.browser

OUTLINE = """# OKRs of this quarter

## Company

1. **OBJECTIVE: Be the tool that teams choose**
   - KR: Reach 500 weekly active teams

## Marketing

1. **OBJECTIVE: Be the tool that teams choose**
   - KR: Grow qualified sign-ups from 40 to 100
   - KR: Publish 4 customer stories
   - KR: A source of truth for references

## Sales

1. **OBJECTIVE: Win the mid-market**
   - KR: Cut the time from demo to contract from 60 to 30 days
"""


def go(page: Page, name: str) -> None:
    """Opens a screen from the menu."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", level=1, name=name, exact=True).wait_for()
    wait_idle(page)


def type_day(page: Page, name: str, day: date) -> None:
    """Types a day into a date field, part by part as its mask asks."""
    group = page.get_by_test_id("stDateInput").filter(has_text=name)
    group.locator("[contenteditable], input").first.click()
    page.keyboard.type(f"{day:%Y%m%d}")
    page.keyboard.press("Escape")
    page.get_by_role("heading", level=1).click()
    wait_idle(page)


def board(server: Server) -> dict[str, list[dict[str, object]]]:
    """The board as the command line prints it, once the server has let go of the database."""
    database = str(server.console_file.parent / "okrdash.duckdb")
    environment = {**os.environ, "OKRDASH_DATABASE": database, "OKRDASH_DEMO": ""}
    command = [sys.executable, "-m", "okrdash", "board", "--json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    found: dict[str, list[dict[str, object]]] = json.loads(ran.stdout)
    return found


def test_from_a_document_to_a_check_in_that_everybody_sees(
    server: StartServer, context: BrowserContext, tmp_path: Path
) -> None:
    today = date.today()
    start, end = today - timedelta(days=50), today + timedelta(days=50)
    outline = tmp_path / "okrs.md"
    outline.write_text(OUTLINE, "utf-8")
    running, page = server(), context.new_page()

    # set up: the first admin
    page.goto(running.address)
    wait_idle(page)
    for name, text in {
        "Set-up token": running.setup_token,
        "Company name": "Acme",
        "Your name": "Ada Admin",
        "Username": "ada",
        "Password": PASSWORD,
    }.items():
        field(page, name).fill(text)
    click(page, "Set up okrdash")
    expect_heading(page, "My week")

    # import: the preview, then the database
    go(page, "Import")
    field(page, "Cycle").fill("This quarter")
    field(page, "Cycle").press("Enter")
    wait_idle(page)
    type_day(page, "First day", start)
    type_day(page, "Last day", end)
    page.locator('input[type="file"]').set_input_files(outline)
    page.get_by_role("heading", name="2 · See what would be done").wait_for()
    wait_idle(page)
    click(page, "Import")
    page.get_by_text("Imported 3 objectives and 5 key results").first.wait_for()

    # sign out and in again, on the link that was sent to Marketing
    click(page, "Sign out")
    page.goto(f"{running.address}/claim?of=Marketing")
    wait_idle(page)
    type_credentials(page, "ada", PASSWORD)
    expect_heading(page, "Which of these are yours?")

    # claim three, one of which lacks its number
    titles = ("Grow qualified sign-ups", "Publish 4 customer stories", "A source of truth")
    for count, title in enumerate(titles, 1):
        page.get_by_role("checkbox", name=title).check(force=True)
        page.get_by_role("button", name="This one is mine" if count == 1 else f"These {count} are mine").wait_for()
        wait_idle(page)  # what is drawn above moves the next
    asked = page.get_by_test_id("stVerticalBlock").filter(has=page.get_by_role("checkbox", name=titles[-1])).last
    asked.get_by_role("combobox", name="How is it measured?").click()
    page.get_by_role("option", name="increase to").click()
    for name, number in {"From": "0", "To": "20"}.items():
        asked.get_by_role("spinbutton", name=name).fill(number)
        asked.get_by_role("spinbutton", name=name).press("Tab")
        wait_idle(page)
    click(page, "These 3 are mine")
    page.get_by_text("3 key results claimed").first.wait_for()

    # check in
    go(page, "Check in")
    for title, value in zip(titles, ("70", "1", "10"), strict=True):
        page.get_by_role("textbox", name=f"New value: {title}").fill(value)
    page.get_by_role("textbox", name="New value: A source").press("Control+Enter")
    page.get_by_text("3 check-ins are saved.").first.wait_for()
    wait_idle(page)

    # the numbers, on the screens: Marketing carries (0.5 + 0.25 + 0.5) / 3 of its objective
    for screen in ("Alignment", "Progress"):
        go(page, screen)
        expect(page.get_by_test_id("stMain")).to_contain_text("42 %", timeout=WAIT)
    click(page, "Sign out")
    expect(field(page, "Username")).to_be_visible(timeout=WAIT)

    # and the same from the command line
    running.stop()
    measured = board(running)
    assert {k["title"]: k["progress"] for k in measured["key_results"] if k["owner"] == "ada"} == {
        "Grow qualified sign-ups from 40 to 100": 0.5,
        "Publish 4 customer stories": 0.25,
        "A source of truth for references": 0.5,
    }
    (marketing,) = [o for o in measured["objectives"] if o["team"] == "Marketing"]
    assert marketing["progress"] == pytest.approx((0.5 + 0.25 + 0.5) / 3)
    assert marketing["expected"] == pytest.approx(0.5)
    assert marketing["status"] == "at risk"
