"""Choosing a password, by a link and on Account; where one is signed in; and from where."""

from __future__ import annotations

from ipaddress import ip_network
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from okrdash.config import ROOT
from okrdash.services import sessions, sign_in, sign_in_links
from okrdash.services.people import CONSOLE
from okrdash.services.sessions import start_session
from okrdash.store.store import Store
from okrdash.ui import visitor
from okrdash.ui.session import SESSION
from tests.conftest import SignedIn
from tests.ui.screens import field, headers, open_page, open_script, press, seen, titles

PASSWORD = "correct horse battery staple"


@pytest.fixture
def token(store: Store) -> str:
    """Of a link for mia; an admin can sign in."""
    sign_in.set_password(CONSOLE, "ada", PASSWORD)
    return parse_qs(urlsplit(sign_in_links.make_link(CONSOLE, "mia", "invite")).query)["link"][0]


def come_by(token: str) -> AppTest:
    """What a browser shows that is signed out and comes with a link."""
    shell = AppTest.from_file(ROOT / "okrdash" / "ui" / "shell.py", default_timeout=30)
    shell.switch_page(str(ROOT / "pages" / "password.py"))
    shell.query_params["link"] = token
    shell.run()
    assert not shell.exception, shell.exception
    return shell


def choose(page: AppTest, new: str, again: str = "") -> AppTest:
    field(page, "New password").input(new)
    field(page, "New password again").input(again or new)
    return press(page, next(button.label for button in page.button if button.label.startswith("C")))


def test_a_link_says_for_whom_it_is_and_signs_in(token: str) -> None:
    page = come_by(token)
    assert titles(page) == ["Choose your password"]
    assert "For **Mia Member**" in seen(page)
    page = choose(page, PASSWORD, "something else altogether")
    assert "not the same" in seen(page)
    page = choose(page, "password1234")
    assert "guessed first" in seen(page)
    assert SESSION not in page.session_state
    page = choose(page, PASSWORD)
    actor = sessions.resume(session=page.session_state[SESSION])
    assert actor
    assert actor.username == "mia"
    assert "does not work any more" in seen(come_by(token))


def test_an_unknown_link_says_so(token: str) -> None:
    page = come_by("guess")
    assert "does not work any more" in seen(page)
    assert not page.text_input


def test_the_form_on_account_asks_for_the_present_password_where_there_is_one(signed_in: SignedIn) -> None:
    page = choose(open_page(signed_in("member"), "account"), PASSWORD)
    assert "Change your password" in headers(page)
    field(page, "Current password").input("guess")
    page = choose(page, "another long passphrase")
    assert "not right" in seen(page)
    field(page, "Current password").input(PASSWORD)
    choose(page, "another long passphrase")
    assert sign_in.sign_in("mia", "another long passphrase")


def test_ones_sessions_are_listed_and_ended(signed_in: SignedIn) -> None:
    here, phone = signed_in("member"), start_session("mia", browser="Safari on iPhone", address="10.0.0.7")
    page = open_page(here, "account")
    assert "**Safari on iPhone**" in seen(page)
    assert "from 10.0.0.7" in seen(page)
    press(page, "End Safari on iPhone")
    assert sessions.resume(session=phone.session) is None
    other = start_session("mia")
    press(open_page(here, "account"), "End all others")
    assert [sessions.resume(session=one.session) for one in (other, here)] == [None, here]


def ending(row: dict[str, str], count: int) -> None:
    import streamlit as st

    from okrdash.ui import admin_sessions
    from okrdash.ui.forms import Form
    from okrdash.ui.session import require

    me = require()
    admin_sessions.draw(me)
    admin_sessions.end.__wrapped__(Form(st.session_state.setdefault("name", "form_a")), me, row, count)


@pytest.mark.parametrize(("which", "left"), [("one", 1), ("every", 0)])
def test_an_admin_ends_anybodys(signed_in: SignedIn, which: str, left: int) -> None:
    mia = [start_session("mia", browser="Firefox on Windows") for _ in range(2)]
    row = {
        "session": mia[0].session,
        "username": "mia",
        "shown": "Mia Member",
        "browser": "",
        "since": "",
        "used": "",
        "came_by": "",
        "address": "",
    }
    page = open_script(signed_in("admin"), ending, row=row, count=2)
    assert set(page.dataframe[0].value["browser"]) == {"Firefox on Windows", "Unknown browser (this one)"}
    field(page, "What to end").set_value(which)
    press(page, next(button.label for button in page.button if button.label.startswith("End session")))
    assert sum(sessions.resume(session=one.session) is not None for one in mia) == left


@pytest.mark.parametrize("mail", [True, False])
def test_who_forgot_it_gets_one_answer(token: str, monkeypatch: pytest.MonkeyPatch, mail: bool) -> None:
    if mail:
        monkeypatch.setenv("OKRDASH_MAIL", "mailto://mail.example.com?from=okr@example.com")
        monkeypatch.setenv("OKRDASH_ADDRESS", "https://okr.example.com")
    shell = AppTest.from_file(ROOT / "okrdash" / "ui" / "shell.py", default_timeout=30).run()
    if not mail:
        assert "Ask an admin" in seen(shell)
        return
    answers = set()
    for name in ("mia", "nobody"):
        field(shell, "Your username").input(name)
        answers.add(seen(press(shell, "Send me a link")))
    assert len(answers) == 1
    assert "a link is on its way" in answers.pop()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) AppleWebKit/605 Version/17 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) CriOS/130 Safari/605", "Chrome on iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"),
        ("curl/8.0 <script>", ""),
    ],
)
def test_a_browser_in_words(agent: str, words: str) -> None:
    assert visitor.in_words(agent) == words


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.5", "", "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # says so itself: not believed
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_only_proxies_that_are_named_are_believed(peer: str, forwarded: str, address: str) -> None:
    assert visitor.behind(peer, forwarded, (ip_network("10.0.0.0/24"),)) == address
