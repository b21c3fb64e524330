"""The generator for the Gemini API, against a scripted server."""

from __future__ import annotations

from typing import Any

import pytest

from rag.answer.generation.structured import SCHEMA
from rag.errors import BackendTimeout, BackendUnavailable, ConfigurationError
from rag.protocols import Finish, Generator, GeneratorOptions, GeneratorRequest, Text, Usage
from tests.adapters.scripted_server import Reply, Server, events_of, failing, hanging_at_once, server_sent, serving

pytest.importorskip("google.genai")

from rag.adapters.gemini import load

KEY = "secret-key"


def chunk(*parts: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}}
    if reason:
        candidate["finishReason"] = reason
    return {"candidates": [candidate]}


def end(reason: str = "STOP") -> dict[str, Any]:
    usage = {"promptTokenCount": 20, "candidatesTokenCount": 3, "thoughtsTokenCount": 2, "totalTokenCount": 25}
    return {**chunk(reason=reason), "usageMetadata": usage}


def generator(server: Server, effort: str | None = None) -> Generator:
    return load("tiny", GeneratorOptions(server.url, KEY, effort=effort))


def body_of(request: GeneratorRequest, effort: str | None = None) -> dict[str, Any]:
    with serving(server_sent(end())) as server:
        events_of(generator(server, effort), request)
    return server.requests[0].body


def test_a_reply_arrives_in_pieces_without_its_thoughts_and_with_its_usage() -> None:
    thought = {"text": "Hm.", "thought": True}
    with serving(server_sent(chunk(thought, {"text": "Fruit "}), chunk({"text": "🥤 [1]."}), end())) as server:
        assert events_of(generator(server)) == [Text("Fruit "), Text("🥤 [1]."), Usage(20, 5), Finish("stop")]


@pytest.mark.parametrize(("given", "reason"), [("MAX_TOKENS", "length"), ("SAFETY", "filtered")])
def test_the_reason_of_the_end_is_converted(given: str, reason: str) -> None:
    with serving(server_sent(chunk({"text": "Fruit"}), end(given))) as server:
        assert events_of(generator(server))[-1] == Finish(reason)  # type: ignore[arg-type]


def test_a_prompt_that_the_server_blocks_is_filtered() -> None:
    with serving(server_sent({"promptFeedback": {"blockReason": "SAFETY"}})) as server:
        assert events_of(generator(server)) == [Finish("filtered")]


def test_the_request_has_the_key_the_model_and_both_texts() -> None:
    with serving(server_sent(end())) as server:
        events_of(generator(server))
    [request] = server.requests
    assert "/models/tiny:streamGenerateContent" in request.path
    assert request.headers["x-goog-api-key"] == KEY
    assert KEY not in request.path
    assert request.body["contents"][0]["parts"] == [{"text": "Why?"}]
    assert request.body["systemInstruction"]["parts"] == [{"text": "Cite."}]
    assert request.body["generationConfig"] == {"maxOutputTokens": 500, "temperature": 0}


def test_effort_schema_and_refused_parameters() -> None:
    config = body_of(GeneratorRequest("", "Why?", 500, schema=SCHEMA), effort="low")["generationConfig"]
    assert config["responseJsonSchema"] == SCHEMA
    assert config["responseMimeType"] == "application/json"
    assert list(config["thinkingConfig"].values()) == ["LOW"]
    assert "temperature" not in config
    without = frozenset({"temperature"})
    assert body_of(GeneratorRequest("", "Why?", 500, without=without))["generationConfig"] == {"maxOutputTokens": 500}


@pytest.mark.parametrize(
    "reply",
    [
        failing(500, "on fire"),
        failing(401, "no such key"),
        server_sent(b"data: Fruit\n\n"),
        server_sent(b"data: 7\n\n"),
        server_sent({"candidates": 7}),
        server_sent(chunk({"text": "Fruit"}), {"error": {"code": 503, "message": "on fire", "status": "UNAVAILABLE"}}),
    ],
)
def test_every_failure_is_a_backend_error_of_one_sentence(reply: Reply) -> None:
    with serving(reply) as server, pytest.raises(BackendUnavailable) as failed:
        events_of(generator(server))
    assert str(failed.value).startswith("gemini:tiny failed: ")
    assert "\n" not in str(failed.value)
    assert KEY not in str(failed.value)


def test_the_error_has_the_status_and_the_time_to_wait() -> None:
    with serving(failing(429, "slow down", Retry_After="7")) as server, pytest.raises(BackendUnavailable) as failed:
        events_of(generator(server))
    assert (failed.value.status, failed.value.retry_after) == (429, "7")
    assert len(server.requests) == 1


def test_a_server_that_hangs_ends_at_the_deadline() -> None:
    with serving(hanging_at_once) as server, pytest.raises(BackendTimeout):
        events_of(generator(server), seconds=0.5)


def test_a_model_and_a_key_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ConfigurationError, match="'gemini:<model>'"):
        load("", GeneratorOptions(api_key=KEY))
    with pytest.raises(ConfigurationError, match="set RAG_GENERATOR_API_KEY"):
        load("tiny", GeneratorOptions())
