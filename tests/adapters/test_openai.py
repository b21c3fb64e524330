"""The generator for chat completions handles every kind of server: good, slow, broken and silent ones."""

from __future__ import annotations

import gc
import json
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from openai import AsyncStream

from rag.adapters.openai import ChatCompletions, load
from rag.answer.generation.deadline import Deadline
from rag.answer.generation.event_loop import iterate
from rag.answer.generation.structured import SCHEMA
from rag.errors import BackendUnavailable, ConfigurationError
from rag.http.app import create_app
from rag.protocols import Finish, GeneratorOptions, GeneratorRequest, Text, Usage
from rag.settings import Settings
from rag.wiring import assemble
from tests import samples
from tests.adapters.scripted_server import Handler, Reply, Server, events_of, hanging_at_once, sending, serving
from tests.client import TestClient
from tests.http.serving import wait_for

KEY = "sk-secret"
TIMEOUT = 0.5  # seconds, in tests with servers that are too slow
PATIENCE = 30.0  # seconds, in all other tests: long enough on a busy machine
CLAIM = "Fruit juices are exempt from the levy [1]."


STOP = b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\n'


def event(content: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": content}}]}).encode() + b"\n\n"


def saying(*contents: object) -> Reply:
    """Reply with a stream of these contents, as a correct server does."""
    return sending(*map(event, contents), STOP, b"data: [DONE]\n\n")


def hanging_after_a_word(handler: Handler) -> None:
    sending(event("Fruit "))(handler)
    handler.hang()


def dripping_words(handler: Handler) -> None:
    handler.begin()
    handler.drip(event("so "))


def dripping_comments(handler: Handler) -> None:
    handler.begin()
    handler.drip(b": still thinking\n\n")


def dripping_an_endless_line(handler: Handler) -> None:
    handler.begin()
    handler.drip(b"x")


def dripping_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Patience: ")
    handler.drip(b"x")


def dripping_an_error(handler: Handler) -> None:
    handler.begin(500)
    handler.drip(b"x")


def breaking_off_in_mid_chunk(handler: Handler) -> None:
    handler.begin(Transfer_Encoding="chunked")
    sent = event("Fruit ")
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(sent), sent) + b"100\r\ndata: {")


def breaking_off_in_an_error(handler: Handler) -> None:
    handler.begin(500, Content_Length="1000")
    handler.wfile.write(b"oh no")


def breaking_off_in_the_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 O")


SLOW = [
    hanging_at_once,
    hanging_after_a_word,
    dripping_words,
    dripping_comments,
    dripping_an_endless_line,
    dripping_headers,
    dripping_an_error,
]
NESTED = b'data: {"choices": ' + b"[" * 100_000 + b"\n\n"
BROKEN = {
    "500": sending(b'{"error": {"message": "the model is on fire"}}', status=500, content_type="application/json"),
    "502 with a page": sending(b"<html>\n" + b"<p>Bad gateway</p>\n" * 10_000, status=502, content_type="text/html"),
    "401": sending(b'{"error": {"message": "no such key"}}', status=401, content_type="application/json"),
    "429": sending(b"", status=429),
    "a stream that breaks off in mid-chunk": breaking_off_in_mid_chunk,
    "an error that breaks off": breaking_off_in_an_error,
    "headers that break off": breaking_off_in_the_headers,
    "no HTTP": lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "an error in the stream": sending(event("Fruit "), b'data: {"error": {"message": "out of memory"}}\n\n'),
    "not JSON": sending(b"data: Fruit juices\n\n"),
    "not UTF-8": sending(b"data: \xff\xfe\n\n"),
    "a number": sending(b"data: 7\n\n"),
    "nothing": sending(b"data: null\n\n"),
    "choices that are a number": sending(b'data: {"choices": 7}\n\n'),
    "choices that are an object": sending(b'data: {"choices": {"a": 1}}\n\n'),
    "a choice that is nothing": sending(b'data: {"choices": [null]}\n\n'),
    "a delta that is nothing": sending(b'data: {"choices": [{"delta": null}]}\n\n'),
    "content that is a number": saying(7),
    "content that is a list": saying(["Fruit"]),
    "JSON without end": sending(NESTED),
    "no events": sending(),
    "words without an end": sending(event("Fruit "), b"data: [DONE]\n\n"),
    "a page": sending(b"<html><body>Log in</body></html>", content_type="text/html"),
    "10 MB of a page": sending(b"<p>Log in</p>" * 750_000, content_type="text/html"),
    "JSON, not a stream": sending(b'{"choices": [{"message": {"content": "Hi"}}]}', content_type="application/json"),
}
EMPTY = {
    "only the end": saying(),
    "null choices": sending(b'data: {"choices": null}\n\ndata: {"choices": []}\n\n', STOP),
    "null content": saying(None, ""),
}


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """Import the SDK before the tests, because that takes longer than their timeouts."""
    with serving(saying("Hi")) as server:
        assert events_of(generator(server)) == [Text("Hi"), Finish("stop")]


def generator(server: Server, timeout: float = PATIENCE, effort: str | None = None) -> ChatCompletions:
    return load("tiny", GeneratorOptions(f"{server.url}/v1", KEY, timeout, effort=effort))


def body_of(request: GeneratorRequest, effort: str | None = None) -> dict[str, Any]:
    """Return the body that is sent for a request."""
    with serving(saying("Hi")) as server:
        events_of(generator(server, effort=effort), request)
    return server.requests[0].body


def test_a_reply_arrives_in_pieces_with_its_usage_and_its_end() -> None:
    usage = b'data: {"choices": [], "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}}\n\n'
    words = [event("Fruit "), event(None), event("🥤 are exempt [1].")]
    with serving(sending(*words, STOP, usage, b"data: [DONE]\n\n")) as server:
        found = events_of(generator(server))
    assert found == [Text("Fruit "), Text("🥤 are exempt [1]."), Finish("stop"), Usage(20, 5)]


@pytest.mark.parametrize(("given", "reason"), [("length", "length"), ("content_filter", "filtered"), ("stop", "stop")])
def test_the_reason_of_the_end_is_converted(given: str, reason: str) -> None:
    with serving(sending(STOP.replace(b'"stop"', json.dumps(given).encode()))) as server:
        assert events_of(generator(server)) == [Finish(reason)]  # type: ignore[arg-type]


def test_thoughts_of_a_reasoning_model_are_left_out() -> None:
    thought = b'data: {"choices": [{"index": 0, "delta": {"reasoning_content": "Hm.", "content": ""}}]}\n\n'
    with serving(sending(thought, event("So."), STOP)) as server:
        assert events_of(generator(server)) == [Text("So."), Finish("stop")]


def test_the_request_has_the_key_the_model_and_both_messages() -> None:
    with serving(saying("Hi")) as server:
        events_of(generator(server))
    [request] = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {
        "model": "tiny",
        "messages": [{"role": "system", "content": "Cite."}, {"role": "user", "content": "Why?"}],
        "max_completion_tokens": 500,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_a_reasoning_model_gets_its_effort_and_no_temperature() -> None:
    body = body_of(GeneratorRequest("", "", 500), effort="low")
    assert body["reasoning_effort"] == "low"
    assert "temperature" not in body


def test_a_schema_is_sent_as_the_response_format() -> None:
    body = body_of(GeneratorRequest("", "", 500, schema=SCHEMA))
    assert body["response_format"]["json_schema"] == {"name": "answer", "strict": True, "schema": SCHEMA}


@pytest.mark.parametrize("name", ["temperature", "stream_options", "max_completion_tokens"])
def test_a_refused_parameter_is_left_out(name: str) -> None:
    body = body_of(GeneratorRequest("", "", 500, without=frozenset({name})))
    assert name not in body
    assert ("max_tokens" in body) == (name == "max_completion_tokens")


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
def test_the_error_for_any_broken_reply_is_one_sentence(reply: Reply) -> None:
    with serving(reply) as server:
        try:
            found = events_of(generator(server))
        except BackendUnavailable as error:
            sentence = str(error)
            assert sentence.startswith("openai:tiny failed: ")
            assert "\n" not in sentence
            assert len(sentence) < 400
            assert KEY not in sentence
        else:
            assert not any(isinstance(event, Finish) for event in found), "it broke off"
        assert len(server.requests) == 1


def failure(reply: Reply) -> BackendUnavailable:
    with serving(reply) as server, pytest.raises(BackendUnavailable) as failed:
        events_of(generator(server))
    return failed.value


def test_the_error_contains_the_reason_and_the_status_from_the_server() -> None:
    on_fire, key = failure(BROKEN["500"]), failure(BROKEN["401"])
    assert "the model is on fire" in str(on_fire)
    assert "no such key" in str(key)
    assert (on_fire.status, key.status) == (500, 401)
    assert "out of memory" in str(failure(BROKEN["an error in the stream"]))


def test_the_error_contains_the_time_to_wait() -> None:
    def busy(handler: Handler) -> None:
        handler.begin(429, "application/json", Retry_After="7")

    assert failure(busy).retry_after == "7"


@pytest.mark.parametrize("reply", EMPTY.values(), ids=EMPTY)
def test_a_reply_without_content_is_empty(reply: Reply) -> None:
    with serving(reply) as server:
        assert events_of(generator(server)) == [Finish("stop")]


def test_the_error_for_an_unreachable_server_is_one_sentence() -> None:
    with serving(saying("Hi")) as server:
        gone = generator(server)
    with pytest.raises(BackendUnavailable, match="openai:tiny failed: Connection error"):
        events_of(gone)


def test_the_address_is_that_of_the_server() -> None:
    made = load("tiny", GeneratorOptions("https://llm.example/v1", KEY))
    assert made.address == "https://llm.example/v1/"


@pytest.mark.parametrize("model", ["", ":"])
def test_a_model_must_be_named(model: str) -> None:
    with pytest.raises(ConfigurationError, match="name the model"):
        load(model.removeprefix(":"), GeneratorOptions(api_key=KEY))


def test_the_error_for_a_missing_key_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="set RAG_GENERATOR_API_KEY"):
        load("tiny", GeneratorOptions())


# Through the service


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("openai")
    samples.ingest(samples.service(folder / "index"), samples.write(folder / "articles"))
    return folder / "index"


def answer(index: Path, *replies: Reply, timeout: float = PATIENCE) -> tuple[dict[str, Any], Server]:
    """Ask over HTTP, with a language model that gives these replies."""
    with serving(*replies) as server:
        settings = Settings(
            _env_file=None,
            index_dir=index,
            encoder="hashing",
            least_confidence=0,
            generator="openai:tiny",
            generator_base_url=f"{server.url}/v1",
            generator_api_key=KEY,
            generator_timeout=timeout,
        )
        # No `with` block, because its warm-up would also send a request to the model.
        client = TestClient(create_app(assemble(settings)))
        response = client.post("/v1/answers", json={"question": "Are fruit juices exempt?", "limit": 1})
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    assert found["outcome"] == "answered"
    return found, server


def test_a_good_reply_is_the_answer(index: Path) -> None:
    found, _ = answer(index, saying(*CLAIM))
    assert found["degraded"] is None
    assert found["text"] == CLAIM.replace(" [1].", ". [1]")
    assert found["citations"][0]["quote"] == "Fruit juices are exempt from the levy."


def test_a_structured_reply_is_the_answer(index: Path) -> None:
    source = {"passage": 1, "quote": "Fruit juices are exempt from the levy."}
    reply = json.dumps({"statements": [{"text": "Fruit juices are exempt.", "sources": [source]}]})
    found, server = answer(index, saying(*reply))
    assert found["text"] == "Fruit juices are exempt. [1]"
    assert server.requests[0].body["response_format"]["type"] == "json_schema"


def test_each_refused_parameter_is_left_out_once_and_remembered(index: Path) -> None:
    refusals = [
        refusing(f"Unsupported parameter: '{name}' is not supported with this model.")
        for name in ("temperature", "max_completion_tokens", "response_format", "stream_options")
    ]
    found, server = answer(index, *refusals, saying(CLAIM))
    assert found["degraded"] is None
    assert len(server.requests) == 5
    assert set(server.requests[-1].body) == {"model", "messages", "max_tokens", "stream"}
    assert "JSON" not in server.requests[-1].body["messages"][1]["content"]


def refusing(message: str) -> Reply:
    return sending(json.dumps({"error": {"message": message}}).encode(), status=400, content_type="application/json")


def test_a_busy_server_is_asked_again(index: Path) -> None:
    found, server = answer(index, BROKEN["429"], BROKEN["500"], saying(CLAIM))
    assert found["degraded"] is None
    assert len(server.requests) == 3


@pytest.mark.parametrize("reply", SLOW)
def test_no_server_takes_longer_than_the_timeout(index: Path, reply: Reply) -> None:
    start = time.monotonic()
    found, _ = answer(index, reply, timeout=TIMEOUT)
    assert found["degraded"] == "the language model did not answer in time"
    assert found["citations"]
    assert time.monotonic() - start < 20 * TIMEOUT  # far below the 30 seconds of the default


@pytest.mark.parametrize("second", ["words", ["words in a list"]], ids=["the reader leaves", "the reply is malformed"])
def test_a_half_read_reply_ends_without_the_garbage_collector(second: object) -> None:
    """If the collector had to end it, another thread could close its generators while they run."""

    def streams() -> int:
        return sum(type(one) is AsyncStream for one in gc.get_objects())

    gc.disable()
    try:
        before = streams()
        with serving(saying("Fruit ", second, *["Fruit "] * 1_000)) as server:
            request = GeneratorRequest("", "", 500)
            with closing(iterate(generator(server).generate(request), Deadline.after(PATIENCE))) as events:
                assert next(events) == Text("Fruit ")
                with suppress(BackendUnavailable):
                    next(events)
            wait_for(lambda: streams() == before, seconds=5)
        assert len(server.requests) == 1
    finally:
        gc.enable()


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
def test_the_answer_is_extractive_if_the_model_fails(index: Path, reply: Reply) -> None:
    found, server = answer(index, reply)
    assert found["degraded"] == "the language model failed"
    assert KEY not in json.dumps(found)
    assert str(server.server_port) not in json.dumps(found)
    assert found["citations"]


SAYING_NOTHING = {**EMPTY, "10 MB": saying("x" * 10_000_000), "many words": saying(*["word " * 200] * 10_000)}


@pytest.mark.parametrize("reply", SAYING_NOTHING.values(), ids=SAYING_NOTHING)
def test_the_answer_is_extractive_if_the_reply_is_empty_or_unsupported(index: Path, reply: Reply) -> None:
    found, _ = answer(index, reply)
    assert found["degraded"] == "no sentence of the language model's reply was supported by a passage it cites"
    assert found["citations"]
