"""The service answers under its own names only, cannot be framed, and tells nobody where its files are."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rag.http.app import create_app
from rag.http.hidden_paths import without_folders
from rag.service import Service
from rag.wiring import vary
from tests.client import TestClient
from tests.http.serving import serving

PATHS = [
    *("/", "/ui/app.js", "/docs", "/redoc", "/docs-files/swagger.js", "/openapi.json", "/healthz", "/readyz"),
    *("/v1/documents", "/v1/documents/nope", "/documents/levy", "/documents/nope", "/v1/models", "/v1/ingestions"),
    *("/nope", "/mcp", "/api/chat", "/v1/documents/levy/original"),
]


def client_of(service: Service, **changes: Any) -> TestClient:
    settings = service.settings.model_copy(update={"allowed_hosts": (), **changes})
    return TestClient(create_app(vary(service, settings)), base_url="http://127.0.0.1:8000")


@pytest.mark.parametrize("path", PATHS)
def test_every_path_refuses_a_foreign_host(service: Service, path: str) -> None:
    response = client_of(service).get(path, headers={"Host": "evil.example"})
    assert response.status_code == 421
    assert "evil.example" in response.text
    assert response.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "192.168.1.7", "[2001:db8::7]:80"])
def test_addresses_and_localhost_are_allowed(service: Service, host: str) -> None:
    assert client_of(service).get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["rag:8000", "host.docker.internal:8000", "rag.default.svc.cluster.local", "nas.local"]
)
def test_names_that_the_public_dns_cannot_have_are_allowed(service: Service, host: str) -> None:
    assert client_of(service).get("/healthz", headers={"Host": host}).status_code == 200


def test_configured_names_and_the_base_url_are_allowed(service: Service) -> None:
    client = client_of(service, allowed_hosts=("Rag.example.org",), base_url="https://policies.example.org/rag")
    for host in ("rag.example.org:80", "policies.example.org"):
        assert client.get("/healthz", headers={"Host": host}).status_code == 200
    assert client.get("/healthz", headers={"Host": "example.org"}).status_code == 421
    assert client_of(service, allowed_hosts=("*",)).get("/healthz", headers={"Host": "x.example"}).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_no_response_can_be_framed(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy or "sandbox" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_pages_of_the_api_load_only_files_of_this_service(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 200
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "<script>" not in page.text
    addresses = re.findall(r'(?:src|href|spec-url)="([^"]+)"', page.text)
    assert len(addresses) >= 3
    for address in addresses:
        assert not re.match(r"[a-z]+:|/", address), "an address is relative, so it is right behind a prefix"
        assert client.get(f"/{address}").status_code == 200


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("no index in /srv/rag/index: run 'rag ingest' first", "no index in index: run 'rag ingest' first"),
        ("/data/.jobs/0a/job.json cannot be read: delete /data/.jobs/0a", "job.json cannot be read: delete 0a"),
        ("'/srv/my policies/a.json' is not a file", "'a.json' is not a file"),
        ("/srv/index/snapshots/000002-ab/vectors.faiss is damaged", "000002-ab/vectors.faiss is damaged"),
        ("the index folder /data is gone", "the index folder data is gone"),
        ("the index folder /srv/x/ is gone", "the index folder x is gone"),
        ("https://example.org/a/b cannot be found", "https://example.org/a/b cannot be found"),
        ("give and/or 1/2 of 3 / 4", "give and/or 1/2 of 3 / 4"),
        ("an index in index", "an index in index"),
    ],
)
def test_a_message_does_not_say_where_files_are(message: str, expected: str) -> None:
    assert without_folders(message) == expected


def test_a_document_id_may_have_a_line_break_and_is_then_unknown_or_invalid(service: Service) -> None:
    with serving(service) as address:
        import httpx2

        with httpx2.Client(base_url=address, trust_env=False) as client:
            for path in ("/v1/documents/a%0Ab", "/documents/a%0Ab", "/v1/documents/a%0A"):
                assert "is not served" not in client.get(path).text
                assert client.get(path).status_code == 404


def test_a_new_document_cannot_have_an_id_with_a_line_break(service: Service) -> None:
    from pydantic import SecretStr

    client = client_of(service, api_key=SecretStr("a-key"))
    headers = {"Authorization": "Bearer a-key"}
    for method in ("PUT", "DELETE"):
        response = client.request(method, "/v1/documents/a%0Ab", headers=headers, json={"text": "It is new."})
        assert response.status_code == 422, method
        assert "an id must be one line" in response.json()["detail"]
