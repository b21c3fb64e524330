"""Find out who sends a request: by a key, by a token of the provider, or by the session of the page."""

from __future__ import annotations

from collections.abc import Awaitable
from secrets import compare_digest
from typing import Protocol

from cachetools import LRUCache
from starlette.types import Scope

from rag.http.access import refusals
from rag.http.access.client import Client, Role
from rag.http.access.key_table import KeyTable
from rag.http.access.keys import API_KEY, PREFIX, digest
from rag.http.access.wrong_keys import WrongKeys
from rag.http.proxied import client_address
from rag.settings import Settings

_SCHEME = b"bearer "

_REMEMBERED = 10_000


class People(Protocol):
    """Identifies people of an OpenID Connect provider. `rag.http.access.oidc` implements it."""

    def may_be_token(self, credential: bytes) -> bool:
        """Return whether a credential looks like a token."""
        ...

    def client(self, credential: bytes) -> Awaitable[Client]:
        """Return the person with this token. Raises Refused."""
        ...

    def signed_in(self, scope: Scope) -> Client | None:
        """Return the person whose session the page sends; None if there is none."""
        ...


class Identification:
    """Identifies clients. Nothing here waits, except for the keys of a provider, and that is bounded."""

    def __init__(self, settings: Settings, keys: KeyTable, wrong_keys: WrongKeys, people: People | None) -> None:
        self._api_key = settings.api_key.get_secret_value().encode() if settings.api_key else None
        self._keys = keys
        self._wrong_keys = wrong_keys
        self._people = people
        self._right_before: LRUCache[tuple[str, str], None] = LRUCache(_REMEMBERED)

    async def client(self, scope: Scope) -> Client | None:
        """Return the client; None if the request has neither a key nor a session. Raises Refused."""
        credential = _credential(scope)
        if credential is None:
            return self._people.signed_in(scope) if self._people else None
        hashed = digest(credential)
        if (key := self._keys.find(hashed)) is not None:
            if key.has_expired:
                raise refusals.invalid(f"the key {key.name!r} has expired: ask for a new one")
            return key.client
        if self._is_api_key(credential, hashed, client_address(scope)):
            return Client(API_KEY, Role.ADMIN, None)
        if self._people and self._people.may_be_token(credential):
            return await self._people.client(credential)
        if credential.startswith(PREFIX.encode()) and self._keys.fault:
            raise refusals.unavailable("the service cannot read its keys: tell its administrator to look into its log")
        raise refusals.invalid(
            "the key is wrong: check that it is complete, and that it has not been revoked",
            guessed=True,
            unrelated=not credential.startswith(PREFIX.encode()),
        )

    def _is_api_key(self, credential: bytes, hashed: str, address: str) -> bool:
        """Compare with RAG_API_KEY, which people choose, so it might be guessed.

        An address with many wrong keys must wait, even if this one is right. A client that had the right key at this
        address before need not wait, so nobody can lock it out. Nor can a key of `rag keys`, which cannot be guessed.
        """
        known = (address, hashed) in self._right_before
        if self._api_key is None or (self._wrong_keys.wait(address) and not known):
            return False
        right = compare_digest(credential, self._api_key)
        if right:
            self._right_before[address, hashed] = None
        return right


def _credential(scope: Scope) -> bytes | None:
    """Return the key or the token of a request. It may have any bytes."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    value = next((value for name, value in headers if name == b"authorization"), b"")
    is_bearer = value[: len(_SCHEME)].lower() == _SCHEME
    return value[len(_SCHEME) :].strip() or None if is_bearer else None
