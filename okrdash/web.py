"""What is answered besides Streamlit's pages: the session's cookie, health, and what every answer carries."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import streamlit
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from okrdash.domain.errors import OkrdashError
from okrdash.services.company import company
from okrdash.services.sessions import COOKIE
from okrdash.services.sign_in import ABSOLUTE, end_session, redeem, resume

logger = logging.getLogger(__name__)

_LONGEST_BODY = 256
"""Bytes; a ticket has 43."""
_CLOSED = ("/_stcore/metrics", "/_stcore/agent")
"""Streamlit's own addresses that nobody needs here: figures about the process, and remote control of the app."""
_WANTED = ("rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request")
"""What a browser may ask over the WebSocket. The rest is for developers: one of them empties everybody's caches."""


async def start(request: Request) -> Response:
    """Turns the one-time ticket in the body into the session's cookie."""
    if not _same_origin(request):
        return PlainTextResponse("Forbidden", 403)
    ticket = b""
    async for chunk in request.stream():
        ticket += chunk
        if len(ticket) > _LONGEST_BODY:
            return PlainTextResponse("Too large", 413)
    token = await run_in_threadpool(redeem, ticket.decode("ascii", "replace"))
    if token is None:
        return PlainTextResponse("Forbidden", 403)
    answer = Response(status_code=204)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


async def end(request: Request) -> Response:
    """Signs the browser out and takes its cookie away."""
    if not _same_origin(request):
        return PlainTextResponse("Forbidden", 403)
    if actor := await run_in_threadpool(resume, cookie=request.cookies.get(COOKIE, "")):
        await run_in_threadpool(end_session, actor)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax")
    return answer


def health(_: Request) -> Response:
    """Whether the database answers."""
    with company().read() as reader:
        reader.one("SELECT 1 AS alive")
    return JSONResponse({"status": "ok"})


ROUTES = (
    Route("/auth/session", start, methods=["POST"]),
    Route("/auth/end", end, methods=["POST"]),
    Route("/healthz", health),
)


class Guard:
    """Around every answer: what the browser may do with it, which doors are shut, and no word of what went wrong."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._headers = {
            "content-security-policy": content_security_policy(),
            "x-content-type-options": "nosniff",
            "referrer-policy": "no-referrer",
            "cross-origin-opener-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, as ASGI wants it."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, _only_wanted(receive), send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        if any(door in scope["path"] for door in _CLOSED):
            await PlainTextResponse("Not Found", 404)(scope, receive, guarded)
            return
        try:
            await self._app(scope, receive, guarded)
        except Exception as fault:
            reference = secrets.token_hex(4)
            logger.exception("fault %s while answering %s", reference, scope["path"])
            if started:
                raise
            status = 503 if isinstance(fault, OkrdashError) else 500
            await PlainTextResponse(f"This did not work. In the log it is fault {reference}.", status)(
                scope, receive, guarded
            )


def content_security_policy() -> str:
    """Nothing from another host, and of scripts in pages only those that Streamlit's own page holds."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text("utf-8")
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


def _same_origin(request: Request) -> bool:
    """Whether our own page asks. Browsers say so themselves; on plain HTTP they only name the origin."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    return urlsplit(request.headers.get("origin", "")).netloc == request.headers.get("host")


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
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        return False
    return message.WhichOneof("type") in _WANTED
