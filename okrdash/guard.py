"""Around every answer: under which names, to whose pages, what the browser may do with it, and what it never tells."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import secrets
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.runtime_util import get_max_widget_state_size_bytes
from streamlit.url_util import make_url_path

from okrdash import config
from okrdash.domain.errors import OkrdashError
from okrdash.services.sessions import resume, token_in

logger = logging.getLogger(__name__)

HEALTH = "/healthz"
"""Asked by machines, under whatever name they know."""
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_CLOSED = (
    "/_stcore/metrics",
    "/_stcore/agent",
    "/_stcore/script-health-check",
    "/_stcore/bidi-components",
    "/component/",
)
"""Streamlit's own addresses that nobody needs: figures about the process, remote control, components of libraries."""
_SIGNED_IN = ("/media/", "/_stcore/upload_file/")
"""What is downloaded and uploaded: only for who is signed in."""
_HARMLESS = ("GET", "HEAD", "OPTIONS")
_WANTED = ("rerun_script", "stop_script", "file_urls_request", "app_heartbeat")
_OPERATIONS = ("deferred_file", "dataframe_chunk")
"""What a browser may ask over the WebSocket. The rest is for developers: one of them empties everybody's caches,
another writes files on the server."""


class Guard:
    """The ASGI middleware that stands before everything else."""

    def __init__(self, app: ASGIApp) -> None:
        settings = config.load()
        address = urlsplit(settings.address)
        self._app = app
        self._names = served_names(settings, str(st.get_option("server.address") or ""))
        self._below = make_url_path(st.get_option("server.baseUrlPath"), "").rstrip("/")
        self._own = address.netloc.lower()
        self._https = address.scheme == "https"
        self._headers = [(name.encode(), value.encode()) for name, value in headers(https=self._https).items()]
        self._set_here = frozenset(name for name, _ in self._headers)
        self._script = str(config.ROOT / "okrdash" / "ui" / "shell.py").encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, as ASGI wants it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        started = False
        secure = self._https or scope.get("scheme") in ("https", "wss")

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                started = True
                message["headers"] = self._dressed(message.get("headers", ()), secure=secure)
            elif message["type"] == "websocket.send" and self._script in (message.get("bytes") or b""):
                message["bytes"] = without_particulars(message["bytes"])
            await send(message)

        try:
            answers = await self._refused(scope) or self._app
            await answers(scope, _only_wanted(receive) if scope["type"] == "websocket" else receive, guarded)
        except ClientDisconnect:
            return  # in the middle of an upload: nobody is there any more
        except Exception as fault:
            reference = secrets.token_hex(4)
            logger.exception("fault %s while answering %r", reference, scope["path"])
            if started or scope["type"] == "websocket":
                raise
            status = 503 if isinstance(fault, OkrdashError) else 500
            answer = PlainTextResponse(f"This did not work. In the log it is fault {reference}.", status)
            await answer(scope, receive, guarded)

    async def _refused(self, scope: Scope) -> Response | None:
        """The answer to what is not let in."""
        asked, path = Headers(scope=scope), scope["path"].removeprefix(self._below)
        if scope["path"] != HEALTH and not self._is_ours(asked.getlist("host")):
            logger.warning("refused: asked for as %r, which is no name of OKRDASH_HOSTS", asked.get("host", ""))
            return PlainTextResponse("okrdash is not served under this name. Whoever runs it sets OKRDASH_HOSTS.", 421)
        if path.startswith(_CLOSED):
            return PlainTextResponse("Not Found", 404)
        if (scope["type"] == "websocket" or scope["method"] not in _HARMLESS) and not self._by_own_page(asked):
            logger.warning("refused: %r is asked for by a page of %r", path, asked.get("origin", ""))
            return PlainTextResponse("Forbidden", 403)
        if path.startswith(_SIGNED_IN):
            cookie = token_in(HTTPConnection(scope).cookies)
            if await run_in_threadpool(resume, cookie=cookie) is None:
                return PlainTextResponse("Forbidden", 403)
        return None

    def _is_ours(self, hosts: list[str]) -> bool:
        return len(hosts) == 1 and _name(hosts[0]) in self._names

    def _by_own_page(self, asked: Headers) -> bool:
        """Whether our own page asks. Browsers say so themselves; on plain HTTP they only name the origin."""
        if site := asked.get("sec-fetch-site"):
            return site == "same-origin"
        origin = urlsplit(asked.get("origin", "")).netloc.lower()
        return origin != "" and origin in (asked.get("host", "").lower(), self._own)

    def _dressed(self, given: Iterable[tuple[bytes, bytes]], *, secure: bool) -> list[tuple[bytes, bytes]]:
        """An answer's headers as they leave: no other origin is invited, and nothing is kept that does not say so."""
        kept, lasts = [], False
        for name, value in given:
            if name in self._set_here or name.startswith(b"access-control-"):
                continue
            lasts = lasts or name == b"cache-control"
            if secure and name == b"set-cookie" and b"; secure" not in value.lower():
                value += b"; Secure"  # noqa: PLW2901
            kept.append((name, value))
        return [*kept, *self._headers] if lasts else [*kept, *self._headers, (b"cache-control", b"no-store")]


def served_names(settings: config.Config, listens_on: str = "") -> Collection[str]:
    """The host names, in small letters, under which okrdash answers."""
    if named := [name.strip() for name in settings.hosts.split(",") if name.strip()]:
        return frozenset(map(_name, named))
    return frozenset(filter(None, (*_LOOPBACK, _name(listens_on), urlsplit(settings.address).hostname)))


def headers(*, https: bool) -> dict[str, str]:
    """What every answer carries; with `https`, that browsers come by nothing else for a year."""
    always = {
        "content-security-policy": content_security_policy(),
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        "referrer-policy": "same-origin",  # by which the way back from the company sign-in is known
        "x-content-type-options": "nosniff",
    }
    return always | ({"strict-transport-security": "max-age=31536000"} if https else {})


@cache
def content_security_policy() -> str:
    """Nothing from another host, and of scripts in pages only those that Streamlit's own page holds."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text("utf-8")
    scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    return "; ".join(
        (
            "default-src 'self'",
            # blob: is how Streamlit loads the script of a component
            " ".join(("script-src 'self' blob:", *(f"'sha256-{digest}'" for digest in hashes))),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


def without_particulars(data: bytes) -> bytes:
    """A message to a browser without where this machine keeps the app, what runs it and how Streamlit knows it."""
    message = ForwardMsg()
    message.ParseFromString(data)
    if message.WhichOneof("type") != "new_session":
        return data
    begun = message.new_session
    begun.main_script_path = Path(begun.main_script_path).name
    for told in (begun.initialize.environment_info, begun.initialize.user_info):
        for field, value in told.ListFields():
            setattr(told, field.name, type(value)())
    data = message.SerializeToString()
    return bytes(data)


def _name(host: str) -> str:
    """The name in a Host header, "okr.example.com:8501" or "[::1]:8501", in small letters."""
    host = host.lower()
    name = host[1:].partition("]")[0] if host.startswith("[") else host if host.count(":") > 1 else host.split(":")[0]
    return name.rstrip(".")


def _only_wanted(receive: Receive) -> Receive:
    async def wanted() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or _wanted(message.get("bytes")):
                return message

    return wanted


def _wanted(data: bytes | None) -> bool:
    if not data:
        return False
    if len(data) > get_max_widget_state_size_bytes():
        return True  # for which Streamlit ends the connection, without reading it either
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return False
    kind = message.WhichOneof("type")
    return kind in _WANTED or (
        kind == "backend_operation_request" and message.backend_operation_request.WhichOneof("payload") in _OPERATIONS
    )
