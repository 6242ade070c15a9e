"""What a person does in the browser, and waiting until it is done."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from okrdash.services.sessions import COOKIE

WAIT = 60_000
"""Milliseconds that anything in the browser may take; generous, because many tests share two cores."""
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def wait_idle(page: Page) -> None:
    """Until Streamlit has drawn everything and asks for nothing more.

    On a busy machine a click may become a run only after this: what a click does is waited for by its outcome.
    """
    page.wait_for_selector('[data-testid="stApp"][data-test-connection-state="CONNECTED"]', timeout=WAIT)
    # A click becomes a run a moment later: only a state that lasts is idle. It is looked at, not timed: a browser that
    # was kept waiting itself looks twice in a quarter of a second, and what was clicked has not come to its turn.
    page.wait_for_function(
        """() => new Promise(done => {
            let idle = 0
            const look = () => {
                const app = document.querySelector('[data-testid="stApp"]')
                const waits = app?.dataset.testScriptState !== "notRunning"
                    || document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
                idle = waits ? 0 : idle + 1
                if (idle > 10) done(true)
                else setTimeout(look, 25)
            }
            look()
        })""",
        timeout=WAIT,
    )


def click(page: Page, name: str, *, exact: bool = True) -> None:
    """Clicks a button and waits for what it does."""
    page.get_by_role("button", name=name, exact=exact).click()
    wait_idle(page)


def field(page: Page, name: str) -> Locator:
    """A text field by its name."""
    return page.get_by_role("textbox", name=name, exact=True)


def type_credentials(page: Page, username: str, password: str) -> None:
    """Fills in the sign-in form and sends it."""
    field(page, "Username").fill(username)
    field(page, "Password").fill(password)
    click(page, "Sign in")


def expect_heading(page: Page, title: str) -> None:
    """Waits until the page has this title, its one level-1 heading."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title, timeout=WAIT)
    wait_idle(page)


def expect_alert(page: Page, text: str) -> None:
    """Waits until the page's one message says this."""
    expect(page.get_by_role("alert")).to_contain_text(text, timeout=WAIT)


def wait_for_cookie(page: Page, *, there: bool = True) -> None:
    """Until the browser has its cookie, or has dropped it: it is fetched after the page is shown."""
    for _ in range(WAIT // 100):
        if there == any(cookie["name"] == COOKIE for cookie in page.context.cookies()):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the cookie did not come" if there else "the cookie stayed")


def violations(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA on the whole page.

    axe passes over what is scrolled out of sight without a word, so the window is made as high as the page first.
    """
    height = page.evaluate(
        "Math.max(...[...document.querySelectorAll('*')].map(element => element.scrollHeight), innerHeight)"
    )
    page.set_viewport_size({"width": page.evaluate("innerWidth"), "height": height + 200})
    wait_idle(page)
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": _WCAG}}).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]
