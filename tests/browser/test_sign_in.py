"""Coming in and going out, in a real browser against a real, fresh server."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from okrdash.ui.navigation import SCREENS
from tests.browser.browsing import (
    WAIT,
    click,
    expect_alert,
    expect_heading,
    field,
    type_credentials,
    violations,
    wait_for_cookie,
    wait_idle,
)
from tests.browser.running import PASSWORD, Server, StartServer, make_admin, start_server

pytestmark = pytest.mark.browser

FIELDS = {
    "okrdash": ["Username", "Password"],
    "Set up okrdash": ["Set-up token", "Company name", "Your name", "Username", "Password"],
}
HEADINGS = {"okrdash": ["okrdash", "Sign in to Acme"], "Set up okrdash": ["Set up okrdash"]}
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.fixture(scope="module")
def running(server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server where an admin can sign in."""
    return server(make_admin(tmp_path_factory.mktemp("running")))


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def signed_in(running: Server, page: Page) -> Page:
    """A tab in which Ada is signed in."""
    page.goto(running.address)
    wait_idle(page)
    type_credentials(page, "ada", PASSWORD)
    expect_heading(page, "My week")
    wait_for_cookie(page)
    return page


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("admin", "okrdash"),
        pytest.param("", "okrdash", marks=pytest.mark.long),
        pytest.param("admin", "Set up okrdash", marks=pytest.mark.long),
    ],
)
def test_a_first_request_of_a_process_finds_only_the_form(page: Page, tmp_path: Path, address: str, form: str) -> None:
    # that each screen asks first who is there is held by the architecture's test, and by tests/wire
    server = start_server(make_admin(tmp_path) if form == "okrdash" else tmp_path)
    try:
        page.goto(f"{server.address}/{address}")
        wait_idle(page)
        expect_heading(page, form)
        assert [f.get_attribute("aria-label") for f in page.get_by_role("textbox").all()] == FIELDS[form]
        assert page.get_by_role("heading").all_inner_texts() == HEADINGS[form]
        links = page.get_by_role("link").all_inner_texts()  # headings' own anchors, and the mark
        assert not {screen.title for screen in SCREENS}.intersection(links)
        assert page.get_by_test_id("stSidebar").count() == 0
        assert page.get_by_role("dialog").count() == 0
    finally:
        server.stop()


def test_set_up_wants_the_token_and_keeps_what_was_typed(server: StartServer, context: BrowserContext) -> None:
    fresh, page = server(), context.new_page()
    page.goto(f"{fresh.address}/progress")
    wait_idle(page)
    typed = {"Set-up token": "guessed", "Company name": "Acme", "Your name": "Ada Admin", "Username": "ada"}
    for name, text in typed.items():
        field(page, name).fill(text)
    field(page, "Password").fill("short")
    click(page, "Set up okrdash")
    expect_alert(page, "The token is not right")
    field(page, "Set-up token").fill(fresh.setup_token)
    click(page, "Set up okrdash")
    expect_alert(page, "Password has 5 bytes, but must have 12 to 72. A sentence is good.")
    assert field(page, "Company name").input_value() == "Acme"
    field(page, "Password").fill(PASSWORD)
    click(page, "Set up okrdash")
    expect_heading(page, "Progress")
    wait_for_cookie(page)
    page.reload()
    wait_idle(page)
    expect_heading(page, "Progress")


def test_the_cookie_is_out_of_reach_of_scripts_and_a_reload_stays_signed_in(signed_in: Page) -> None:
    cookie = next(c for c in signed_in.context.cookies() if c["name"] == "okrdash_session")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert "okrdash_session" not in signed_in.evaluate("document.cookie")
    signed_in.reload()
    wait_idle(signed_in)
    expect_heading(signed_in, "My week")


def test_signing_out_in_one_tab_signs_out_the_other_at_its_next_click(signed_in: Page, running: Server) -> None:
    other = signed_in.context.new_page()
    other.goto(f"{running.address}/guide")
    wait_idle(other)
    expect_heading(other, "Guide")
    click(signed_in, "Sign out")
    expect_heading(signed_in, "okrdash")
    other.get_by_role("link", name="Objectives").click()
    wait_idle(other)
    expect_heading(other, "okrdash")
    assert other.url == f"{running.address}/objectives"
    wait_for_cookie(signed_in, there=False)
    type_credentials(other, "ada", PASSWORD)
    expect_heading(other, "Objectives")


def test_ending_all_sessions_reaches_another_browser(signed_in: Page, running: Server, chromium: Browser) -> None:
    elsewhere = chromium.new_context().new_page()
    elsewhere.goto(f"{running.address}/guide")
    wait_idle(elsewhere)
    type_credentials(elsewhere, "ada", PASSWORD)
    expect_heading(elsewhere, "Guide")
    wait_for_cookie(elsewhere)
    signed_in.goto(f"{running.address}/account")
    wait_idle(signed_in)
    click(signed_in, "End all my sessions")
    expect_heading(signed_in, "okrdash")
    elsewhere.reload()
    wait_idle(elsewhere)
    expect_heading(elsewhere, "okrdash")
    elsewhere.context.close()


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(running: Server, page: Page) -> None:
    answers = []
    for username in ("ada", "nobody"):
        page.goto(running.address)
        wait_idle(page)
        type_credentials(page, username, "not the password")
        expect_alert(page, "not right")
        answers.append(page.get_by_role("alert").inner_text())
    assert answers[0] == answers[1]


def test_the_link_is_kept_while_signing_in(running: Server, page: Page) -> None:
    page.goto(f"{running.address}/objective?objective=O1")
    wait_idle(page)
    assert page.title() == "Sign in · okrdash"
    type_credentials(page, "ada", PASSWORD)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible(timeout=WAIT)
    assert page.url == f"{running.address}/objective?objective=O1"


def test_every_answer_carries_the_headers_and_some_doors_are_shut(running: Server, page: Page) -> None:
    request = page.context.request
    asset = page.goto(running.address) and page.locator("script[src]").first.get_attribute("src")
    assert asset
    for path in ("/", asset.removeprefix("."), "/healthz", "/_stcore/health", "/_stcore/metrics"):
        answer = request.get(running.address + path)
        assert HEADERS.items() <= answer.headers.items(), path
        assert "default-src 'self'; script-src 'self' blob: 'sha256-" in answer.headers["content-security-policy"]
    assert request.get(f"{running.address}/healthz").json() == {"status": "ok"}
    for path in ("metrics", "metrics/", "agent/openapi.json", "agent/interact", "agent/mcp"):
        assert request.get(f"{running.address}/_stcore/{path}").status == 404, path


def test_the_cookie_routes_answer_only_our_own_page(running: Server, page: Page) -> None:
    request, own = page.context.request, {"Origin": running.address}
    for path in ("session", "end"):
        address = f"{running.address}/auth/{path}"
        assert request.post(address, data="x").status == 403
        assert request.post(address, data="x", headers={"Origin": "http://evil.example"}).status == 403
        assert request.post(address, data="x", headers=own | {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert request.post(f"{running.address}/auth/session", data="guessed", headers=own).status == 403
    assert request.post(f"{running.address}/auth/session", data="x" * 300, headers=own).status == 413
    assert request.post(f"{running.address}/auth/end", headers=own).status == 204


def test_nothing_is_loaded_from_another_host_and_nothing_is_refused(running: Server, page: Page) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(running.address)
    wait_idle(page)
    type_credentials(page, "ada", PASSWORD)
    expect_heading(page, "My week")
    for screen in SCREENS:
        if screen.in_menu:
            page.get_by_role("link", name=screen.title, exact=True).click()
            wait_idle(page)
    foreign = [url for url in asked if not url.startswith((running.address, "data:", "blob:"))]
    assert foreign == []
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.mark.parametrize(
    ("at", "scheme"),
    [
        ("set up", "light"),
        ("wrong password", "dark"),
        *(pytest.param(at, "light", marks=pytest.mark.long) for at in ("sign in", "wrong password")),
        *(pytest.param(at, "dark", marks=pytest.mark.long) for at in ("set up", "sign in")),
    ],
)
def test_axe_finds_nothing(chromium: Browser, server: StartServer, running: Server, at: str, scheme: str) -> None:
    shown = server() if at == "set up" else running
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{shown.address}/account")
    wait_idle(page)
    if at == "wrong password":
        type_credentials(page, "ada-lovelace", "not the password")
        expect_alert(page, "not right")
    assert violations(page) == []
    context.close()


@pytest.mark.parametrize(
    ("reason", "arguments", "environment"),
    [
        ("does not open", (), {"OKRDASH_DATABASE": "{folder}/text.txt"}),
        ("127.0.0.1 only", ("--server.address", "0.0.0.0"), {"OKRDASH_DEMO": "startup"}),
    ],
)
def test_a_server_that_cannot_serve_says_why_in_one_line(
    tmp_path: Path, reason: str, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    (tmp_path / "text.txt").write_text("this is no database" * 1000)
    filled = {name: value.format(folder=tmp_path) for name, value in environment.items()}
    server = start_server(tmp_path, wait=False, arguments=arguments, **filled)
    assert server.process.wait(60) == 1
    assert "Traceback" not in server.console
    [line] = [line for line in server.console.splitlines() if line.startswith("okrdash: ")]
    assert reason in line
