"""A real okrdash in a process of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Playwright

from okrdash.config import ROOT
from okrdash.services import company, exchange, sessions, sign_in
from okrdash.services.people import CONSOLE
from okrdash.transfer.demo import demo_rows

PASSWORD = "correct horse battery staple"
"""Of everybody whom these tests make."""


ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright) -> Browser:
    """Chromium: the system's, else Playwright's own. The one without windows takes the least time."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    installed = next(filter(None, map(shutil.which, names)), None)
    return playwright.chromium.launch(executable_path=installed, args=list(ARGUMENTS))


@dataclass
class Server:
    """A running okrdash with a database of its own."""

    process: subprocess.Popen[bytes]
    address: str
    console_file: Path

    @property
    def console(self) -> str:
        """What it has printed so far."""
        return self.console_file.read_text("utf-8", "replace")

    @property
    def setup_token(self) -> str:
        """The one-time token on its console."""
        found = re.search(r"one-time token: (\S+)", self.console)
        assert found, self.console
        return found[1]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


StartServer = Callable[..., Server]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(
    folder: Path,
    *,
    root: Path = ROOT,
    wait: bool = True,
    port: int = 0,
    arguments: tuple[str, ...] = (),
    **environment: str,
) -> Server:
    """Starts the okrdash in `root` in a fresh process, on a free port unless one is given.

    `environment` are further variables for it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port, console = port or free_port(), folder / "console.txt"
    command = [sys.executable, "-m", "streamlit", "run", str(root / "app.py"), "--server.headless", "true"]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OKRDASH_", "STREAMLIT_"))}
    with console.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.port", str(port), *arguments],
            cwd=folder,
            env=inherited
            | {"OKRDASH_DATABASE": str(folder / "okrdash.duckdb"), "OKRDASH_BACKUPS": str(folder / "backups")}
            | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(process, f"http://127.0.0.1:{port}", console)
    if wait:
        wait_until_healthy(server)
    return server


def wait_until_healthy(server: Server, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.process.poll() is None, server.console
        try:
            with urllib.request.urlopen(f"{server.address}/healthz", timeout=5) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the server did not come up:\n{server.console}")


def make_admin(folder: Path, username: str = "ada", name: str = "Ada Admin") -> Path:
    """A folder with a database in which an admin can sign in, so that a server on it shows the sign-in form."""
    folder.mkdir(parents=True, exist_ok=True)
    company.open_company(folder / "okrdash.duckdb")
    sign_in.set_up(sign_in.setup_token(), company_name="Acme", username=username, name=name, password=PASSWORD)
    company.close_company()
    return folder


def make_demo(where: Path | str, *usernames: str) -> Path | str:
    """A folder, or the address of a PostgreSQL database, with the demo company, in which these have passwords."""
    company.close_company()
    company.open_company(where / "okrdash.duckdb" if isinstance(where, Path) else where)
    exchange.import_rows(CONSOLE, demo_rows("startup", datetime.now(UTC).date()))
    let_in(where, *usernames)
    company.close_company()
    return where


def let_in(where: Path | str, *usernames: str) -> None:
    """Gives people of the open company passwords, and beside a DuckDB file cookies by which they are signed in."""
    for username in usernames:
        sign_in.set_password(CONSOLE, username, PASSWORD)
    if isinstance(where, Path):
        cookies = {one: sessions.redeem(sessions.issue_ticket(sessions.start_session(one))) for one in usernames}
        (where / "cookies.json").write_text(json.dumps(cookies))


def come_in(context: BrowserContext, server: Server, username: str) -> None:
    """Signs somebody of `let_in` in, in every tab of a browser, without the form."""
    cookie = json.loads((server.console_file.parent / "cookies.json").read_text())[username]
    context.add_cookies([{"name": sessions.COOKIE, "value": cookie, "url": server.address}])
