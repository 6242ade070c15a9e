"""A real server and a real browser for what only these can show."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from tests.browser.browsing import WAIT
from tests.browser.running import Server, StartServer, launch, start_server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own, with no cookies: what several tabs of one person share."""
    context = chromium.new_context()
    context.set_default_timeout(WAIT)
    yield context
    context.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure tells what stood on the pages: on another machine nobody can look."""
    report = yield
    context = getattr(item, "funcargs", {}).get("context")
    if call.when == "call" and report.failed and isinstance(context, BrowserContext):
        report.sections += [(f"What stood at {page.url}", _shown(page)) for page in context.pages]
    return report


def _shown(page: Page) -> str:
    try:
        return page.locator("body").aria_snapshot(timeout=5_000)[-5_000:]
    except Error as fault:
        return str(fault)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Starts servers (each with a fresh database unless given a folder) and stops them at the end of the module."""
    running: list[Server] = []

    def start(folder: Path | None = None, **options: object) -> Server:
        running.append(start_server(folder or tmp_path_factory.mktemp("server"), **options))  # type: ignore[arg-type]
        return running[-1]

    yield start
    for one in running:
        one.stop()
