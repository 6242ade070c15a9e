"""A real server and a real browser for what only these can show."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browsing import WAIT
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from running import Server, start_server

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
StartServer = Callable[..., Server]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        installed = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        browser = playwright.chromium.launch(executable_path=installed, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own, with no cookies: what several tabs of one person share."""
    context = chromium.new_context()
    context.set_default_timeout(WAIT)
    yield context
    context.close()


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
