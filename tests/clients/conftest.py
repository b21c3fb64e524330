"""A service whose answer has several citations, and the clients that are installed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache

import httpx2
import pytest

from tests import asking
from tests.clients.drive import CLIENTS, Client, Shown, asked
from tests.http.chats.conftest import written
from tests.http.serving import serving


@pytest.fixture(scope="session")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("clients")
    service = asking.service(folder / "index")
    asking.ingest(service, asking.write(folder / "articles"))
    with serving(written(service)) as url:
        yield url


@pytest.fixture(scope="session")
def text(url: str) -> str:
    """The answer as the service itself gives it."""
    answer = httpx2.post(f"{url}/v1/answers", json={"question": asking.LEVY_QUESTION}, timeout=60).json()
    found: str = answer["text"]
    return found


@pytest.fixture(scope="session")
def ask(url: str) -> Callable[[Client], list[Shown]]:
    """Let a client ask, once for all tests: some take half a minute to start."""
    return cache(lambda client: asked(client, url, asking.LEVY_QUESTION))


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def client(request: pytest.FixtureRequest) -> Client:
    """Each client; where it is not installed its test is skipped, but `make test-clients` installs all."""
    found: Client = request.param
    if not found.installed:
        (pytest.fail if os.environ.get("TEST_CLIENTS") else pytest.skip)("'make test-clients' installs it")
    return found
