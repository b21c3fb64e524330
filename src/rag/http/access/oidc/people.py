"""Identifies the people of a provider, by bearer tokens and by sessions of the page."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from rag.http.access import refusals
from rag.http.access.client import Client, Role
from rag.http.access.key_table import KeyTable
from rag.http.access.oidc.cookies import SignedCookies
from rag.http.access.oidc.issuer import Issuer
from rag.http.access.oidc.person import Person
from rag.http.access.oidc.renewed import IssuerUnavailable
from rag.http.access.oidc.sign_in import SignIn
from rag.http.access.oidc.tokens import InvalidToken, claims_of
from rag.http.hosts import host_of
from rag.settings import Settings

_PARTS_OF_A_TOKEN = 3
_RETRY_SECONDS = 10


class People:
    """The people of the provider in the settings. `sign_in` is None if they cannot sign in on the page."""

    def __init__(self, settings: Settings, keys: KeyTable) -> None:
        assert settings.oidc_issuer is not None
        self._settings = settings
        self._keys = keys
        self._issuer = Issuer(settings.oidc_issuer)
        self._audience = settings.oidc_audience or settings.oidc_client_id or ""
        self._cookies: SignedCookies | None = None
        self.sign_in: SignIn | None = None
        if settings.oidc_client_id and settings.oidc_client_secret:
            self._cookies = SignedCookies(settings.oidc_client_secret.get_secret_value(), settings.oidc_issuer)
            self.sign_in = SignIn(settings, self._issuer, self._cookies)

    def may_be_token(self, credential: bytes) -> bool:
        """Return whether a credential looks like a token."""
        return len(credential.split(b".")) == _PARTS_OF_A_TOKEN

    async def client(self, credential: bytes) -> Client:
        """Return the person with this token. Raises Refused."""
        try:
            claims = await claims_of(credential, self._issuer, self._audience)
        except InvalidToken as error:
            raise refusals.invalid(str(error), guessed=error.forged) from error
        except IssuerUnavailable as error:
            raise refusals.unavailable(
                "the token cannot be checked, because its provider does not answer: try again later", _RETRY_SECONDS
            ) from error
        client = Person.of(claims, self._settings).client(self._settings)
        if client is None:
            raise refusals.needs_role(Role.ASK)
        return client

    def signed_in(self, scope: Scope) -> Client | None:
        """Return the person whose session the page sends; None if there is none.

        The role follows from the present settings, so a change of them applies to sessions too.
        """
        if self._cookies is None or not _may_use_session(scope, self._settings):
            return None
        content = self._cookies.read(Request(scope), "rag_session")
        if content is None or self._keys.has_ended(content["name"], content.get("begun", 0)):
            return None
        return Person(content["name"], frozenset(content["groups"])).client(self._settings)


def _may_use_session(scope: Scope, settings: Settings) -> bool:
    """Return whether the request may be from the page. Another site must not act in the name of a person (CSRF).

    `SameSite=Lax` keeps other sites out, but not another host of the same site.
    """
    if scope["method"] in ("GET", "HEAD"):
        return True
    headers = Headers(scope=scope)
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    own = {host_of(f"//{headers.get('host', '')}"), host_of(settings.base_url or "")} - {""}
    return host_of(headers.get("origin", "")) in own
