"""Every route of the application is in a table that says who may use it, and the service keeps to the table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount, Route

from rag.http.app import create_app
from rag.http.problems import MEDIA_TYPE
from tests import samples
from tests.client import TestClient
from tests.http.access.clients import bearer, make_key, service

OPEN, ASK, MAINTAIN = "open", "ask", "maintain"

TABLE = {
    ("GET", "/"): OPEN,
    ("GET", "/ui"): OPEN,
    ("GET", "/docs"): OPEN,
    ("GET", "/redoc"): OPEN,
    ("GET", "/docs-files"): OPEN,
    ("GET", "/docs-files/libraries"): OPEN,
    ("GET", "/openapi.json"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/v1/access"): OPEN,
    ("GET", "/sign-in"): OPEN,
    ("GET", "/sign-in/callback"): OPEN,
    ("POST", "/sign-out"): OPEN,
    ("POST", "/v1/answers"): ASK,
    ("POST", "/v1/search"): ASK,
    ("POST", "/v1/verify"): ASK,
    ("GET", "/v1/documents"): ASK,
    ("GET", "/v1/documents/{document_id:anything}"): ASK,
    ("GET", "/v1/documents/{document_id:anything}/passages"): ASK,
    ("GET", "/v1/documents/{document_id:anything}/versions"): ASK,
    ("GET", "/v1/documents/{document_id:anything}/versions/{snapshot}"): MAINTAIN,
    ("GET", "/v1/documents/{document_id:anything}/original"): ASK,
    ("HEAD", "/v1/documents/{document_id:anything}/original"): ASK,
    ("GET", "/documents/{document_id:anything}"): ASK,
    ("GET", "/v1/comparisons"): ASK,
    ("GET", "/v1/timelines"): ASK,
    ("GET", "/comparisons"): ASK,
    ("GET", "/timelines"): ASK,
    ("GET", "/v1/pages/{document_id:anything}"): ASK,
    ("GET", "/v1/page-images/{document_id:anything}"): ASK,
    ("GET", "/v1/page-boxes/{document_id:anything}"): ASK,
    ("GET", "/v1/fields"): ASK,
    ("GET", "/metrics"): ASK,
    ("GET", "/v1/suggestions"): ASK,
    ("GET", "/v1/generator"): ASK,
    ("GET", "/v1/snapshots"): ASK,
    ("GET", "/v1/models"): ASK,
    ("GET", "/v1/models/{model}"): ASK,
    ("POST", "/v1/chat/completions"): ASK,
    ("POST", "/v1/responses"): ASK,
    ("POST", "/api/chat"): ASK,
    ("POST", "/mcp"): ASK,
    ("POST", "/v1/shared-answers"): ASK,
    ("GET", "/v1/shared-answers"): MAINTAIN,
    ("GET", "/v1/shared-answers/{answer_id}"): ASK,
    ("DELETE", "/v1/shared-answers/{answer_id}"): ASK,
    ("POST", "/v1/questions"): ASK,
    ("GET", "/v1/questions"): ASK,
    ("GET", "/v1/feed"): ASK,
    ("GET", "/v1/questions/{question_id}"): ASK,
    ("GET", "/v1/questions/{question_id}/changes"): ASK,
    ("GET", "/v1/questions/{question_id}/feed"): ASK,
    ("DELETE", "/v1/questions/{question_id}"): ASK,
    ("POST", "/v1/exports"): ASK,
    ("POST", "/v1/feedback"): ASK,
    ("GET", "/v1/feedback"): MAINTAIN,
    ("DELETE", "/v1/feedback/{feedback_id}"): MAINTAIN,
    ("PUT", "/v1/documents/{document_id:anything}"): MAINTAIN,
    ("DELETE", "/v1/documents/{document_id:anything}"): MAINTAIN,
    ("POST", "/v1/ingestions"): MAINTAIN,
    ("GET", "/v1/ingestions"): MAINTAIN,
    ("GET", "/v1/ingestions/{ingestion_id}"): MAINTAIN,
    ("GET", "/v1/ingestions/{ingestion_id}/passages"): MAINTAIN,
    ("GET", "/v1/sources"): MAINTAIN,
    ("GET", "/v1/review"): MAINTAIN,
    ("POST", "/v1/review"): MAINTAIN,
    ("PUT", "/v1/snapshots/current"): MAINTAIN,
}
EXAMPLES = {
    "{document_id:anything}": "charge",
    "{model}": "rag",
    "{ingestion_id}": "x",
    "{answer_id}": "x",
    "{question_id}": "x",
    "{feedback_id}": "1",
    "{snapshot}": "1",
}
FILES = {"/ui": "/ui/app.js", "/docs-files": "/docs-files/swagger.js", "/docs-files/libraries": "/docs-files/libraries"}


def routes(app: Any) -> Iterator[tuple[str, str]]:
    """Yield the method and the path of each route. Fail at a kind of route that this test does not know."""
    for route in iter_route_contexts(app.routes):
        assert isinstance(route.original_route, APIRoute | Route | Mount), f"{route} is of a new kind: add it here"
        methods = set(route.methods or {"GET"})
        for method in methods - {"HEAD"} if "GET" in methods else methods:
            yield method, route.path or ""


def address(path: str) -> str:
    for name, example in EXAMPLES.items():
        path = path.replace(name, example)
    return FILES.get(path, path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("closed")


@pytest.fixture(scope="module")
def keys(folder: Path) -> dict[str, str]:
    (folder / "index").mkdir()
    return {role: make_key(folder / "index", role, role=role) for role in ("ask", "maintain", "admin")}


@pytest.fixture(scope="module")
def closed(folder: Path, keys: dict[str, str]) -> Iterator[TestClient]:
    app = create_app(service(folder, api_key=None))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    app = create_app(service(tmp_path_factory.mktemp("open"), api_key=None, require_key=False))
    with TestClient(app, raise_server_exceptions=False, follow_redirects=False) as client:
        yield client


def send(client: TestClient, method: str, path: str, key: str | None = None) -> int:
    response = client.request(method, address(path), headers=bearer(key) if key else {}, content=b"")
    return response.status_code


def test_every_route_is_in_the_table(closed: TestClient) -> None:
    assert set(routes(closed.app)) == TABLE.keys()


@pytest.mark.parametrize(("method", "path"), TABLE)
def test_a_closed_service_keeps_to_the_table(closed: TestClient, keys: dict[str, str], method: str, path: str) -> None:
    needed = TABLE[method, path]
    assert (send(closed, method, path) == 401) is (needed != OPEN)
    assert send(closed, method, path, keys["ask"]) not in ({401} if needed == ASK else set())
    assert (send(closed, method, path, keys["ask"]) == 403) is (needed == MAINTAIN)
    for role in ("maintain", "admin"):
        assert send(closed, method, path, keys[role]) not in (401, 403)


@pytest.mark.parametrize(("method", "path"), TABLE)
def test_an_open_service_needs_no_key_to_ask(opened: TestClient, method: str, path: str) -> None:
    assert (send(opened, method, path) in (401, 403)) is (TABLE[method, path] == MAINTAIN)
    if TABLE[method, path] == ASK:
        assert send(opened, method, path, "any") not in (401, 403)


@pytest.mark.parametrize("path", ["/nope", "/v1/nope", "/ui", "/healthz/", "/documents", "/V1/documents"])
def test_a_closed_service_does_not_say_which_other_paths_exist(closed: TestClient, path: str) -> None:
    assert closed.get(path).status_code in (401, 307)
    assert closed.get(path, follow_redirects=True).status_code in (401, 404, 200)


@pytest.mark.parametrize(
    ("method", "path", "media_type", "field"),
    [
        ("POST", "/v1/answers", MEDIA_TYPE, "detail"),
        ("POST", "/v1/chat/completions", "application/json", "error"),
        ("POST", "/v1/responses", "application/json", "error"),
        ("GET", "/v1/models", "application/json", "error"),
        ("POST", "/mcp", MEDIA_TYPE, "detail"),
    ],
)
def test_each_client_is_refused_in_its_own_format(
    closed: TestClient, method: str, path: str, media_type: str, field: str
) -> None:
    response = closed.request(method, path, headers=bearer("wrong"))
    assert (response.status_code, response.headers["content-type"]) == (401, media_type)
    assert response.headers["www-authenticate"] == 'Bearer realm="rag", error="invalid_token"'
    sentence = response.json()[field]
    sentence = sentence["message"] if field == "error" else sentence
    assert sentence == "the key is wrong: check that it is complete, and that it has not been revoked"


def test_the_ai_sdk_gets_the_sentence_alone(closed: TestClient) -> None:
    response = closed.post("/api/chat", json={"messages": []})
    assert (response.status_code, response.headers["content-type"]) == (401, "text/plain; charset=utf-8")
    assert response.text == "the request has no key: send it as 'Authorization: Bearer <key>'"


def test_a_document_page_asks_for_a_key(closed: TestClient) -> None:
    response = closed.get("/documents/charge")
    assert (response.status_code, response.headers["content-type"]) == (401, "text/html; charset=utf-8")
    assert 'src="../ui/locked.js"' in response.text
    assert "congestion" not in response.text


def test_a_closed_service_answers_a_client_with_a_key(closed: TestClient, keys: dict[str, str]) -> None:
    response = closed.post("/v1/answers", json={"question": samples.LEVY_QUESTION}, headers=bearer(keys["ask"]))
    assert "24 pence" in response.json()["text"]


def test_no_cache_gives_a_response_to_another_client(closed: TestClient, keys: dict[str, str]) -> None:
    for path in ("/v1/documents", "/v1/documents/referendum/original", "/documents/referendum", "/v1/access"):
        response = closed.get(path, headers=bearer(keys["ask"]))
        assert (response.status_code, response.headers["cache-control"]) == (200, "private, no-cache")


def test_a_missing_role_is_named(closed: TestClient, keys: dict[str, str]) -> None:
    response = closed.get("/v1/sources", headers=bearer(keys["ask"]))
    assert response.json()["detail"] == (
        "this needs the role 'maintain', and the client has the role 'ask': ask the administrator for it"
    )


def test_the_openapi_document_says_which_routes_need_a_key(closed: TestClient, opened: TestClient) -> None:
    def needed(client: TestClient) -> dict[tuple[str, str], Any]:
        paths = client.get("/openapi.json").json()["paths"]
        return {(method, path): one.get("security") for path, found in paths.items() for method, one in found.items()}

    assert needed(closed)["post", "/v1/answers"] == needed(closed)["get", "/v1/sources"] == [{"key": []}]
    assert needed(opened)["post", "/v1/answers"] == [{}, {"key": []}]
    assert needed(opened)["get", "/v1/sources"] == [{"key": []}]
    assert needed(closed)["get", "/healthz"] is None
