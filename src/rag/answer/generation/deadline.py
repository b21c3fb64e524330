"""The deadline of a question. All its calls to the language model share it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time on the monotonic clock, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """Return the deadline that is `seconds` from now."""
        return cls(time.monotonic() + seconds)

    @property
    def remaining(self) -> float:
        """The seconds until the deadline; 0 if it has passed."""
        return max(0.0, self.at - time.monotonic())

    def part(self, share: float) -> Deadline:
        """Return an earlier deadline, after `share` of the remaining time."""
        return Deadline(time.monotonic() + share * self.remaining)
