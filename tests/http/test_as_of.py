"""Every way of asking over HTTP takes a time, and every document shows when it is in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import anyio
import pytest
from mcp_types import CallToolResult

from rag.http.app import create_app
from rag.http.links import configured_links
from rag.http.mcp.tool_table import TOOLS
from rag.service import Service
from tests import dated, samples
from tests.client import TestClient


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder = tmp_path_factory.mktemp("dated")
    made = samples.service(folder / "index", least_confidence=0.3)
    samples.ingest(made, samples.write(folder / "articles", dated.ARTICLES))
    return made


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[TestClient]:
    with TestClient(create_app(service), raise_server_exceptions=False) as client:
        yield client


def _posted(client: TestClient, path: str, **body: object) -> dict[str, Any]:
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.parametrize(("as_of", "price"), [("2019-06-01", "two"), ("2022", "four"), ("2091-05", "nine")])
def test_an_answer_is_given_as_of_a_time(client: TestClient, as_of: str, price: str) -> None:
    found = _posted(client, "/v1/answers", question=dated.FARES, as_of=as_of)
    assert found["statements"][0]["text"] == f"A single ticket for the ferry costs {price} florins."
    assert found["as_of"] == as_of


def test_a_refusal_names_the_first_version(client: TestClient) -> None:
    found = _posted(client, "/v1/answers", question=dated.FARES, as_of="2015")
    assert (found["outcome"], found["abstention"], found["statements"]) == ("no_evidence", "before_first_version", [])
    [notice] = found["notices"]
    assert (notice["kind"], "Ferry Fares Order 2019" in notice["text"]) == ("not_yet_in_force", True)


def test_a_stream_has_the_notices_and_the_time(client: TestClient) -> None:
    body = {"question": dated.FARES, "as_of": "2019-06-01"}
    text = client.post("/v1/answers", json=body, headers={"accept": "text/event-stream"}).text
    events = [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]
    assert events[-1]["as_of"] == "2019-06-01"
    assert "not_yet_in_force" in [one.get("kind") for one in events]


def test_a_search_is_made_as_of_a_time(client: TestClient) -> None:
    hits = _posted(client, "/v1/search", query=dated.FARES, as_of="2019-06-01")["hits"]
    assert {hit["document_id"] for hit in hits} == {"fares-2019", "dogs", "leave", "lighthouse"}


@pytest.mark.parametrize("wrong", ["someday", "2021-02-30", "2021-1", 2021, ""])
def test_a_time_that_is_no_date_is_an_error(client: TestClient, wrong: object) -> None:
    response = client.post("/v1/answers", json={"question": dated.FARES, "as_of": wrong})
    assert response.status_code == 422
    assert "as_of" in response.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": dated.FARES}]}),
        ("/v1/responses", {"input": dated.FARES}),
        ("/api/chat", {"messages": [{"role": "user", "parts": [{"type": "text", "text": dated.FARES}]}]}),
    ],
)
def test_the_chat_protocols_take_a_time(client: TestClient, path: str, body: dict[str, Any]) -> None:
    early = client.post(path, json={**body, "as_of": "2019-06-01"})
    assert early.status_code == 200, early.text
    assert "costs two florins" in early.text
    assert "costs four florins" in client.post(path, json=body).text


def test_a_chat_says_why_there_is_no_answer(client: TestClient) -> None:
    body = {"messages": [{"role": "user", "content": dated.FARES}], "as_of": "2015"}
    text = client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"]
    assert "not yet in force at that time" in text
    assert "Ferry Fares Order 2019" in text


def _called(service: Service, name: str, **arguments: object) -> CallToolResult:
    """Call a tool in a worker thread, as the server does."""
    links = configured_links(service.settings)
    call = partial(TOOLS[name].call, service.view(None), links, arguments)
    return anyio.run(anyio.to_thread.run_sync, call)


def test_the_tools_of_assistants_take_a_time(service: Service) -> None:
    answer = _called(service, "ask", question=dated.FARES, as_of="2019-06-01").structured_content
    assert "costs two florins" in answer["text"]
    found = _called(service, "search", query=dated.FARES, as_of="2019-06-01").structured_content
    assert {one["id"] for one in found["results"]} == {"fares-2019", "dogs", "leave", "lighthouse"}
    assert _called(service, "ask", question=dated.FARES, as_of="someday").is_error


def test_a_document_tells_its_three_dates_apart(client: TestClient) -> None:
    found = client.get("/v1/documents/fares-2021").json()
    assert found["published"] == "2020-12-15"
    assert found["in_force"] == {"first": "2021-03-01", "last": "2089-12-31", "ended_by": "fares-2090"}
    assert found["indexed"] > "2026"
    page = client.get("/documents/fares-2021").text
    assert "<span data-t>Published</span> <time>2020-12-15</time>" in page
    assert "<span data-t>In force</span> <time>2021-03-01</time> – <time>2089-12-31</time>" in page
    assert f"<span data-t>Indexed</span> <time>{found['indexed'][:10]}</time>" in page


def test_a_citation_shows_when_its_document_is_in_force(client: TestClient) -> None:
    found = _posted(client, "/v1/answers", question=dated.FARES)
    assert found["citations"][0]["in_force"] == {"first": "2021-03-01", "last": "2089-12-31"}
    visit = _posted(client, "/v1/answers", question=dated.VISIT)
    assert "in_force" not in visit["citations"][0]


def test_the_seal_of_an_answer_covers_its_time(client: TestClient) -> None:
    found = _posted(client, "/v1/answers", question=dated.FARES, as_of="2019-06-01")
    assert client.post("/v1/exports", json={"answers": [found], "format": "text"}).status_code == 200
    forged = client.post("/v1/exports", json={"answers": [{**found, "as_of": "2022"}], "format": "text"})
    assert (forged.status_code, "seal" in forged.json()["detail"]) == (422, True)


def test_an_inferred_date_has_the_words_that_say_so(client: TestClient) -> None:
    found = client.get("/v1/documents/fares-2090").json()
    words = {one["field"]: found["text"][one["start"] : one["end"]] for one in found["inferred"]}
    assert words == {
        "valid_from": "This order enters into force on 1 January 2090.",
        "supersedes": "It replaces the Ferry Fares Order 2021.",
    }
    assert found["metadata"]["valid_from"] == "2090-01-01"


def test_a_document_without_dates_is_always_in_force(client: TestClient) -> None:
    found = client.get("/v1/documents/lighthouse").json()
    assert (found["in_force"], found["inferred"]) == (None, [])
