"""The guard around every answer, driven as ASGI drives it."""

from __future__ import annotations

from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from streamlit.proto.BackMsg_pb2 import BackMsg

from okrdash.web import Guard


def ask(app: Any, *request: Any) -> None:
    """Sends a request through the guard, in a thread of its own: the browser tests' event loop may be running here."""
    with start_blocking_portal() as portal:
        portal.call(Guard(app), *request)


def through(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What of a WebSocket's messages reaches the app."""
    waiting, arrived = iter(messages), []

    async def receive() -> dict[str, Any]:
        return next(waiting)

    async def app(_: Any, receive: Any, __: Any) -> None:
        while not arrived or arrived[-1]["type"] != "websocket.disconnect":
            arrived.append(await receive())

    ask(app, {"type": "websocket"}, receive, receive)
    return arrived


def test_only_what_visitors_need_comes_through_the_websocket() -> None:
    def sent(**content: Any) -> dict[str, Any]:
        return {"type": "websocket.receive", "bytes": BackMsg(**content).SerializeToString()}

    good = [sent(rerun_script={}), sent(stop_script=True)]
    bad = [
        sent(clear_cache=True),
        sent(set_run_on_save=True),
        sent(load_git_info=True),
        sent(debug_shutdown_runtime=True),
        sent(debug_disconnect_websocket=True),
        {"type": "websocket.receive", "bytes": b"\xff\xff"},
        {"type": "websocket.receive", "text": "clear_cache"},
    ]
    gone = {"type": "websocket.disconnect"}
    assert through([*bad, good[0], *bad, good[1], *bad, gone]) == [*good, gone]


def test_a_fault_leaks_nothing_and_carries_the_headers(caplog: pytest.LogCaptureFixture) -> None:
    said: list[dict[str, Any]] = []

    async def app(*_: Any) -> None:
        raise RuntimeError("the secret path /srv/x")

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    ask(app, {"type": "http", "path": "/x"}, send, send)
    assert said[0]["status"] == 500
    assert b"secret" not in said[1]["body"]
    assert dict(said[0]["headers"])[b"x-content-type-options"] == b"nosniff"
    reference = said[1]["body"].decode().split()[-1].rstrip(".")
    assert reference in caplog.text
    assert "the secret path" in caplog.text
