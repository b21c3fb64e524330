"""A person of the provider, and the role that the settings give to a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from rag.http.access.client import Client, Role
from rag.settings import Settings

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Person:
    """A person, as a token describes it."""

    name: str
    groups: frozenset[str]

    @classmethod
    def of(cls, claims: Mapping[str, Any], settings: Settings) -> Self:
        """Read the claims that the settings name. Without a claim for groups, the person is in no group."""
        name = _claim(claims, settings.oidc_name_claim)
        groups = _claim(claims, settings.oidc_groups_claim)
        listed = [groups] if isinstance(groups, str) else groups if isinstance(groups, list) else []
        readable = "".join(letter for letter in str(name or claims["sub"]) if letter.isprintable())
        return cls(readable[:_LONGEST_NAME], frozenset(one for one in listed if isinstance(one, str) and one))

    def client(self, settings: Settings) -> Client | None:
        """Return the client that this person is; None if its groups give it no role."""
        role = self._role(settings)
        return Client(f"oidc:{self.name}", role, self.groups) if role else None

    def _role(self, settings: Settings) -> Role | None:
        if self.groups & settings.oidc_admin_groups:
            return Role.ADMIN
        if self.groups & settings.oidc_maintain_groups:
            return Role.MAINTAIN
        may_ask = not settings.oidc_ask_groups or self.groups & settings.oidc_ask_groups
        return Role.ASK if may_ask else None


def _claim(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim. Names such as `https://example.org/groups` have dots themselves, so a whole name comes first."""
    if name in claims or "." not in name:
        return claims.get(name)
    first, _, rest = name.partition(".")
    below = claims.get(first)
    return _claim(below, rest) if isinstance(below, dict) else None
