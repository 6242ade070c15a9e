"""The guard around every answer, driven as ASGI drives it."""

from __future__ import annotations

from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from streamlit.proto.BackMsg_pb2 import BackMsg

from okrdash.config import Config
from okrdash.guard import Guard, served_names

HOST = (b"host", b"localhost:8501")
OWN = (b"origin", b"http://localhost:8501")


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people open it."""
    monkeypatch.setenv("OKRDASH_ADDRESS", "https://okr.example.com")


def ask(app: Any, *request: Any) -> None:
    """Sends a request through the guard, in a thread of its own: the browser tests' event loop may be running here."""
    with start_blocking_portal() as portal:
        portal.call(Guard(app), *request)


def answer(
    *headers: tuple[bytes, bytes], path: str = "/", method: str = "GET", type: str = "http", gives: Any = ()
) -> tuple[int, dict[bytes, bytes]]:
    """The status and the headers with which a request is answered; 200 when it comes through to the app."""
    said: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    async def app(*talk: Any) -> None:
        await talk[2]({"type": "http.response.start", "status": 200, "headers": list(gives)})

    ask(app, {"type": type, "path": path, "method": method, "headers": headers}, send, send)
    return said[0]["status"], dict(said[0]["headers"])


def through(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What of a WebSocket's messages reaches the app."""
    waiting, arrived = iter(messages), []

    async def receive() -> dict[str, Any]:
        return next(waiting)

    async def app(_: Any, receive: Any, __: Any) -> None:
        while not arrived or arrived[-1]["type"] != "websocket.disconnect":
            arrived.append(await receive())

    ask(app, {"type": "websocket", "path": "/", "headers": (HOST, OWN)}, receive, receive)
    return arrived


def test_only_what_visitors_need_comes_through_the_websocket() -> None:
    def sent(**content: Any) -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": BackMsg(**content).SerializeToString()}

    good = [sent(rerun_script={}), sent(stop_script=True), sent(backend_operation_request={"deferred_file": {}})]
    bad = [
        sent(clear_cache=True),
        sent(set_run_on_save=True),
        sent(load_git_info=True),
        sent(debug_shutdown_runtime=True),
        sent(debug_disconnect_websocket=True),
        sent(backend_operation_request={"install_skills": {}}),
        {"type": "websocket.receive", "bytes": b"\xff\xff"},
        {"type": "websocket.receive", "text": "clear_cache"},
    ]
    gone = {"type": "websocket.disconnect"}
    assert through([*bad, good[0], *bad, good[1], *bad, good[2], gone]) == [*good, gone]


@pytest.mark.parametrize("type", ["http", "websocket"])
@pytest.mark.parametrize(
    ("hosts", "status"),
    [
        ([b"localhost:8501"], 200),
        ([b"LOCALHOST."], 200),
        ([b"[::1]:8501"], 200),
        ([b"okr.example.com"], 200),
        ([b"evil.example"], 421),
        ([b"localhost.evil.example"], 421),
        ([b"localhost", b"evil.example"], 421),
        ([], 421),
    ],
)
def test_it_answers_under_its_own_names_only(hosts: list[bytes], status: int, type: str) -> None:
    origin = (b"origin", b"http://" + hosts[0].lower()) if hosts else OWN
    assert answer(*((b"host", host) for host in hosts), origin, type=type)[0] == status


def test_the_names_are_those_that_the_operator_gives() -> None:
    assert served_names(Config(hosts="okr, OKR.example.com:443")) == {"okr", "okr.example.com"}
    assert served_names(Config(), "10.0.0.7") == {"localhost", "127.0.0.1", "::1", "10.0.0.7"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([OWN], 200),
        ([(b"origin", b"https://okr.example.com")], 200),  # a proxy may have changed the host
        ([(b"origin", b"http://localhost:3000")], 403),  # another service on this machine, which has the cookie too
        ([(b"origin", b"null")], 403),
        ([], 403),
        ([OWN, (b"sec-fetch-site", b"same-site")], 403),
        ([(b"sec-fetch-site", b"same-origin")], 200),
    ],
)
def test_only_our_own_page_posts_and_opens_a_websocket(headers: list[tuple[bytes, bytes]], status: int) -> None:
    asked = {answer(HOST, *headers, method="POST")[0], answer(HOST, *headers, type="websocket")[0]}
    assert asked == {status}


def test_a_health_check_may_use_any_name() -> None:
    assert answer((b"host", b"10.1.2.3"), path="/healthz")[0] == 200


def test_some_doors_are_shut_below_a_path_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.get_option", {"server.baseUrlPath": "okr"}.get)
    for base in ("", "/okr"):
        assert answer(HOST, path=f"{base}/_stcore/metrics")[0] == 404
        assert answer(HOST, path=f"{base}/static/media/font.woff2")[0] == 200


def test_answers_are_secure_where_people_come_by_https() -> None:
    gives = [(b"set-cookie", b"a=1; Path=/"), (b"access-control-allow-origin", b"*")]
    _, headers = answer(HOST, gives=gives)
    assert headers[b"set-cookie"] == b"a=1; Path=/; Secure"
    assert headers[b"strict-transport-security"] == b"max-age=31536000"
    assert headers[b"cache-control"] == b"no-store"
    assert b"access-control-allow-origin" not in headers


def test_what_names_how_long_it_keeps_is_kept_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OKRDASH_ADDRESS")
    _, headers = answer(HOST, gives=[(b"cache-control", b"public"), (b"set-cookie", b"a=1")])
    assert headers[b"cache-control"] == b"public"
    assert headers[b"set-cookie"] == b"a=1"
    assert b"strict-transport-security" not in headers


def test_a_fault_leaks_nothing_and_carries_the_headers(caplog: pytest.LogCaptureFixture) -> None:
    said: list[dict[str, Any]] = []

    async def app(*_: Any) -> None:
        raise RuntimeError("the secret path /srv/x")

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    ask(app, {"type": "http", "path": "/x", "method": "GET", "headers": (HOST,)}, send, send)
    assert said[0]["status"] == 500
    assert b"secret" not in said[1]["body"]
    assert dict(said[0]["headers"])[b"x-content-type-options"] == b"nosniff"
    reference = said[1]["body"].decode().split()[-1].rstrip(".")
    assert reference in caplog.text
    assert "the secret path" in caplog.text
