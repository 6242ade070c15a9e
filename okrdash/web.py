"""What is answered besides Streamlit's pages: the session's cookie, and health."""

from __future__ import annotations

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.url_util import make_url_path

from okrdash import config
from okrdash.guard import HEALTH
from okrdash.services.company import company
from okrdash.services.sessions import cookie_name, end_session, redeem, resume, token_in

_LONGEST_BODY = 256
"""Bytes; a ticket has 43."""


async def start(request: Request) -> Response:
    """Turns the one-time ticket in the body into the session's cookie."""
    ticket = b""
    async for chunk in request.stream():
        ticket += chunk
        if len(ticket) > _LONGEST_BODY:
            return PlainTextResponse("Too large", 413)
    token = await run_in_threadpool(redeem, ticket.decode("ascii", "replace"))
    if token is None:
        return PlainTextResponse("Forbidden", 403)
    answer = Response(status_code=204)
    keep(answer, request, token)
    return answer


async def end(request: Request) -> Response:
    """Signs the browser out and takes its cookie away."""
    if actor := await run_in_threadpool(resume, cookie=token_in(request.cookies)):
        await run_in_threadpool(end_session, actor)
    answer = Response(status_code=204)
    drop(answer, request)
    return answer


def keep(answer: Response, request: Request, token: str) -> None:
    """Has the browser keep the session of this token."""
    longest = int(config.load().longest.total_seconds())
    answer.set_cookie(_cookie(request), token, max_age=longest, path=at(""), httponly=True, samesite="lax")


def drop(answer: Response, request: Request) -> None:
    """Has the browser forget its session."""
    answer.delete_cookie(_cookie(request), path=at(""), httponly=True, samesite="lax")


def health(_: Request) -> Response:
    """Whether the database answers."""
    with company().read() as reader:
        reader.one("SELECT 1 AS alive")
    return JSONResponse({"status": "ok"})


def routes() -> list[Route]:
    """Our own routes, below the path under which Streamlit serves the app; health is at the root for the machine."""
    return [
        Route(at("auth/session"), start, methods=["POST"]),
        Route(at("auth/end"), end, methods=["POST"]),
        Route(HEALTH, health),
    ]


def _cookie(request: Request) -> str:
    secure = request.url.scheme == "https" or config.load().address.startswith("https://")
    return cookie_name(secure=secure and at("") == "/")


def at(path: str) -> str:
    """A path below the one under which Streamlit serves the app."""
    return str(make_url_path(st.get_option("server.baseUrlPath"), path))
