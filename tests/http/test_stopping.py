"""A service that stops lets requests finish, tells the rest why they end, and loses no job."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import httpx2
import pytest

from rag.http.app import create_app
from rag.settings import Settings
from rag.wiring import assemble
from tests import samples
from tests.client import TestClient
from tests.http.serving import SlowModel, hanging_model, stoppable, wait_for

QUESTION = samples.LEVY_QUESTION
CHAT = {"model": "rag", "messages": [{"role": "user", "content": QUESTION}]}
PARTS = {"messages": [{"id": "1", "role": "user", "parts": [{"type": "text", "text": QUESTION}]}]}
STOPPING = "the service is stopping: send the request again in a moment"
MCP = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "ask", "arguments": {"question": QUESTION}},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stopping")
    samples.ingest(samples.service(folder / "index"), samples.write(folder / "articles"))
    return folder / "index"


@contextmanager
def interrupted(index: Path, path: str, body: dict[str, Any], accept: str = "*/*") -> Iterator[httpx2.Response]:
    """Yield the response to a request that waits for a language model when the service stops."""
    service, model = hanging_model(samples.service(index), timeout=600.0)
    with ThreadPoolExecutor(1) as pool, stoppable(create_app(service), grace=0.2) as (url, stop):
        headers = {"Accept": accept}
        response = pool.submit(httpx2.post, f"{url}{path}", json=body, headers=headers, timeout=60)
        wait_for(lambda: bool(model.asked), seconds=30)
        stop()
        yield response.result(60)


def test_a_stream_ends_with_an_error_event(index: Path) -> None:
    with interrupted(index, "/v1/answers", {"question": QUESTION}, "text/event-stream") as response:
        *_, last = response.text.strip().split("\n\n")
        name, data = last.splitlines()
        assert name == "event: error"
        problem = json.loads(data.removeprefix("data: "))
        assert (problem["status"], problem["detail"]) == (503, STOPPING)


def test_a_chat_completion_ends_with_an_error_and_done(index: Path) -> None:
    with interrupted(index, "/v1/chat/completions", {**CHAT, "stream": True}) as response:
        *_, error, done = response.text.strip().split("\n\n")
        assert json.loads(error.removeprefix("data: "))["error"]["message"] == STOPPING
        assert done == "data: [DONE]"


def test_a_response_ends_with_a_failure_and_done(index: Path) -> None:
    body = {"model": "rag", "input": QUESTION, "stream": True}
    with interrupted(index, "/v1/responses", body) as response:
        *_, failed, done = response.text.strip().split("\n\n")
        name, data = failed.splitlines()
        assert name == "event: response.failed"
        assert json.loads(data.removeprefix("data: "))["response"]["error"]["message"] == STOPPING
        assert done == "data: [DONE]"


def test_a_stream_of_the_ai_sdk_ends_with_an_error_and_done(index: Path) -> None:
    with interrupted(index, "/api/chat", PARTS) as response:
        *_, error, done = response.text.strip().split("\n\n")
        assert json.loads(error.removeprefix("data: ")) == {"type": "error", "errorText": STOPPING}
        assert done == "data: [DONE]"


@pytest.mark.parametrize(("path", "body"), [("/v1/answers", {"question": QUESTION}), ("/v1/chat/completions", CHAT)])
def test_a_whole_answer_becomes_503_with_retry_after(index: Path, path: str, body: dict[str, Any]) -> None:
    with interrupted(index, path, body) as response:
        assert response.status_code == 503
        assert STOPPING in response.text
        assert response.headers["retry-after"] == "5"


def test_a_tool_call_ends_with_an_error(index: Path) -> None:
    with interrupted(index, "/mcp", MCP, "application/json, text/event-stream") as response:
        assert STOPPING in response.text


def test_a_stream_that_ends_in_time_is_complete_and_new_connections_are_refused(index: Path) -> None:
    model = SlowModel(["The levy took effect in 2018 [1]. ", "Small producers pay nothing [1]. "] * 2)
    service = samples.service(index, generator=samples.answerer(model))
    with ThreadPoolExecutor(1) as pool, stoppable(create_app(service), grace=60.0) as (url, stop):
        headers = {"Accept": "text/event-stream"}
        body = {"question": QUESTION}
        response = pool.submit(httpx2.post, f"{url}/v1/answers", json=body, headers=headers, timeout=60)
        wait_for(lambda: model.sent > 0, seconds=30)
        stop()
        wait_for(lambda: is_refused(url), seconds=10)
        assert response.result(60).text.strip().split("\n\n")[-1].startswith("event: answer")


def is_refused(url: str) -> bool:
    try:
        httpx2.get(f"{url}/healthz", timeout=5)
    except httpx2.TransportError:
        return True
    return False


def test_readiness_fails_while_the_service_stops(index: Path) -> None:
    app = create_app(samples.service(index))
    with TestClient(app) as client:
        assert client.get("/readyz").status_code == 200
        app.state.stopping.begin()
        response = client.get("/readyz")
        assert (response.status_code, response.json()["detail"]) == (503, "the service is stopping")
        assert client.get("/healthz").status_code == 200


def test_a_client_that_waits_for_its_job_gets_the_address_of_the_job(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, index_dir=tmp_path / "index", encoder="hashing", api_key="open-sesame-1234567")
    service = assemble(settings)
    samples.ingest(service, samples.write(tmp_path / "articles"))
    with ThreadPoolExecutor(1) as pool, stoppable(create_app(service)) as (url, stop), service.parts.store.writing():
        waiting = pool.submit(put, url)
        wait_for(lambda: bool(jobs(url)), seconds=30)
        stop()
        response = waiting.result(30)
        assert response.status_code == 202
        assert response.headers["location"] == f"/v1/ingestions/{response.json()['id']}"


def put(url: str) -> httpx2.Response:
    headers = {"Authorization": "Bearer open-sesame-1234567"}
    return httpx2.put(f"{url}/v1/documents/a", json={"text": "One."}, headers=headers, timeout=60)


def jobs(url: str) -> list[Any]:
    found: list[Any] = httpx2.get(
        f"{url}/v1/ingestions", headers={"Authorization": "Bearer open-sesame-1234567"}
    ).json()["ingestions"]
    return found


def test_a_connection_that_does_not_read_does_not_hold_up_the_end(index: Path) -> None:
    model = samples.Scripted([None])
    service = samples.service(index, generator=samples.answerer(model))
    ended = Event()
    with ThreadPoolExecutor(1) as pool, stoppable(create_app(service), grace=0.2) as (url, stop):

        def ask() -> None:
            with httpx2.stream("POST", f"{url}/v1/answers", json={"question": QUESTION}, timeout=60):
                ended.wait(30)

        waiting = pool.submit(ask)
        wait_for(lambda: bool(model.asked), seconds=30)
        stop()
        wait_for(lambda: is_refused(url), seconds=10)
        ended.set()
        waiting.result(30)
