"""A company whose every text wants to be more than text: nothing of it is loaded, followed, run or drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from okrdash.domain.tables import TABLES, Column, Row
from okrdash.services import company, exchange, sign_in
from okrdash.services.people import CONSOLE
from okrdash.transfer.demo import SIGN_INS, demo_rows
from tests.browser.browsing import WAIT, type_credentials, wait_for_cookie, wait_idle
from tests.browser.running import PASSWORD, Server, StartServer

pytestmark = pytest.mark.browser

FOREIGN = "hostile.example"
PIECES = (
    f"[link](https://{FOREIGN}/l) ![image](https://{FOREIGN}/i.png)",
    f"<img src=https://{FOREIGN}/h.png onerror=alert(1)><b class=hostile>b</b>",
    ":material/skull: :red[red] :skull: $x^2$ $$y$$",
    f"https://{FOREIGN}/a www.{FOREIGN} a@{FOREIGN} <https://{FOREIGN}>",
    "[run](javascript:alert(1)) <script>alert(1)</script>",
    "\u202eRTL\u2066 ~~s~~ **b** `c` | # h --> {x} \\ &lt;i&gt;",
    "W" * 60,
)
"""What Streamlit's Markdown, the browser's HTML and its reading direction would make something of."""
FREE = {"title", "why", "name", "description", "unit", "step", "note", "next", "blocker", "helper", "need", "reason"}
FREE |= {"text", "score_reason"}

ADMIN_TABS = ("Teams", "Memberships", "Cycles", "People", "Sessions", "Settings", "Event log", "Import and export")
OBJECTIVE_VIEWS = ("Key+results", "Conversation", "History", "Alignment", "Changes")
REVIEW_TABS = ("What needs a decision first", "Confidence and progress", "Housekeeping")

PROBE = """() => {
    const all = selector => [...document.querySelectorAll(selector)]
    return [
        ...all('a[href], area[href]').map(a => a.href).filter(h => !h.startsWith(location.origin)),
        ...all('[src]').map(e => e.src).filter(s => !/^(data:|blob:)/.test(s) && !s.startsWith(location.origin)),
        ...all('.hostile, .katex').map(e => e.outerHTML.slice(0, 80)),
        ...all('[data-testid="stIconMaterial"]').map(e => e.textContent).filter(t => t.includes('skull')),
        ...all('[data-testid="stException"]').map(e => e.textContent),
    ]
}"""
"""What stands in the page though only a text could have brought it there, and what failed."""


def hostile_rows() -> dict[str, list[Row]]:
    """The demo company with something nasty behind each of its texts, as far as its length allows."""
    pieces = cycle(PIECES)

    def nasty(text: str, column: Column) -> str:
        room = column.longest - len(text) - 1
        more = " ".join(PIECES) if room > 400 else next(pieces)
        return f"{text} {more}"[: column.longest].strip()

    rows = demo_rows("startup", datetime.now(UTC).date())
    for table in ("teams", "cycles"):
        column = TABLES[table].columns[0]
        renamed = {row[column.name]: nasty(row[column.name], column).replace(";", ",") for row in rows[table]}
        for name, found in rows.items():
            for one in [c.name for c in TABLES[name].columns if table in c.refers or (name, c) == (table, column)]:
                for row in found:
                    row[one] = renamed.get(row[one], row[one])
    for name, found in rows.items():
        for column in TABLES[name].columns:
            if column.name in FREE and column.type == "text" and name not in ("settings", "events"):
                for row in found:
                    if row[column.name]:
                        row[column.name] = nasty(row[column.name], column).replace(";", ",")
    for row in rows["people"]:
        row["name"] = nasty(row["name"], TABLES["people"].column("name"))
    return rows


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Row]]:
    return hostile_rows()


@pytest.fixture(scope="module")
def running(
    server: StartServer, tmp_path_factory: pytest.TempPathFactory, rows: dict[str, list[Row]]
) -> Iterator[Server]:
    """okrdash on that company."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    company.close_company()
    company.open_company(folder / "okrdash.duckdb")
    exchange.import_rows(CONSOLE, rows, notes=[exchange.Note(rows["key_results"][0]["id"], "kind", " ".join(PIECES))])
    for role in ("member", "admin"):
        sign_in.set_password(CONSOLE, SIGN_INS["startup"][role], PASSWORD)
    company.close_company()
    return server(folder)


def demo_title(objective: str) -> str:
    """What the objective was called before."""
    rows = demo_rows("startup", datetime.now(UTC).date())["objectives"]
    return str(next(row["title"] for row in rows if row["id"] == objective))


def addresses(rows: dict[str, list[Row]], role: str) -> list[str]:
    """Every screen, and each view of those that have several; what is not open to the role once."""
    home = {row["id"]: row["objective"] for row in rows["key_results"]}
    richest = home[rows["links"][0]["key_result"]] if rows.get("links") else rows["objectives"][0]["id"]
    unit = quote(rows["key_results"][0]["team"] or rows["objectives"][0]["team"])
    return [
        *("", "check-in", "objectives", "objectives?list=Key+results", "progress", "guide", "account", "import"),
        *(f"objective?objective={richest}&view={view}" for view in OBJECTIVE_VIEWS),
        *("alignment", "alignment?view=By+unit", f"claim?of={unit}"),
        *(f"review?tab={quote(tab)}" for tab in REVIEW_TABS),
        *(f"admin?tab={tab}" for tab in ADMIN_TABS[: None if role == "admin" else 1]),
    ]


@pytest.mark.parametrize("role", ["admin"])
def test_texts_are_only_texts(chromium: Browser, running: Server, rows: dict[str, list[Row]], role: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT)
    abroad: list[str] = []
    page.on("request", lambda request: abroad.append(request.url) if _foreign(request.url, running) else None)
    page.on("dialog", lambda dialog: (abroad.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.goto(running.address)
    type_credentials(page, SIGN_INS["startup"][role], PASSWORD)
    wait_for_cookie(page)
    meant = {row["url"].rstrip("/") for row in rows.get("links", ())}
    found: dict[str, list[str]] = {}
    spoken: dict[str, str] = {}
    for address in addresses(rows, role):
        page.goto(f"{running.address}/{address}")
        wait_idle(page)
        brought = [one for one in page.evaluate(PROBE) if one.rstrip("/") not in meant]
        if wrong := [*brought, *abroad, *_faults(page)]:
            found[address] = wrong
        abroad.clear()
        spoken[address] = page.locator("body").inner_text()
        if (tab := address.partition("tab=")[2]) and (role == "admin" or not address.startswith("admin")):
            opened = page.get_by_role("tab", selected=True).first.inner_text().strip()
            assert unquote(tab) in opened, (address, opened)
    context.close()
    assert found == {}
    # It was there to be read, as text: the titles, and what stood behind them.
    seen = {address.partition("?")[0] for address, text in spoken.items() if FOREIGN in text or "hostile" in text}
    assert seen >= {"", "objective", "alignment", "progress", "review"}
    objective = next(address for address in spoken if address.startswith("objective?"))
    title = demo_title(objective.partition("=")[2].partition("&")[0])
    assert title in spoken[objective]


def _foreign(url: str, running: Server) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(running.address).netloc


def _faults(page: Page) -> list[str]:
    """What went wrong on the page, and a heading that is missing."""
    body = page.locator("body").inner_text()
    return [
        *(line for line in body.splitlines() if "fault" in line and "name this to whoever" in line),
        *([] if page.get_by_role("heading", level=1).count() == 1 else ["no title"]),
    ]
