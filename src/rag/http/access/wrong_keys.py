"""Slow down clients that send wrong keys, each by its address."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from cachetools import TTLCache

_FREE = 5
"""Wrong keys of an address that have no consequence. People mistype."""

_LONGEST = 300
"""The most seconds that an address must wait."""

_FORGOTTEN = 900
"""Seconds after which the wrong keys of an address are forgotten."""

_ADDRESSES = 10_000
"""The most addresses to remember. They must not fill the memory."""


@dataclass(frozen=True, slots=True)
class _Record:
    wrong: int = 0
    until: float = 0.0


class WrongKeys:
    """Counts the wrong keys of each address. After some of them it must wait, each time twice as long."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: TTLCache[str, _Record] = TTLCache(_ADDRESSES, _FORGOTTEN, timer=clock)

    def wait(self, address: str) -> int:
        """Return the seconds that an address must wait before its next attempt; 0 if it need not wait."""
        return max(0, math.ceil(self._records.get(address, _Record()).until - self._clock()))

    def add(self, address: str) -> None:
        """Note a wrong key."""
        wrong = self._records.get(address, _Record()).wrong + 1
        wait = min(2 ** min(wrong - _FREE, 10), _LONGEST) if wrong > _FREE else 0
        self._records[address] = _Record(wrong, self._clock() + wait)
