"""Limit the rate of requests to each host: pause between two requests, and longer if the host asks for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from rag.errors import UnreadableSource

MAX_WAIT = 60.0
"""The longest time that a run waits for a host, in seconds. A request that must wait longer is left to a later run."""

_MAX_PAUSE = 86_400.0
"""The longest pause that a host can ask for, in seconds. A host that asks for years has made a mistake."""


class RetryTimes(Protocol):
    """Stores when each host accepts requests again, for this run and later ones."""

    def retry_time(self, host: str) -> float:
        """Return when a host accepts requests again, in seconds since 1970; 0 if no time is stored."""
        ...

    def set_retry_time(self, host: str, time: float) -> None:
        """Store when a host accepts requests again, in seconds since 1970."""
        ...


@dataclass(frozen=True, slots=True)
class Clock:
    """The functions that return the time, in seconds since 1970, and wait for a number of seconds."""

    now: Callable[[], float] = time.time
    wait: Callable[[float], None] = time.sleep


class RateLimiter:
    """Keeps a pause between two requests to one host: `delay` seconds, or the delay in its robots.txt if longer."""

    def __init__(self, delay: float, retry_times: RetryTimes, clock: Clock) -> None:
        self._delay = delay
        self._retry_times = retry_times
        self._clock = clock
        self._next: dict[str, float] = {}
        self._delays: dict[str, float] = {}

    def set_crawl_delay(self, host: str, delay: float) -> None:
        """Keep at least `delay` seconds between two requests to a host in this run."""
        self._delays[host] = max(min(delay, _MAX_PAUSE), self._delays.get(host, 0.0))

    def back_off(self, host: str, seconds: float) -> None:
        """Send no requests to a host for this many seconds, in later runs too."""
        until = self._clock.now() + min(seconds, _MAX_PAUSE)
        self._next[host] = max(until, self._next.get(host, 0.0))
        self._retry_times.set_retry_time(host, until)

    def wait(self, host: str) -> None:
        """Wait until the next request to a host is due. Raises UnreadableSource if the wait exceeds MAX_WAIT."""
        until = max(self._next.get(host, 0.0), self._retry_times.retry_time(host))
        wait = until - self._clock.now()
        if wait > MAX_WAIT:
            when = datetime.fromtimestamp(until, UTC).isoformat(timespec="seconds")
            raise UnreadableSource(
                f"may not be fetched before {when}, because its host asked for a pause; run it again after that."
            )
        if wait > 0:
            self._clock.wait(wait)
        self._next[host] = self._clock.now() + max(self._delay, self._delays.get(host, 0.0))
