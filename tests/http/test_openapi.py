"""The OpenAPI document describes the routes, the requests and the responses correctly."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from tests import samples
from tests.client import TestClient

PATHS = {
    "/v1/answers": {"post"},
    "/v1/search": {"post"},
    "/v1/documents": {"get"},
    "/v1/pages/{document_id}": {"get"},
    "/v1/page-images/{document_id}": {"get"},
    "/v1/page-boxes/{document_id}": {"get"},
    "/v1/fields": {"get"},
    "/v1/generator": {"get"},
    "/v1/suggestions": {"get"},
    "/v1/documents/{document_id}": {"get", "put", "delete"},
    "/v1/documents/{document_id}/original": {"get"},
    "/v1/documents/{document_id}/passages": {"get"},
    "/v1/documents/{document_id}/versions": {"get"},
    "/v1/documents/{document_id}/versions/{snapshot}": {"get"},
    "/v1/comparisons": {"get"},
    "/v1/timelines": {"get"},
    "/v1/ingestions": {"get", "post"},
    "/v1/ingestions/{ingestion_id}": {"get"},
    "/v1/ingestions/{ingestion_id}/passages": {"get"},
    "/v1/snapshots": {"get"},
    "/v1/sources": {"get"},
    "/v1/snapshots/current": {"put"},
    "/v1/models": {"get"},
    "/v1/models/{model}": {"get"},
    "/v1/chat/completions": {"post"},
    "/v1/responses": {"post"},
    "/api/chat": {"post"},
    "/v1/access": {"get"},
    "/v1/shared-answers": {"get", "post"},
    "/v1/shared-answers/{answer_id}": {"get", "delete"},
    "/v1/feedback": {"get", "post"},
    "/v1/feedback/{feedback_id}": {"delete"},
    "/v1/questions": {"get", "post"},
    "/v1/feed": {"get"},
    "/v1/questions/{question_id}": {"get", "delete"},
    "/v1/questions/{question_id}/changes": {"get"},
    "/v1/questions/{question_id}/feed": {"get"},
    "/v1/review": {"get", "post"},
    "/v1/exports": {"post"},
    "/v1/verify": {"post"},
    "/healthz": {"get"},
    "/readyz": {"get"},
}
QUESTION = {"question": samples.LEVY_QUESTION}
CONVERSATION = {"messages": [{"role": "user", "content": samples.LEVY_QUESTION}]}


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/openapi.json").json()
    return found


def check(document: dict[str, Any], schema: dict[str, Any], value: object) -> None:
    Draft202012Validator({**schema, "components": document["components"]}).validate(value)


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document, cls=OpenAPIV31SpecValidator)


def test_every_reference_has_a_target(document: dict[str, Any]) -> None:
    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            here = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
            return here + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    names = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    found = set(references(document))
    assert found
    assert found <= names


def test_every_route_is_described(document: dict[str, Any]) -> None:
    assert {path: set(methods) for path, methods in document["paths"].items()} == PATHS
    for operation in (operation for methods in document["paths"].values() for operation in methods.values()):
        assert operation["summary"]
        assert operation["description"].endswith(".")
        assert operation["tags"]


@pytest.mark.parametrize("name", ["AnswerRequest", "SearchRequest"])
def test_the_examples_of_a_request_are_valid(document: dict[str, Any], name: str) -> None:
    schema = document["components"]["schemas"][name]
    for field in ("question", "query"):
        for example in schema["properties"].get(field, {}).get("examples", []):
            check(document, schema, {field: example, "filters": schema["properties"]["filters"]["examples"][0]})
    assert any("examples" in schema["properties"].get(field, {}) for field in ("question", "query"))


@pytest.mark.parametrize(("method", "path", "statuses"), [
    ("post", "/v1/answers", {"200", "422", "503", "default"}),
    ("post", "/v1/search", {"200", "422", "503", "default"}),
    ("get", "/v1/documents", {"200", "422", "503", "default"}),
    ("get", "/v1/documents/{document_id}/passages", {"200", "404", "422", "503", "default"}),
    ("get", "/v1/documents/{document_id}/versions", {"200", "401", "404", "503", "default"}),
    ("get", "/v1/documents/{document_id}/versions/{snapshot}", {"200", "401", "403", "404", "503", "default"}),
    ("get", "/v1/comparisons", {"200", "401", "403", "404", "422", "503", "default"}),
    ("get", "/v1/timelines", {"200", "401", "404", "422", "503", "default"}),
    ("get", "/v1/documents/{document_id}", {"200", "304", "404", "503", "default"}),
    ("put", "/v1/documents/{document_id}",
     {"200", "201", "202", "401", "403", "413", "415", "422", "503", "default"}),
    ("delete", "/v1/documents/{document_id}", {"202", "204", "401", "403", "404", "422", "503", "default"}),
    ("post", "/v1/ingestions", {"202", "401", "403", "413", "422", "503", "default"}),
    ("get", "/v1/ingestions/{ingestion_id}", {"200", "401", "403", "404", "503", "default"}),
    ("get", "/v1/ingestions/{ingestion_id}/passages", {"200", "401", "403", "404", "422", "503", "default"}),
    ("get", "/v1/sources", {"200", "401", "403", "422", "503", "default"}),
    ("post", "/v1/questions", {"201", "401", "403", "422", "503", "507", "default"}),
    ("get", "/v1/questions/{question_id}/feed", {"200", "404", "503", "default"}),
    ("post", "/v1/review", {"200", "401", "403", "404", "409", "422", "503", "default"}),
    ("put", "/v1/snapshots/current", {"200", "401", "403", "404", "409", "422", "503", "default"}),
    ("get", "/readyz", {"200", "503", "default"}),
])  # fmt: skip
def test_errors_are_described_as_problems(document: dict[str, Any], method: str, path: str, statuses: set[str]) -> None:
    operation = document["paths"][path][method]
    assert set(operation["responses"]) == statuses
    for status in statuses - {"200", "201", "202", "204", "304"}:
        content = dict(operation["responses"][status]["content"])
        if (path, status) == ("/readyz", "503"):  # a service whose index is gone says `degraded`
            assert content.pop("application/json") == {"schema": {"$ref": "#/components/schemas/Health"}}
        assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.mark.parametrize("path", ["/v1/models", "/v1/chat/completions", "/v1/responses"])
def test_errors_of_openai_routes_are_described_in_the_format_of_openai(document: dict[str, Any], path: str) -> None:
    (operation,) = document["paths"][path].values()
    content = operation["responses"]["default"]["content"]
    assert content == {"application/json": {"schema": {"$ref": "#/components/schemas/Envelope"}}}
    assert "422" not in operation["responses"]


def test_only_the_maintenance_routes_require_the_key(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    with_key = {
        (method, path)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if operation.get("security") == [{"key": []}]
    }
    assert with_key == {
        ("put", "/v1/documents/{document_id}"),
        ("delete", "/v1/documents/{document_id}"),
        ("get", "/v1/shared-answers"),
        ("get", "/v1/feedback"),
        ("delete", "/v1/feedback/{feedback_id}"),
        ("post", "/v1/ingestions"),
        ("get", "/v1/ingestions"),
        ("get", "/v1/ingestions/{ingestion_id}"),
        ("get", "/v1/ingestions/{ingestion_id}/passages"),
        ("get", "/v1/documents/{document_id}/versions/{snapshot}"),
        ("get", "/v1/sources"),
        ("get", "/v1/review"),
        ("post", "/v1/review"),
        ("put", "/v1/snapshots/current"),
    }


def test_an_answer_may_be_json_or_a_stream_of_events(document: dict[str, Any]) -> None:
    content = document["paths"]["/v1/answers"]["post"]["responses"]["200"]["content"]
    assert set(content) == {"application/json", "text/event-stream"}


@pytest.mark.parametrize(
    ("method", "path", "route", "body"),
    [
        ("POST", "/v1/answers", "/v1/answers", QUESTION),
        ("POST", "/v1/answers", "/v1/answers", {**QUESTION, "filters": {"published": {"gt": "2100"}}}),
        ("POST", "/v1/answers", "/v1/answers", {"question": ""}),
        ("POST", "/v1/search", "/v1/search", {"query": "levy"}),
        ("GET", "/v1/documents", "/v1/documents", None),
        ("GET", "/v1/documents/levy", "/v1/documents/{document_id}", None),
        ("GET", "/v1/documents/levy/passages", "/v1/documents/{document_id}/passages", None),
        ("GET", "/v1/documents/nope", "/v1/documents/{document_id}", None),
        ("GET", "/v1/snapshots", "/v1/snapshots", None),
        ("GET", "/v1/models", "/v1/models", None),
        ("POST", "/v1/chat/completions", "/v1/chat/completions", CONVERSATION),
        ("POST", "/v1/responses", "/v1/responses", {"input": samples.LEVY_QUESTION}),
        ("GET", "/healthz", "/healthz", None),
        ("GET", "/readyz", "/readyz", None),
    ],
)
def test_a_response_matches_its_schema(
    client: TestClient, document: dict[str, Any], method: str, path: str, route: str, body: object
) -> None:
    response = client.request(method, path, json=body)
    described = document["paths"][route][method.lower()]["responses"][str(response.status_code)]
    check(document, described["content"][response.headers["content-type"]]["schema"], response.json())
