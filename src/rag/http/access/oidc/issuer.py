"""The provider: its addresses, found by discovery, its public keys, and its tokens for a sign-in.

Each request to it ends within seconds, and runs beside all other work, so a provider that is silent delays only the
people who need it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import anyio
import httpx2
import jwt
from anyio import CapacityLimiter, to_thread
from pydantic import BaseModel, ValidationError

from rag.http.access.oidc.renewed import IssuerRefused, IssuerUnavailable, Renewed

_SECONDS = 5.0
"""The longest time for one request to the provider."""

_LARGEST = 1 << 20
"""The largest body of a response, in bytes."""

_DISCOVERY = "/.well-known/openid-configuration"

_FAULTS = (TimeoutError, OSError, ValueError, RecursionError)
"""Errors of a connection, and of JSON that is wrong or nested too deeply."""

_log = logging.getLogger(__name__)


class Metadata(BaseModel):
    """The addresses of a provider (OpenID Connect Discovery 1.0)."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str
    token_endpoint: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Issuer:
    """A provider at a fixed address. Its methods raise IssuerUnavailable."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._metadata = Renewed(self._fetch_metadata)
        self._keys = Renewed(self._fetch_keys)
        self._limiter = CapacityLimiter(1)
        self._context: Any = None

    async def metadata(self) -> Metadata:
        """Return the addresses of the provider."""
        return await self._metadata.get()

    async def key(self, name: str | None) -> jwt.PyJWK | None:
        """Return the public key with this name, or the only key if `name` is None; None if there is no such key.

        The provider may have new keys, so an unknown name makes the service ask again, but at most once a minute.
        """
        return _named(await self._keys.get(), name) or _named(await self._keys.get(again=True), name)

    async def redeem(self, code: str, client: tuple[str, str], more: Mapping[str, str]) -> str:
        """Return the ID token for the code of a sign-in. `client` is the id and the secret of this service."""
        metadata = await self.metadata()
        form = {"grant_type": "authorization_code", "code": code, **more}
        auth: httpx2.Auth | None = None
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            # RFC 6749, 2.3.1: both are form-encoded first.
            auth = httpx2.BasicAuth(*(quote(part, safe="") for part in client))
        else:
            form |= {"client_id": client[0], "client_secret": client[1]}
        reply = await self._request(metadata.token_endpoint, form, auth)
        token = reply.get("id_token")
        if not isinstance(token, str):
            raise _unavailable(f"{metadata.token_endpoint} returned no ID token")
        return token

    async def _fetch_metadata(self) -> Metadata:
        address = self.address.rstrip("/") + _DISCOVERY
        try:
            found = Metadata.model_validate(await self._request(address))
        except ValidationError as error:
            raise _unavailable(f"{address} is not the configuration of a provider") from error
        if found.issuer != self.address:
            raise _unavailable(f"{address} is of the issuer {found.issuer!r}: set RAG_OIDC_ISSUER to exactly this")
        if urlsplit(self.address).scheme == "https":
            _check_https(found)
        return found

    async def _fetch_keys(self) -> jwt.PyJWKSet:
        address = (await self.metadata()).jwks_uri
        try:
            return jwt.PyJWKSet.from_dict(await self._request(address))
        except (jwt.PyJWTError, AttributeError, TypeError) as error:
            raise _unavailable(f"{address} has no usable keys: {error}") from error

    async def _request(
        self, address: str, form: dict[str, str] | None = None, auth: httpx2.Auth | None = None
    ) -> dict[str, Any]:
        """Send a GET request, or a POST request with a form. Return the JSON object in its response. Log a failure."""
        try:
            with anyio.fail_after(_SECONDS):
                status, body = await self._response(address, form, auth)
            reply = json.loads(body)
        except (*_FAULTS, httpx2.HTTPError, httpx2.InvalidURL, IssuerUnavailable) as error:
            reason = str(error) or f"no answer within {_SECONDS:g} s"
            raise _unavailable(f"{address} of the OpenID Connect provider cannot be used: {reason}") from error
        if status != 200 or not isinstance(reply, dict):
            # The body of an error may repeat the code of the sign-in, so only its error code is logged.
            code = reply.get("error") if isinstance(reply, dict) else None
            fault = _unavailable(
                f"{address} of the OpenID Connect provider answered with {status} {code or ''}".rstrip()
            )
            raise IssuerRefused(str(fault)) if status in range(400, 500) else fault
        return reply

    async def _response(self, address: str, form: dict[str, str] | None, auth: httpx2.Auth | None) -> tuple[int, bytes]:
        if self._context is None:  # loading certificates takes 40 ms, so it happens in a thread
            self._context = await to_thread.run_sync(httpx2.create_ssl_context, limiter=self._limiter)
        async with (
            httpx2.AsyncClient(verify=self._context, timeout=_SECONDS) as client,
            client.stream("POST" if form else "GET", address, data=form, auth=auth) as response,
        ):
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > _LARGEST:
                    raise IssuerUnavailable(f"its body has more than {_LARGEST} bytes")
            return response.status_code, bytes(body)


def _unavailable(message: str) -> IssuerUnavailable:
    _log.warning("%s", message)
    return IssuerUnavailable(message)


def _named(keys: jwt.PyJWKSet, name: str | None) -> jwt.PyJWK | None:
    usable = [key for key in keys.keys if key.public_key_use in (None, "sig")]
    if name is None:
        return usable[0] if len(usable) == 1 else None
    return next((key for key in usable if key.key_id == name), None)


def _check_https(metadata: Metadata) -> None:
    """Raise IssuerUnavailable if an address of a provider with https is without."""
    for address in (metadata.jwks_uri, metadata.authorization_endpoint, metadata.token_endpoint):
        if urlsplit(address).scheme != "https":
            raise _unavailable(f"the OpenID Connect provider names {address}, which is not https")
