"""The check-in as a person does it: type, see what it does, Ctrl+Enter."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from okrdash.services import company, exchange
from okrdash.services.check_in_history import history
from okrdash.services.people import CONSOLE
from okrdash.transfer.demo import demo_rows
from tests.browser.browsing import WAIT, expect_heading, type_credentials, violations, wait_idle
from tests.browser.running import PASSWORD, Server, StartServer, come_in, let_in

pytestmark = pytest.mark.browser

ADOPTION, MOBILE, SETUP, ERRORS = (
    "Reach an adoption rate",
    "Raise completed bookings",
    "Reduce the median time",
    "Keep failed bookings",
)
OpenPage = Callable[..., Page]
expect.set_options(timeout=WAIT)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo company, in which noah has owed four check-ins for a week and has a password."""
    folder = tmp_path_factory.mktemp("check_in")
    company.close_company()
    company.open_company(folder / "okrdash.duckdb")
    today = datetime.now(UTC).date()
    rows = demo_rows("startup", today)
    rows["check_ins"] = [row for row in rows["check_ins"] if row["as_of"] < today - timedelta(days=7)]
    exchange.import_rows(CONSOLE, rows)
    let_in(folder, "noah", "joost")  # without an admin who can sign in, everybody would see the set-up page
    company.close_company()
    return folder


@pytest.fixture
def running(server: StartServer, folder: Path, tmp_path: Path) -> Iterator[Server]:
    """okrdash on a copy of that database."""
    own = tmp_path / "own"
    own.mkdir()
    for name in ("okrdash.duckdb", "cookies.json"):
        shutil.copy(folder / name, own)
    started = server(own)
    yield started
    started.stop()


@pytest.fixture
def check_in(chromium: Browser, running: Server) -> Iterator[OpenPage]:
    """Opens the check-in page as noah."""
    contexts = []

    def open_page(width: int = 1280, theme: str = "light") -> Page:
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme))
        come_in(contexts[-1], running, "noah")
        page = contexts[-1].new_page()
        page.goto(f"{running.address}/check-in")
        expect_heading(page, "Check in")
        return page

    yield open_page
    for context in contexts:
        context.close()


def field(page: Page, name: str, title: str) -> Locator:
    return page.get_by_role("textbox", name=re.compile(f"^{name} {title}"))


def tick(page: Page, name: str, title: str) -> None:
    """Ticks one of a key result's boxes."""
    page.get_by_role("checkbox", name=re.compile(f"^{name}\\s+{title}")).check(force=True)
    wait_idle(page)


def check_ins(running: Server, key_result: str, tmp_path: Path) -> list[dict]:
    """What is kept of a key result, read after the server has let go of the file."""
    running.stop()
    company.close_company()
    company.open_company(tmp_path / "own" / "okrdash.duckdb")
    rows = history(CONSOLE, key_result)
    company.close_company()
    return rows


def test_a_value_a_line_and_ctrl_enter(check_in: OpenPage, running: Server, tmp_path: Path) -> None:
    page = check_in()
    expect(page.get_by_role("heading", name=re.compile("^4 due by"))).to_be_visible()
    value = field(page, "New value:", MOBILE)
    value.fill("71,5")
    expect(page.get_by_text("= 71.5 %")).to_be_visible()
    expect(page.get_by_text("75 % of the way")).to_be_visible()
    field(page, "Confidence:", MOBILE).fill("9")
    expect(page.get_by_text("9 in 10, almost certain")).to_be_visible()
    expect(page.get_by_text("Will save 1 check-in.")).to_be_visible()
    line = field(page, "What changed\\?", MOBILE)
    line.press_sequentially("The second button is gone")
    line.press("Control+Enter")  # at once: the last keystroke counts
    expect(page.get_by_text("1 check-in is saved.").first).to_be_visible()
    wait_idle(page)
    expect(page.get_by_text("61 → 71.5 → 75 %")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^3 due by"))).to_be_visible()
    expect(value).to_have_count(0)
    newest = check_ins(running, "kr-mobile", tmp_path)[0]
    assert (newest["value"], newest["confidence"], newest["note"], newest["author"]) == (
        71.5,
        9,
        "The second button is gone",
        "noah",
    )


def test_the_last_keystroke_of_a_value_is_saved(check_in: OpenPage, running: Server, tmp_path: Path) -> None:
    page = check_in()
    value = field(page, "New value:", ADOPTION)
    value.fill("")
    value.press_sequentially("18.25")
    value.press("Control+Enter")
    expect(page.get_by_text("1 check-in is saved.").first).to_be_visible()
    assert check_ins(running, "kr-adoption", tmp_path)[0]["value"] == 18.25


def test_no_change_is_one_tick_and_a_double_click_saves_once(
    check_in: OpenPage, running: Server, tmp_path: Path
) -> None:
    page = check_in()
    tick(page, "No change", ADOPTION)
    expect(page.get_by_text("Will save 1 check-in.")).to_be_visible()
    wait_idle(page)
    page.get_by_role("button", name="Save check-ins").dblclick()
    expect(page.get_by_text("1 check-in is saved.").first).to_be_visible()
    wait_idle(page)
    newest, older, *_ = check_ins(running, "kr-adoption", tmp_path)
    assert (newest["value"], newest["note"], newest["author"]) == (None, "", "noah")
    assert older["value"] is not None


@pytest.mark.long
def test_what_is_unclear_is_asked_in_place_and_nothing_typed_is_lost(check_in: OpenPage) -> None:
    page = check_in()
    field(page, "New value:", ADOPTION).fill("20")
    field(page, "New value:", SETUP).fill("5m")
    expect(page.get_by_text("This can be 5 or 5000000: type one of them.")).to_be_visible()
    field(page, "What comes next\\?", SETUP).fill("Ask three practices")
    field(page, "What comes next\\?", SETUP).press("Control+Enter")
    expect(page.get_by_text("Nothing is saved yet: 1 field needs another look.")).to_be_visible()
    wait_idle(page)
    expect(field(page, "New value:", ADOPTION)).to_have_value("20")
    expect(field(page, "What comes next\\?", SETUP)).to_have_value("Ask three practices")
    field(page, "New value:", SETUP).fill("9")
    expect(page.get_by_text("Will save 2 check-ins.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("2 check-ins are saved.").first).to_be_visible()


def focused(page: Page) -> str:
    """The name of what has the focus."""
    script = "(e => e.ariaLabel || (e.tagName != 'MAIN' && e.innerText) || '')(document.activeElement)"
    return str(page.evaluate(script))


def tab_to(page: Page, name: str) -> None:
    """Goes on with Tab until something with this in its name has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if name in focused(page):
            return
    raise AssertionError(f"no way to {name!r} by Tab")


@pytest.mark.parametrize(
    ("width", "theme"),
    [
        (320, "dark"),
        pytest.param(1280, "light", marks=pytest.mark.long),
        pytest.param(1280, "dark", marks=pytest.mark.long),
        pytest.param(320, "light", marks=pytest.mark.long),
    ],
)
def test_a_week_by_keyboard_alone(check_in: OpenPage, width: int, theme: str) -> None:
    page = check_in(width, theme)
    page.get_by_role("link", name="Skip to main content").press("Enter")
    tab_to(page, f"New value: {ADOPTION}")
    page.keyboard.type("soon")  # what stood there is selected
    expect(page.get_by_text("Type one number, in %.")).to_be_visible()
    tab_to(page, f"Blocker, evidence or another day  \n{MOBILE}")
    page.keyboard.press("Space")
    expect(page.get_by_role("textbox", name=re.compile("^What is in the way"))).to_be_visible()
    wait_idle(page)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.press("Shift+Tab")
    while not focused(page).startswith(f"New value: {ADOPTION}"):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Control+A")
    page.keyboard.type("16")
    expect(page.get_by_text("Will save 1 check-in.")).to_be_visible()
    wait_idle(page)
    page.keyboard.press("Control+Shift+Enter")
    saved = page.get_by_role("status").filter(has_text="4 check-ins are saved.")
    expect(saved).to_be_visible()  # a status is read out
    wait_idle(page)
    assert violations(page) == []
    page.get_by_role("link", name="Skip to main content").press("Enter")
    tab_to(page, "Undo")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Taken back: nothing of it is saved.")).to_be_visible()
    expect(field(page, "New value:", ADOPTION)).to_have_value("16")


@pytest.mark.long
def test_what_is_typed_outlives_a_reload_and_the_session(check_in: OpenPage, running: Server) -> None:
    page = check_in()
    field(page, "New value:", ADOPTION).fill("17")
    field(page, "What changed\\?", ADOPTION).fill("The *list* was wrong")
    expect(page.get_by_text("Will save 1 check-in.")).to_be_visible()
    wait_idle(page)
    page.reload()
    expect(field(page, "New value:", ADOPTION)).to_have_value("17")
    page.get_by_role("button", name="Sign out").click()  # the form comes where one was
    type_credentials(page, "noah", PASSWORD)
    expect_heading(page, "Check in")
    expect(field(page, "What changed\\?", ADOPTION)).to_have_value("The *list* was wrong")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("1 check-in is saved.").first).to_be_visible()


def test_two_people_at_once_and_both_are_in_the_history(check_in: OpenPage) -> None:
    mine, again = check_in(), check_in()
    field(mine, "New value:", ADOPTION).fill("17")
    expect(mine.get_by_text("Will save 1 check-in.")).to_be_visible()
    field(again, "New value:", ADOPTION).fill("18")
    again.keyboard.press("Control+Enter")
    expect(again.get_by_text("1 check-in is saved.").first).to_be_visible()
    mine.keyboard.press("Control+Enter")
    expect(mine.get_by_text(re.compile("Just before you, Noah Lindqvist checked in at .*: 18 %"))).to_be_visible()
    expect(mine.get_by_text("0 → 17 → 30 %")).to_be_visible()
