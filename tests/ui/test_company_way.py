"""The way to the company's sign-in and back: where it leads, what only a proxy may say, and what the form shows."""

from __future__ import annotations

from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from starlette.datastructures import Headers
from streamlit.testing.v1 import AppTest

from okrdash.company_way import CompanyWay, _local
from okrdash.config import ROOT
from okrdash.services.company_sign_in import REFUSALS
from okrdash.store.store import Store
from okrdash.ui import company_sign_in


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("https://okr.example/objective?objective=o-1&view=map", "/objective?objective=o-1&view=map"),
        ("https://okr.example", "/"),
        ("", "/"),
        ("//evil.example//evil.example/x", "/evil.example/x"),
        ("/\\evil.example", "/evil.example"),
        ("javascript:alert(1)", "/alert(1)"),
    ],
)
def test_the_way_back_stays_in_the_app(referer: str, page: str) -> None:
    assert _local(referer) == page


@pytest.mark.parametrize(
    ("client", "believed"),
    [(("10.0.0.5", 4711), True), (("10.0.0.6", 4711), False), (("203.0.113.9", 0), True), (None, False)],
)
def test_only_a_proxy_says_who_somebody_is(
    monkeypatch: pytest.MonkeyPatch, client: tuple[str, int] | None, believed: bool
) -> None:
    monkeypatch.setenv("OKRDASH_PROXY_HEADER", "X-Forwarded-Email")
    monkeypatch.setenv("OKRDASH_PROXIES", "10.0.0.5, 127.0.0.1")
    came: list[dict[str, Any]] = []

    async def app(scope: dict[str, Any], *_: Any) -> None:
        came.append(scope)

    headers = [(b"X-Forwarded-Email", b"ada@acme.example"), (b"host", b"okr.example")]
    scope = {"type": "websocket", "path": "/_stcore/stream", "client": client, "headers": headers}
    with start_blocking_portal() as portal:
        portal.call(CompanyWay(app), scope, app, app)  # type: ignore[arg-type]
    assert came[0]["headers"] == (headers if believed else headers[1:])


@pytest.mark.parametrize(
    ("query", "cookies", "told", "dropped"),
    [
        ("error=access_denied", "", "no", True),
        ("error=login_required", "", "again", True),
        ("error=temporarily_unavailable", "", "unreachable", True),
        ("code=x&state=lost", "", "stumbled", False),  # tabs got into each other's way: once more
        ("code=x&state=lost", "okrdash_told=stumbled", "stumbled", True),
    ],
)
def test_who_is_not_vouched_for_goes_back_and_is_told_why(
    store: Store, monkeypatch: pytest.MonkeyPatch, query: str, cookies: str, told: str, dropped: bool
) -> None:
    monkeypatch.setenv("OKRDASH_OIDC_METADATA", "https://id.example/x")
    cookie = f"okrdash_way=%2Fobjective%3Fobjective%3Do-1; okrdash_session=old; {cookies}".encode()
    headers = asked("/oauth2callback", query, [(b"cookie", cookie)], location=b"/")
    assert headers["location"] == "/objective?objective=o-1"
    set_cookies = "\n".join(headers.getlist("set-cookie"))
    assert f"okrdash_told={told};" in set_cookies
    assert ('okrdash_session="";' in set_cookies) == dropped


def test_a_provider_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    monkeypatch.setenv("OKRDASH_OIDC_METADATA", "https://id.example/x")
    headers = asked("/auth/login", "", [(b"referer", b"https://okr.example/guide?x=1")], location=b"")
    assert headers["location"] == "/guide?x=1"
    assert "okrdash_told=unreachable;" in headers["set-cookie"]


def asked(path: str, query: str, sent: list[tuple[bytes, bytes]], *, location: bytes) -> Headers:
    """The headers of the answer on the way, where Streamlit answers with this location."""
    said: list[dict[str, Any]] = []

    async def app(_: Any, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 302, "headers": [(b"location", location)]})

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": sent}
    with start_blocking_portal() as portal:
        portal.call(CompanyWay(app), scope, send, send)  # type: ignore[arg-type]
    return Headers(raw=said[0]["headers"])


def shell(**state: Any) -> AppTest:
    page = AppTest.from_file(ROOT / "okrdash" / "ui" / "shell.py", default_timeout=30)
    for name, value in state.items():
        page.session_state[name] = value
    return page.run()


def test_without_passwords_the_button_stands_alone(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.write(None) as tx:
        tx.run("UPDATE people SET email = 'ada@acme.example' WHERE username = 'ada'")
    monkeypatch.setenv("OKRDASH_OIDC_METADATA", "https://id.example/x")
    monkeypatch.setenv("OKRDASH_PASSWORDS", "off")
    page = shell()
    assert [button.label for button in page.button] == ["Sign in with your company account"]
    assert not page.text_input


def test_the_form_says_what_came_of_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.write(None) as tx:
        tx.run("UPDATE people SET email = 'ada@acme.example' WHERE username = 'ada'")
    monkeypatch.setenv("OKRDASH_OIDC_METADATA", "https://id.example/x")
    page = shell(**{company_sign_in._REFUSED: "unknown"})
    assert [error.value.replace("\\", "") for error in page.error] == [REFUSALS["unknown"]]
    assert len(page.text_input) >= 2
