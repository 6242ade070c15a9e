"""A company whose every text wants to be more than text: nothing of it is loaded, followed, run or drawn."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from okrdash.domain.columns import Column, Row
from okrdash.domain.tables import TABLES
from okrdash.services import company, drafts, exchange, messages, objectives, sign_in
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from okrdash.transfer.demo import SIGN_INS, demo_rows
from tests.browser.browsing import WAIT, type_credentials, wait_for_cookie, wait_idle
from tests.browser.running import PASSWORD, Server, StartServer

pytestmark = pytest.mark.browser

FOREIGN = "hostile.example"
PIECES = (
    # links, images and addresses
    f"[zq](https://{FOREIGN}/l)",
    f"![zq](https://{FOREIGN}/i.png)",
    f"[![zq](https://{FOREIGN}/j.png)](https://{FOREIGN}/k)",
    f"[zq]: https://{FOREIGN}/r [zq] [zq][zq]",
    f"https://{FOREIGN}/a",
    f"<https://{FOREIGN}/b>",
    f"www.{FOREIGN}/c",
    f"//{FOREIGN}/d",
    f"HtTpS://{FOREIGN.upper()}",
    f"ftp://{FOREIGN}/f",
    f"a@{FOREIGN} <a@{FOREIGN}>",
    f"mailto:a@{FOREIGN}?subject=zq",
    f"xmpp:a@{FOREIGN}",
    "[zq](javascript:alert(1))",
    "javascript:alert(1)//zq",
    "[zq](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[zq](/admin?tab=People) [zq](../_stcore/health)",
    f"https://{FOREIGN}\u2060/x\u200b?y=[zq](z)",
    # HTML
    f"<img src=https://{FOREIGN}/h.png onerror=alert(1)>",
    "<b class=hostile>zq</b>",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<svg class=hostile onload=alert(1)>",
    f"<iframe class=hostile src=https://{FOREIGN}/e></iframe>",
    f"<style>@import 'https://{FOREIGN}/s.css'</style>",
    f"<form class=hostile action=https://{FOREIGN}><input name=zq></form>",
    "<!-- zq --><details class=hostile open>zq</details>",
    "\"><i class=hostile>zq</i><a x='",
    f"<a href='https://{FOREIGN}/o'>zq</a>",
    "&lt;zqe&gt; &#60;zqe&#62; &amp;lt;",
    "<math class=hostile><mtext>zq</mtext></math>",
    # Markdown
    "**zq** __zq__",
    "*zq* _zq_",
    "~~zq~~ ~zq~",
    "`zq` ``zq``",
    "```\nzq\n```",
    "# zq\n## zq",
    "zq\n===\nzq\n---",
    "- zq\n- zq\n1. zq",
    "- [ ] zq\n- [x] zq",
    "> zq\n>> zq",
    "| zq | zq |\n|---|---|\n| zq | zq |",
    "zq[^1]\n\n[^1]: zq",
    "    zq indented",
    "zq  \nzq\\\nzq",
    "***\n___",
    "\\*\\*zq\\*\\* \\",
    # what Streamlit adds
    ":material/skull: :skull: :+1:",
    ":red[zq] :blue-background[zq] :rainbow[zq]",
    ":green-badge[zq] :small[zq] :gray[zq]",
    ":streamlit: :shimmer[zq]",
    "$x^2$ $$zq$$ \\(zq\\) \\[zq\\]",
    "\\begin{align}zq\\end{align}",
    "zq-->zq zq<--zq zq->zq zq<-zq zq--zq zq>=zq",
    ":::zq\nzq\n::: ::zq[zq]{.hostile}",
    # other languages
    "{{7*7}}zq ${7*7}zq #{7*7}zq <%= 7*7 %>zq",
    "{zq} {0} {zq!r} %s %(zq)s",
    "datum.zq + now() || event.view",
    '=HYPERLINK("https://hostile.example") +1 -1 @SUM(1)',
    "=cmd|'/c calc'!A1",
    "'; DROP TABLE people; --",
    '" OR ""=" $1 ?',
    "null None NaN undefined NULL",
    "true false 0 -0 1e999",
    "../../etc/passwd %2e%2e%2f C:\\con",
    # letters
    "\u202eRTL zq\u2066 \u200f\u061c",
    "שלום zq مرحبا",
    "zero\u200bwidth\u200d\u2060\ufeffzq\u00ad",
    "e" + "\u0301" * 30 + " zq\u0489\u0489",
    "👩‍👩‍👧‍👦 🏳️‍🌈 zq \U000e0067",
    "𝒵𝓆 ﷽ ẞ İ ŉ ǆ",
    "\u2028zq\u2029\u0085\u000bzq",
    "W" * 60,
    "x " * 30,
)
"""What Streamlit's Markdown, the browser's HTML, a template and its reading direction would make something of.

"zq" is what would be formatted; nothing of ours consists of that alone.
"""
TOGETHER = 9
"""Pieces in one text that is long enough for them."""
FREE = {"title", "why", "name", "description", "unit", "step", "note", "next", "blocker", "helper", "need", "reason"}
FREE |= {"text", "score_reason"}

ADMIN_TABS = ("Teams", "Memberships", "Absences", "Cycles", "People", "Sessions", "Settings", "Messages", "Event log")
ADMIN_TABS += ("Import and export",)
OBJECTIVE_VIEWS = ("Key+results", "Conversation", "History", "Alignment", "Changes")
REVIEW_TABS = ("What needs a decision first", "Since last time", "Confidence and progress", "Housekeeping")
PROGRESS_TABS = ("Now", "Over time", "Past cycles", "Rhythm")

PROBE = """() => {
    const all = selector => [...document.querySelectorAll(selector)]
    return [
        ...all('a[href], area[href]').map(a => a.href).filter(h => !h.startsWith(location.origin)),
        ...all('[src]').map(e => e.src).filter(s => !/^(data:|blob:)/.test(s) && !s.startsWith(location.origin)),
        ...all('.hostile, .katex').map(e => e.outerHTML.slice(0, 80)),
        ...all('[data-testid="stIconMaterial"]').map(e => e.textContent).filter(t => t.includes('skull')),
        ...all('[data-testid="stException"]').map(e => e.textContent),
        ...all('strong, b, em, i, u, del, s, code, pre, mark, sup, sub, blockquote, h1, h2, h3, h4, h5, h6, li, td, th')
            .concat(all('a, span, small, input[type=checkbox] + *, [class*=Badge]'))
            .filter(e => /^(zq\\s*)+$/.test(e.textContent.trim())).map(e => e.outerHTML.slice(0, 80)),
        ...(document.body.innerText.match(/💀|<zqe>|49zq|zq[→←↔—–≥≤]zq/g) ?? []),
    ]
}"""
"""What stands in the page though only a text could have brought it there, and what failed."""


def hostile_rows() -> dict[str, list[Row]]:
    """The demo company with something nasty behind each of its texts, as far as its length allows."""
    pieces = cycle(PIECES)

    def nasty(text: str, column: Column) -> str:
        room = column.longest - len(text) - 1
        more = " ".join(next(pieces) for _ in range(TOGETHER if room > 400 else 1))
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
    elsewhere(rows)
    company.close_company()
    return server(folder)


def elsewhere(rows: dict[str, list[Row]]) -> None:
    """What stands beside the bundle: messages, sessions of strange browsers, what is typed, why something changed."""
    admin, first = SIGN_INS["startup"]["admin"], rows["objectives"][0]
    for piece in PIECES[:12]:
        start_session(admin, browser=f"Browser {piece}", address=piece)
    with company.company().write(None) as tx:
        for n, piece in enumerate(PIECES):
            messages.leave(tx, [admin], "mention", about=f"m{n}", subject=f"Subject {piece}", text=piece, place=piece)
        tx.run("UPDATE messages SET tries = 9, error = subject")
    for n, piece in enumerate(PIECES[::6]):
        changes, reason = {"score_reason": f"Score {piece}"}, f"Reason {piece}"
        objectives.edit_objective(CONSOLE, first["id"], changes, version=n + 1, reason=reason.replace("\x0b", ""))
    actor = start_session(admin)
    for row in rows["key_results"]:
        drafts.keep(actor, row["id"], {"note": f"Draft {PIECES[0]}", "value": PIECES[1]})


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
        *("", "check-in", "objectives", "objectives?list=Key+results", "guide", "account", "import"),
        *(f"progress?view={quote(view)}" for view in PROGRESS_TABS),
        *(f"objective?objective={richest}&view={view}" for view in OBJECTIVE_VIEWS),
        *(
            "alignment",
            "alignment?by=By+goal",
            "alignment?view=Map",
            "alignment?view=What+is+wrong",
            f"claim?of={unit}",
        ),
        *("dependencies", "dependencies?list=All+as+a+table"),
        *(f"dependencies?dependency={row['id']}" for row in rows["dependencies"][:2]),
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
        tab = address.partition("tab=")[2] or address.partition("progress?view=")[2]
        if tab and (role == "admin" or not address.startswith("admin")):
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
