"""The generator for OpenAI's Responses API, against a scripted server."""

from __future__ import annotations

from typing import Any

import pytest

from rag.adapters.openai.responses import Responses, load
from rag.answer.generation.structured import SCHEMA
from rag.errors import BackendUnavailable, ConfigurationError
from rag.protocols import Finish, GeneratorOptions, GeneratorRequest, Text, Usage
from tests.adapters.scripted_server import Reply, Server, events_of, failing, server_sent, serving

KEY = "sk-secret"


def delta(text: object) -> dict[str, object]:
    return {
        "type": "response.output_text.delta",
        "item_id": "m",
        "output_index": 0,
        "content_index": 0,
        "delta": text,
        "sequence_number": 1,
        "logprobs": [],
    }


def ended(status: str, **more: object) -> dict[str, object]:
    usage = {"input_tokens": 20, "output_tokens": 5, "total_tokens": 25}
    response = {"id": "r", "object": "response", "status": status, "usage": usage, "output": [], **more}
    return {"type": f"response.{status}", "sequence_number": 2, "response": response}


def generator(server: Server, effort: str | None = None) -> Responses:
    return load("tiny", GeneratorOptions(f"{server.url}/v1", KEY, effort=effort))


def body_of(request: GeneratorRequest, effort: str | None = None) -> dict[str, Any]:
    with serving(server_sent(ended("completed"))) as server:
        events_of(generator(server, effort), request)
    return server.requests[0].body


def test_a_reply_arrives_in_pieces_with_its_usage_and_its_end() -> None:
    created = {"type": "response.created", "sequence_number": 0, "response": {"id": "r"}}
    thought = {**delta("Hm."), "type": "response.reasoning_summary_text.delta"}
    with serving(server_sent(created, thought, delta("Fruit "), delta("🥤 [1]."), ended("completed"))) as server:
        found = events_of(generator(server))
    assert found == [Text("Fruit "), Text("🥤 [1]."), Usage(20, 5), Finish("stop")]


@pytest.mark.parametrize(
    ("why", "reason"), [("max_output_tokens", "length"), ("content_filter", "filtered"), (None, "length")]
)
def test_an_incomplete_reply_says_why(why: str | None, reason: str) -> None:
    details = {"reason": why} if why else None
    with serving(server_sent(delta("Fruit"), ended("incomplete", incomplete_details=details))) as server:
        assert events_of(generator(server))[-1] == Finish(reason)  # type: ignore[arg-type]


def test_the_request_has_the_key_the_model_and_both_texts_and_is_not_stored() -> None:
    with serving(server_sent(ended("completed"))) as server:
        events_of(generator(server))
    [request] = server.requests
    assert request.path == "/v1/responses"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "tiny",
        "instructions": "Cite.",
        "input": "Why?",
        "max_output_tokens": 500,
        "store": False,
        "temperature": 0,
        "stream": True,
    }


def test_effort_schema_and_refused_parameters() -> None:
    without = frozenset({"store"})
    body = body_of(GeneratorRequest("", "", 500, schema=SCHEMA, without=without), effort="low")
    assert body["reasoning"] == {"effort": "low"}
    assert body["text"]["format"] == {"type": "json_schema", "name": "answer", "strict": True, "schema": SCHEMA}
    assert not {"temperature", "store"} & body.keys()


FAILED = {**ended("failed"), "response": {"id": "r", "status": "failed", "error": {"code": "x", "message": "on fire"}}}


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (failing(500, "on fire"), "on fire"),
        (server_sent(delta("Fruit"), FAILED), "on fire"),
        (server_sent({"type": "error", "message": "on fire", "code": "x", "sequence_number": 1}), "on fire"),
        (server_sent(b"data: Fruit\n\n"), ""),
        (server_sent(b"data: 7\n\n"), ""),
        (server_sent(delta(7)), ""),
        (server_sent({"type": "response.completed", "response": None}), ""),
    ],
)
def test_every_failure_is_a_backend_error_of_one_sentence(reply: Reply, reason: str) -> None:
    with serving(reply) as server, pytest.raises(BackendUnavailable) as failed:
        events_of(generator(server))
    assert str(failed.value).startswith("openai-responses:tiny failed: ")
    assert reason in str(failed.value)
    assert "\n" not in str(failed.value)
    assert KEY not in str(failed.value)


def test_a_model_and_a_key_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="'openai-responses:<model>'"):
        load("", GeneratorOptions(api_key=KEY))
    with pytest.raises(ConfigurationError, match="set RAG_GENERATOR_API_KEY"):
        load("tiny", GeneratorOptions())
