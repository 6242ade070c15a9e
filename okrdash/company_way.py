"""The way to the company's own sign-in and back, around Streamlit's `st.login`.

Streamlit asks the provider and checks its answer. What it would have the browser keep for 30 days never gets there:
it becomes one of our sessions, and the browser goes back to the page that it came from.
"""

from __future__ import annotations

import json
import re
import secrets
from http.cookies import SimpleCookie
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from okrdash import config
from okrdash.domain.company_claims import Claims
from okrdash.services.company_sign_in import Refused, arrive
from okrdash.services.sessions import issue_ticket, redeem, resume, token_in
from okrdash.ui.company_sign_in import ASK, RENEW, TOLD
from okrdash.ui.visitor import behind, in_words
from okrdash.web import at, drop, keep

_WAY = "okrdash_way"
"""The cookie that holds the page to go back to."""
_WAY_SECONDS, _TOLD_SECONDS = 900, 60
_ASKS_BACK = ("login_required", "interaction_required", "consent_required", "account_selection_required")
_IS_DOWN = ("server_error", "temporarily_unavailable")
"""The provider's errors, in OpenID Connect's words."""


def secrets_of(settings: config.Config) -> dict[str, Any]:
    """What Streamlit wants to know of the provider, as its secrets; {} where there is none.

    Its key only has to outlast the minutes of one sign-in, so every process has its own.
    """
    if not settings.oidc:
        return {}
    client = {
        "client_id": settings.oidc_client_id,
        "client_secret": settings.oidc_client_secret,
        "server_metadata_url": settings.oidc_metadata,
    }
    each = {ASK: "select_account", RENEW: "none"}
    providers = {
        name: {**client, "client_kwargs": {"scope": settings.oidc_scopes, "prompt": prompt}}
        for name, prompt in each.items()
    }
    shared = {
        "redirect_uri": f"{settings.address.rstrip('/')}/oauth2callback",
        "cookie_secret": secrets.token_hex(32),
    }
    return {"auth": {**shared, **providers}}


class CompanyWay:
    """The ASGI middleware around Streamlit's way out and way back; also takes off what only a proxy may say."""

    def __init__(self, app: ASGIApp) -> None:
        settings = config.load()
        self._app = app
        self._ways = {at("auth/login"): self._leave, at("oauth2callback"): self._return} if settings.oidc else {}
        self._header, self._proxies = settings.proxy_header.lower().encode(), settings.networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, as ASGI wants it."""
        if self._header and scope["type"] in ("http", "websocket") and not self._by_proxy(scope):
            said = [(name, value) for name, value in scope["headers"] if name.lower() != self._header]
            scope = {**scope, "headers": said}
        way = self._ways.get(scope["path"]) if scope["type"] == "http" else None
        if way is None:
            await self._app(scope, receive, send)
        else:
            answer = await way(Request(scope), receive)
            await answer(scope, receive, send)

    async def _leave(self, request: Request, receive: Receive) -> Response:
        """Off to the provider, with the page in mind that asked for it."""
        page = _local(request.headers.get("referer", ""))
        if await run_in_threadpool(resume, cookie=token_in(request.cookies)):
            return RedirectResponse(page, 303)  # another tab was quicker
        headers = await self._asked(request, receive)
        provider = headers.get("location", "")
        if not urlsplit(provider).netloc:
            answer = RedirectResponse(page, 303)
            _tell(answer, "unreachable")
            return answer
        answer = RedirectResponse(provider, 302)
        _pass_on(answer, headers)
        answer.set_cookie(_WAY, quote(page, safe=""), _WAY_SECONDS, path=at(""), httponly=True, samesite="lax")
        return answer

    async def _return(self, request: Request, receive: Receive) -> Response:
        """Back from the provider: with a session where it vouches for somebody, with the reason where it does not."""
        answer = RedirectResponse(_local(unquote(request.cookies.get(_WAY, ""))), 303)
        answer.delete_cookie(_WAY, path=at(""), httponly=True, samesite="lax")
        headers = await self._asked(request, receive)
        _pass_on(answer, headers)
        claims, why = _claims_in(headers), ""
        try:
            if claims is not None:
                keep(answer, request, await run_in_threadpool(self._begun, claims, request))
                answer.delete_cookie(TOLD, path=at(""), httponly=True, samesite="lax")
            elif not await run_in_threadpool(resume, cookie=token_in(request.cookies)):  # no other tab was quicker
                why = _why(request.query_params.get("error", ""))
        except Refused as fault:
            why = fault.why
        if why:
            _tell(answer, why)
            # without its session the browser is not sent off again by itself; tabs that get into each other's way
            # on their way back may try once more
            if why != "stumbled" or request.cookies.get(TOLD) == why:
                drop(answer, request)
        return answer

    def _begun(self, claims: Claims, request: Request) -> str:
        forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
        address = behind(request.client.host if request.client else "", forwarded, self._proxies)
        browser = in_words(request.headers.get("user-agent", ""))
        return redeem(issue_ticket(arrive(claims, browser=browser, address=address))) or ""

    async def _asked(self, request: Request, receive: Receive) -> Headers:
        """The headers of what Streamlit answers."""
        said: list[Message] = []

        async def note(message: Message) -> None:
            said.append(message)

        await self._app(request.scope, receive, note)
        return Headers(raw=list(said[0]["headers"]))

    def _by_proxy(self, scope: Scope) -> bool:
        """Whether a proxy of the company's asks: one of OKRDASH_PROXIES is at the other end."""
        host, port = scope.get("client") or ("", None)
        if port == 0:  # so says uvicorn that the other end was a proxy on this machine, and puts whom that names here
            host = "127.0.0.1"
        try:
            return any(ip_address(host) in network for network in self._proxies)
        except ValueError:
            return False


def _claims_in(headers: Headers) -> Claims | None:
    """Whom the provider vouches for, out of the cookie that Streamlit would have set; None if for nobody."""
    cookies = SimpleCookie()
    for one in headers.getlist("set-cookie"):
        cookies.load(one)

    def signed(name: str) -> bytes | None:
        value = cookies[name].value if name in cookies else ""
        return decode_signed_value(get_cookie_secret(), name, value) if value else None

    text = get_cookie_with_chunks(signed, USER_COOKIE_NAME)
    claims = json.loads(text) if text else None
    return claims if isinstance(claims, dict) and claims.get("is_logged_in") is True else None


def _why(error: str) -> str:
    """The reason, as REFUSALS calls it, for an answer that vouches for nobody."""
    if error in _ASKS_BACK:
        return "again"
    if error in _IS_DOWN:
        return "unreachable"
    return "no" if error else "stumbled"


def _pass_on(answer: Response, headers: Headers) -> None:
    """Puts Streamlit's cookies on an answer, but for those that would say who is signed in."""
    for cookie in headers.getlist("set-cookie"):
        if not cookie.startswith(USER_COOKIE_NAME):
            answer.headers.append("set-cookie", cookie)


def _tell(answer: Response, why: str) -> None:
    answer.set_cookie(TOLD, why, _TOLD_SECONDS, path=at(""), httponly=True, samesite="lax")


def _local(url: str) -> str:
    """The page of this app that an address names, whatever host that claims; the first page where it names none."""
    parts = urlsplit(re.sub(r"[\s\\]", "", url))
    path = f"/{parts.path.lstrip('/')}"
    if not path.startswith(at("")):
        return at("")
    return f"{path}?{parts.query}" if parts.query else path
