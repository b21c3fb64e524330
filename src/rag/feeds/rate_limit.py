"""When a host may be asked again: one request at a time, a pause between two, and longer where it asks for that."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from rag.errors import UnreadableSource

PATIENCE = 60.0
"""Seconds that a run waits for a host; what would take longer is left to a later run."""

_LONGEST = 86_400.0
"""Seconds for which a host is left alone at most: who asks for years has made a mistake."""


class PutOff(Protocol):
    """Remembers, beyond the end of the run, hosts that asked to be left alone."""

    def until(self, host: str) -> float:
        """Return when a host may be asked again, in seconds since 1970; 0 where it did not say."""
        ...

    def put_off(self, host: str, until: float) -> None:
        """Keep when a host may be asked again."""
        ...


@dataclass(frozen=True, slots=True)
class Clock:
    """What tells the time, in seconds since 1970, and what waits."""

    now: Callable[[], float] = time.time
    wait: Callable[[float], None] = time.sleep


class Pace:
    """Keeps `delay` seconds between the requests to one host, or what its robots.txt asks for where that is more."""

    def __init__(self, delay: float, put_off: PutOff, clock: Clock) -> None:
        self._delay = delay
        self._put_off = put_off
        self._clock = clock
        self._next: dict[str, float] = {}
        self._delays: dict[str, float] = {}

    def slow_down(self, host: str, delay: float) -> None:
        """Keep at least `delay` seconds between two requests to a host."""
        self._delays[host] = max(min(delay, _LONGEST), self._delays.get(host, 0.0))

    def put_off(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long, in later runs too."""
        until = self._clock.now() + min(seconds, _LONGEST)
        self._next[host] = max(until, self._next.get(host, 0.0))
        self._put_off.put_off(host, until)

    def take_turn(self, host: str) -> None:
        """Wait until a host may be asked. Raises UnreadableSource where that takes more than PATIENCE."""
        until = max(self._next.get(host, 0.0), self._put_off.until(host))
        wait = until - self._clock.now()
        if wait > PATIENCE:
            when = datetime.fromtimestamp(until, UTC).isoformat(timespec="seconds")
            raise UnreadableSource(f"may not be asked for before {when}, says its host; run it again after that.")
        if wait > 0:
            self._clock.wait(wait)
        self._next[host] = self._clock.now() + max(self._delay, self._delays.get(host, 0.0))
