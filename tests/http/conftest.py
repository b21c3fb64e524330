"""A service over three articles, and an HTTP client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.http.app import create_app
from rag.service import Service
from tests import samples
from tests.client import TestClient


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("http")
    made = samples.service(folder / "index")
    samples.ingest(made, samples.write(folder / "articles"))
    return made


@pytest.fixture(scope="package")
def client(service: Service) -> Iterator[TestClient]:
    # Respond to an unexpected error with 500, as a real server does, instead of raising it in the test.
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        yield client
