"""Write one log line for each request, and a second one for each slow question.

No line holds a key or a path. Only the line of a slow question may hold the question, if a setting allows it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.http.observing.ended import QUIET, EndedRequest
from rag.http.observing.logs import FIELDS

_log = logging.getLogger("rag.requests")


@dataclass(frozen=True, slots=True)
class RequestLog:
    """Logs ended requests. A question that took `slow_seconds` is slow; 0: none is."""

    slow_seconds: float
    with_questions: bool

    def __call__(self, ended: EndedRequest) -> None:
        """Log a request."""
        quiet = ended.route in QUIET and ended.status < 500
        _log.log(logging.DEBUG if quiet else logging.INFO, "request", extra={FIELDS: _fields(ended)})
        if self.slow_seconds and ended.trace.question is not None and ended.seconds >= self.slow_seconds:
            _log.warning("slow question", extra={FIELDS: self._slow(ended)})

    def _slow(self, ended: EndedRequest) -> Mapping[str, Any]:
        question = {"question": ended.trace.question} if self.with_questions else {}
        return {"seconds": round(ended.seconds, 3), "stages": stage_seconds(ended), **question}


def stage_seconds(ended: EndedRequest) -> dict[str, float]:
    """Return the seconds of each stage, in the order in which they began."""
    total: defaultdict[str, float] = defaultdict(float)
    for interval in ended.trace.intervals:
        total[interval.stage] += interval.seconds
    return {stage: round(seconds, 3) for stage, seconds in total.items()}


def _fields(ended: EndedRequest) -> Mapping[str, Any]:
    fields = {
        "client": ended.trace.client(),
        "method": ended.method,
        "route": ended.route,
        "status": ended.status,
        "seconds": round(ended.seconds, 3),
        "snapshot": ended.trace.snapshot,
        "refusal": ended.refusal,
        "left": not ended.complete or None,
    }
    return {name: value for name, value in fields.items() if value is not None}
