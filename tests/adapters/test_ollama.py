"""The generator for Ollama's own API, against a scripted server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rag.answer.generation.structured import SCHEMA
from rag.errors import BackendTimeout, BackendUnavailable, ConfigurationError
from rag.protocols import Finish, Generator, GeneratorOptions, GeneratorRequest, Text, Usage
from tests.adapters.scripted_server import Reply, Server, events_of, hanging_at_once, sending, serving

pytest.importorskip("ollama")

from rag.adapters.ollama import load


def lines(*objects: object) -> Reply:
    return sending(*(json.dumps(one).encode() + b"\n" for one in objects), content_type="application/x-ndjson")


def words(content: object, **message: object) -> dict[str, Any]:
    return {"model": "tiny", "message": {"role": "assistant", "content": content, **message}, "done": False}


def end(reason: str = "stop") -> dict[str, Any]:
    return {**words(""), "done": True, "done_reason": reason, "prompt_eval_count": 20, "eval_count": 5}


def generator(server: Server, path: str = "", effort: str | None = None) -> Generator:
    return load("tiny", GeneratorOptions(f"{server.url}{path}", context=8_192, effort=effort))


def test_a_reply_arrives_in_pieces_without_its_thoughts_and_with_its_usage() -> None:
    with serving(lines(words("", thinking="Hm."), words("Fruit "), words("🥤 [1]."), end())) as server:
        assert events_of(generator(server)) == [Text("Fruit "), Text("🥤 [1]."), Usage(20, 5), Finish("stop")]


def test_a_reply_that_is_too_long_says_so() -> None:
    with serving(lines(words("Fruit"), end("length"))) as server:
        assert events_of(generator(server))[-1] == Finish("length")


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/"])
def test_the_request_sets_the_context_window(path: str) -> None:
    with serving(lines(end())) as server:
        events_of(generator(server, path))
    [request] = server.requests
    assert request.path == "/api/chat"
    body = {name: value for name, value in request.body.items() if name != "tools"}
    assert body == {
        "model": "tiny",
        "messages": [{"role": "system", "content": "Cite."}, {"role": "user", "content": "Why?"}],
        "options": {"temperature": 0.0, "num_ctx": 8_192, "num_predict": 500},
        "stream": True,
    }


@pytest.mark.parametrize(("effort", "think"), [("low", "low"), ("on", True), ("none", False)])
def test_effort_and_schema_are_sent(effort: str, think: object) -> None:
    with serving(lines(end())) as server:
        events_of(generator(server, effort=effort), GeneratorRequest("", "Why?", 500, schema=SCHEMA))
        events_of(generator(server, effort=effort), GeneratorRequest("", "Why?", 500, without=frozenset({"think"})))
    first, second = server.requests
    assert (first.body["think"], first.body["format"]) == (think, SCHEMA)
    assert not {"think", "format"} & second.body.keys()


@pytest.mark.parametrize(
    "reply",
    [
        sending(b'{"error": "on fire"}', status=500),
        lines(words("Fruit"), {"error": "on fire"}),
        sending(b"Fruit\n"),
        sending(b"7\n"),
        sending(b"null\n"),
        lines({"message": None, "done": False}),
        lines(words(7)),
        sending(b'{"message": ' + b"[" * 100_000 + b"\n"),
    ],
)
def test_every_failure_is_a_backend_error_of_one_sentence(reply: Reply) -> None:
    with serving(reply) as server, pytest.raises(BackendUnavailable) as failed:
        events_of(generator(server))
    assert str(failed.value).startswith("ollama:tiny failed: ")
    assert "\n" not in str(failed.value)


def test_the_error_has_the_status_of_the_server() -> None:
    reply = sending(b'{"error": "model not found"}', status=404)
    with serving(reply) as server, pytest.raises(BackendUnavailable, match="model not found") as failed:
        events_of(generator(server))
    assert failed.value.status == 404


def test_a_server_that_hangs_ends_at_the_deadline() -> None:
    with serving(hanging_at_once) as server, pytest.raises(BackendTimeout):
        events_of(generator(server), seconds=0.5)


def test_an_unreachable_server_is_a_backend_error() -> None:
    with serving(lines(end())) as server:
        gone = generator(server)
    with pytest.raises(BackendUnavailable, match="ollama:tiny failed"):
        events_of(gone)


def test_a_model_is_required_and_the_address_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    with pytest.raises(ConfigurationError, match="'ollama:<model>'"):
        load("", GeneratorOptions())
    assert load("tiny", GeneratorOptions()).address == "http://127.0.0.1:11434"
