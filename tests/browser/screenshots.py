"""Takes the README's pictures from the demo company: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from okrdash.config import ROOT
from tests.browser.browsing import type_credentials, wait_idle
from tests.browser.running import PASSWORD, launch, make_demo, start_server

PICTURES = {
    "my_week": ("noah", "", 860),
    "check_in": ("noah", "check-in", 860),
    "objective": ("lena", "objective?objective=o-launch", 860),
    "alignment": ("amara", "alignment", 860),
    "progress": ("amara", "progress", 860),
    "dependencies": ("amara", "dependencies", 860),
    "promise": ("lena", "dependencies?dependency=d-load", 1200),
    "called": ("sigrun", "", 1300),
    "review": ("amara", "review", 1100),
}
"""Each picture by its name: as whom the screen is opened, its address, and how many pixels high it is."""


def main() -> None:
    """Writes docs/NAME.png for every picture."""
    with tempfile.TemporaryDirectory() as folder:
        make_demo(Path(folder), "joost", *{username for username, *_ in PICTURES.values()})
        server = start_server(Path(folder))
        try:
            with sync_playwright() as playwright:
                browser = launch(playwright)
                for name, (username, address, height) in PICTURES.items():
                    page = browser.new_page(viewport={"width": 1280, "height": height})
                    page.goto(f"{server.address}/{address}")
                    wait_idle(page)
                    type_credentials(page, username, PASSWORD)
                    wait_idle(page)
                    page.mouse.move(0, 0)  # a chart under the pointer shows its buttons
                    page.wait_for_timeout(1000)  # until the charts have settled
                    page.screenshot(path=ROOT / "docs" / f"{name}.png")
                    page.close()
                browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
