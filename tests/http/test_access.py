"""A client sees an index as if the documents of other groups were not in it, in every route and protocol.

Each group asks one labelled index, and then an index that has only the documents that the group may see. Both must
give the same responses, to the byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rag.http.app import create_app
from rag.service import Service
from tests import labelled, samples
from tests.cases import sampled
from tests.client import TestClient
from tests.http.access.clients import bearer, make_key
from tests.labelled import GROUPS, IDS, MARKERS, Client

QUESTIONS = (
    *(
        f"How much is the {word} allowance?"
        for word in ("agouti", "capybara", "dugong", "echidna", "fossa", "mandrill")
    ),
    "What is said about the dugong paper?",
    "How much is the capibara allowance?",
    "What does the dugnog register cost?",
    "Who wrote the capybara paper?",
    "When was the dugong paper published?",
    "Which documents are there?",
    "Which documents mention the dugong?",
    "Which documents were published after 2015?",
    "Article 5",
    "What does Article 5 say?",
    "What does Article 7 of the dugong paper say?",
    "What does Article 9 say?",
    "List the duties of the bandicoot keeper.",
    "How many duties does the keeper have?",
    "What is DG-4711?",
    "Which gifts are reported?",
    "What does rule 3 of the canteen say?",
    "Wie hoch ist das Bußgeld?",
    "Wie hoch ist das Busgeld für den Luchs?",
    "Is the agouti allowance higher than the dugong allowance?",
    "hello",
)
IN_EVERY_PROTOCOL = (
    "How much is the capybara allowance?",
    "How much is the dugnog allowance?",
    "Which documents are there?",
    "What does Article 5 say?",
)
FILTERS: tuple[dict[str, Any], ...] = (
    {"topic": "dugong"},
    {"topic": "dugnog"},
    {"topic": "nothing like it"},
    {"topic": ["shared"]},
    {"capybarafield": "capybaravalue"},
    {"no such field": "1"},
    {"id": "capybara"},
    {"id": {"not": ["agouti"]}},
    {"title": "The lynx paper"},
    {"author": "Fossa Writer"},
    {"language": "de"},
    {"published": {"gte": "2015"}},
    {"published": {"gte": "tomorrow"}},
    {"access": "hr"},
    {"access_fault": "1"},
)
SOUGHT = ("agouti", "capybara", "dugong", "echidna", "fossa", "kakapo", "mandrill", "no-such-document")
HISTORY = (
    {"role": "user", "content": "How much is the capybara allowance?"},
    {"role": "assistant", "content": "It is something about the council and the office. [1]"},
)
ONCE = re.compile(r'"(?:id|created|created_at|completed_at|messageId|item_id|system_fingerprint)": ?"?[\w-]+"?')


def ask(client: TestClient, method: str, path: str, body: object = None, **headers: str) -> str:
    response = client.request(method, path, json=body, headers=headers)
    shown = {name: response.headers.get(name) for name in ("content-type", "content-disposition", "etag", "location")}
    return f"{response.status_code} {json.dumps(shown)}\n{response.text}"


def tool(client: TestClient, method: str, **params: Any) -> str:
    accept = {"Accept": "application/json, text/event-stream"}
    return ask(client, "POST", "/mcp", {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}, **accept)


def gets(client: TestClient, groups: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the response to each GET route, for every document of every group."""
    pages = ["/documents/{document_id}", "/documents/{document_id}?start=2&end=9&sha256=00000000&part=record"]
    listed = [path for path, methods in client.get("/openapi.json").json()["paths"].items() if "get" in methods]
    assert len(listed) > 10
    listed.remove("/v1/access")  # says who the client is, and nothing of the documents
    for path in [*listed, *pages, "/", "/openapi.json"]:
        for name in SOUGHT:
            filled = re.sub(r"\{\w+\}", name, path)
            yield filled, ask(client, "GET", filled)
            if path == filled:
                break


def posts(client: TestClient, groups: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the responses of every protocol to questions, filters and follow-ups."""
    for question in sampled(QUESTIONS, 2):
        yield f"answer {question}", ask(client, "POST", "/v1/answers", {"question": question})
    for question in sampled(IN_EVERY_PROTOCOL, 2):
        message = {"role": "user", "content": question}
        parts = {"id": "1", "role": "user", "parts": [{"type": "text", "text": question}]}
        events = ask(client, "POST", "/v1/answers", {"question": question}, Accept="text/event-stream")
        yield f"events {question}", events
        yield f"search {question}", ask(client, "POST", "/v1/search", {"query": question, "limit": 100})
        yield f"responses {question}", ask(client, "POST", "/v1/responses", {"model": "rag", "input": question})
        yield f"ai-sdk {question}", ask(client, "POST", "/api/chat", {"id": "1", "messages": [parts]})
        for stream in (False, True):
            chat = {"model": "rag", "messages": [message], "stream": stream}
            yield f"chat {stream} {question}", ask(client, "POST", "/v1/chat/completions", chat)
        follow_up = {"question": "And who decides that?", "history": [message, HISTORY[1]]}
        yield f"after {question}", ask(client, "POST", "/v1/answers", follow_up)
        yield f"history {question}", ask(client, "POST", "/v1/answers", {"question": question, "history": HISTORY})
        yield f"ask {question}", tool(client, "tools/call", name="ask", arguments={"question": question})
        yield f"found {question}", tool(client, "tools/call", name="search", arguments={"query": question})
    for filters in sampled(FILTERS, 2):
        body = {"question": "How much is the allowance?", "filters": filters}
        yield f"filter {filters}", ask(client, "POST", "/v1/answers", body)
        yield f"filtered {filters}", ask(client, "POST", "/v1/search", {"query": "allowance", "filters": filters})
        listed = {"question": "Which documents are there?", "filters": filters}
        yield f"listed {filters}", ask(client, "POST", "/v1/answers", listed)
        yield f"tool {filters}", tool(client, "tools/call", name="ask", arguments=body)
    for name in SOUGHT:
        yield f"fetch {name}", tool(client, "tools/call", name="fetch", arguments={"id": name})
        yield f"read {name}", tool(client, "resources/read", uri=f"rag://documents/{name}")
    yield "resources", tool(client, "resources/list")


def comparable(body: str, snapshot: str) -> str:
    """Return a response without the id of its snapshot, times, and ids that are made for each response."""
    body = re.sub(r'"timings": ?\{[^}]*\}', "", body.replace(snapshot, "SNAPSHOT"))
    body = re.sub(r'"(?:created|request_id|indexed|since)": ?"[^"]*"', "", body)
    body = re.sub(r'"(?:access)": ?(?:null|\[[^]]*\])', "", body)
    body = re.sub(r'"seal": ?"[0-9a-f]*"', "", body)  # each service has a key of its own
    body = re.sub(r'"etag": "W/[^,]*', "", body)  # a digest of the body, so it has the labels too
    return re.sub(r"(?:chatcmpl|resp|msg)[-_]\w+", "", ONCE.sub(lambda found: kept(found[0]), body))


def kept(found: str) -> str:
    """Return the id of a document as it is, and nothing for any other id."""
    return found if any(f'"{name}"' in found for name in IDS) else ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return labelled.write(tmp_path_factory.mktemp("labelled") / "articles")


@pytest.fixture(scope="module")
def service(folder: Path) -> Service:
    made = samples.service(folder.parent / "whole")
    samples.ingest(made, folder)
    return made


@pytest.fixture(scope="module")
def bodies(service: Service) -> Any:
    """Return all responses of the labelled index to a client in some groups."""
    return cache(lambda groups: responses(service, Client(groups)))


@cache
def key_of(service: Service, groups: frozenset[str] | None) -> dict[str, str]:
    """Return the header with a key that sees these groups, or all of them."""
    name = "all" if groups is None else "-".join(["sees", *sorted(groups)])
    return bearer(make_key(service.settings.index_dir, name, groups=groups if groups is None else tuple(groups)))


def responses(service: Service, client: Client | None) -> dict[str, str]:
    snapshot = service.snapshot().id
    groups = (client.groups if client else None) or frozenset[str]()
    headers = key_of(service, client.groups) if client else {}
    with TestClient(create_app(service), raise_server_exceptions=False, headers=headers) as connection:
        found = [*gets(connection, groups), *posts(connection, groups)]
    return {name: comparable(body, snapshot) for name, body in found}


@pytest.mark.parametrize("groups", GROUPS, ids=lambda groups: "+".join(sorted(groups)) or "none")
def test_a_group_sees_what_an_index_of_only_its_documents_shows(
    bodies: Any, folder: Path, tmp_path: Path, groups: frozenset[str]
) -> None:
    own = samples.service(tmp_path / "own")
    samples.ingest(own, *labelled.files(folder, groups))
    if not labelled.sees(groups, "mandrill"):  # a record of a file whose other record everybody may see
        own.erase(["mandrill"])
    expected = responses(own, Client(None))
    found: Mapping[str, str] = bodies(groups)
    assert found.keys() == expected.keys()
    different = {name: (body, expected[name]) for name, body in found.items() if body != expected[name]}
    assert not different, next(iter(different.items()))


@pytest.mark.parametrize("groups", GROUPS, ids=lambda groups: "+".join(sorted(groups)) or "none")
def test_no_response_has_a_word_of_a_hidden_document(bodies: Any, groups: frozenset[str]) -> None:
    hidden = [word for word in MARKERS if not labelled.sees(groups, word)]
    shown = [word for word in MARKERS if labelled.sees(groups, word)]
    found: Mapping[str, str] = bodies(groups)
    for name, body in found.items():
        leaked = [word for word in hidden if word in body.lower() and word not in name.lower()]
        assert not leaked, (name, leaked, body)
    for word in shown:
        assert any(word in body.lower() for name, body in found.items() if word not in name.lower()), word


def test_a_request_without_a_client_is_one_of_no_group(bodies: Any, service: Service) -> None:
    found, expected = responses(service, None), bodies(frozenset())
    refused = {name for name, body in expected.items() if body.startswith("403")}  # changes; the reason differs
    assert 0 < len(refused) < len(expected) / 5
    assert {name: body for name, body in found.items() if name not in refused} == {
        name: body for name, body in expected.items() if name not in refused
    }


def test_errors_are_the_same_for_hidden_documents_and_for_no_documents(bodies: Any) -> None:
    found = bodies(frozenset())
    for path in ("/v1/documents/{}", "/v1/documents/{}/original", "/documents/{}"):
        hidden, missing = found[path.format("capybara")], found[path.format("no-such-document")]
        assert hidden.startswith("404")
        assert hidden.replace("capybara", "no-such-document") == missing


def test_an_original_is_cached_only_by_its_client(service: Service) -> None:
    client = TestClient(create_app(service))
    first = client.get("/v1/documents/agouti/original")
    again = client.get("/v1/documents/agouti/original", headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert first.headers["cache-control"] == again.headers["cache-control"] == "private, no-cache"


def test_only_maintainers_see_labels(service: Service) -> None:
    for groups, expected in ((frozenset({"hr"}), None), (None, ["hr"])):
        headers = key_of(service, groups)
        client = TestClient(create_app(service), headers=headers)
        assert client.get("/v1/documents/capybara").json()["access"] == expected
        listed = {one["id"]: one["access"] for one in client.get("/v1/documents").json()["documents"]}
        assert listed["capybara"] == expected
        assert listed["agouti"] == (None if expected is None else [])
        assert ("fossa" in listed) is (groups is None)


def test_metrics_count_all_documents_so_a_client_that_sees_some_gets_none(service: Service) -> None:
    for groups, status in ((frozenset({"hr"}), 403), (None, 200)):
        headers = key_of(service, groups)
        client = TestClient(create_app(service), headers=headers)
        assert client.get("/metrics").status_code == status


def test_a_text_in_two_groups_is_two_documents_each_with_its_own_source(service: Service) -> None:
    for groups, expected in ((frozenset[str](), {"jerboa"}), (frozenset({"hr"}), {"jerboa", "kakapo"})):
        view = service.view(groups)
        found = {one.reference.id: one for one in view.documents()[0]}
        assert {"jerboa", "kakapo"} & found.keys() == expected
        for name in expected:
            [source] = found[name].origin.sources
            assert Path(source.name).stem == name
    assert found["kakapo"].near_duplicate_of == "jerboa"
