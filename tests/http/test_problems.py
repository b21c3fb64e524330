"""Every error is a problem (RFC 9457) with the cause, the invalid fields and the remedy."""

from __future__ import annotations

import inspect
import json
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

from rag import errors
from rag.answer.retrieval import Retriever
from rag.http.app import create_app
from rag.http.problems import STATUS, problem_of
from rag.service import Service
from rag.wiring import assemble
from tests import samples
from tests.client import TestClient

ALL_ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, errors.RagError)]
QUESTION = samples.LEVY_QUESTION


def post(client: TestClient, body: str | bytes, path: str = "/v1/answers", **headers: str) -> Any:
    content = body if isinstance(body, bytes) else body.encode()
    return client.post(path, content=content, headers={"Content-Type": "application/json", **headers})


def problem(response: Any, status: int) -> dict[str, Any]:
    """Check the parts that all problems have in common, then return the problem."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    assert set(found) == {"type", "title", "status", "detail", "instance", "request_id", "errors"}
    assert (found["type"], found["title"], found["status"]) == ("about:blank", HTTPStatus(status).phrase, status)
    assert found["detail"]
    return found


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/search"])
@pytest.mark.parametrize(
    ("field", "more", "detail"),
    [
        ("@", {"@": ""}, "it is empty"),
        ("@", {"@": " \n\t\u2003"}, "it is empty"),
        ("@", {"@": "x" * 2_001}, "String should have at most 2000 characters"),
        ("@", {"@": None}, "Input should be a valid string"),
        ("@", {"@": ["levy"]}, "Input should be a valid string"),
        ("colour", {"colour": "red"}, "there is no such field"),
        ("limit", {"limit": 0}, "Input should be greater than or equal to 1"),
        ("limit", {"limit": 101}, "Input should be less than or equal to"),
        ("limit", {"limit": 10**30}, "Input should be less than or equal to"),
        ("limit", {"limit": 1.5}, "Input should be a valid integer"),
        ("filters", {"filters": []}, "Input should be a valid dictionary"),
        ("filters.planet", {"filters": {"planet": "Mars"}}, "no document has the field 'planet': filter on author"),
        ("filters.year", {"filters": {"year": None}}, "give a value, a list"),
        ("filters.year", {"filters": {"year": []}}, "give a value, a non-empty list"),
        ("filters.year", {"filters": {"year": [[2018]]}}, "give a value, a list"),
        ("filters.year", {"filters": {"year": [2018] * 101}}, "give a value, a list"),
        ("filters.year", {"filters": {"year": {"after": 2018}}}, "give a value, a list"),
        ("filters.topic", {"filters": {"topic": "\x00"}}, "the filter on 'topic' is"),
        ("filters.year", {"filters": {"year": {"gte": True}}}, "or a range such as"),
        ("filters.year", {"filters": {"year": {"gte": "2024-06", "lt": "2024"}}}, "from '2024-06' to '2024'"),
        ("filters.year", {"filters": {"year": {"gte": 9, "lte": 8.5}}}, "from 9.0 to 8.5, which no value can be"),
        ("filters.year", {"filters": {"year": {}}}, "has no bounds: use gt, gte, lt, lte"),
        ("filters.year", {"filters": {"year": "\x00" * 501}}, "give a value, a list"),
    ],
)
def test_the_error_names_the_invalid_field(
    client: TestClient, path: str, field: str, more: dict[str, Any], detail: str
) -> None:
    question = {"/v1/answers": "question", "/v1/search": "query"}[path]
    body = {question: QUESTION, **{question if name == "@" else name: value for name, value in more.items()}}
    found = problem(client.post(path, json=body), 422)
    (fault,) = found["errors"]
    assert fault["field"] == field.replace("@", question)
    assert detail in fault["detail"]
    assert fault["detail"] in found["detail"]
    assert found["instance"] == path


def test_the_error_names_a_missing_question(client: TestClient) -> None:
    assert problem(client.post("/v1/answers", json={}), 422)["errors"] == [
        {"field": "question", "detail": "it is missing"}
    ]


def test_the_error_names_every_invalid_field(client: TestClient) -> None:
    found = problem(client.post("/v1/answers", json={"limit": 0, "colour": "red"}), 422)
    assert {fault["field"] for fault in found["errors"]} == {"question", "limit", "colour"}


@pytest.mark.parametrize(
    "body", ["", "{", "nonsense", "[]", '"levy"', "7", "null", '{"question": "levy"} {}', b"\xff\xfe", "[" * 100_000]
)
def test_a_body_that_is_not_a_json_object_is_refused(client: TestClient, body: str | bytes) -> None:
    response = post(client, body)
    problem(response, response.status_code)
    assert response.status_code in (400, 422)


def test_the_error_says_that_a_body_is_not_json(client: TestClient) -> None:
    assert problem(post(client, "{"), 422)["detail"].startswith("body: it is not valid JSON")


def test_a_form_is_refused(client: TestClient) -> None:
    problem(post(client, "question=levy", **{"Content-Type": "application/x-www-form-urlencoded"}), 422)


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/search"])
@pytest.mark.parametrize(
    "body",
    [
        r'{"@": "\ud800"}',
        r'{"@": "levy \udc00\ud83e"}',
        r'{"@": "levy", "filters": {"topic": "\ud800"}}',
        r'{"@": "levy", "filters": {"topic": ["\ud800"]}}',
        r'{"@": "levy", "filters": {"published": {"gt": "\ud800"}}}',
        r'{"@": "levy", "filters": {"\ud800": 1}}',
        r'{"@": "levy", "\ud800": 1}',
    ],
)
def test_a_lone_surrogate_is_refused(client: TestClient, path: str, body: str) -> None:
    question = {"/v1/answers": "question", "/v1/search": "query"}[path]
    problem(post(client, body.replace("@", question), path), 422)


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "1e999", "-0.0", "1e-999", "9223372036854775808", "true", r'"\u0000"']
)
def test_every_value_of_a_filter_is_handled(client: TestClient, value: str) -> None:
    for filters in (f'{{"year": {value}}}', f'{{"year": [{value}, {value}]}}', f'{{"year": {{"gt": {value}}}}}'):
        response = post(client, f'{{"question": "levy", "filters": {filters}}}')
        assert response.status_code in (200, 422), response.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("POST", "/v1/answers"), ("POST", "/v1/search"), ("GET", "/v1/documents")),
        *(("GET", "/v1/documents/levy"), ("GET", "/readyz")),
    ],
)
def test_without_an_index_the_error_names_the_command_to_run(tmp_path: Path, method: str, path: str) -> None:
    with TestClient(create_app(samples.service(tmp_path / "index"))) as client:
        body = {"/v1/answers": {"question": "levy"}, "/v1/search": {"query": "levy"}}.get(path)
        found = problem(client.request(method, path, json=body), 503)
    assert found["detail"] == "no index in index: run 'rag ingest' first"


def test_an_index_that_is_created_while_the_service_runs_is_served(tmp_path: Path) -> None:
    client = TestClient(create_app(samples.service(tmp_path / "index")))
    problem(client.get("/readyz"), 503)
    made = samples.ingest(samples.service(tmp_path / "index"), samples.write(tmp_path / "articles"))
    assert client.get("/readyz").json()["snapshot"] == made


@pytest.mark.parametrize("path", ["/v1/answers", "/v1/search", "/readyz"])
def test_the_error_for_an_index_of_another_encoder_says_what_to_do(tmp_path: Path, path: str) -> None:
    service = samples.service(tmp_path / "index")
    snapshot = samples.ingest(service, samples.write(tmp_path / "articles"))

    class Other(type(service.parts.encoder)):  # type: ignore[misc]
        name = "other"
        digest = "0" * 64

    client = TestClient(create_app(assemble(service.settings, encoder=Other())))
    body = {"/v1/answers": {"question": "levy"}, "/v1/search": {"query": "levy"}}.get(path)
    found = problem(client.request("POST" if body else "GET", path, json=body), 503)
    assert found["detail"] == (
        f"snapshot {snapshot} was built with hashing, RAG_ENCODER is other: "
        "run 'rag ingest' to re-encode the documents, or set RAG_ENCODER back"
    )


@pytest.mark.parametrize("name", ["nope", "%00", "%FF", "..%2F..", "%F0%9F%A5%A4"])
def test_an_unknown_document_is_not_found(client: TestClient, name: str) -> None:
    found = problem(client.get(f"/v1/documents/{name}"), 404)
    assert "'rag documents' lists" in found["detail"]


@pytest.mark.parametrize("path", ["/nope", "/v1/answer", "/v2/answers", "/ui/nope.js"])
def test_an_unknown_path_is_not_found(client: TestClient, path: str) -> None:
    assert problem(client.get(path), 404)["detail"] == f"GET {path} is not served"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/v1/answers", "POST"),
        ("DELETE", "/v1/snapshots", "GET"),
        ("PUT", "/v1/search", "POST"),
        ("POST", "/v1/documents/levy", "DELETE, GET, PUT"),
        ("PATCH", "/v1/documents/a/original", "DELETE, GET, HEAD, PUT"),
        ("OPTIONS", "/v1/answers", "POST"),
        ("TRACE", "/", "GET"),
        ("PROPFIND", "/v1/documents", "GET"),
        ("POST", "/ui/app.js", "GET, HEAD"),
        ("POST", "/docs", "GET"),
        ("DELETE", "/documents/levy", "GET"),
        ("DELETE", "/mcp", "POST"),
    ],
)
def test_the_response_to_a_wrong_method_lists_the_allowed_ones(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == allowed


def test_the_details_of_an_unexpected_error_are_in_the_log_only(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    class Buggy(type(service.parts.answerer)):  # type: ignore[misc]
        def search(self, *_: object) -> None:
            raise ZeroDivisionError("a secret")

    buggy = Buggy(Retriever(service.parts.encoder), None, None, None, 0.0)
    made = samples.service(service.settings.index_dir, generator=buggy)
    response = TestClient(create_app(made), raise_server_exceptions=False).post("/v1/search", json={"query": "levy"})
    assert problem(response, 500)["detail"] == "the service failed: see its log"
    assert "a secret" not in response.text
    assert "a secret" in caplog.text


# The table of statuses


@pytest.mark.parametrize("kind", ALL_ERRORS)
def test_every_error_has_a_status(kind: type[errors.RagError]) -> None:
    error = kind("it broke", "year") if kind is errors.InvalidFilter else kind("it broke")
    found = problem_of(error)
    assert (found.detail, found.title) == ("it broke", HTTPStatus(found.status).phrase)
    # A client cannot correct a configuration error, so that is an internal error like any other RagError.
    assert (found.status == 500) == (kind in (errors.RagError, errors.ConfigurationError))


def test_the_status_separates_errors_of_the_client_from_errors_of_the_service() -> None:
    kinds = [kind for kind in ALL_ERRORS if kind is not errors.InvalidFilter]
    assert {kind.__name__: int(problem_of(kind("it broke")).status) for kind in kinds} == {
        "RagError": 500,
        "ConfigurationError": 500,
        "UnreadableSource": 422,
        "UnknownDocument": 404,
        "UnknownProvision": 404,
        "UnknownJob": 404,
        "UnknownModel": 404,
        "UnknownAnswer": 404,
        "UnknownQuestion": 404,
        "AnswerRefused": 422,
        "KeptFull": 507,
        "AuditRefused": 503,
        "SnapshotError": 503,
        "NoSnapshot": 503,
        "UnknownSnapshot": 404,
        "IncompatibleSnapshot": 503,
        "CorruptSnapshot": 503,
        "WriterBusy": 503,
        "IndexUnavailable": 503,
        "WriteRefused": 503,
        "ChangeHeld": 503,
        "StorageError": 503,
        "ReplicationError": 503,
        "ServiceStopping": 503,
        "UnsupportedSource": 422,
        "BackendError": 502,
        "BackendTimeout": 504,
        "BackendUnavailable": 502,
        "BackendSkipped": 502,
    }  # fmt: skip


def test_no_error_repeats_the_status_of_its_base_class() -> None:
    for kind, status in STATUS.items():
        inherited = next((STATUS[base] for base in kind.__mro__[1:] if base in STATUS), None)
        assert status != inherited, f"{kind.__name__} repeats the status of its base class"


def test_a_problem_may_contain_any_unicode_character(client: TestClient) -> None:
    response = client.post("/v1/answers", json={"question": "levy", "filters": {"pl🥤net": "Mars"}})
    assert json.loads(response.content)["errors"][0]["field"] == "filters.pl🥤net"
