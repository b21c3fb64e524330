"""Behind a proxy and a prefix, a request looks as the client sent it."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest

from rag.http.app import create_app
from rag.http.proxied import client_address
from rag.service import Service
from rag.wiring import vary
from tests.client import TestClient

PROXY = ("10.0.0.1", 4000)
FORWARDED = {
    "Host": "inside",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "city.example",
    "X-Forwarded-Prefix": "/ask",
}


def client_of(service: Service, client: tuple[str, int] = PROXY, **changes: Any) -> TestClient:
    settings = service.settings.model_copy(update={"allowed_hosts": ("city.example", "inside"), **changes})
    return TestClient(create_app(vary(service, settings)), client=client, base_url="http://inside")


@pytest.fixture(scope="module")
def proxied(service: Service) -> Iterator[TestClient]:
    with client_of(service, trusted_proxies=(ip_network("10.0.0.1"),), api_key=None) as client:
        yield client


@pytest.mark.parametrize("path", ["/v1/fields/", "/docs/", "/healthz/"])
def test_a_redirect_keeps_the_prefix(proxied: TestClient, path: str) -> None:
    response = proxied.get(path, headers=FORWARDED, follow_redirects=False)
    assert response.headers["Location"] == f"https://city.example/ask{path.rstrip('/')}"


def test_the_openapi_document_names_the_prefix(proxied: TestClient) -> None:
    assert proxied.get("/openapi.json", headers=FORWARDED).json()["servers"] == [{"url": "/ask"}]
    assert "servers" not in proxied.get("/openapi.json").json()


def test_requests_behind_a_prefix_are_served(proxied: TestClient) -> None:
    for path in ("/", "/docs", "/healthz", "/ui/app.js", "/v1/documents/levy", "/documents/levy"):
        assert proxied.get(path, headers=FORWARDED).status_code == 200, path
    answer = proxied.post("/v1/answers", json={"question": "What is the levy?"}, headers=FORWARDED)
    assert answer.status_code == 200
    assert proxied.get("/v1/nope", headers=FORWARDED).json()["instance"] == "/v1/nope"


def test_a_page_behind_a_prefix_has_the_policy_of_pages(proxied: TestClient) -> None:
    assert "script-src" in proxied.get("/", headers=FORWARDED).headers["Content-Security-Policy"]


def test_another_sender_cannot_set_the_prefix(service: Service) -> None:
    with client_of(service, ("10.0.0.2", 4000), trusted_proxies=(ip_network("10.0.0.1"),)) as client:
        response = client.get("/v1/fields/", headers=FORWARDED, follow_redirects=False)
        assert response.headers["Location"] == "http://inside/v1/fields"


@pytest.mark.parametrize("path", ["/v1/fields/", "/ask/v1/fields/"])
def test_the_prefix_of_the_base_url_may_be_stripped_by_the_proxy_or_not(service: Service, path: str) -> None:
    with client_of(service, base_url="https://city.example/ask/") as client:
        response = client.get(path, follow_redirects=False)
        assert response.headers["Location"] == "http://inside/ask/v1/fields"
        assert client.get(path.rstrip("/")).status_code == 200
        assert client.get("/openapi.json").json()["servers"] == [{"url": "/ask"}]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        ("203.0.113.9, forged", "10.0.0.1"),
        ("", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
    ],
)
def test_the_client_is_the_last_address_that_is_no_proxy(
    service: Service, monkeypatch: pytest.MonkeyPatch, header: str, expected: str
) -> None:
    seen: list[str] = []

    def note(scope: Any) -> str:
        seen.append(client_address(scope))
        return seen[-1]

    monkeypatch.setattr("rag.http.admission.middleware.client_address", note)
    with client_of(service, trusted_proxies=(ip_network("10.0.0.1"),)) as client:
        client.get("/v1/fields", headers={"X-Forwarded-For": header})
    assert set(seen) == {expected}
