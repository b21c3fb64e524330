"""An OpenID Connect provider under the control of a test. It signs any token, and can be silent or wrong."""

from __future__ import annotations

import asyncio
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.http.serving import serving_app

CLIENT = "rag"
SECRET = "a secret: of 1 client"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


@dataclass
class Provider:
    """The provider. `asked` counts the requests to each path. `id_token` replaces claims of the ID token."""

    address: str = ""
    issuer: str | None = None
    keys: dict[str, rsa.RSAPrivateKey] = field(default_factory=lambda: {"one": new_key()})
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "ada", "groups": ["finance"]})
    id_token: dict[str, Any] = field(default_factory=dict)
    basic: bool = True
    silent: bool = False
    broken: bytes | None = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def token(self, kid: str | None = "one", algorithm: str = "RS256", key: Any = None, **claims: Any) -> str:
        """Sign a token. A claim of None is left out."""
        now = int(time.time())
        known = {"iss": self.issuer or self.address, "aud": CLIENT, "iat": now, "exp": now + 600, **self.claims}
        content = {name: value for name, value in {**known, **claims}.items() if value is not None}
        headers = {"kid": kid} if kid else {}
        return jwt.encode(content, self.keys[kid or "one"] if key is None else key, algorithm, headers=headers)

    def app(self) -> Starlette:
        routes = [
            Route("/.well-known/openid-configuration", self._metadata),
            Route("/keys", self._keys),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    async def _metadata(self, request: Request) -> Response:
        if (refused := await self._refused(request)) is not None:
            return refused
        methods = ["client_secret_basic"] if self.basic else ["client_secret_post"]
        places = {name: f"{self.address}/{path}" for name, path in _PLACES.items()}
        issuer = self.issuer or self.address
        return JSONResponse({**places, "issuer": issuer, "token_endpoint_auth_methods_supported": methods})

    async def _keys(self, request: Request) -> Response:
        if (refused := await self._refused(request)) is not None:
            return refused
        found = [
            {**RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "use": "sig"}
            for name, key in self.keys.items()
        ]
        return JSONResponse({"keys": found})

    async def _refused(self, request: Request) -> Response | None:
        self.asked.append(request.url.path)
        while self.silent:
            await asyncio.sleep(0.05)
        return Response(self.broken, media_type="application/json") if self.broken is not None else None

    async def _authorize(self, request: Request) -> Response:
        """Sign the person in without a question."""
        asked = dict(request.query_params)
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    async def _token(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self.codes.pop(form["code"], None)
        challenge = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        right = (
            asked is not None
            and self._client(request, form) == (CLIENT, SECRET)
            and (asked["code_challenge"], asked["code_challenge_method"]) == (challenge, "S256")
            and asked["redirect_uri"] == form["redirect_uri"]
        )
        if asked is None or not right:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse(
            {"token_type": "Bearer", "id_token": self.token(**{"nonce": asked["nonce"], **self.id_token})}
        )

    def _client(self, request: Request, form: dict[str, str]) -> tuple[str, str]:
        if not self.basic:
            return form["client_id"], form["client_secret"]
        encoded = b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        name, secret = (parse_qs(f"x={part}")["x"][0] for part in encoded.split(":"))
        return name, secret


_PLACES = {"jwks_uri": "keys", "authorization_endpoint": "authorize", "token_endpoint": "token"}


@contextmanager
def provided(**known: Any) -> Iterator[Provider]:
    """Run a provider."""
    provider = Provider(**known)
    with serving_app(provider.app()) as address:
        provider.address = f"http://localhost:{urlsplit(address).port}"
        yield provider
        provider.silent = False
