"""Measures the stages of an answer."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from rag.answer.trace import record
from rag.types import Stage


@dataclass(slots=True)
class Clock:
    """Adds up the milliseconds spent in each stage, and records the stages in the trace. A stage may occur again."""

    spent: dict[Stage, float] = field(default_factory=dict)
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: Stage) -> None:
        """End a stage, which began at the last call."""
        since = self._last
        self.resume()
        record(stage, since, self._last)
        self.spent[stage] = self.spent.get(stage, 0.0) + (self._last - since) * 1000

    def resume(self) -> None:
        """Restart the lap here, so that time spent by the consumer of the events does not count."""
        self._last = time.perf_counter()

    @property
    def timings(self) -> dict[Stage, float]:
        """The milliseconds of each stage, in the order of the stages, and their sum."""
        spent = {**self.spent, Stage.TOTAL: sum(self.spent.values())}
        return {stage: round(spent[stage], 2) for stage in Stage if stage in spent}
