"""The generator for the Anthropic Messages API, against a scripted server."""

from __future__ import annotations

from typing import Any

import pytest

from rag.errors import BackendTimeout, BackendUnavailable, ConfigurationError
from rag.protocols import (
    Finish,
    Generator,
    GeneratorOptions,
    GeneratorRequest,
    Passage,
    PassageCitation,
    Text,
    Usage,
)
from tests.adapters.scripted_server import Handler, Reply, Server, events_of, failing, hanging_at_once, sending, serving

pytest.importorskip("anthropic")

from rag.adapters.anthropic import load

KEY = "sk-secret"
PASSAGES = (Passage("The levy, 2018", "Fruit juices are exempt."), Passage("The charge", "It is 15 pounds."))


def stream(*events: dict[str, Any]) -> Reply:
    import json

    return sending(*(f"event: {one['type']}\ndata: {json.dumps(one)}\n\n".encode() for one in events))


def start(**usage: int) -> dict[str, Any]:
    counted = {"input_tokens": 20, "output_tokens": 1, **usage}
    message = {"id": "m", "type": "message", "role": "assistant", "content": [], "model": "tiny", "usage": counted}
    return {"type": "message_start", "message": message}


def block(text: str, *citations: dict[str, Any]) -> list[dict[str, Any]]:
    deltas = [{"type": "citations_delta", "citation": one} for one in citations]
    words = [{"type": "text_delta", "text": word} for word in (text[:3], text[3:])]
    return [
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "", "citations": []}},
        *({"type": "content_block_delta", "index": 0, "delta": one} for one in (*deltas, *words)),
        {"type": "content_block_stop", "index": 0},
    ]


def citation(document: int, quote: str, **more: object) -> dict[str, Any]:
    place = {"type": "char_location", "start_char_index": 0, "end_char_index": len(quote), "document_title": None}
    return {"document_index": document, "cited_text": quote, **place, **more}


def end(reason: str = "end_turn") -> list[dict[str, Any]]:
    delta = {"stop_reason": reason, "stop_sequence": None}
    return [{"type": "message_delta", "delta": delta, "usage": {"output_tokens": 5}}, {"type": "message_stop"}]


THOUGHT = [
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}},
    {"type": "content_block_stop", "index": 0},
]


def generator(server: Server, effort: str | None = None) -> Generator:
    return load("tiny", GeneratorOptions(server.url, KEY, effort=effort))


def test_a_reply_arrives_in_blocks_with_their_citations_and_its_usage() -> None:
    cited = block("Juices are exempt", citation(0, "Fruit juices are exempt."), citation(1, "It is 15 pounds."))
    with serving(stream(start(cache_read_input_tokens=7), *THOUGHT, *cited, *block(" 🥤."), *end())) as server:
        found = events_of(generator(server))
    assert found == [
        Text("Juices are exempt"),
        PassageCitation(0, "Fruit juices are exempt."),
        PassageCitation(1, "It is 15 pounds."),
        Text(" 🥤."),
        Usage(27, 5),
        Finish("stop"),
    ]


@pytest.mark.parametrize(
    ("given", "reason"), [("max_tokens", "length"), ("refusal", "filtered"), ("stop_sequence", "stop")]
)
def test_the_reason_of_the_end_is_converted(given: str, reason: str) -> None:
    with serving(stream(start(), *block("Juices"), *end(given))) as server:
        assert events_of(generator(server))[-1] == Finish(reason)  # type: ignore[arg-type]


def test_passages_are_documents_with_citations() -> None:
    with serving(stream(start(), *end())) as server:
        events_of(generator(server), GeneratorRequest("Cite.", "Why?", 500, PASSAGES))
    [request] = server.requests
    assert request.path == "/v1/messages"
    assert KEY in (request.headers["authorization"].removeprefix("Bearer "), request.headers.get("x-api-key"))
    [message] = request.body.pop("messages")
    *documents, text = message["content"]
    assert text == {"type": "text", "text": "Why?"}
    assert documents == [
        {
            "type": "document",
            "source": {"type": "text", "media_type": "text/plain", "data": passage.text},
            "title": passage.source,
            "citations": {"enabled": True},
        }
        for passage in PASSAGES
    ]
    assert request.body == {"model": "tiny", "system": "Cite.", "max_tokens": 500, "stream": True}


def test_a_reasoning_model_gets_its_effort_unless_it_refuses_it() -> None:
    with serving(stream(start(), *end())) as server:
        events_of(generator(server, effort="low"), GeneratorRequest("", "Why?", 500))
        without = frozenset({"output_config"})
        events_of(generator(server, effort="low"), GeneratorRequest("", "Why?", 500, without=without))
    first, second = server.requests
    assert first.body["output_config"] == {"effort": "low"}
    assert "output_config" not in second.body


def breaking_off(handler: Handler) -> None:
    stream(start(), *block("Juices"))(handler)


OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "on fire"}}


@pytest.mark.parametrize(
    "reply",
    [
        failing(500, "on fire"),
        stream(start(), OVERLOADED),
        sending(b"event: message_start\ndata: Fruit\n\n"),
        sending(b"event: message_start\ndata: 7\n\n"),
        stream({"type": "message_start", "message": None}),
        stream(start(), {"type": "content_block_delta", "index": 0, "delta": None}),
    ],
)
def test_every_failure_is_a_backend_error_of_one_sentence(reply: Reply) -> None:
    with serving(reply) as server, pytest.raises(BackendUnavailable) as failed:
        events_of(generator(server))
    assert str(failed.value).startswith("anthropic:tiny failed: ")
    assert "\n" not in str(failed.value)
    assert KEY not in str(failed.value)


def test_the_error_has_the_status_and_the_time_to_wait() -> None:
    with serving(failing(429, "slow down", Retry_After="7")) as server, pytest.raises(BackendUnavailable) as failed:
        events_of(generator(server))
    assert (failed.value.status, failed.value.retry_after) == (429, "7")
    assert len(server.requests) == 1


def test_a_reply_that_breaks_off_has_no_end() -> None:
    with serving(breaking_off) as server:
        assert events_of(generator(server)) == [Text("Juices")]


def test_a_server_that_hangs_ends_at_the_deadline() -> None:
    with serving(hanging_at_once) as server, pytest.raises(BackendTimeout):
        events_of(generator(server), seconds=0.5)


def test_a_model_and_a_key_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="'anthropic:<model>'"):
        load("", GeneratorOptions(api_key=KEY))
    with pytest.raises(ConfigurationError, match="set RAG_GENERATOR_API_KEY"):
        load("tiny", GeneratorOptions())
