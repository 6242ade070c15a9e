"""An OpenID provider on loopback: who is signed in to it, and whether it says yes, is up to the test."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.browser.running import free_port

CLIENT, SECRET = "okrdash", "a secret between the two"


@dataclass
class Provider:
    """The provider's side: `claims` are of whoever is signed in there; {} for nobody."""

    address: str
    claims: dict[str, Any] = field(default_factory=dict)
    works: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)
    """The query of every time that somebody was sent here."""

    def __post_init__(self) -> None:
        self._key = RSAKey.generate_key(2048, parameters={"kid": "1", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, dict[str, Any]] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What okrdash is told of it."""
        return {
            "OKRDASH_OIDC_METADATA": f"{self.address}/.well-known/openid-configuration",
            "OKRDASH_OIDC_CLIENT_ID": CLIENT,
            "OKRDASH_OIDC_CLIENT_SECRET": SECRET,
        }

    def app(self) -> Starlette:
        routes = [
            Route("/.well-known/openid-configuration", self._metadata),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
            Route("/keys", self._keys),
        ]
        return Starlette(routes=routes)

    async def _metadata(self, _: Request) -> Response:
        if not self.works:
            return JSONResponse({}, 503)
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    async def _authorize(self, request: Request) -> Response:
        query = dict(request.query_params)
        self.asked.append(query)
        answer = {"state": query["state"]}
        if self.claims:
            code = answer["code"] = secrets.token_urlsafe(16)
            self._codes[code] = self.claims | {"nonce": query["nonce"]}
        else:
            answer["error"] = "login_required" if query.get("prompt") == "none" else "access_denied"
        return RedirectResponse(f"{query['redirect_uri']}?{urlencode(answer)}", 302)

    async def _token(self, request: Request) -> Response:
        async with request.form() as form:
            claims = self._codes.pop(str(form["code"]))
        now = int(time.time())
        told = {"iss": self.address, "aud": CLIENT, "sub": claims["email"], "iat": now, "exp": now + 300, **claims}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, told, self._key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token})

    async def _keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that answers, until the end of the block."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(provider.app(), host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield provider
    server.should_exit = True
    thread.join(10)
