"""Tests that every way of asking and reading is in the audit log, and that nothing is answered without it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import pytest

from rag.audit import verify
from rag.http.app import create_app
from rag.service import Service
from rag.types import Ask
from rag.wiring import audit_log
from tests import samples
from tests.client import TestClient
from tests.http.observing.observed import ALL_WAYS, MCP, audit_lines, tool_call, with_settings
from tests.http.serving import SlowModel, serving, wait_for

ID = "0af7651916cd43dd8448eb211c80319c"
HEADERS = {"traceparent": f"00-{ID}-b7ad6b7169203331-01", "content-type": "application/json"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "audit"


@pytest.fixture
def audited(service: Service, folder: Path) -> Service:
    return with_settings(service, audit_dir=folder, api_key=None)


@pytest.fixture
def client(audited: Service) -> Iterator[TestClient]:
    with TestClient(create_app(audited), client=("192.0.2.7", 4711), headers=HEADERS) as client:
        yield client


def send(client: TestClient, method: str, path: str, body: dict[str, Any] | None) -> httpx2.Response:
    content = None if body is None else json.dumps(body).replace("QUESTION", samples.LEVY_QUESTION)
    response: httpx2.Response = client.request(method, path, content=content)
    return response


def block(folder: Path) -> None:
    """Put a file in the place of the folder. The service may make the folder again meanwhile."""
    while not folder.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(IsADirectoryError):
            folder.write_text("")


@pytest.mark.parametrize(("method", "path", "body"), ALL_WAYS)
def test_each_way_over_http_is_recorded_with_client_time_and_request(
    client: TestClient, folder: Path, method: str, path: str, body: dict[str, Any] | None
) -> None:
    assert send(client, method, path, body).status_code == 200
    first, *rest = audit_lines(folder)
    assert (first["client"], first["request"]) == ("192.0.2.7", ID)
    assert first.get("question") == (samples.LEVY_QUESTION if body else None)
    assert "levy" in [*rest, first][0]["documents"]


@pytest.mark.parametrize(
    ("call", "kinds"),
    [
        (tool_call("ask", question=samples.LEVY_QUESTION), ["asked", "answered"]),
        (tool_call("search", query="levy"), ["searched"]),
        (tool_call("fetch", id="levy"), ["read"]),
        ({"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": "rag://documents/levy"}}, ["read"]),
    ],
)
def test_each_way_of_an_assistant_is_recorded(
    client: TestClient, folder: Path, call: dict[str, Any], kinds: list[str]
) -> None:
    assert client.post("/mcp", json=call, headers=MCP).status_code == 200
    entries = audit_lines(folder)
    assert [entry["kind"] for entry in entries] == kinds
    assert (entries[0]["client"], entries[0]["request"]) == ("192.0.2.7", ID)
    assert "levy" in entries[-1]["documents"]


def test_a_question_without_http_names_the_user_of_the_machine(audited: Service, folder: Path) -> None:
    audited.view(None).answer(Ask(samples.LEVY_QUESTION))
    asked, answered = audit_lines(folder)
    assert asked["client"].startswith("local user ")
    assert (answered["outcome"], answered["cited"]) == ("answered", ["levy"])
    assert (asked["snapshot"], answered["snapshot"]) == (audited.snapshot().id,) * 2


def test_the_entry_is_there_when_a_stream_says_its_first_word_and_when_it_ends(audited: Service, folder: Path) -> None:
    events = audited.view(None).stream(Ask(samples.LEVY_QUESTION))
    next(events)
    assert [entry["kind"] for entry in audit_lines(folder)] == ["asked"]
    list(events)
    assert [entry["kind"] for entry in audit_lines(folder)] == ["asked", "answered"]


def test_a_client_that_leaves_a_stream_is_recorded_with_the_documents_that_it_saw(
    service: Service, folder: Path
) -> None:
    model = SlowModel(["The levy took effect on 6 April 2018 [1]. "] * 200)
    audited = with_settings(service, samples.answerer(model), audit_dir=folder)
    body = {"question": samples.LEVY_QUESTION}
    with serving(audited) as url, suppress(httpx2.StreamError):
        with httpx2.stream("POST", f"{url}/v1/answers", json=body, headers={"accept": "text/event-stream"}) as response:
            next(response.iter_lines())
        wait_for(lambda: len(audit_lines(folder)) == 2, 30)
    assert audit_lines(folder)[1]["outcome"] == "left"
    assert "levy" in audit_lines(folder)[1]["documents"]


def test_a_question_that_fails_is_recorded(client: TestClient, folder: Path) -> None:
    assert client.post("/v1/answers", json={"question": "Why?", "filters": {"planet": "x"}}).status_code == 422
    assert [entry.get("outcome") for entry in audit_lines(folder)] == [None, "failed"]


def test_a_document_that_nobody_has_is_not_recorded(client: TestClient, folder: Path) -> None:
    assert client.get("/v1/documents/none").status_code == 404
    assert not folder.exists() or audit_lines(folder) == []


@pytest.mark.parametrize(("method", "path", "body"), ALL_WAYS)
def test_nothing_is_answered_while_the_log_cannot_be_written(
    client: TestClient, folder: Path, method: str, path: str, body: dict[str, Any] | None
) -> None:
    block(folder)
    response = send(client, method, path, body)
    assert response.status_code == 503
    assert "the audit log cannot be used" in response.text
    assert "pence" not in response.text
    assert str(folder) not in response.text
    assert client.get("/readyz").status_code == 503
    assert 'rag_refusals_total{reason="audit"} 1.0' in client.get("/metrics").text
    folder.unlink()
    assert send(client, method, path, body).status_code == 200, "it answers again without a restart"
    assert client.get("/readyz").status_code == 200


def test_prometheus_sees_that_the_service_is_not_ready(client: TestClient, folder: Path) -> None:
    block(folder)
    client.app.state.index_state.refresh()  # type: ignore[attr-defined]
    assert "\nrag_ready 0.0\n" in client.get("/metrics").text
    assert "\nrag_index_documents 3.0\n" in client.get("/metrics").text


def test_a_stream_whose_end_cannot_be_recorded_ends_with_an_error(
    client: TestClient, folder: Path, audited: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = audited.parts.auditor.log
    assert log is not None
    real = log.append

    def append(kind: Any, *rest: Any) -> int:
        if kind == "asked":
            return real(kind, *rest)
        block(folder)
        return real(kind, *rest)

    monkeypatch.setattr(log, "append", append)
    response = client.post(
        "/v1/answers", json={"question": samples.LEVY_QUESTION}, headers={"accept": "text/event-stream"}
    )
    assert response.text.rpartition("event: ")[2].startswith("error\n")
    assert "event: answer\n" not in response.text


def test_no_log_is_written_by_default(service: Service, tmp_path: Path) -> None:
    assert audit_log(service.settings) is None
    with TestClient(create_app(service)) as client:
        client.post("/v1/answers", json={"question": samples.LEVY_QUESTION})
    assert list(tmp_path.iterdir()) == []


def test_all_ways_together_make_one_chain(client: TestClient, audited: Service) -> None:
    for way in ALL_WAYS:
        send(client, *way)
    log = audited.parts.auditor.log
    assert log is not None
    found = verify(log)
    assert found.faults == ()
    assert found.entries == 12
