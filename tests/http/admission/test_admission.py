"""A service beyond its capacity refuses at once, stays healthy, and does no work for clients that left."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any

import httpx2
import pytest

from rag.service import Service, View
from rag.types import Ask, Hit
from rag.wiring import vary
from tests.http.server.raw import POST, connect
from tests.http.serving import serving, wait_for
from tests.patience import PATIENCE

QUEUED = 3


class Held:
    """A service whose searches wait until they are released. `began` counts them."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.began = 0
        self.released = threading.Event()
        self.lock = threading.Lock()

    def search(self, ask: Ask) -> tuple[list[Hit], str]:
        with self.lock:
            self.began += 1
        assert self.released.wait(20)
        return [], "none"


@pytest.fixture
def held(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    changes = {"active_requests": 2, "queued_requests": QUEUED, "queue_seconds": 5.0}
    varied = vary(service, service.settings.model_copy(update=changes))
    held = Held(varied)
    monkeypatch.setattr(View, "search", held.search)
    yield held
    held.released.set()


def search(address: str) -> httpx2.Response:
    return httpx2.post(f"{address}/v1/search", json={"query": "levy"}, timeout=20 * PATIENCE, trust_env=False)


def healthy(address: str) -> bool:
    return httpx2.get(f"{address}/healthz", timeout=5 * PATIENCE, trust_env=False).is_success


def test_requests_beyond_the_queue_are_refused_with_the_time_to_try_again(held: Held) -> None:
    with serving(held.service) as address, ThreadPoolExecutor(20) as threads:
        answers = [threads.submit(search, address) for _ in range(20)]
        wait_for(lambda: sum(one.done() for one in answers) == 20 - 2 - QUEUED, 20)
        assert held.began == 2
        assert healthy(address)
        held.released.set()
        responses = [one.result() for one in answers]
    assert Counter(one.status_code for one in responses) == {200: 2 + QUEUED, 503: 20 - 2 - QUEUED}
    for refused in (one for one in responses if one.status_code == 503):
        assert int(refused.headers["Retry-After"]) >= 1
        assert refused.headers["content-type"] == "application/problem+json"
        assert "send the request again in" in refused.json()["detail"]
        assert refused.headers["X-Frame-Options"] == "DENY"


def test_the_work_of_a_client_that_left_is_not_begun(held: Held) -> None:
    with serving(held.service) as address, ThreadPoolExecutor(2) as threads:
        working = [threads.submit(search, address) for _ in range(2)]
        wait_for(lambda: held.began == 2, 20)
        body = b'{"query": "levy"}'
        request = POST.replace(b"/v1/answers", b"/v1/search") + b"Content-Length: %d\r\n\r\n" % len(body) + body
        for _ in range(3 * QUEUED):  # each leaves, so none fills the queue
            with closing(connect(address)) as connection:
                connection.sendall(request)
                time.sleep(0.05)
        held.released.set()
        assert [one.result().status_code for one in working] == [200, 200]
        assert search(address).status_code == 200
    assert held.began == 3


def test_slow_bodies_take_no_place(held: Held) -> None:
    held.released.set()
    with serving(held.service) as address, ExitStack() as stack:
        for _ in range(10):
            connection = stack.enter_context(closing(connect(address)))
            connection.sendall(POST + b"Content-Length: 100\r\n\r\n{")
        assert search(address).status_code == 200


def test_the_format_of_a_refusal_is_that_of_the_client(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = {"active_requests": 1, "queued_requests": 0}
    varied = vary(service, service.settings.model_copy(update=changes))
    held = Held(varied)
    monkeypatch.setattr(View, "search", held.search)
    with serving(varied) as address, ThreadPoolExecutor(1) as threads:
        working = threads.submit(search, address)
        wait_for(lambda: held.began == 1, 20)
        chat: dict[str, Any] = {"messages": [{"role": "user", "content": "levy"}]}
        refused = httpx2.post(f"{address}/v1/chat/completions", json=chat, trust_env=False)
        assert (refused.status_code, refused.json()["error"]["type"]) == (503, "server_error")
        for path in ("/v1/documents", "/v1/fields", "/documents/levy"):
            assert httpx2.get(f"{address}{path}", trust_env=False).status_code == 503
        for path in ("/", "/ui/app.js", "/docs", "/openapi.json", "/readyz"):
            assert httpx2.get(f"{address}{path}", trust_env=False).status_code == 200
        held.released.set()
        assert working.result().status_code == 200
