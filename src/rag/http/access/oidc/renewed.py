"""A value from the network that is fetched when it is first needed, and again when it is old."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

_FRESH_SECONDS = 3_600
"""The age at which the value is fetched again."""

_LEAST_SECONDS = 60
"""The least time between two fetches that a request demands. Otherwise, anyone could make the service send requests."""

_RETRY_SECONDS = 10
"""The time after a failure in which no further fetch is tried."""

_STALE_SECONDS = 86_400
"""The age up to which a value is used while it cannot be fetched."""

T = TypeVar("T")


class IssuerUnavailable(Exception):
    """The provider did not give a usable answer. The message says why, and is for the log only."""


class IssuerRefused(IssuerUnavailable):
    """The provider answered that the request is wrong."""


@dataclass(frozen=True, slots=True)
class _Fetched(Generic[T]):
    value: T
    time: float


class Renewed(Generic[T]):
    """Holds the value. One caller fetches it, and others wait for that one. All calls come from one event loop."""

    def __init__(self, fetch: Callable[[], Awaitable[T]], clock: Callable[[], float] = time.monotonic) -> None:
        """`fetch` must end in bounded time. It raises IssuerUnavailable."""
        self._fetch = fetch
        self._clock = clock
        self._fetching = asyncio.Lock()
        self._fetched: _Fetched[T] | None = None
        self._failed: tuple[float, IssuerUnavailable] | None = None

    async def get(self, *, again: bool = False) -> T:
        """Return the value. With `again`, fetch it again unless that was done a moment ago. Raises IssuerUnavailable.

        If it cannot be fetched, return the last one for up to a day.
        """
        oldest = _LEAST_SECONDS if again else _FRESH_SECONDS
        if not self._is_younger(oldest):
            async with self._fetching:
                if not self._is_younger(oldest) and not self._failed_lately():
                    await self._renew()
        if self._fetched is not None and self._is_younger(_STALE_SECONDS):
            return self._fetched.value
        assert self._failed is not None, "a fetch returns a value or fails"
        raise self._failed[1]

    async def _renew(self) -> None:
        try:
            self._fetched, self._failed = _Fetched(await self._fetch(), self._clock()), None
        except IssuerUnavailable as error:
            self._failed = self._clock(), error

    def _is_younger(self, seconds: float) -> bool:
        return self._fetched is not None and self._clock() - self._fetched.time < seconds

    def _failed_lately(self) -> bool:
        return self._failed is not None and self._clock() - self._failed[0] < _RETRY_SECONDS
