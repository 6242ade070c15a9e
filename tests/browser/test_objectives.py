"""Objectives as people work with them: open one from the list, change it side by side, save with a double click."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.browsing import WAIT, click, expect_heading, field, violations, wait_idle
from tests.browser.running import Server, StartServer, come_in, make_demo

pytestmark = pytest.mark.browser

LAUNCH = "Launch a new feature successfully"
SignIn = Callable[..., Page]
expect.set_options(timeout=WAIT)


@pytest.fixture(scope="module")
def running(server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """okrdash with the demo company, in which a champion, a lead and an admin have passwords."""
    return server(make_demo(tmp_path_factory.mktemp("objectives"), "priya", "lena", "joost"))


@pytest.fixture
def signed_in(chromium: Browser, running: Server) -> Iterator[SignIn]:
    """Opens an address as somebody, in a browser profile of their own."""
    contexts = []

    def open_page(username: str, address: str, heading: str, width: int = 1280, theme: str = "light") -> Page:
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme))
        contexts[-1].set_default_timeout(WAIT)
        come_in(contexts[-1], running, username)
        page = contexts[-1].new_page()
        page.goto(running.address + address)
        expect_heading(page, heading)
        return page

    yield open_page
    for context in contexts:
        context.close()


def drawer(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_a_click_in_the_list_opens_the_drawer_and_that_the_page(signed_in: SignIn) -> None:
    page = signed_in("priya", "/objectives?words=launch+a+new", "Objectives")
    table = page.get_by_test_id("stDataFrame")
    expect(page.get_by_text("1 of 26 objectives")).to_be_visible()
    table.click(position={"x": 80, "y": 52})
    expect(drawer(page).get_by_text(LAUNCH, exact=True)).to_be_visible()
    assert violations(page) == []
    drawer(page).get_by_role("button", name="Comment").click()
    drawer(page).get_by_label("Your comment").fill("Said in the drawer")
    drawer(page).get_by_role("button", name="Send").click()
    expect(drawer(page).get_by_label("Your comment")).to_have_count(0)  # the field holds the same words
    expect(drawer(page).get_by_text("Said in the drawer")).to_be_visible()
    drawer(page).get_by_role("link", name="Open the page").click()
    expect_heading(page, LAUNCH)
    expect(page.get_by_text("Said in the drawer")).to_be_visible()
    assert page.url.endswith("/objective?objective=o-launch")
    page.reload()
    expect_heading(page, LAUNCH)


@pytest.mark.long
def test_the_filters_stand_in_the_address(signed_in: SignIn) -> None:
    page = signed_in("priya", "/objectives?function=Sales&list=Key+results", "Objectives")
    expect(page.get_by_role("tab", name="Key results")).to_have_attribute("aria-selected", "true")
    page.get_by_role("tab", name="Objectives", exact=True).click()
    wait_idle(page)
    expect(page.get_by_text("of 26 objectives")).to_be_visible()
    assert "function=Sales" in page.url
    assert "list=" not in page.url


def test_a_double_click_makes_one_objective(signed_in: SignIn) -> None:
    page = signed_in("lena", "/objectives", "Objectives")
    click(page, "New objective")
    field(page, "Title").fill("One of its kind")
    drawer(page).get_by_role("button", name="Create objective").dblclick()
    expect(drawer(page)).to_have_count(0)
    expect(page.get_by_text("“One of its kind” is kept as a draft.")).to_be_visible()
    page.goto(page.url.split("?")[0] + "?show=Drafts+and+proposals&words=one+of+its")
    expect_heading(page, "Objectives")
    expect(page.locator('[aria-label="1 objectives that are not on the board"]')).to_have_count(1)


@pytest.mark.long
def test_two_people_change_one_objective(signed_in: SignIn) -> None:
    """Whoever saves second hears what changed, keeps what they typed, and saves it with the next click."""
    lena = signed_in("lena", "/objective?objective=o-launch", LAUNCH)
    priya = signed_in("priya", "/objective?objective=o-launch", LAUNCH)
    for page in (lena, priya):
        page.get_by_role("button", name="Change", exact=True).first.click()
        expect(drawer(page)).to_be_visible()
        wait_idle(page)
    field(lena, "Why").fill("Because practices ask for it.")
    click(lena, "Save changes")
    expect(drawer(lena)).to_have_count(0)
    field(priya, "Title").fill("Launch it well")
    click(priya, "Save changes")
    expect(drawer(priya).get_by_role("alert")).to_contain_text("Lena Hoffmann changed this meanwhile")
    expect(field(priya, "Title")).to_have_value("Launch it well")
    click(priya, "Save changes")
    expect_heading(priya, "Launch it well")
    expect(priya.get_by_text("Because practices ask for it.")).to_be_visible()


@pytest.mark.long
def test_a_target_is_worked_out_and_its_change_needs_a_reason(signed_in: SignIn) -> None:
    page = signed_in("priya", "/objective?objective=o-sane", "Grow without wearing ourselves or our support out")
    cards = page.get_by_test_id("stVerticalBlock").filter(
        has=page.get_by_role("heading", name="Reduce support contacts")
    )
    cards.last.get_by_role("button", name="Change", exact=True).click()
    expect(drawer(page)).to_be_visible()
    wait_idle(page)
    drawer(page).get_by_role("combobox", name=re.compile("The target is given as")).click()
    page.get_by_role("option", name="a change in per cent").click()
    by = field(page, "By, in %")
    by.fill("-50")
    by.press("Enter")
    expect(drawer(page).get_by_text("From 34 to 17 contacts")).to_be_visible()
    wait_idle(page)
    click(page, "Save changes")
    expect(drawer(page).get_by_text("The reason is missing")).to_be_visible()
    expect(by).to_have_value("-50")
    field(page, "Reason for the change").fill("More came in than we thought")
    click(page, "Save changes")
    expect(drawer(page)).to_have_count(0)
    expect(page.get_by_text("34 → 30.5 → 17 contacts")).to_be_visible()
    page.get_by_role("tab", name="Changes").click()
    expect(page.get_by_text("target 24 → 17").first).to_contain_text("because: More came in than we thought")


@pytest.mark.long
@pytest.mark.parametrize(("width", "theme"), [(360, "dark")])
def test_the_drawer_is_accessible(signed_in: SignIn, width: int, theme: str) -> None:
    page = signed_in("priya", "/objective?objective=o-evidence", re.compile("^Decide what"), width, theme)
    page.get_by_role("button", name="Change", exact=True).nth(1).click()
    expect(drawer(page)).to_be_visible()
    assert violations(page) == []
