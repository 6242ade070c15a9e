"""The leadership review by keyboard alone: a decision is kept in place, and the review is finished."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browsing import WAIT, expect_heading, violations, wait_idle
from tests.browser.running import StartServer, come_in, make_demo

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT)
_NAME = "(e => e.matches('button') ? (e.getAttribute('aria-label') || e.innerText).trim() : '')(document.activeElement)"


def tab_to(page: Page, name: str) -> None:
    """Goes on with the Tab key until a button of this name has the focus."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if name in page.evaluate(_NAME):
            return
    raise AssertionError(f"the Tab key does not come by {name!r}")


def test_a_decision_is_kept_and_the_review_finished_by_keyboard_alone(
    chromium: Browser, server: StartServer, tmp_path: Path
) -> None:
    running = server(make_demo(tmp_path, "joost", "priya"))
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    come_in(context, running, "priya")
    page = context.new_page()
    page.goto(f"{running.address}/review")
    expect_heading(page, "Leadership review")

    tab_to(page, "Decide")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_label("What is decided")).to_be_visible()
    wait_idle(page)
    if page.evaluate("document.activeElement.tagName") != "TEXTAREA":
        for _ in range(10):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
                break
    page.keyboard.type("Two more people until spring")
    tab_to(page, "Keep the decision")
    page.keyboard.press("Enter")
    kept = page.get_by_test_id("stMain").get_by_text("Two more people until spring").first
    expect(kept).to_be_visible()
    wait_idle(page)
    assert violations(page) == []

    tab_to(page, "Finish this review")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is finished by Priya Raman")).to_be_visible()
    context.close()
