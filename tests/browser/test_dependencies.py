"""What teams need of each other, as the two sides live it: each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.browsing import WAIT, expect_heading, violations, wait_idle
from tests.browser.running import Server, StartServer, come_in, make_demo

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT)

Open = Callable[..., Page]
NEED = "Ten practices that <b>left</b> us, for interviews"


@pytest.fixture(scope="module")
def running(server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """okrdash with the demo company, in which these people have passwords."""
    # Without an admin who can sign in, everybody would see the set-up page: joost is one.
    return server(make_demo(tmp_path_factory.mktemp("dependencies"), "joost", "lena", "noah", "grace"))


@pytest.fixture(scope="module")
def browsers(chromium: Browser, running: Server) -> Iterator[Callable[[str], BrowserContext]]:
    """A browser of a person's own, in which they have signed in."""
    contexts: dict[str, BrowserContext] = {}

    def of(username: str) -> BrowserContext:
        if username not in contexts:
            contexts[username] = chromium.new_context(viewport={"width": 1280, "height": 900})
            contexts[username].set_default_timeout(WAIT)
            come_in(contexts[username], running, username)
        return contexts[username]

    yield of
    for context in contexts.values():
        context.close()


@pytest.fixture
def opened(browsers: Callable[[str], BrowserContext], running: Server) -> Iterator[Open]:
    """Opens a screen of a person in their browser."""
    pages: list[Page] = []

    def open_page(
        username: str, address: str = "dependencies", width: int = 1280, theme: Literal["light", "dark"] = "light"
    ) -> Page:
        pages.append(browsers(username).new_page())
        pages[-1].set_viewport_size({"width": width, "height": 900})
        pages[-1].emulate_media(color_scheme=theme)
        pages[-1].goto(f"{running.address}/{address}")
        pages[-1].get_by_role("heading", level=1).wait_for()
        wait_idle(pages[-1])
        return pages[-1]

    yield open_page
    for page in pages:
        page.close()


def in_days(days: int) -> date:
    return datetime.now(UTC).date() + timedelta(days=days)


def drawer(page: Page) -> Locator:
    """The open drawer; what is behind it is no concern of the reader's."""
    return page.get_by_role("dialog")


def choose(page: Page, name: str, words: str) -> None:
    """Chooses in a field of the drawer, by some words of the choice."""
    box = drawer(page).get_by_role("combobox", name=name, exact=True)
    box.fill(words)
    box.press("Enter")
    wait_idle(page)


def type_day(page: Page, name: str, day: date) -> None:
    """Types a day into a field of the drawer."""
    drawer(page).get_by_role("spinbutton", name=f"year, {name}").focus()
    page.keyboard.type(f"{day:%Y%m%d}")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # past the button of the calendar, which closes it
    wait_idle(page)


def write(page: Page, name: str, text: str) -> None:
    """Writes into a field of the drawer, and leaves it."""
    drawer(page).get_by_role("textbox", name=name, exact=True).fill(text)
    page.keyboard.press("Tab")


def step(page: Page, name: str) -> None:
    """Chooses what to do."""
    drawer(page).get_by_role("radio", name=name).or_(drawer(page).get_by_role("button", name=name)).first.click()


def press(page: Page, name: str, told: str) -> None:
    """Presses a button of the drawer, and waits until it is said what that did."""
    wait_idle(page)
    drawer(page).or_(page.get_by_test_id("stMain")).get_by_role("button", name=name, exact=True).first.click()
    expect(page.get_by_text(told).first).to_be_visible()


def say(page: Page, word: str, about: str = "") -> None:
    """Says whether it will be there in time."""
    wait_idle(page)
    asked = page.get_by_role("radiogroup", name=re.compile(f"^Will it be there in time.*{about}"))
    asked.get_by_role("radio", name=word, exact=True).click()
    expect(page.get_by_text(f"Said: {word.lower()} be there in time.").first).to_be_visible()


def again(page: Page) -> Locator:
    """Reads the page anew; the drawer that it opens."""
    page.reload()
    expect_heading(page, "Dependencies")
    return drawer(page)


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until something of this name has the focus."""
    focused = "(document.activeElement.ariaLabel || document.activeElement.innerText).trim()"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(focused).split("\n")[-1].startswith(name):
            return
    raise AssertionError(f"Tab does not reach {name}")


def ask(page: Page, key_result: str, team: str, need: str, day: date) -> None:
    """Asks a team for something, from the page."""
    page.get_by_role("button", name="Ask for something").click()
    wait_idle(page)
    choose(page, "For which key result", key_result)
    write(page, "We need", need)
    choose(page, "from", team)
    type_day(page, "by", day)
    press(page, "Ask", f"Asked. {team} is told.")


def test_from_asking_to_confirming(opened: Open) -> None:
    """Lena asks for a key result of hers; Grace leads the team that is asked, and reads on a telephone in the dark."""
    lena = opened("lena")
    assert violations(lena) == []
    ask(lena, "24 customer interviews", "Content", NEED, in_days(14))
    lena.get_by_role("button", name=NEED[:10]).first.click()
    expect(drawer(lena).get_by_text("Lena Hoffmann asked Content for it")).to_be_visible()

    grace = opened("grace", width=320, theme="dark")
    assert violations(grace) == []
    grace.get_by_role("button", name=NEED[:10]).first.click()
    expect(drawer(grace).get_by_text("Product Development needs this from Content")).to_be_visible()
    wait_idle(grace)
    step(grace, "Propose another day")
    type_day(grace, "It can be there by", in_days(16))
    write(grace, "Why not earlier?", "Liam is away *until* Monday")
    press(grace, "Propose this day", "Proposed. Product Development decides on it.")

    expect(again(lena).get_by_text("“Liam is away *until* Monday”")).to_be_visible()
    press(lena, "Agree", "Agreed: it is promised for that day.")
    press(lena, "Undo", "It is as it was before.")
    expect(drawer(lena).get_by_text("◐ Another day proposed")).to_be_visible()
    press(lena, "Agree", "Agreed: it is promised for that day.")

    say(lena, "It won’t")
    expect(again(grace).get_by_text("Product Development says it won’t")).to_be_visible()
    say(grace, "It will")
    again(lena)
    for page in (grace, lena):
        expect(drawer(page).get_by_text("▲ Disputed")).to_be_visible()
        expect(drawer(page).get_by_text("Product Development says it won’t, Content says it will")).to_be_visible()
        assert violations(page) == []

    step(grace, "It is delivered")
    write(grace, "A word to those who asked (optional)", "Nine of them")
    press(grace, "It is delivered", "Delivered. Those who asked confirm it.")

    expect(again(lena).get_by_text("“Nine of them”")).to_be_visible()
    step(lena, "Reopen")
    write(lena, "What is missing?", "The tenth")
    press(lena, "Reopen", "Reopened: it is promised again.")

    expect(again(grace).get_by_text("“The tenth”")).to_be_visible()
    step(grace, "It is delivered")
    press(grace, "It is delivered", "Delivered. Those who asked confirm it.")

    again(lena)
    press(lena, "Confirm", "Confirmed.")
    expect(again(grace).get_by_text("◆ Confirmed")).to_be_visible()
    lena.keyboard.press("Escape")
    grace.keyboard.press("Escape")
    for page in (lena, grace):
        expect(drawer(page)).to_have_count(0)
        expect(page.get_by_role("button", name=NEED[:10])).to_have_count(0)  # it is open no more


def test_a_promise_is_given_by_the_keyboard_alone(opened: Open) -> None:
    page = opened("grace")
    page.get_by_role("combobox", name="Whose").focus()
    tab_to(page, "Three help videos")
    opener = page.get_by_role("button", name="Three help videos").first
    page.keyboard.press("Enter")
    expect(drawer(page)).to_be_visible()
    wait_idle(page)
    page.keyboard.press("Escape")
    expect(drawer(page)).to_have_count(0)
    expect(opener).to_be_focused()
    wait_idle(page)
    page.keyboard.press("Enter")
    expect(drawer(page)).to_be_visible()
    wait_idle(page)
    tab_to(page, "year, Promised for")
    page.keyboard.type(f"{in_days(3):%Y%m%d}")
    tab_to(page, "Accept")
    page.keyboard.press("Enter")
    expect(drawer(page).get_by_text("Promised. Help Desk is told.")).to_be_visible()
    wait_idle(page)
    page.keyboard.press("Escape")
    expect(drawer(page)).to_have_count(0)
    expect(page).to_have_url(re.compile("/dependencies$"))


def test_a_promise_is_part_of_the_check_in(opened: Open) -> None:
    grace = opened("grace", "check-in")
    say(grace, "It won’t", "Signed consents")
    lena = opened("lena", "dependencies?dependency=d-consents")
    expect(drawer(lena).get_by_text("Product Development says it may, Content says it won’t")).to_be_visible()


@pytest.mark.long
def test_teams_that_wait_for_each_other_are_named(opened: Open) -> None:
    page = opened("noah")
    ask(page, "Raise completed bookings", "Sales", "Names of three practices", in_days(7))
    ring = "Scheduling waits for Sales waits for Scheduling"
    expect(page.get_by_text(f"Asked. Sales is told. {ring}: talk about who goes first.")).to_be_visible()
    expect(page.get_by_text(f"{ring}.")).to_be_visible()
    press(page, "Undo", "It is as it was before.")
    expect(page.get_by_role("button", name="Names of three practices")).to_have_count(0)


@pytest.mark.long
def test_whoever_answers_second_hears_who_was_first(opened: Open) -> None:
    lena, noah = (opened(one, "dependencies?dependency=d-sms") for one in ("lena", "noah"))
    step(noah, "Reopen")
    write(noah, "What is missing?", "Half of them came late")
    press(lena, "Confirm", "Confirmed.")
    press(noah, "Reopen", "Lena Hoffmann has confirmed it meanwhile")
    wait_idle(noah)  # what is drawn anew is there twice for a moment
    expect(drawer(noah).get_by_role("textbox", name="What is missing?")).to_have_value("Half of them came late")
    press(noah, "Reopen", "Reopened: it is promised again.")
    expect(drawer(noah).get_by_text("Lena Hoffmann confirmed that it is there")).to_be_visible()


def test_a_team_is_invited_and_says_which_of_its_objectives_carries_it(opened: Open) -> None:
    lena = opened("lena", "objective?objective=o-launch&view=Alignment")
    lena.get_by_role("button", name="Invite a team").click()
    choose(lena, "Function or team", "Content")
    drawer(lena).get_by_role("button", name="Invite", exact=True).click()
    expect(lena.get_by_text("Content is invited.")).to_be_visible()

    grace = opened("grace", "", theme="dark")
    grace.get_by_role("button", name="One of ours carries it Launch a new feature successfully, Content").click()
    choose(grace, "It is carried by", "Practices tell our story")
    drawer(grace).get_by_role("button", name="Answer", exact=True).click()
    expect(grace.get_by_text("Answered: it contributes from now on")).to_be_visible()

    lena.reload()
    expect(lena.get_by_role("link", name=re.compile("Practices tell our story"))).to_have_count(2)  # as a tie too
