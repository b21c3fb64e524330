"""Count requests, stages, answers and calls to a language model, for Prometheus.

The values of a label are a fixed set: templates of routes, statuses, and names in the code. No label names a document,
a client or a path. Of several processes, each answers for all (`processes.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from rag.answer.generation import LanguageModel
from rag.answer.trace import CallResult, ModelCall
from rag.http.admission.gate import Full, Gate
from rag.http.observing import processes
from rag.http.observing.ended import EndedRequest
from rag.types import Abstention, Answer, Decision, Outcome

_REQUEST_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)
_STAGE_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

_GAUGES = {
    "requests_working": "Requests that have a place.",
    "requests_waiting": "Requests that wait for a place.",
    "request_places": "The most requests that have a place at once.",
    "llm_waiting": "Questions that wait for a language model.",
    "llm_failing": "1 if the language model failed several times and is not asked for now.",
}

_CONNECTION_REFUSALS = {400: "malformed", 408: "slow", 414: "address", 431: "headers"}
"""The reasons of refusals before a request has arrived."""

_OPEN = "application/openmetrics-text"

_REASONS = (*Full, "address", "audit", "body", "headers", "host", "key", "malformed", "rate", "slow")


class Metrics:
    """The metrics of an application. `collectors` add those that are computed when Prometheus asks."""

    def __init__(self, collectors: Sequence[Collector] = ()) -> None:
        # Otherwise each counter has a second series, with the time of its first count.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._collectors = collectors
        for collector in (ProcessCollector(registry=None), PlatformCollector(registry=None), *collectors):
            self._registry.register(collector)
        self._requests = self._counter("requests", "Requests that ended.", "method", "route", "status")
        self._seconds = self._histogram(
            "request_seconds", "Time of requests that were not refused.", _REQUEST_SECONDS, "route"
        )
        self._stages = self._histogram("stage_seconds", "Time of the stages of questions.", _STAGE_SECONDS, "stage")
        self._refusals = self._counter("refusals", "Requests that a limit or a check refused.", "reason")
        self._answers = self._counter("answers", "Answers.", "outcome")
        self._abstentions = self._counter("abstentions", "Questions without an answer.", "reason")
        self._degraded = self._counter("degraded_answers", "Extractive answers in the place of a language model's.")
        self._sentences = self._counter("sentences", "Verified sentences of a language model.", "decision")
        self._calls = self._counter("llm_calls", "Calls to a language model.", "result")
        self._call_seconds = self._histogram("llm_call_seconds", "Time of these calls.", _REQUEST_SECONDS)
        self._tokens = self._counter("llm_tokens", "Tokens of requests to a language model and its replies.", "kind")
        self._gauges = {name: self._gauge(name, meaning) for name, meaning in _GAUGES.items()}
        self._begin_at_zero()

    def ended(self, ended: EndedRequest) -> None:
        """Count a request that ended."""
        self._requests.labels(ended.known_method, ended.route, str(ended.status)).inc()
        if ended.refusal:
            self._refusals.labels(ended.refusal).inc()
        else:  # refusals are quick, so they would hide that the other requests are slow
            self._seconds.labels(ended.route).observe(ended.seconds)
        for interval in ended.trace.intervals:
            self._stages.labels(interval.stage).observe(interval.seconds)
        for call in ended.trace.calls:
            self._called(call)
        if ended.trace.answer:
            self._answered(ended.trace.answer)

    def connection_refused(self, status: HTTPStatus) -> None:
        """Count a request that was refused before it had arrived."""
        self._refusals.labels(_CONNECTION_REFUSALS.get(status, "malformed")).inc()

    def sample(self, gate: Gate, model: LanguageModel | None) -> None:
        """Set the gauges of this process. Call it in the event loop."""
        values = {"requests_working": gate.working, "requests_waiting": gate.waiting, "request_places": gate.limit}
        values["llm_waiting"] = model.waiting if model else 0
        values["llm_failing"] = int(model.is_failing) if model else 0
        for name, value in values.items():
            self._gauges[name].set(value)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return all metrics in the format that the client accepts, and its media type."""
        registry = self._registry
        if processes.are_several():
            registry = CollectorRegistry()
            for collector in (processes.collector_of_all(registry), *self._collectors):
                registry.register(collector)
        # A version that is no number would be an error in the library, so the header is not passed on.
        encode, media_type = choose_encoder(f"{_OPEN}; version=1.0.0" if _OPEN in accept else "")
        return encode(registry), media_type

    def _answered(self, answer: Answer) -> None:
        self._answers.labels(answer.outcome).inc()
        if answer.abstention:
            self._abstentions.labels(answer.abstention).inc()
        if answer.degraded:
            self._degraded.inc()
        if found := answer.verification:
            for decision in Decision:
                self._sentences.labels(decision).inc(getattr(found, decision))

    def _called(self, call: ModelCall) -> None:
        self._calls.labels(call.result).inc()
        self._call_seconds.observe(call.interval.seconds)
        if call.usage:
            self._tokens.labels("input").inc(call.usage.input_tokens)
            self._tokens.labels("output").inc(call.usage.output_tokens)

    def _begin_at_zero(self) -> None:
        """Create the series with known labels, so that the first refusal is an increase and not a new series."""
        known: list[tuple[Counter, Sequence[str]]] = [(self._refusals, _REASONS), (self._answers, [*Outcome])]
        known += [(self._abstentions, [*Abstention]), (self._sentences, [*Decision])]
        known += [(self._calls, [*CallResult]), (self._tokens, ["input", "output"])]
        for metric, labels in known:
            for label in labels:
                metric.labels(label)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"rag_{name}", meaning, labels, registry=self._registry)

    def _histogram(self, name: str, meaning: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(f"rag_{name}", meaning, labels, registry=self._registry, buckets=buckets)

    def _gauge(self, name: str, meaning: str) -> Gauge:
        return Gauge(f"rag_{name}", meaning, registry=self._registry, multiprocess_mode="livesum")
