"""The tools for assistants: their results, their texts, and the errors of invalid calls."""

from __future__ import annotations

import json

import httpx2
import pytest
from mcp_types import CallToolResult

from rag.errors import BackendUnavailable
from rag.http.mcp import tools as mcp_tools
from rag.service import Service
from tests import samples
from tests.http.mcp.connection import call, connect, error_message, text, tool_error
from tests.http.serving import SlowModel, serving, wait_for
from tests.patience import PATIENCE

REVISIONS = ["auto", "legacy"]


def ask(url: str, question: str = samples.LEVY_QUESTION, mode: str = "auto", **more: object) -> CallToolResult:
    return connect(f"{url}/mcp", lambda client: client.call_tool("ask", {"question": question, **more}), mode)


@pytest.mark.parametrize("mode", REVISIONS)
def test_the_tools_are_described_as_read_only(url: str, mode: str) -> None:
    tools = connect(f"{url}/mcp", lambda client: client.list_tools(), mode).tools
    assert [tool.name for tool in tools] == ["search", "fetch", "ask"]
    for tool in tools:
        assert tool.title
        assert tool.description
        assert tool.annotations is not None
        assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)
        assert "$ref" not in json.dumps(tool.input_schema)
    assert [tool.input_schema["required"] for tool in tools] == [["query"], ["id"], ["question"]]


def test_search_and_fetch_have_the_schemas_of_a_connector(url: str) -> None:
    found = call(f"{url}/mcp", "search", query="who pays the sugar levy?")
    assert json.loads(text(found)) == found.structured_content
    assert set(found.structured_content) == {"results"}
    [best, *others] = found.structured_content["results"]
    assert best == {"id": "levy", "title": "The sugar levy", "url": "https://example.org/levy"}
    assert {other["url"] for other in others} <= {f"{url}/documents/charge", f"{url}/documents/referendum"}

    fetched = call(f"{url}/mcp", "fetch", id="levy")
    assert json.loads(text(fetched)) == fetched.structured_content
    document = dict(fetched.structured_content)
    assert "24 pence per litre" in (whole := document.pop("text"))
    assert (document.pop("start"), document.pop("next_start"), document.pop("length")) == (0, None, len(whole))
    assert document == {
        **best,
        "metadata": {"author": "Ada Obi", "published": "2018-04-06", "topic": ["tax", "health"], "year": 2018}
        | {name: value for name, value in document["metadata"].items() if name in ("language", "format")},
    }


def test_a_long_document_is_fetched_in_parts_that_end_between_words(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = call(f"{url}/mcp", "fetch", id="levy").structured_content["text"]
    monkeypatch.setattr(mcp_tools, "_PART", len(whole) // 4)
    parts: list[str] = []
    start: int | None = 0
    while start is not None:
        part = call(f"{url}/mcp", "fetch", id="levy", start=start).structured_content
        assert part["start"] == start
        assert part["length"] == len(whole)
        assert len(part["text"]) <= len(whole) // 4
        parts.append(part["text"])
        start = part["next_start"]
    assert len(parts) > 2
    assert "".join(parts) == whole
    assert all(part[-1].isspace() for part in parts[:-1])
    beyond = call(f"{url}/mcp", "fetch", id="levy", start=len(whole))
    assert f"the text has {len(whole)} characters" in tool_error(beyond)


def test_every_address_from_search_can_be_opened(url: str) -> None:
    for found in call(f"{url}/mcp", "search", query="the congestion charge").structured_content["results"]:
        if found["url"].startswith(url):
            assert found["title"] in httpx2.get(found["url"]).text


@pytest.mark.parametrize("mode", REVISIONS)
def test_an_answer_equals_the_native_answer_with_its_citations(written_url: str, mode: str) -> None:
    native = httpx2.post(f"{written_url}/v1/answers", json={"question": samples.LEVY_QUESTION}).json()
    result = ask(written_url, mode=mode)
    assert not result.is_error
    answer = result.structured_content
    for name in ("text", "outcome", "abstention", "confidence", "degraded", "snapshot"):
        assert answer[name] == native[name]
    assert [{**one, "link": ""} for one in answer["citations"]] == [{**one, "link": ""} for one in native["citations"]]
    assert len(answer["citations"]) == 3


def test_the_text_of_an_answer_lists_its_sources(written_url: str) -> None:
    result = ask(written_url)
    sentences, sources = text(result).split("\n\nSources:\n")
    assert sentences == result.structured_content["text"]
    lines = sources.splitlines()
    assert lines[0].startswith(
        "[1] “The levy 🥤 took effect on 6 April 2018.” (The sugar levy, Ada Obi, 2018-04-06) "
        "https://example.org/levy#:~:text=The%20levy"
    )
    for line, citation in zip(lines, result.structured_content["citations"], strict=True):
        assert line.startswith(f"[{citation['marker']}] “{citation['quote']}”")
        assert line.endswith(f" {citation['link']}")


def test_a_link_to_the_service_highlights_the_quote(written_url: str) -> None:
    [_, charge, _] = ask(written_url).structured_content["citations"]
    assert charge["link"].startswith(f"{written_url}/documents/charge?start=0&end=41")
    assert f'<mark id="quote">{charge["quote"]}</mark>' in httpx2.get(charge["link"]).text


def test_the_text_of_an_answer_states_its_limits(service: Service) -> None:
    broken = samples.Scripted([BackendUnavailable("the model is on fire")])
    with serving(samples.service(service.settings.index_dir, generator=samples.answerer(broken))) as url:
        full, partial = ask(url), ask(url, "What do residents of Mars think of juice?")
    assert [result.structured_content["outcome"] for result in (full, partial)] == ["answered", "partial"]
    assert ["only part of the answer" in text(result) for result in (full, partial)] == [False, True]
    caveat = "These are sentences of the documents, because the language model failed."
    assert f"\n\n{caveat}\n\nSources:\n[1] " in text(full)


def test_the_text_says_that_the_documents_do_not_answer(url: str) -> None:
    result = ask(url, filters={"published": {"lt": "1900"}})
    answer, _, notice = text(result).partition("\n\n")
    assert answer == "The documents do not say. No document matches the filters."
    assert notice.startswith("No document passes the filter published before “1900”")
    assert not result.is_error
    answer = result.structured_content
    assert (answer["outcome"], answer["abstention"], answer["citations"]) == ("no_evidence", "filtered_out", [])


def test_filters_select_the_documents(url: str) -> None:
    answer = ask(url, "What does it cost?", filters={"topic": ["transport"]}).structured_content
    assert {citation["document_id"] for citation in answer["citations"]} == {"charge"}


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("ask", {}, "question: it is missing"),
        ("ask", {"question": "  "}, "question: it is empty"),
        ("ask", {"question": "Why?", "language": "en"}, "language: there is no such field"),
        ("ask", {"question": "Why?", "limit": 0}, "limit: Input should be greater than or equal to 1"),
        ("ask", {"question": "Why?", "filters": {"colour": "red"}}, "no document has the field 'colour'"),
        ("ask", {"question": "Why?", "filters": {"year": {"near": 1}}}, "filters.year: give a value, a list"),
        ("search", {"query": "x" * 2001}, "query: String should have at most 2000 characters"),
        ("fetch", {"id": "nowhere"}, "no document has the id 'nowhere'"),
    ],
)
def test_the_error_of_an_invalid_call_is_one_sentence(
    url: str, tool: str, arguments: dict[str, object], message: str
) -> None:
    found = tool_error(call(f"{url}/mcp", tool, **arguments))
    assert found.startswith(message)
    assert "\n" not in found


@pytest.mark.parametrize("mode", REVISIONS)
def test_the_error_for_an_unknown_tool_lists_the_tools(url: str, mode: str) -> None:
    message = error_message(f"{url}/mcp", lambda client: client.call_tool("delete", {}), mode)
    assert message == "there is no tool 'delete': use one of search, fetch, ask"


@pytest.mark.parametrize("version", ["2026-07-28", "2025-06-18"])
def test_generation_stops_when_the_client_disconnects(service: Service, version: str) -> None:
    model = SlowModel(["Fruit juices are exempt from the levy. [1] [2] [3] [4] And "] * 20)
    with serving(samples.service(service.settings.index_dir, generator=samples.answerer(model))) as url:
        for _ in range(PATIENCE):  # on a busy machine, the model may not have begun after a second
            ended, sent = model.ended, model.sent
            with pytest.raises(httpx2.ReadTimeout):
                post(url, version)
            if model.sent > sent:
                break
        assert model.sent > sent
        wait_for(lambda: model.ended == ended + 1, seconds=1)
        assert model.sent < sent + 20


def post(url: str, version: str) -> None:
    """Call `ask` with a revision of the protocol. Disconnect when no data arrives for a second."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    params = {"name": "ask", "arguments": {"question": samples.LEVY_QUESTION}, "_meta": meta}
    headers = {
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": version,
        "Mcp-Method": "tools/call",
        "Mcp-Name": "ask",
    }
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    httpx2.post(f"{url}/mcp", json=body, headers=headers, timeout=1)
