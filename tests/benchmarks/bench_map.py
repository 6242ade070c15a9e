"""What the alignment costs a large company: `python -m tests.benchmarks.bench_map`.

Made-up companies of 500, 2,000 and 10,000 objectives in 200 teams, every twentieth with two parents. For each:

- of the page as table and as map, milliseconds of processor time for a run, those of a bare Streamlit
  page that draws as many elements of the same kinds and sends as many bytes, and the ratio: at most 2 is wanted at 500
  objectives and 4 at 10,000; and what is sent;
- in Chromium, how long the map and the table take from the data to a laid out page with everything expanded, and the
  longest of 120 frames while it is scrolled. With 2,000 cards open at most 100 ms are wanted.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, sync_playwright

from okrdash.domain.tables import TABLES
from okrdash.services import company, exchange, overview, sessions
from okrdash.services.people import CONSOLE
from okrdash.ui import alignment_lines, alignment_nodes, alignment_tree
from tests.benchmarks.page_runs import app_of, cost
from tests.browser.running import launch

FUNCTIONS, TEAMS = 20, 200
WORDS = ["Grow", "reach", "launch", "reduce", "the", "churn", "of", "onboarding", "for", "customers", "every", "week"]


def large_company(today: date, objectives: int) -> dict[str, list[dict[str, Any]]]:
    """The tables of the company: each objective has one key result with a value, and contributes to one or two."""
    random = np.random.default_rng(1)
    units = [{"team": "Acme", "kind": "company"}]
    units += [{"team": f"Function {n}", "kind": "function", "parent": "Acme"} for n in range(FUNCTIONS)]
    units += [{"team": f"Team {n}", "kind": "team", "parent": f"Function {n % FUNCTIONS}"} for n in range(TEAMS)]
    people = [{"username": f"p{n}", "name": f"Person Number {n}", "role": "member"} for n in range(objectives // 10)]
    goals, results, values, edges = [], [], [], []
    for n in range(objectives):
        team = "Acme" if n < 5 else f"Function {n % FUNCTIONS}" if n < 60 else f"Team {n % TEAMS}"
        title = " ".join(random.choice(WORDS, 8))
        goals.append({"id": f"o{n}", "cycle": "Q", "team": team, "title": title, "owner": f"p{n % len(people)}"})
        results.append({"id": f"k{n}", "objective": f"o{n}", "title": "It is done", "kind": "increase"})
        results[-1] |= {"baseline": 0.0, "target": 9.0}
        values.append({"id": f"c{n}", "key_result": f"k{n}", "as_of": today, "value": float(random.uniform(0, 9))})
        if n >= 5:
            above = n % 5 if n < 60 else n // 8
            edges.append({"child": f"o{n}", "parent": f"o{above}"})
            if n % 20 == 0:
                edges.append({"child": f"o{n}", "parent": f"o{(above + 1) % n}"})
    tables = {
        "teams": units,
        "people": [*people, {"username": "ada", "name": "Ada", "role": "champion"}],
        "cycles": [
            {"cycle": "Q", "start": today - timedelta(days=50), "end": today + timedelta(days=40), "state": "active"}
        ],
        "objectives": goals,
        "key_results": results,
        "check_ins": values,
        "alignment": edges,
    }
    return {name: [TABLES[name].row(**row) for row in rows] for name, rows in tables.items()}


DRAW = """async ([js, css, body, look]) => {
    document.body.innerHTML = '<div id="place"><div class="okr-alignment"></div></div>'
    const style = document.createElement("style")
    style.textContent = css + "body { font-family: sans-serif; --st-text-color: #111; --st-background-color: #fff }"
    document.head.append(style)
    const draws = (await import(URL.createObjectURL(new Blob([js], { type: "text/javascript" })))).default
    const bytes = body => new TextEncoder().encode(body)
    const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)))
    const head = { look, name: look, version: 1, order: "", orders: {}, selected: "", says: "The tree" }
    const data = bytes(JSON.stringify(head) + "\\n" + body)
    let start = performance.now()
    draws({ data, parentElement: document.querySelector("#place"), setTriggerValue() {} })
    await frame()
    const first = performance.now() - start
    start = performance.now()
    const expand = [...document.querySelectorAll("button")].find(button => button.textContent === "Expand all")
    expand.click()
    document.body.getBoundingClientRect()
    const drawn = performance.now() - start
    await frame()
    const seen = performance.now() - start
    const scrolls = document.querySelector(".okr-frame") ?? document.scrollingElement
    const frames = []
    for (let n = 0, before = performance.now(); n < 120; n++) {
        scrolls.scrollTop += 150
        await new Promise(requestAnimationFrame)
        frames.push(performance.now() - before)
        before = performance.now()
    }
    frames.sort((one, other) => one - other)
    const lines = Number(document.querySelector(".okr-alignment").dataset.shown)
    return [lines, first, drawn, seen, frames[114], frames[119]]
}"""
"""Draws as Streamlit has it done; without Streamlit, so that nothing else is measured."""


def drawn(browser: Browser, body: bytes, look: str) -> list[float]:
    """Lines; ms until it is first seen, all are laid out, all are seen; the 95th and the longest frame of scrolling."""
    js, css = alignment_tree.SCRIPT, alignment_tree.STYLE
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    best = min((page.evaluate(DRAW, [js, css, body.decode(), look]) for _ in range(3)), key=lambda found: found[3])
    page.close()
    return [float(number) for number in best]


def main() -> None:
    """Prints a line for each way to look at each company."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # it misses the browser
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for objectives in (500, 2_000, 10_000):
            with tempfile.TemporaryDirectory() as folder:
                measure(browser, Path(folder), objectives)
        browser.close()


def measure(browser: Browser, folder: Path, objectives: int) -> None:
    """Prints what one company costs."""
    company.open_company(folder / "okrdash.duckdb")
    exchange.import_rows(CONSOLE, large_company(datetime.now(UTC).date(), objectives))
    actor = sessions.start_session("ada")
    print(f"{objectives:,} objectives")
    for view in ("Table", "Map"):
        app = app_of("alignment.py", actor.session, {"view": view})
        found = cost(app)
        size = len(app.main.get("bidi_component")[0].proto.bytes)
        said = f"{found.own:7.1f} ms, bare {found.bare:6.1f} ms, ratio {found.ratio:4.1f}; sent {size / 1000:,.0f} kB"
        print(f"  page as {view:6} {said}")
    board = overview.board(actor)
    lines = alignment_lines.by_goal(board, board.objectives.index.tolist())
    body = alignment_nodes.nodes(board, lines, {}, teams=True)
    for look in ("map", "table"):
        many, first, laid, seen, most, longest = drawn(browser, body, look)
        print(
            f"  {look:6} first seen after {first:6.1f} ms; {many:,.0f} lines expanded: laid out {laid:6.1f} ms,"
            f" seen {seen:6.1f} ms; scrolled: 95 in 100 frames within {most:5.1f} ms, the longest {longest:5.1f} ms"
        )
    company.close_company()


if __name__ == "__main__":
    main()
