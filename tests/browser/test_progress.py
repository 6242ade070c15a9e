"""Progress by its charts: down to an objective, to the list behind a figure, and a chart taken away as a picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.browsing import WAIT, violations, wait_idle
from tests.browser.running import StartServer, come_in, make_demo

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT)


def rows(page: Page, chart: str) -> Locator:
    """The rows of a chart, each of which is clicked as a whole."""
    return page.locator(f".st-key-{chart} svg.marks path[fill=transparent][stroke-opacity='0']")


def test_a_click_leads_to_what_is_behind(
    context: BrowserContext, server: StartServer, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    running = server(make_demo(tmp_path_factory.mktemp("progress"), "joost"))
    come_in(context, running, "joost")
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 1400})
    page.goto(f"{running.address}/progress")

    rows(page, "progress_units").nth(1).click()  # furthest behind, after the company
    expect(page).to_have_url(re.compile(r"unit=Customer\+Support"))
    rows(page, "progress_units").nth(1).click()
    expect(page).to_have_url(re.compile(r"unit=Help\+Desk"))
    wait_idle(page)
    rows(page, "progress_objectives").first.click()
    expect(page.get_by_role("dialog").get_by_role("heading", level=2).first).to_be_visible()
    wait_idle(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_text("Progress and what stands behind it as a table").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download as SVG: Progress and what stands behind it", exact=True).click()
    saved.value.save_as(tmp_path / "chart.svg")
    assert "Help Desk" in (tmp_path / "chart.svg").read_text("utf-8")
    wait_idle(page)
    assert violations(page) == []

    page.locator(".st-key-progress_statuses svg.marks .mark-rect path").first.click()
    expect(page).to_have_url(re.compile(r"/objectives\?.*team=Help\+Desk"))
    expect(page.get_by_text("1 of ", exact=False).first).to_be_visible()
