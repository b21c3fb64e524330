"""Which sites' pages may ask the service from a browser: those that were named, by default none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from rag.http.app import create_app
from rag.service import Service
from rag.wiring import vary
from tests import asking

SITE = "https://city.example"
PREFLIGHT = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}


@pytest.fixture(scope="module")
def named(service: Service) -> Iterator[TestClient]:
    settings = service.settings.model_copy(update={"cors_origins": (SITE,)})
    with TestClient(create_app(vary(service, settings))) as client:
        yield client


def test_a_site_that_is_named_may_ask(named: TestClient) -> None:
    asked = named.options("/v1/answers", headers={"Origin": SITE, **PREFLIGHT})
    assert asked.status_code == 200
    assert asked.headers["Access-Control-Allow-Origin"] == SITE
    assert "content-type" in asked.headers["Access-Control-Allow-Headers"]
    answered = named.post("/v1/answers", json={"question": asking.LEVY_QUESTION}, headers={"Origin": SITE})
    assert answered.headers["Access-Control-Allow-Origin"] == SITE
    assert "Access-Control-Allow-Credentials" not in answered.headers


def test_a_site_that_is_named_may_read_what_is_wrong(named: TestClient) -> None:
    refused = named.post("/v1/answers", json={}, headers={"Origin": SITE})
    assert (refused.status_code, refused.headers["Access-Control-Allow-Origin"]) == (422, SITE)


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "http://city.example", "https://city.example.evil"])
def test_another_site_may_not(named: TestClient, origin: str) -> None:
    assert named.options("/v1/answers", headers={"Origin": origin, **PREFLIGHT}).status_code == 400
    assert "Access-Control-Allow-Origin" not in named.get("/v1/documents", headers={"Origin": origin}).headers


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_no_site_may_change_the_index(named: TestClient, method: str) -> None:
    headers = {"Origin": SITE, "Access-Control-Request-Method": method}
    assert named.options("/v1/documents/levy", headers=headers).status_code == 400


def test_by_default_no_site_may(client: TestClient) -> None:
    assert client.options("/v1/answers", headers={"Origin": SITE, **PREFLIGHT}).status_code == 405
    assert "Access-Control-Allow-Origin" not in client.get("/ui/rag-chat.js", headers={"Origin": SITE}).headers
