"""`/mcp` accepts requests only with allowed host names and from allowed origins."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import httpx2
import pytest

from rag.http.app import create_app
from rag.service import Service
from rag.wiring import vary
from tests.client import TestClient

PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
ACCEPT = {"Accept": "application/json, text/event-stream"}


def client_of(service: Service, **changes: object) -> TestClient:
    settings = service.settings.model_copy(update={"allowed_hosts": (), **changes})
    return TestClient(create_app(vary(service, settings)), base_url="http://localhost:8000")


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[TestClient]:
    with client_of(service) as client:
        yield client


@pytest.fixture(scope="module")
def public(service: Service) -> Iterator[TestClient]:
    allowed = {"allowed_hosts": ("Rag.example.org", "10.0.0.7"), "cors_origins": ("https://app.example.org",)}
    with client_of(service, base_url="https://policies.example.org/rag", **allowed) as client:
        yield client


def ping(client: TestClient, host: str = "localhost:8000", **headers: str) -> httpx2.Response:
    response: httpx2.Response = client.post("/mcp", json=PING, headers={**ACCEPT, "Host": host, **headers})
    return response


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:9000", "[::1]:8000"])
def test_loopback_names_are_allowed(client: TestClient, host: str) -> None:
    assert ping(client, host).status_code == 200
    assert ping(client, host, Origin=f"http://{host}").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8000", "127.0.0.1.nip.example", "[", ""])
def test_an_unknown_host_name_is_refused(client: TestClient, host: str) -> None:
    response = ping(client, host)
    assert response.status_code == 421
    assert response.json()["detail"] == (
        f"the host {host!r} is not allowed: add it to RAG_ALLOWED_HOSTS and restart the service"
    )


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost.evil.example"])
def test_an_unknown_origin_is_refused(client: TestClient, origin: str) -> None:
    response = ping(client, Origin=origin)
    assert response.status_code == 403
    assert "RAG_CORS_ORIGINS" in response.json()["detail"]


@pytest.mark.parametrize("host", ["rag.example.org", "RAG.example.org:443", "10.0.0.7:8000", "policies.example.org"])
def test_host_names_in_the_settings_are_allowed(public: TestClient, host: str) -> None:
    assert ping(public, host).status_code == 200


def test_origins_in_the_settings_are_allowed(public: TestClient) -> None:
    response = ping(public, Origin="https://app.example.org")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "https://app.example.org"
    assert ping(public, Origin="https://app.example.org:444").status_code == 403


def test_a_star_allows_every_host_name_or_every_origin(service: Service) -> None:
    origin = {"Origin": "https://evil.example"}
    with client_of(service, allowed_hosts=("*",)) as client:
        assert ping(client, "anything.example").status_code == 200
        assert ping(client, "anything.example", **origin).status_code == 403
    with client_of(service, cors_origins=("*",)) as client:
        assert ping(client, **origin).status_code == 200
        assert ping(client, "anything.example", **origin).status_code == 421


def test_only_post_is_allowed(client: TestClient) -> None:
    response = client.get("/mcp", headers={"Accept": "text/event-stream"})
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")


def test_a_body_that_is_too_long_is_refused(client: TestClient) -> None:
    response = client.post(
        "/mcp", content=b" " * (1 << 20) + b"{}", headers={**ACCEPT, "Content-Type": "application/json"}
    )
    assert response.status_code == 413
    assert response.json()["detail"].startswith("the body has more than 1048576 bytes")


def test_importing_the_application_does_not_import_the_mcp_package() -> None:
    code = "import sys, rag.http.app; print('mcp' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert ran.stdout == "False\n"
