"""Only web pages of the origins in RAG_CORS_ORIGINS may call the service. The default is no origin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.http.app import create_app
from rag.service import Service
from rag.wiring import vary
from tests import samples
from tests.client import TestClient

ORIGIN = "https://city.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}


@pytest.fixture(scope="module")
def allowed(service: Service) -> Iterator[TestClient]:
    settings = service.settings.model_copy(update={"cors_origins": (ORIGIN,)})
    with TestClient(create_app(vary(service, settings))) as client:
        yield client


def test_an_allowed_origin_may_ask(allowed: TestClient) -> None:
    preflight = allowed.options("/v1/answers", headers={"Origin": ORIGIN, **PREFLIGHT})
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "content-type" in preflight.headers["Access-Control-Allow-Headers"]
    answered = allowed.post("/v1/answers", json={"question": samples.LEVY_QUESTION}, headers={"Origin": ORIGIN})
    assert answered.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in answered.headers


def test_an_allowed_origin_may_read_errors(allowed: TestClient) -> None:
    refused = allowed.post("/v1/answers", json={}, headers={"Origin": ORIGIN})
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (422, ORIGIN)


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://city.example", "https://city.example.evil"])
def test_another_origin_may_not_call_the_service(allowed: TestClient, origin: str) -> None:
    assert allowed.options("/v1/answers", headers={"Origin": origin, **PREFLIGHT}).status_code == 400
    assert "Access-Control-Allow-Origin" not in allowed.get("/v1/documents", headers={"Origin": origin}).headers


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_no_origin_may_change_the_index(allowed: TestClient, method: str) -> None:
    headers = {"Origin": ORIGIN, "Access-Control-Request-Method": method}
    assert allowed.options("/v1/documents/levy", headers=headers).status_code == 400


def test_by_default_no_origin_may_call_the_service(client: TestClient) -> None:
    assert client.options("/v1/answers", headers={"Origin": ORIGIN, **PREFLIGHT}).status_code == 405
    assert "Access-Control-Allow-Origin" not in client.get("/ui/rag-chat.js", headers={"Origin": ORIGIN}).headers
