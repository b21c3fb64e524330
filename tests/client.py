"""The test client, under a host name that the service knows."""

from __future__ import annotations

from typing import Any

from starlette import testclient
from starlette.types import ASGIApp


class TestClient(testclient.TestClient):
    """Starlette's test client. Its own host name, `testserver`, is none of the service's names."""

    def __init__(self, app: ASGIApp, base_url: str = "http://127.0.0.1", **options: Any) -> None:
        super().__init__(app, base_url, **options)
