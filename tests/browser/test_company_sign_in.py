"""Coming in with the company's account, in a real browser, with a real OpenID provider on loopback."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from okrdash.services.sessions import COOKIE
from tests.browser.browsing import WAIT, click, expect_heading, wait_idle
from tests.browser.provider import Provider, running_provider
from tests.browser.running import Server, free_port, make_admin, start_server
from tests.wire.client import Tab

pytestmark = pytest.mark.browser

SECONDS = 4.0
"""For which the company's word holds here."""
BUTTON = "Sign in with your company account"
LINK = "/objectives?cycle=Q4&words=launch"
ZOE = {"email": "Zoe@acme.example", "email_verified": True, "name": "Zoe New"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def running(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that asks the provider, and believes the header of a proxy on this machine."""
    port = free_port()
    server = start_server(
        make_admin(tmp_path_factory.mktemp("company")),
        port=port,
        OKRDASH_ADDRESS=f"http://127.0.0.1:{port}",
        OKRDASH_COMPANY_HOURS=str(SECONDS / 3600),
        OKRDASH_PROXY_HEADER="X-Forwarded-Email",
        OKRDASH_PROXIES="127.0.0.1",
        **provider.environment,
    )
    yield server
    server.stop()


def cookies(page: Page) -> set[str]:
    return {cookie["name"] for cookie in page.context.cookies()}


def expect_said(page: Page, text: str) -> None:
    expect(page.get_by_text(text)).to_be_visible(timeout=WAIT)
    wait_idle(page)


def come_in(page: Page, server: Server, link: str = LINK) -> None:
    page.goto(server.address + link)
    wait_idle(page)
    click(page, BUTTON)
    expect_heading(page, "Objectives")


def test_a_link_survives_the_way_and_the_company_is_asked_again(
    running: Server, provider: Provider, context: BrowserContext
) -> None:
    provider.claims, page = ZOE, context.new_page()
    come_in(page, running)
    assert page.url == running.address + LINK
    expect(page.get_by_test_id("stSidebar")).to_contain_text("Zoe New")
    assert not [name for name in cookies(page) if name.startswith("_streamlit_user")]
    other, asked = context.new_page(), len(provider.asked)
    other.goto(running.address + "/guide")
    expect_heading(other, "Guide")
    time.sleep(SECONDS)
    for tab in (page, other):  # both at once, each on a way of its own
        tab.evaluate("document.body.dataset.before = 'yes'; setTimeout(() => location.reload(), 50)")
    for tab in (page, other):
        expect(tab.locator("body[data-before]")).to_have_count(0, timeout=WAIT)
        expect(tab.get_by_test_id("stSidebar")).to_contain_text("Zoe New", timeout=WAIT)
    expect_heading(page, "Objectives")
    expect_heading(other, "Guide")
    assert page.url == running.address + LINK
    assert {query.get("prompt") for query in provider.asked[asked:]} == {"none"}

    provider.claims = {}
    time.sleep(SECONDS)
    page.get_by_role("link", name="Progress").click()
    expect_said(page, "Your company wants you to sign in there again")
    assert page.url == running.address + "/progress"
    assert COOKIE not in cookies(page)


def test_who_signed_out_stays_so_until_they_ask(running: Server, provider: Provider, context: BrowserContext) -> None:
    provider.claims, page = ZOE, context.new_page()
    come_in(page, running)
    click(page, "Sign out")
    expect_said(page, "You are signed out of okrdash, but not of your company account")
    asked = len(provider.asked)
    page.reload()
    expect(page.get_by_role("button", name=BUTTON)).to_be_visible(timeout=WAIT)
    wait_idle(page)
    assert len(provider.asked) == asked


def test_a_proxy_names_who_comes(running: Server) -> None:
    with Tab(running.address, **{"X-Forwarded-Email": "pia@acme.example"}) as tab:
        assert tab.run("objectives").widget("button", "Sign out")
        assert b"pia" in tab.received
