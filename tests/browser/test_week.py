"""A week among people: who is called finds it in My week, answers there, and whoever called hears of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browsing import WAIT, expect_heading, field, violations, wait_idle
from tests.browser.running import Server, StartServer, come_in, make_demo

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT)

SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def running(server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """okrdash with the demo company, in which these people have passwords."""
    return server(make_demo(tmp_path_factory.mktemp("week"), "noah", "grace", "lena", "joost"))


@pytest.fixture
def signed_in(chromium: Browser, running: Server) -> Iterator[SignIn]:
    """Opens a screen of a person in a browser of their own."""
    contexts = []

    def sign_in(username: str, address: str, heading: str, width: int = 1280, theme: str = "light") -> Page:
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme))
        come_in(contexts[-1], running, username)
        page = contexts[-1].new_page()
        page.goto(running.address + address)
        expect_heading(page, heading)
        return page

    yield sign_in
    for context in contexts:
        context.close()


def open_week(page: Page, running: Server) -> None:
    """Goes to My week, and waits until all of it is there."""
    page.goto(running.address)
    expect_heading(page, "My week")


def test_a_blocker_is_a_call_to_somebody(signed_in: SignIn, running: Server) -> None:
    noah = signed_in("noah", "/check-in?key_result=kr-errors", "Check in")
    noah.get_by_role("checkbox", name=re.compile("^Blocker, evidence or another day.*Keep failed")).check(force=True)
    noah.get_by_role("textbox", name=re.compile(r"^What is in the way\?")).fill("The <b>log</b> is closed to us")
    noah.get_by_role("textbox", name=re.compile("^Who could help")).fill("content")
    expect(noah.get_by_text("Grace Kim will be asked.")).to_be_visible()
    noah.keyboard.press("Control+Enter")
    expect(noah.get_by_text("1 check-in is saved.").first).to_be_visible()

    grace = signed_in("grace", "", "My week", 320, "dark")
    expect(grace.get_by_text("The <b>log</b> is closed to us")).to_be_visible()
    assert violations(grace) == []
    answer = field(grace, "Your answer to Noah Lindqvist").last
    answer.fill("You have it from noon on")
    answer.press("Enter")
    expect(grace.get_by_text("“You have it from noon on”")).to_be_visible()

    open_week(noah, running)
    expect(noah.get_by_text("“You have it from noon on”").first).to_be_visible()

    wait_idle(grace)
    grace.get_by_role("button", name="It is cleared").last.click()
    expect(grace.get_by_text("Cleared: it is in nobody's way any more.")).to_be_visible()
    expect(grace.get_by_text("The <b>log</b> is closed to us")).to_have_count(0)
    grace.get_by_role("button", name="Undo").click()
    expect(grace.get_by_text("The <b>log</b> is closed to us")).to_be_visible()


@pytest.mark.long
def test_a_mention_is_answered_and_settled(signed_in: SignIn, running: Server) -> None:
    noah = signed_in("noah", "", "My week")
    reply = field(noah, "Your reply to Lena Hoffmann").first
    reply.fill("Yes, from Thursday on")
    reply.press("Enter")
    expect(noah.get_by_text("Your reply is in the conversation.")).to_be_visible()

    lena = signed_in("lena", "/objective?objective=o-mobile&view=Conversation", "Make booking on a phone effortless")
    expect(lena.get_by_text("Yes, from Thursday on")).to_be_visible()
    open_week(lena, running)
    expect(lena.get_by_text("Yes, from Thursday on").first).to_be_visible()


@pytest.mark.long
def test_what_turned_red_is_seen_by_one_and_then_by_nobody_asked_again(signed_in: SignIn, running: Server) -> None:
    lena = signed_in("lena", "", "My week", theme="dark")
    turned = lena.get_by_text(re.compile(r"\d key results? turned red"))
    expect(turned).to_be_visible()
    before = lena.get_by_role("button", name="Seen").count()
    assert violations(lena) == []
    lena.get_by_role("button", name="Seen").first.click()
    expect(lena.get_by_text(re.compile("sees that you have seen it"))).to_be_visible()
    expect(lena.get_by_role("button", name="Seen")).to_have_count(before - 1)


@pytest.mark.long
def test_the_way_there_and_back(signed_in: SignIn, running: Server) -> None:
    noah = signed_in("noah", "", "My week")
    noah.get_by_role("button", name="Check in now").click()
    expect_heading(noah, "Check in")
    noah.get_by_test_id("stMain").get_by_role("link", name="My week").click()
    expect_heading(noah, "My week")
    noah.get_by_role("link", name=re.compile("On Make booking on a phone")).first.click()
    expect_heading(noah, "Make booking on a phone effortless")
    noah.go_back()
    expect_heading(noah, "My week")
