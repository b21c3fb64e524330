"""A key: its name, its rights and its limits. The service stores its hash and never the key itself."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from hashlib import sha256
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from rag.http.access.client import Client, Role, RoleName

PREFIX = "rag_"
"""The start of every key. Scanners for leaked secrets can look for it."""

_BYTES = 32

API_KEY = "RAG_API_KEY"
"""The name of the client with the key of this setting. No other key may have it."""

NAME = r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$"


class Key(BaseModel):
    """A stored key. `groups` is None if it sees all documents, and `rate` is in questions a minute."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    role: RoleName
    groups: tuple[Annotated[str, Field(min_length=1)], ...] | None
    created: AwareDatetime
    expires: AwareDatetime | None
    rate: int | None = Field(ge=1)

    @property
    def has_expired(self) -> bool:
        """Whether the key is no longer valid."""
        return self.expires is not None and self.expires <= datetime.now(UTC)

    @property
    def client(self) -> Client:
        """The client that has this key."""
        return Client(self.name, Role.of(self.role), None if self.groups is None else frozenset(self.groups))


def new_secret() -> str:
    """Return a new key, with 256 random bits."""
    return PREFIX + secrets.token_urlsafe(_BYTES)


def digest(secret: bytes) -> str:
    """Return the hash under which a key is stored.

    A slow hash such as Argon2 protects passwords, because people choose from few of them. Nobody can try 2^256 keys,
    so SHA-256 protects them as well, and each request needs a microsecond for it. For the same reason a lookup by this
    hash needs no constant time: a client cannot choose the bits of the hash.
    """
    return sha256(secret).hexdigest()
