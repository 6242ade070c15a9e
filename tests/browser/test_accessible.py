"""Every screen of the demo company: axe finds nothing against WCAG 2.2 AA, and nothing sticks out sideways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from okrdash.ui.navigation import SCREENS
from tests.browser.browsing import WAIT, violations, wait_idle
from tests.browser.running import Server, StartServer, come_in, make_demo

pytestmark = pytest.mark.browser

ELSEWHERE = ("check-in", "dependencies")
"""Screens that are held to axe in their own journeys."""
QUERY = {"objective": "?objective=o-launch", "claim": "?of=Scheduling"}


@pytest.fixture(scope="module")
def running(server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """okrdash with the demo company, in which an admin has a password."""
    return server(make_demo(tmp_path_factory.mktemp("accessible"), "joost"))


LIGHT, DARK = ("light", 1280), ("dark", 320)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(LIGHT, id="light at 1280"),
        pytest.param(DARK, id="dark at 320", marks=pytest.mark.long),  # the journeys look at theirs in the dark, too
    ],
)
def page(request: pytest.FixtureRequest, chromium: Browser, running: Server) -> Iterator[Page]:
    """A tab in which the admin is signed in."""
    theme, width = request.param
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    context.set_default_timeout(WAIT)
    come_in(context, running, "joost")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("address", [s.address for s in SCREENS if s.address not in ELSEWHERE])
def test_everybody_can_use_it(page: Page, running: Server, address: str) -> None:
    page.goto(f"{running.address}/{address}{QUERY.get(address, '')}")
    page.get_by_role("heading", level=1).wait_for()
    wait_idle(page)
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert violations(page) == []
