"""A service whose answer has several citations, and the clients."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache

import httpx2
import pytest

from tests import samples
from tests.clients.drive import CLIENTS, Client, Result, run_client
from tests.http.chats.conftest import with_language_model
from tests.http.serving import serving


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("clients")
    service = samples.service(folder / "index")
    samples.ingest(service, samples.write(folder / "articles"))
    with serving(with_language_model(service)) as url:
        yield url


@pytest.fixture(scope="session")
def text(url: str) -> str:
    """The text of the native answer of the service."""
    answer = httpx2.post(f"{url}/v1/answers", json={"question": samples.LEVY_QUESTION}, timeout=60).json()
    found: str = answer["text"]
    return found


@pytest.fixture(scope="session")
def ask(url: str) -> Callable[[Client], list[Result]]:
    """Run a client once for all tests, because some take half a minute to start."""
    return cache(lambda client: run_client(client, url, samples.LEVY_QUESTION))


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def client(request: pytest.FixtureRequest) -> Client:
    """Each client. If it is not installed, its tests are skipped, or fail under `make test-clients`."""
    found: Client = request.param
    if not found.installed:
        (pytest.fail if os.environ.get("TEST_CLIENTS") else pytest.skip)(
            "the client is not installed: run 'make test-clients'"
        )
    return found
