"""Records each call to the language model in the trace of the request."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rag.answer.generation.event_loop import ClientLeft
from rag.answer.trace import CallResult, Interval, ModelCall, current_trace
from rag.errors import BackendError, BackendSkipped, BackendTimeout
from rag.types import Usage


@dataclass(slots=True)
class Counted:
    """The tokens of a call, as far as they are known."""

    usage: Usage | None = None


@contextmanager
def recorded_call() -> Iterator[Counted]:
    """Add the block to the trace as a call. A reader that leaves before the end of a reply may have enough of it."""
    began, counted = time.perf_counter(), Counted()
    result = CallResult.REPLIED
    try:
        yield counted
    except GeneratorExit:
        result = CallResult.REPLIED if counted.usage else CallResult.LEFT
        raise
    except BackendError as error:
        result = _result(error)
        raise
    finally:
        if trace := current_trace.get():
            interval = Interval("call", began, time.perf_counter())
            trace.calls.append(ModelCall(result, interval, counted.usage))


def _result(error: BackendError) -> CallResult:
    if isinstance(error, BackendSkipped):
        return CallResult.LEFT if isinstance(error, ClientLeft) else CallResult.SKIPPED
    return CallResult.TIMEOUT if isinstance(error, BackendTimeout) else CallResult.UNAVAILABLE
