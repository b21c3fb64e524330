"""Send a span for each request, each of its stages and each call to a language model to OpenTelemetry.

It needs the extra `otel` and one of the standard variables with an endpoint. Otherwise nothing is imported, and no
request has a span. No span holds a question, a path or the name of a document.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from starlette.datastructures import Headers
from starlette.types import Scope

from rag import __version__
from rag.answer.trace import Interval, ModelCall
from rag.http.observing.ended import QUIET, EndedRequest
from rag.http.observing.middleware import Span
from rag.http.proxied import route_path

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_PROTOCOL = "http/protobuf"
_SERVER_ERROR = 500

_LAST_SECONDS = 2.0
"""Seconds for the last spans when the service stops."""

_log = logging.getLogger(__name__)


class Spans(Protocol):
    """Begins the spans of requests."""

    def begin(self, scope: Scope) -> Span | None:
        """Begin the span of a request; its parent is in the header `traceparent`."""
        ...

    def close(self) -> None:
        """Send the spans that wait."""
        ...


class NoSpans:
    """Begins none."""

    def begin(self, _: Scope) -> None:
        """Return None."""

    def close(self) -> None:
        """Do nothing."""


def from_environment() -> Spans:
    """Return the spans that the standard variables of OpenTelemetry describe. A fault is logged, and there are none."""
    named = next((name for name in _ENDPOINTS if os.environ.get(name)), None)
    disabled = os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if named is None or disabled or os.environ.get("OTEL_TRACES_EXPORTER") == "none":
        return NoSpans()
    protocol = next(filter(None, map(os.environ.get, _PROTOCOLS)), _PROTOCOL)
    if protocol != _PROTOCOL:
        _log.warning("no traces are sent: the protocol %r is not supported: use %s", protocol, _PROTOCOL)
        return NoSpans()
    try:
        return OpenTelemetry(_provider())
    except ModuleNotFoundError as error:
        _log.warning("no traces are sent to %s: %s is not installed: pip install 'rag-policy[otel]'", named, error.name)
        return NoSpans()


class OpenTelemetry:
    """Begins spans with the tracer of a provider."""

    def __init__(self, provider: TracerProvider) -> None:
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._tracer = provider.get_tracer("rag", __version__)
        self._extract = TraceContextTextMapPropagator().extract
        self._kind = SpanKind.SERVER

    def begin(self, scope: Scope) -> Span | None:
        """Begin the span of a request. Health checks and scrapes have none."""
        if route_path(scope) in QUIET:
            return None
        headers = Headers(scope=scope)
        carrier = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
        span = self._tracer.start_span("request", self._extract(carrier), self._kind)
        return _RequestSpan(self._tracer, span, time.time_ns() - time.perf_counter_ns())

    def close(self) -> None:
        """Send the spans that wait. A collector that does not answer must not delay the end of the service."""
        closing = Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(_LAST_SECONDS)


@dataclass(frozen=True, slots=True)
class _RequestSpan:
    """The span of one request. `epoch` is the time in nanoseconds at zero of the clock `time.perf_counter`."""

    tracer: trace.Tracer
    span: trace.Span
    epoch: int

    @property
    def trace_id(self) -> str:
        return f"{self.span.get_span_context().trace_id:032x}"

    def end(self, ended: EndedRequest) -> None:
        from opentelemetry.trace import StatusCode

        self.span.update_name(f"{ended.known_method} {ended.route}")
        self.span.set_attributes(dict(_attributes(ended)))
        if ended.status >= _SERVER_ERROR:
            self.span.set_status(StatusCode.ERROR)
        for interval in ended.trace.intervals:
            self._child(interval.stage, interval, {})
        for call in ended.trace.calls:
            self._child("llm call", call.interval, dict(_call_attributes(call)))
        self.span.end()

    def _child(self, name: str, interval: Interval, attributes: Mapping[str, str | int]) -> None:
        from opentelemetry.trace import set_span_in_context

        context = set_span_in_context(self.span)
        child = self.tracer.start_span(name, context, attributes=attributes, start_time=self._time(interval.began))
        child.end(self._time(interval.ended))

    def _time(self, seconds: float) -> int:
        return self.epoch + int(seconds * 1e9)


def _attributes(ended: EndedRequest) -> Iterator[tuple[str, str | int]]:
    yield "http.request.method", ended.known_method
    yield "http.route", ended.route
    yield "http.response.status_code", ended.status
    if ended.trace.snapshot:
        yield "rag.snapshot", ended.trace.snapshot
    if ended.trace.answer:
        yield "rag.outcome", ended.trace.answer.outcome.value
    if ended.refusal:
        yield "rag.refusal", str(ended.refusal)


def _call_attributes(call: ModelCall) -> Iterator[tuple[str, str | int]]:
    yield "rag.result", call.result.value
    if call.usage:
        yield "gen_ai.usage.input_tokens", call.usage.input_tokens
        yield "gen_ai.usage.output_tokens", call.usage.output_tokens


def _provider() -> TracerProvider:
    """Return a provider of our own, so that nothing else in the process changes."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create()  # from OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES
    if str(resource.attributes.get("service.name", "")).startswith("unknown_service"):
        resource = resource.merge(Resource({"service.name": "rag", "service.version": __version__}))
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider
