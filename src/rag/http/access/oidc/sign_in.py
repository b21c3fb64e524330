"""The sign-in on the page: the authorization code flow of OpenID Connect, with PKCE (RFC 7636), state and nonce."""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64encode
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rag.http.access import refusals
from rag.http.access.client import Role
from rag.http.access.oidc import CALLBACK, cookies
from rag.http.access.oidc.cookies import CookieTooLong, SignedCookies
from rag.http.access.oidc.issuer import Issuer
from rag.http.access.oidc.person import Person
from rag.http.access.oidc.renewed import IssuerRefused, IssuerUnavailable
from rag.http.access.oidc.tokens import InvalidToken, claims_of
from rag.http.links import configured_base
from rag.settings import Settings

_SECONDS = 600
"""The time that a person has for the sign-in at the provider."""


class SignIn:
    """Signs people in and out. Its methods raise HTTPException with a sentence for the person."""

    def __init__(self, settings: Settings, issuer: Issuer, signed: SignedCookies) -> None:
        assert settings.oidc_client_id is not None
        assert settings.oidc_client_secret is not None
        self._settings = settings
        self._issuer = issuer
        self._cookies = signed
        self._client = settings.oidc_client_id, settings.oidc_client_secret.get_secret_value()

    async def begin(self, request: Request) -> Response:
        """Send the browser to the provider. Afterwards it comes back to the path in the parameter `to`."""
        try:
            address = (await self._issuer.metadata()).authorization_endpoint
        except IssuerUnavailable as error:
            raise _unavailable() from error
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        question = {
            "response_type": "code",
            "client_id": self._client[0],
            "redirect_uri": self._callback(request),
            "scope": self._settings.oidc_scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        response = _redirect(f"{address}{'&' if '?' in address else '?'}{urlencode(question)}")
        begun = {"state": state, "nonce": nonce, "verifier": verifier, "to": _local(request.query_params.get("to"))}
        try:
            self._cookies.write(response, request, "rag_sign_in", begun, _SECONDS)
        except CookieTooLong:
            self._cookies.write(response, request, "rag_sign_in", {**begun, "to": "/"}, _SECONDS)
        return response

    async def finish(self, request: Request) -> Response:
        """Begin the session of the person whom the provider sends back."""
        begun = self._cookies.read(request, "rag_sign_in")
        answer = request.query_params
        if begun is None or not secrets.compare_digest(answer.get("state", "").encode(), begun["state"].encode()):
            raise _failed("it took too long, or was begun in another window")
        if answer.get("iss", self._issuer.address) != self._issuer.address:  # RFC 9207
            raise _failed("another provider answered")
        if "code" not in answer:
            raise _failed("the provider refused it")
        person = await self._person(answer["code"], begun, request)
        response = _redirect(request.scope.get("root_path", "") + begun["to"])
        cookies.delete(response, request, "rag_sign_in")
        session = {"name": person.name, "groups": sorted(person.groups), "begun": time.time()}
        try:
            seconds = int(self._settings.oidc_session_hours * 3_600)
            self._cookies.write(response, request, "rag_session", session, seconds)
        except CookieTooLong as error:
            detail = "you are in too many groups: have the provider send only the groups that this service needs"
            raise HTTPException(HTTPStatus.FORBIDDEN, detail) from error
        return response

    def end(self, request: Request) -> Response:
        """End the session of this browser. The one at the provider stays."""
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        cookies.delete(response, request, "rag_session")
        return response

    async def _person(self, code: str, begun: dict[str, Any], request: Request) -> Person:
        proof = {"redirect_uri": self._callback(request), "code_verifier": begun["verifier"]}
        try:
            token = await self._issuer.redeem(code, self._client, proof)
            claims = await claims_of(token.encode(), self._issuer, self._client[0])
        except IssuerRefused as error:
            raise _failed("the provider refused it") from error
        except IssuerUnavailable as error:
            raise _unavailable() from error
        except InvalidToken as error:
            raise _failed(f"{error}") from error
        if claims.get("nonce") != begun["nonce"] or claims.get("azp", self._client[0]) != self._client[0]:
            raise _failed("the provider answered another sign-in")
        person = Person.of(claims, self._settings)
        if person.client(self._settings) is None:
            raise refusals.needs_role(Role.ASK)
        return person

    def _callback(self, request: Request) -> str:
        return (configured_base(self._settings) or str(request.base_url).rstrip("/")) + CALLBACK


def _redirect(address: str) -> RedirectResponse:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})


def _local(path: str | None) -> str:
    """Return a path of this service. Browsers read `//host` and `/\\host` as addresses of another site."""
    usable = path and path.isprintable() and path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if path and usable else "/"


def _failed(reason: str) -> HTTPException:
    return HTTPException(HTTPStatus.BAD_REQUEST, f"the sign-in did not succeed, because {reason}: sign in again")


def _unavailable() -> HTTPException:
    detail = "the sign-in did not succeed, because the provider does not answer: try again later"
    return HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": "10"})
