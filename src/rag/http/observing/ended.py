"""A request that has ended, as logs, metrics and spans see it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.answer.trace import Trace

LEFT = 499
"""The status in logs and metrics if the client left before the response began, as nginx counts it. It is never sent."""

QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Routes that machines read every few seconds."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})

_REFUSALS = {401: "key", 403: "key", 408: "slow", 413: "body", 421: "host", 429: "rate", 431: "headers"}
"""The reasons of refusals that their statuses tell."""


@dataclass(frozen=True, slots=True)
class EndedRequest:
    """One request with its response. `route` is the template of its path, which names no document.

    `began` is on the clock `time.perf_counter`, in seconds. `complete` is false if the client left before the end of
    the response.
    """

    method: str
    route: str
    status: int
    began: float
    seconds: float
    complete: bool
    trace: Trace

    @property
    def known_method(self) -> str:
        """The method, or `other`, because a client may send any word."""
        return self.method if self.method in _METHODS else "other"

    @property
    def refusal(self) -> str | None:
        """The reason if a limit or a check refused the request."""
        return self.trace.refusal or _REFUSALS.get(self.status)
