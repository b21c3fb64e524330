"""A language model that is slow or fails harms no other request, and its client may leave at any time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from rag.cli.destination import destination
from rag.http.app import create_app
from rag.service import Service
from rag.settings import Settings
from rag.wiring import assemble
from tests import samples
from tests.adapters.scripted_server import Server, failing, hanging_at_once
from tests.adapters.scripted_server import serving as serving_model
from tests.client import TestClient
from tests.http.server.raw import POST, connect
from tests.http.serving import hanging_model, serving, wait_for
from tests.patience import PATIENCE

ASKED = {"question": samples.LEVY_QUESTION}
CHAT = {"model": "rag", "messages": [{"role": "user", "content": samples.LEVY_QUESTION}]}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("language-model")
    samples.ingest(samples.service(folder / "index"), samples.write(folder / "articles"))
    return folder / "index"


def leaving(url: str, path: str, body: dict[str, Any], seconds: float = 0.5) -> None:
    """Send a request, and disconnect after `seconds`."""
    with suppress(httpx2.TimeoutException):
        httpx2.post(f"{url}{path}", json=body, timeout=seconds)
        pytest.fail("the model never answers")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/answers", ASKED),
        ("/v1/chat/completions", CHAT),
        ("/v1/chat/completions", {**CHAT, "stream": True}),
        ("/v1/responses", {"model": "rag", "input": samples.LEVY_QUESTION}),
        ("/api/chat", {"messages": [{"id": "1", "role": "user", "parts": [{"type": "text", "text": "The levy?"}]}]}),
    ],
)
def test_a_client_that_leaves_ends_the_call_before_its_first_word(index: Path, path: str, body: dict[str, Any]) -> None:
    service, model = hanging_model(samples.service(index), timeout=60.0)
    with serving(service) as url:
        assert model.asked == [], "the warm-up asks no language model"
        with ThreadPoolExecutor(1) as client:
            client.submit(leaving, url, path, body)
            wait_for(lambda: model.ended == 1, seconds=5)


@pytest.fixture
def warmed_up(index: Path) -> Iterator[tuple[str, Server]]:
    """A service whose language model never answers, and the server of the model."""
    with (
        serving_model(hanging_at_once) as server,
        serving(assemble(asking(server, index, generator_timeout=1.0))) as url,
    ):
        yield url, server


def asking(server: Server, index: Path, **more: Any) -> Settings:
    """Return the settings of a service in which two questions may wait for the language model of a server."""
    return Settings(
        _env_file=None,
        index_dir=index,
        encoder="hashing",
        least_confidence=0,
        generator="openai:tiny",
        generator_base_url=f"{server.url}/v1",
        generator_api_key="key",
        generator_waiting=2,
        queue_seconds=30,  # a slow machine must not refuse any of the questions
        **more,
    )


def test_at_most_so_many_questions_wait_and_the_others_get_extractive_answers_at_once(
    warmed_up: tuple[str, Server],
) -> None:
    url, _ = warmed_up

    def ask(_: int) -> tuple[float, str]:
        began = time.monotonic()
        answer = httpx2.post(f"{url}/v1/answers", json=ASKED, timeout=30).json()
        assert answer["citations"]
        return time.monotonic() - began, answer["degraded"]

    with ThreadPoolExecutor(20) as clients:
        found = list(clients.map(ask, range(20)))
    late = [took for took, reason in found if reason == "the language model did not answer in time"]
    busy = [took for took, reason in found if reason == "the language model is busy with other questions"]
    assert len(late) + len(busy) == 20
    assert 1 <= len(late) <= 4
    assert max(late) < 2.0


def test_questions_that_wait_for_the_language_model_take_no_place(index: Path) -> None:
    body = json.dumps(ASKED).encode()
    question = POST + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with serving_model(hanging_at_once) as server:
        settings = asking(server, index, generator_timeout=60, active_requests=1)
        with serving(assemble(settings)) as url, ExitStack() as stack:
            for asked in (1, 2):
                stack.enter_context(closing(connect(url))).sendall(question)
                wait_for(partial(_asked, server, asked), 20)
            found = httpx2.post(f"{url}/v1/search", json={"query": "levy"}, timeout=20 * PATIENCE)
            assert found.status_code == 200


def _asked(server: Server, number: int) -> bool:
    return len(server.requests) == number


def test_a_language_model_that_fails_is_named_and_not_asked_until_later(index: Path) -> None:
    with serving_model(failing(401, "no such key")) as server:
        settings = Settings(
            _env_file=None,
            index_dir=index,
            encoder="hashing",
            generator="openai:tiny",
            generator_base_url=f"{server.url}/v1",
            generator_api_key="key",
        )
        service = assemble(settings)
        with serving(service) as url:
            assert httpx2.get(f"{url}/readyz").json()["status"] == "ok"
            for _ in range(4):
                reason = httpx2.post(f"{url}/v1/answers", json=ASKED).json()["degraded"]
            ready = httpx2.get(f"{url}/readyz")
        asked = len(server.requests)
    assert reason == "the language model failed several times and is not asked for now"
    assert ready.status_code == 200
    assert ready.json()["status"] == "degraded"
    assert ready.json()["detail"] == "the language model failed several times, so answers are extractive"
    assert asked == 3


def test_readiness_is_not_degraded_without_a_language_model(index: Path) -> None:
    service: Service = samples.service(index)
    assert service.degraded(changes=False) is None


@pytest.mark.parametrize(
    ("generator", "address", "kind", "another"),
    [
        ("extractive", None, "extractive", False),
        ("openai:tiny", "http://127.0.0.1:9/v1", "language_model", False),
        ("openai:tiny", "http://localhost:9/v1", "language_model", False),
        ("openai:tiny", "http://[::1]:9/v1", "language_model", False),
        ("openai:tiny", "http://10.0.0.7:9/v1", "language_model", True),
        ("openai:tiny", "https://llm.example/v1", "language_model", True),
        ("openai:tiny", None, "language_model", True),
    ],
)
def test_the_service_says_whether_questions_leave_for_another_host(
    tmp_path: Path, generator: str, address: str | None, kind: str, another: bool
) -> None:
    settings = Settings(
        _env_file=None,
        index_dir=tmp_path,
        encoder="hashing",
        generator=generator,
        generator_base_url=address,
        generator_api_key="key",
    )
    found = TestClient(create_app(assemble(settings))).get("/v1/generator").json()
    assert found == {"kind": kind, "another_host": another}
    assert ("another host" in destination(settings)) == another
    if another and address:
        assert str(urlsplit(address).hostname) in destination(settings)
