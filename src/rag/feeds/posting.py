"""Send bodies to addresses that somebody gave, by the rules for pages: only to public hosts, with a deadline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import httpx2
from httpx2 import URL

from rag.errors import UnreadableSource
from rag.feeds.addresses import Allowlist, resolve
from rag.feeds.transport import TRANSPORT_ERRORS, Transport
from rag.feeds.urls import parse_url

_SECONDS = 10.0


class Poster:
    """Sends JSON by POST. It follows no redirect, and takes ten seconds at most."""

    def __init__(self, user_agent: str, allowlist: Allowlist) -> None:
        self._user_agent = user_agent
        self._allowlist = allowlist

    def check(self, address: str) -> None:
        """Raise UnreadableSource if an address is wrong or not public. The message has no subject."""
        url = parse_url(address)
        resolve(url.host, url.port or _default_port(url), self._allowlist)

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a body, and return the status of the response.

        Raises UnreadableSource. Its message does not name the address, because that may be secret.
        """
        try:
            with self._client.stream("POST", address, content=body, headers=dict(headers)) as response:
                return response.status_code
        except TRANSPORT_ERRORS as error:
            raise UnreadableSource(f"cannot be reached ({type(error).__name__})") from error
        except UnreadableSource as error:
            raise UnreadableSource("has no public address now") from error

    @cached_property
    def _client(self) -> httpx2.Client:
        return httpx2.Client(
            transport=Transport(self._allowlist, _SECONDS),
            trust_env=False,
            headers={"User-Agent": self._user_agent, "Content-Type": "application/json"},
        )


def _default_port(url: URL) -> int:
    return 443 if url.scheme == "https" else 80
