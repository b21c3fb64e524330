"""Tests of the log line of a request, its id, and the line of a slow question."""

from __future__ import annotations

import json
import logging
import re
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from rag.http.app import create_app
from rag.http.observing.logs import FIELDS, JsonFormatter, TextFormatter
from rag.http.observing.traceparent import trace_id
from rag.service import Service
from rag.wiring import assemble
from tests.client import TestClient
from tests.http.observing.observed import ALL_WAYS, MCP, Lines, tool_call, with_settings
from tests.http.serving import serving, wait_for

ID = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{ID}-b7ad6b7169203331-01"
SECRET = "How many zebras of the harbour pay the levy?"


@pytest.fixture
def app(service: Service) -> FastAPI:
    return create_app(with_settings(service, slow_seconds=0.000001))


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False, client=("192.0.2.7", 4711)) as client:
        yield client


def test_a_request_has_one_line_with_its_facts(client: TestClient, lines: Lines, service: Service) -> None:
    response = client.post("/v1/answers", json={"question": SECRET}, headers={"traceparent": TRACEPARENT})
    (line,) = lines.of("request")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line.pop("seconds") > 0
    assert line == {
        "level": "info",
        "logger": "rag.requests",
        "message": "request",
        "request": ID,
        "client": "192.0.2.7",
        "method": "POST",
        "route": "/v1/answers",
        "status": 200,
        "snapshot": service.snapshot().id,
    }
    assert response.headers["x-request-id"] == ID


def test_no_line_holds_a_question_a_key_a_document_or_a_path(service: Service, lines: Lines) -> None:
    made = with_settings(service, slow_seconds=0.000001, api_key=SecretStr("a-secret-key"))
    with TestClient(create_app(made), raise_server_exceptions=False) as client:
        for method, path, body in ALL_WAYS:
            content = None if body is None else json.dumps(body).replace("QUESTION", SECRET)
            headers = {"content-type": "application/json", "authorization": "Bearer a-secret-key"}
            client.request(method, f"{path}?q=zebras", content=content, headers=headers)
        client.post("/mcp", json=tool_call("ask", question=SECRET), headers=MCP)
        client.get("/zebras/../levy")
        client.put("/v1/documents/zebras", json={"text": SECRET}, headers={"authorization": "Bearer wrong-zebras"})
    assert len(lines.of("request")) == len(ALL_WAYS) + 3
    assert len(lines.of("slow question")) == 6
    for word in ("zebras", "harbour", "secret", "levy", str(service.settings.index_dir)):
        assert [line for line in lines.written if word in line] == []


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/v1/documents/levy", "/v1/documents/{document_id}"),
        ("GET", "/v1/documents/a/b/original", "/v1/documents/{document_id}/original"),
        ("GET", "/documents/levy", "/documents/{document_id}"),
        ("GET", "/", "/"),
        ("GET", "/ui/page.js", "/ui"),
        ("GET", "/openapi.json", "/openapi.json"),
        ("DELETE", "/v1/answers", "/v1/answers"),
        ("POST", "/mcp", "/mcp"),
        ("GET", "/no/such/path", "unmatched"),
        ("GET", "/v1/snapshots", "/v1/snapshots"),
    ],
)
def test_the_route_is_a_template(client: TestClient, lines: Lines, method: str, path: str, route: str) -> None:
    client.request(method, path)
    assert [line["route"] for line in lines.of("request")] == [route]


def test_a_refused_request_names_its_route_and_the_reason(client: TestClient, app: FastAPI, lines: Lines) -> None:
    app.state.gate._queue = 0
    app.state.gate._working["another client"] = app.state.gate.places
    refused = client.post("/v1/answers", json={"question": SECRET})
    client.get("/v1/documents/levy")
    client.get("/", headers={"host": "evil.example"})
    assert refused.status_code == 503
    assert refused.json()["request_id"] == refused.headers["x-request-id"]
    assert [(line["route"], line["status"], line["refusal"]) for line in lines.of("request")] == [
        ("/v1/answers", 503, "queue_full"),
        ("/v1/documents/{document_id}", 503, "queue_full"),
        ("/", 421, "host"),
    ]


def test_a_request_without_an_id_gets_one_that_its_problem_has(client: TestClient, lines: Lines) -> None:
    first, second = client.get("/v1/documents/none"), client.get("/v1/documents/none")
    ids = [response.headers["x-request-id"] for response in (first, second)]
    assert len(set(ids)) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in ids)
    assert [first.json()["request_id"], second.json()["request_id"]] == ids
    assert [line["request"] for line in lines.of("request")] == ids


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (TRACEPARENT, ID),
        (f" {TRACEPARENT} ", ID),
        (f"01-{ID}-b7ad6b7169203331-01-more", ID),
        (f"{TRACEPARENT}-more", None),
        (f"ff-{ID}-b7ad6b7169203331-01", None),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", None),
        (f"00-{ID}-{'0' * 16}-01", None),
        (TRACEPARENT.upper(), None),
        (f"00-{ID[:-1]}-b7ad6b7169203331-01", None),
        ("", None),
        ("00-" + "a" * 10_000, None),
    ],
)
def test_only_a_valid_traceparent_gives_the_id(header: str, expected: str | None) -> None:
    assert trace_id(header) == expected


def test_an_identified_client_is_named(service: Service, lines: Lines) -> None:
    key = "open-sesame-1234567"
    with TestClient(create_app(with_settings(service, api_key=SecretStr(key)))) as client:
        client.get("/v1/documents/levy", headers={"Authorization": f"Bearer {key}"})
    assert lines.of("request")[-1]["client"] == "RAG_API_KEY"


def layers(app: FastAPI) -> Iterator[object]:
    layer: object | None = app.middleware_stack
    while layer is not None:
        yield layer
        layer = getattr(layer, "app", None) or getattr(layer, "_app", None)


def test_health_checks_are_quiet(client: TestClient, lines: Lines) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        client.get(path)
    assert [line["level"] for line in lines.of("request")] == ["debug"] * 3


def test_a_slow_question_names_the_time_of_each_stage(client: TestClient, lines: Lines) -> None:
    client.post("/v1/answers", json={"question": SECRET}, headers={"traceparent": TRACEPARENT})
    (slow,) = lines.of("slow question")
    assert slow["level"] == "warning"
    assert slow["request"] == ID
    assert list(slow["stages"]) == ["queue", "encode", "lexical", "dense", "fuse", "rerank", "pick", "extract"]
    assert sum(slow["stages"].values()) <= slow["seconds"] + 0.01
    assert "question" not in slow


def test_a_setting_puts_the_slow_question_into_the_log(service: Service, lines: Lines) -> None:
    made = with_settings(service, slow_seconds=0.000001, log_questions=True)
    with TestClient(create_app(made)) as client:
        client.post("/v1/answers", json={"question": SECRET})
    assert [line["question"] for line in lines.of("slow question")] == [SECRET]


@pytest.mark.parametrize("seconds", [0.0, 1000.0])
def test_a_question_that_is_not_slow_has_no_such_line(service: Service, lines: Lines, seconds: float) -> None:
    with TestClient(create_app(with_settings(service, slow_seconds=seconds))) as client:
        client.post("/v1/answers", json={"question": SECRET})
    assert lines.of("slow question") == []


def test_an_unexpected_error_is_logged_once_with_the_id(
    service: Service, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = assemble(service.settings)
    with TestClient(create_app(made)) as client:
        monkeypatch.setattr(made.parts.store, "listed", lambda: 1 / 0)
        response = client.get("/v1/snapshots", headers={"traceparent": TRACEPARENT})
    assert response.status_code == 500
    assert response.json()["request_id"] == ID
    assert response.headers["x-frame-options"] == "DENY"
    (line,) = lines.of("GET /v1/snapshots failed")
    assert line["request"] == ID
    assert "ZeroDivisionError" in line["exception"]
    assert [line["status"] for line in lines.of("request")] == [500]


def test_a_client_that_leaves_while_it_sends_is_no_error(service: Service, lines: Lines) -> None:
    made = with_settings(service, api_key=SecretStr("key"))
    head = b"PUT /v1/documents/new HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer key\r\n"
    with serving(made) as url:
        with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as connection:
            connection.sendall(head + b"content-type: text/plain\r\ncontent-length: 1000\r\n\r\nThe beginning")
        wait_for(lambda: len(lines.of("request")) == 1, 30)
    (line,) = lines.of("request")
    assert (line["status"], line["left"], line["level"]) == (499, True, "info")
    assert not [one for one in lines.written if "exception" in one]


# The formats


def record(message: str, *args: object, **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("rag.x", logging.WARNING, "x.py", 1, message, args, None)
    setattr(made, FIELDS, fields)
    return made


def test_a_line_of_text_has_the_time_the_level_and_the_fields() -> None:
    line = TextFormatter().format(record("slow %s", "question", client="the archive", status=200, stages={"a": 1.5}))
    assert re.fullmatch(r'\S+Z WARNING slow question client="the archive" status=200 stages=a:1.5', line)


def test_nobody_can_write_a_second_line_into_the_log() -> None:
    evil = "a\nINFO request client=b\r\u2028\x1b[31m"
    line = TextFormatter().format(record("the file %r of %s failed", evil, evil, client=evil))
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert len(JsonFormatter().format(record(evil, client=evil)).splitlines()) == 1


def test_a_line_of_json_is_one_object_with_a_traceback_as_a_field() -> None:
    made = record("it failed", status=500)
    try:
        raise ValueError("a\nb")
    except ValueError as error:
        made.exc_info = (type(error), error, error.__traceback__)
    line = JsonFormatter().format(made)
    found = json.loads(line)
    assert "\n" not in line
    assert (found["level"], found["message"], found["status"]) == ("warning", "it failed", 500)
    assert found["exception"].startswith("Traceback")
