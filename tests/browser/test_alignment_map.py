"""The alignment by keyboard alone: the table is walked and folded, the map leads to the drawer and takes one back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.browsing import WAIT, expect_heading, violations, wait_idle
from tests.browser.running import Server, StartServer, come_in, make_demo

pytestmark = pytest.mark.browser

LAUNCH = "Launch a new feature successfully"
ABOVE = "Practices stay with us because their calendars are full"
expect.set_options(timeout=WAIT)


@pytest.fixture(scope="module")
def page(chromium: Browser, server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The demo company as a leader of a function sees it, in the dark."""
    running: Server = server(make_demo(tmp_path_factory.mktemp("alignment"), "amara", "joost"))
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark")
    context.set_default_timeout(WAIT)
    come_in(context, running, "amara")
    page = context.new_page()
    page.goto(f"{running.address}/alignment")
    yield page
    context.close()


def opened(page: Page, query: str = "") -> Page:
    """The page as a link with this query opens it."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{page.url.split('?')[0]}{query}")
    expect_heading(page, "Alignment")
    return page


def item(page: Page, title: str) -> Locator:
    """The line, or the card, of a title."""
    return page.locator("[data-at]").filter(has=page.locator(".okr-name", has_text=title)).first


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_the_table_is_walked_folded_and_ordered(page: Page) -> None:
    opened(page)
    company = item(page, "Hourfold")
    company.focus()
    many = page.get_by_role("row").count()
    press(page, "ArrowLeft")
    expect(company).to_have_attribute("aria-expanded", "false")
    assert page.get_by_role("row").count() == 2  # the headings and the company
    press(page, "ArrowRight", "ArrowRight")
    assert page.get_by_role("row").count() == many
    expect(item(page, ABOVE)).to_be_focused()
    press(page, "End", "Home", "ArrowDown")
    expect(item(page, ABOVE)).to_be_focused()
    page.keyboard.type("launch a")
    expect(item(page, LAUNCH)).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("dialog").get_by_text(LAUNCH, exact=True)).to_be_visible()
    wait_idle(page)
    press(page, "Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(item(page, LAUNCH)).to_be_focused()
    page.get_by_role("button", name="Progress / expected").press("Enter")
    expect(page.get_by_role("columnheader", name="Progress / expected")).to_have_attribute("aria-sort", "other")
    wait_idle(page)
    assert "order=Farthest+behind+first" in page.url
    assert violations(page) == []


def test_a_link_leads_to_a_card_and_the_drawer_gives_the_focus_back(page: Page) -> None:
    opened(page, "?view=Map&objective=o-launch")
    card = item(page, LAUNCH)
    expect(card).to_be_focused()
    expect(card).to_have_attribute("aria-selected", "true")
    assert page.locator('.okr-map [tabindex="0"]').count() == 1
    expect(card).to_contain_text("also contributes to “Become the first choice")
    press(page, "Enter")
    expect(page.get_by_role("dialog").get_by_text(LAUNCH, exact=True)).to_be_visible()
    wait_idle(page)
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(card).to_be_focused()
    press(page, "ArrowLeft", "ArrowLeft")  # closed it was; then to what it contributes to
    expect(item(page, ABOVE)).to_be_focused()
    press(page, "ArrowLeft")
    expect(card).to_have_count(0)
    find = page.get_by_role("searchbox", name="Find")
    find.fill("launch a new")
    expect(page.locator(".okr-told")).to_contain_text("1 of 1")
    find.press("ArrowDown")
    expect(card).to_be_focused()
    assert violations(page) == []


def test_a_narrow_map_is_an_indented_list(page: Page) -> None:
    opened(page, "?view=Map")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 800})
    expect(page.get_by_role("treegrid")).to_be_visible()
    wait_idle(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(page) == []
