"""Limit the questions that a key may ask in a minute."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    """A token bucket. It holds the questions of a minute at most, and refills evenly."""

    questions: float
    filled: float


class QuestionRates:
    """Counts the questions of each client. All calls come from one event loop, or hold its lock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, name: str, rate: int) -> int:
        """Count a question of a client. Return 0, or the seconds until it may ask again if it asked too much."""
        now = self._clock()
        bucket = self._buckets.setdefault(name, _Bucket(rate, now))
        bucket.questions = min(rate, bucket.questions + (now - bucket.filled) * rate / 60)
        bucket.filled = now
        if bucket.questions < 1:
            return max(1, math.ceil((1 - bucket.questions) * 60 / rate))
        bucket.questions -= 1
        return 0
