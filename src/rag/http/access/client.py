"""A client that has proved who it is, and its role."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from starlette.types import Scope

RoleName = Literal["ask", "maintain", "admin"]

KEY = "rag.client"
"""The key of the client in the scope of a request. Nobody has proved anything if it is missing or None."""


class Role(IntEnum):
    """The rights of a client. Each role includes the ones before it."""

    ASK = 1
    """Ask, search and read."""

    MAINTAIN = 2
    """Change the index over HTTP."""

    ADMIN = 3
    """Reserved for the administration of the service. Today it allows the same as MAINTAIN."""

    @property
    def word(self) -> RoleName:
        """The name of the role for users."""
        return _WORDS[self]

    @classmethod
    def of(cls, word: RoleName) -> Role:
        """Return the role with this name."""
        return cls[word.upper()]


_WORDS: dict[Role, RoleName] = {Role.ASK: "ask", Role.MAINTAIN: "maintain", Role.ADMIN: "admin"}


@dataclass(frozen=True, slots=True)
class Client:
    """An identified client. It sees the documents of its groups; with None for `groups`, all documents.

    `name` is for logs. Names of keys have no colon, and those of people begin with `oidc:`, so they never clash.
    """

    name: str
    role: Role
    groups: frozenset[str] | None


def client_of(scope: Scope) -> Client | None:
    """Return the client of a request; None if it has not proved who it is."""
    client: Client | None = scope.get(KEY)
    return client
