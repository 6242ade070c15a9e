"""Takes the README's pictures from the demo company: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from okrdash.config import ROOT
from okrdash.transfer.demo import SIGN_INS
from tests.browser.browsing import type_credentials, wait_idle
from tests.browser.running import PASSWORD, launch, make_demo, start_server

PICTURES = {
    "my_week": ("member", ""),
    "check_in": ("member", "check-in"),
    "objective": ("lead", "objective?objective=o-launch"),
    "alignment": ("leader", "alignment"),
    "progress": ("leader", "progress"),
    "review": ("leader", "review"),
}
"""Each picture by its name: as whom the screen is opened, and its address."""


def main() -> None:
    """Writes docs/NAME.png for every picture."""
    with tempfile.TemporaryDirectory() as folder:
        make_demo(Path(folder), *SIGN_INS["startup"].values())
        server = start_server(Path(folder))
        try:
            with sync_playwright() as playwright:
                browser = launch(playwright)
                for name, (role, address) in PICTURES.items():
                    page = browser.new_page(viewport={"width": 1280, "height": 860})
                    page.goto(f"{server.address}/{address}")
                    wait_idle(page)
                    type_credentials(page, SIGN_INS["startup"][role], PASSWORD)
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
