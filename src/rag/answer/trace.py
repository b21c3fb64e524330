"""A trace of one request: its stages, its calls to a language model, its snapshot and its answer.

The edge sets `current_trace` before it calls the service. Log lines, metrics and spans are made from the trace when the
request has ended, so the service knows none of them. Without a trace, nothing is recorded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum

from rag.types import Answer, Usage

QUEUE = "queue"
"""The stage in which a request waits for a place."""

TURN = "turn"
"""The stage in which a question waits until fewer others compute."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The time that one stage took, in seconds on the clock `time.perf_counter`. A stage may have several."""

    stage: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """The length of the interval."""
        return self.ended - self.began


class CallResult(StrEnum):
    """The result of a call to a language model."""

    REPLIED = "replied"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    SKIPPED = "skipped"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class ModelCall:
    """A call to a language model. `usage` is None if no token was counted."""

    result: CallResult
    interval: Interval
    usage: Usage | None


@dataclass(slots=True)
class Trace:
    """The record of one request. `id` is its trace id (W3C Trace Context); `client` returns the name of its client.

    `refusal` is the reason if a limit refused the request.
    """

    id: str
    client: Callable[[], str]
    intervals: list[Interval] = field(default_factory=list)
    calls: list[ModelCall] = field(default_factory=list)
    question: str | None = None
    snapshot: str | None = None
    answer: Answer | None = None
    refusal: str | None = None


current_trace: ContextVar[Trace | None] = ContextVar("current_trace", default=None)
"""The trace of the request that runs in this context."""


def record(stage: str, began: float, ended: float) -> None:
    """Add a stage to the trace."""
    if trace := current_trace.get():
        trace.intervals.append(Interval(stage, began, ended))


@contextmanager
def recorded(stage: str) -> Iterator[None]:
    """Add the time of the block to the trace as one stage."""
    began = time.perf_counter()
    try:
        yield
    finally:
        record(stage, began, time.perf_counter())
