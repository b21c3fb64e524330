"""Tests of the spans of OpenTelemetry, with the exporter of its SDK that keeps them in memory."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from rag.errors import BackendTimeout
from rag.http.app import create_app
from rag.http.observing import spans
from rag.service import Service
from tests import samples
from tests.client import TestClient
from tests.http.observing.observed import MCP, Lines, tool_call, with_settings

ID, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TRACEPARENT = {"traceparent": f"00-{ID}-{PARENT}-01"}
ASKED = {"question": samples.LEVY_QUESTION}


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def sent(exporter: InMemorySpanExporter) -> spans.OpenTelemetry:
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return spans.OpenTelemetry(provider)


@pytest.fixture
def client(service: Service, sent: spans.OpenTelemetry) -> Iterator[TestClient]:
    with TestClient(create_app(service, sent), raise_server_exceptions=False) as client:
        yield client


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def test_a_request_has_a_span_below_the_one_of_its_caller(
    client: TestClient, exporter: InMemorySpanExporter, service: Service
) -> None:
    response = client.post("/v1/answers", json=ASKED, headers=TRACEPARENT)
    *_, span = exporter.get_finished_spans()
    assert (span.name, span.kind) == ("POST /v1/answers", SpanKind.SERVER)
    assert span.parent is not None
    assert (f"{span.context.trace_id:032x}", f"{span.parent.span_id:016x}") == (ID, PARENT)
    assert response.headers["x-request-id"] == ID
    assert attributes(span) == {
        "http.request.method": "POST",
        "http.route": "/v1/answers",
        "http.response.status_code": 200,
        "rag.snapshot": service.snapshot().id,
        "rag.outcome": response.json()["outcome"],
    }


def test_each_stage_is_a_child_within_the_time_of_the_request(
    client: TestClient, exporter: InMemorySpanExporter
) -> None:
    client.post("/v1/answers", json=ASKED)
    *stages, request = exporter.get_finished_spans()
    assert [stage.name for stage in stages if stage.name != "turn"][:4] == ["queue", "encode", "lexical", "dense"]
    assert {stage.parent.span_id for stage in stages if stage.parent} == {request.context.span_id}
    assert request.start_time is not None
    assert request.end_time is not None
    for stage in stages:
        assert request.start_time <= (stage.start_time or 0) <= (stage.end_time or 0) <= request.end_time


def test_a_request_without_a_parent_has_the_id_of_its_span(client: TestClient, exporter: InMemorySpanExporter) -> None:
    response = client.get("/v1/documents/levy")
    (span,) = [one for one in exporter.get_finished_spans() if one.kind is SpanKind.SERVER]
    assert response.headers["x-request-id"] == f"{span.context.trace_id:032x}"
    assert span.parent is None


def test_health_checks_and_scrapes_have_no_span(client: TestClient, exporter: InMemorySpanExporter) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path, headers=TRACEPARENT).headers["x-request-id"] == ID
    assert exporter.get_finished_spans() == ()


def test_a_call_to_a_language_model_is_a_child_with_its_result(
    service: Service, sent: spans.OpenTelemetry, exporter: InMemorySpanExporter
) -> None:
    answerer = samples.answerer(samples.Scripted([BackendTimeout("it was slow")]))
    with TestClient(create_app(with_settings(service, answerer), sent)) as client:
        client.post("/v1/answers", json=ASKED)
    (call,) = [one for one in exporter.get_finished_spans() if one.name == "llm call"]
    assert attributes(call) == {"rag.result": "timeout"}


def test_a_failed_request_has_a_span_that_says_so(
    client: TestClient, exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.http.schemas.Snapshot.of", lambda *_: 1 / 0)
    assert client.get("/v1/snapshots").status_code == 500
    assert exporter.get_finished_spans()[-1].status.status_code is StatusCode.ERROR


def test_no_span_holds_a_question_a_document_or_a_path(client: TestClient, exporter: InMemorySpanExporter) -> None:
    client.post("/v1/answers?q=levy", json=ASKED)
    client.get("/v1/documents/levy")
    client.post("/mcp", json=tool_call("ask", question=samples.LEVY_QUESTION), headers=MCP)
    written = "".join(span.to_json() for span in exporter.get_finished_spans())
    assert "encode" in written
    assert "levy" not in written
    assert "pence" not in written


# The environment


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_SERVICE_NAME": "rag"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_without_an_endpoint_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert isinstance(spans.from_environment(), spans.NoSpans)


@pytest.mark.parametrize("name", ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"])
def test_an_endpoint_is_used(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    made = spans.from_environment()
    assert isinstance(made, spans.OpenTelemetry)
    made.close()


def test_a_collector_that_does_not_answer_does_not_keep_the_service_from_stopping(service: Service) -> None:
    released, sent = threading.Event(), []

    class Hanging(TracerProvider):
        def shutdown(self) -> None:
            sent.append(released.wait(60))

    with TestClient(create_app(service, spans.OpenTelemetry(Hanging(shutdown_on_exit=False)))) as client:
        client.get("/v1/documents/levy")
    assert sent == [], "the service has ended, and the last spans are not sent"
    released.set()


def test_another_protocol_is_named_in_a_warning(monkeypatch: pytest.MonkeyPatch, lines: Lines) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    assert isinstance(spans.from_environment(), spans.NoSpans)
    assert "no traces are sent: the protocol 'grpc' is not supported: use http/protobuf" in lines.written[0]


def test_a_missing_extra_is_named_in_a_warning(monkeypatch: pytest.MonkeyPatch, lines: Lines) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    assert isinstance(spans.from_environment(), spans.NoSpans)
    assert "pip install 'rag-policy[otel]'" in lines.written[0]


def test_without_an_endpoint_the_sdk_is_not_imported() -> None:
    program = (
        "import sys; from pathlib import Path; from tests import samples; from rag.http.app import create_app\n"
        "create_app(samples.service(Path('nowhere')))\n"
        "assert 'opentelemetry.sdk' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
