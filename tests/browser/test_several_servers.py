"""Two app servers on one PostgreSQL database: what is done through one is there through the other."""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from okrdash.services import company, messages
from tests import databases
from tests.browser.browsing import WAIT, click, expect_heading, field, type_credentials, wait_for_cookie, wait_idle
from tests.browser.running import PASSWORD, Server, StartServer, make_demo, wait_until_healthy
from tests.browser.test_dependencies import ask, in_days, press, step, type_day, write

pytestmark = pytest.mark.browser
expect.set_options(timeout=WAIT)

Open = Callable[..., Page]
LAUNCH = "Launch a new feature successfully"
CALLED = ("noah", "lena", "priya", "grace")


@pytest.fixture(scope="module")
def received() -> Iterator[tuple[int, list[str]]]:
    """The port of a chat channel, and what was said in it."""
    said: list[str] = []

    class Channel(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    channel = HTTPServer(("127.0.0.1", 0), Channel)
    threading.Thread(target=channel.serve_forever, args=(0.05,), daemon=True).start()
    yield channel.server_port, said
    channel.shutdown()
    channel.server_close()


@pytest.fixture(scope="module")
def servers(
    server: StartServer, tmp_path_factory: pytest.TempPathFactory, received: tuple[int, list[str]]
) -> tuple[Server, Server]:
    """Two servers of the demo company, in which four messages wait to be sent."""
    if not os.environ.get(databases.SERVER):
        pytest.skip("no PostgreSQL server runs beside the tests; make test starts one")
    database = databases.empty_postgres(f"okrdash_two_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")
    make_demo(database, *CALLED, "joost")
    with company.open_company(database).write(None) as tx:
        for username in CALLED:
            messages.leave(tx, [username], "mention", about="x", subject=f"For {username}", text="Come and look")
    company.close_company()
    folders: list[Path] = [tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("other")]
    environment = {"OKRDASH_DATABASE": database, "OKRDASH_WEBHOOK": f"json://127.0.0.1:{received[0]}/"}
    one, other = (server(folder, wait=False, OKRDASH_BACKUPS=str(folder), **environment) for folder in folders)
    for running in (one, other):
        wait_until_healthy(running)
    return one, other


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Open]:
    """Opens a screen of a person on a server, in a browser of their own."""
    contexts = []

    def open_page(running: Server, username: str, address: str, heading: str) -> Page:
        contexts.append(chromium.new_context())
        contexts[-1].set_default_timeout(WAIT)
        page = contexts[-1].new_page()
        page.goto(f"{running.address}/{address}")
        type_credentials(page, username, PASSWORD)
        wait_for_cookie(page)  # it draws the page once more, which would close a drawer
        expect_heading(page, heading)
        return page

    yield open_page
    for context in contexts:
        context.close()


def test_who_is_signed_in_through_one_checks_in_and_sees_it_through_the_other(
    servers: tuple[Server, Server], opened: Open
) -> None:
    one, other = servers
    address = "check-in?key_result=kr-errors"
    noah = opened(one, "noah", address, "Check in")
    elsewhere = noah.context.new_page()  # cookies tell hosts apart, not ports: it is the same session
    elsewhere.goto(f"{other.address}/{address}")
    expect_heading(elsewhere, "Check in")
    asked = elsewhere.get_by_role("textbox", name=re.compile("^New value: Keep failed"))
    noah.get_by_role("textbox", name=re.compile("^New value: Keep failed")).fill("0.77")
    noah.keyboard.press("Control+Enter")
    expect(noah.get_by_text("1 check-in is saved.").first).to_be_visible()
    elsewhere.get_by_role("link", name="My week").first.click()
    expect_heading(elsewhere, "My week")
    elsewhere.go_back()
    expect(asked).to_have_value("0.77")


@pytest.mark.long
def test_the_second_editor_is_refused_on_whichever_server(servers: tuple[Server, Server], opened: Open) -> None:
    address = "objective?objective=o-launch"
    lena, priya = (opened(*who, address, LAUNCH) for who in zip(servers, ("lena", "priya"), strict=True))
    for page in (lena, priya):
        page.get_by_role("button", name="Change", exact=True).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        wait_idle(page)
    field(lena, "Why").fill("Because practices ask for it.")
    click(lena, "Save changes")
    expect(lena.get_by_role("dialog")).to_have_count(0)
    field(priya, "Title").fill("Launch it well")
    click(priya, "Save changes")
    expect(priya.get_by_role("dialog").get_by_role("alert")).to_contain_text("Lena Hoffmann changed this meanwhile")
    click(priya, "Save changes")
    expect_heading(priya, "Launch it well")
    lena.reload()
    expect_heading(lena, "Launch it well")


@pytest.mark.long
def test_what_is_asked_through_one_is_answered_through_the_other(servers: tuple[Server, Server], opened: Open) -> None:
    one, other = servers
    lena = opened(one, "lena", "dependencies", "Dependencies")
    ask(lena, "24 customer interviews", "Content", "Ten practices that left", in_days(14))
    grace = opened(other, "grace", "dependencies", "Dependencies")
    grace.get_by_role("button", name="Ten practices").first.click()
    wait_idle(grace)
    step(grace, "Propose another day")
    type_day(grace, "It can be there by", in_days(16))
    write(grace, "Why not earlier?", "Nobody is free")
    press(grace, "Propose this day", "Proposed. Product Development decides on it.")
    lena.reload()
    expect_heading(lena, "Dependencies")
    lena.get_by_role("button", name="Ten practices").first.click()
    expect(lena.get_by_role("dialog").get_by_text("“Nobody is free”")).to_be_visible()


def test_a_message_is_sent_once_though_both_servers_send(
    servers: tuple[Server, Server], received: tuple[int, list[str]]
) -> None:
    """Both make their first round five seconds after their start, which the tests before have outlasted."""
    said = received[1]
    for _ in range(100):
        if len(said) >= len(CALLED):
            break
        threading.Event().wait(0.1)
    counted = Counter(text for text in said for username in CALLED if f"For {username}" in text)
    assert sorted(counted.values()) == [1] * len(CALLED), said
    assert all("Traceback" not in running.console for running in servers)
