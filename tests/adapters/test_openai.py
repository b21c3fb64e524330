"""The OpenAI generator handles every kind of server: good, slow, broken and silent ones. The server is scripted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, TypeAlias, cast

import pytest
from starlette.testclient import TestClient

from rag.adapters.openai import OpenAIGenerator, load
from rag.errors import BackendError, BackendTimeout, BackendUnavailable, ConfigurationError
from rag.http.app import create_app
from rag.settings import Settings
from rag.wiring import assemble
from tests import samples

KEY = "sk-secret"
TIMEOUT = 0.5  # seconds, in tests with servers that are too slow
PATIENCE = 30.0  # seconds, in all other tests: long enough on a busy machine
CLAIM = "Fruit juices are exempt from the levy [1]."

Reply: TypeAlias = Callable[["Handler"], None]


class Server(ThreadingHTTPServer):
    """Answers every request with `reply` and records it. Setting `closing` ends replies that would never end."""

    block_on_close = False

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply = reply
        self.closing = Event()
        self.requests: list[tuple[str | None, dict[str, Any]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """Print nothing, because the tests disconnect clients on purpose."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        server = cast(Server, self.server)
        server.requests.append((self.headers["Authorization"], body))
        server.reply(self)
        self.close_connection = True

    def begin(self, status: int = 200, content_type: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def drip(self, drop: bytes) -> None:
        """Write the same bytes again and again until the client disconnects."""
        while not cast(Server, self.server).closing.wait(TIMEOUT / 10):
            self.wfile.write(drop)

    def hang(self) -> None:
        cast(Server, self.server).closing.wait()

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@contextmanager
def serving(reply: Reply) -> Iterator[Server]:
    server = Server(reply)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


def event(content: object) -> bytes:
    return b"data: " + json.dumps({"choices": [{"index": 0, "delta": {"content": content}}]}).encode() + b"\n\n"


def saying(*contents: object) -> Reply:
    """Reply with a stream of these contents, as a correct server does."""
    return sending(*map(event, contents), b"data: [DONE]\n\n")


def sending(*parts: bytes, status: int = 200, content_type: str = "text/event-stream") -> Reply:
    def reply(handler: Handler) -> None:
        handler.begin(status, content_type)
        for part in parts:
            handler.wfile.write(part)

    return reply


def hanging_at_once(handler: Handler) -> None:
    handler.hang()


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
}
EMPTY = {
    "no events": sending(),
    "only the end": saying(),
    "a page": sending(b"<html><body>Log in</body></html>", content_type="text/html"),
    "10 MB of a page": sending(b"<p>Log in</p>" * 750_000, content_type="text/html"),
    "JSON, not a stream": sending(b'{"choices": [{"message": {"content": "Hi"}}]}', content_type="application/json"),
    "null choices": sending(b'data: {"choices": null}\n\ndata: {"choices": []}\n\n'),
    "null content": saying(None, ""),
}


@pytest.fixture(scope="module", autouse=True)
def _imported() -> None:
    """Import the SDK before the tests, because that takes longer than their timeouts."""
    with serving(saying("Hi")) as server:
        assert list(generator(server).generate("", "")) == ["Hi"]


def generator(server: Server, timeout: float = PATIENCE) -> OpenAIGenerator:
    return load("tiny", base_url=server.url, api_key=KEY, timeout=timeout)


def failure(reply: Reply, timeout: float = PATIENCE) -> BackendError:
    """Return the error for a failing reply. Check that there was one request, and that the error is one sentence."""
    with serving(reply) as server:
        with pytest.raises(BackendError) as failed:
            list(generator(server, timeout).generate("Cite.", "Why?"))
        assert len(server.requests) == 1
    sentence = str(failed.value)
    assert sentence.startswith("openai:tiny ")
    assert "\n" not in sentence
    assert len(sentence) < 300
    assert KEY not in sentence
    return failed.value


def test_a_reply_arrives_in_pieces() -> None:
    with serving(saying("Fruit ", "juices ", None, "🥤 are exempt [1].")) as server:
        assert list(generator(server).generate("Cite.", "Why?")) == ["Fruit ", "juices ", "🥤 are exempt [1]."]


def test_a_piece_is_yielded_before_the_reply_is_complete() -> None:
    with serving(hanging_after_a_word) as server:
        pieces = generator(server).generate("Cite.", "Why?")
        assert next(pieces) == "Fruit "
        pieces.close()


def test_the_request_has_the_key_the_model_and_both_messages() -> None:
    with serving(saying("Hi")) as server:
        list(generator(server).generate("Cite.", "Why?"))
    ((key, body),) = server.requests
    assert key == f"Bearer {KEY}"
    assert (body["model"], body["stream"], body["temperature"]) == ("tiny", True, 0)
    assert body["messages"] == [{"role": "system", "content": "Cite."}, {"role": "user", "content": "Why?"}]


@pytest.mark.parametrize("reply", SLOW)
def test_no_server_takes_longer_than_the_timeout(reply: Reply) -> None:
    start = time.monotonic()
    assert isinstance(failure(reply, TIMEOUT), BackendTimeout)
    assert time.monotonic() - start < 2 * TIMEOUT


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
def test_the_error_for_any_broken_reply_is_one_sentence(reply: Reply) -> None:
    assert isinstance(failure(reply), BackendUnavailable)


def test_the_error_contains_the_reason_from_the_server() -> None:
    assert "the model is on fire" in str(failure(BROKEN["500"]))
    assert "no such key" in str(failure(BROKEN["401"]))
    assert "out of memory" in str(failure(BROKEN["an error in the stream"]))


@pytest.mark.parametrize("reply", EMPTY.values(), ids=EMPTY)
def test_a_reply_without_content_is_empty(reply: Reply) -> None:
    with serving(reply) as server:
        assert list(generator(server).generate("Cite.", "Why?")) == []


def test_the_error_for_an_unreachable_server_is_one_sentence() -> None:
    with serving(saying("Hi")) as server:
        gone = generator(server)
    with pytest.raises(BackendUnavailable, match="openai:tiny failed: Connection error"):
        list(gone.generate("Cite.", "Why?"))


@pytest.mark.parametrize("contents", [["x" * 10_000_000], ["word " * 200] * 10_000], ids=["one piece", "many"])
def test_a_reply_that_is_too_long_is_cut_off(contents: list[str]) -> None:
    with serving(saying(*contents)) as server:
        assert 1_000 <= len("".join(generator(server).generate("Cite.", "Why?"))) <= 20_000


def test_half_a_character_is_replaced() -> None:
    with serving(saying("a\ud83eb")) as server:
        assert list(generator(server).generate("Cite.", "Why?")) == ["a�b"]


@pytest.mark.parametrize("model", ["", ":"])
def test_a_model_must_be_named(model: str) -> None:
    with pytest.raises(ConfigurationError, match="name the model"):
        load(model.removeprefix(":"), base_url=None, api_key=KEY, timeout=1)


def test_the_error_for_a_missing_key_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigurationError, match="set RAG_GENERATOR_API_KEY"):
        load("tiny", base_url=None, api_key=None, timeout=1)


# Through the service


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("openai")
    samples.ingest(samples.service(folder / "index"), samples.write(folder / "articles"))
    return folder / "index"


def answer(index: Path, reply: Reply, timeout: float = PATIENCE) -> dict[str, Any]:
    """Ask over HTTP, with a language model that gives this reply."""
    with serving(reply) as server:
        settings = Settings(
            _env_file=None,
            index_dir=index,
            encoder="hashing",
            least_confidence=0,
            generator="openai:tiny",
            generator_base_url=server.url,
            generator_api_key=KEY,
            generator_timeout=timeout,
        )
        # No `with` block, because its warm-up would also send a request to the model.
        client = TestClient(create_app(assemble(settings)))
        response = client.post("/v1/answers", json={"question": "Are fruit juices exempt?", "limit": 1})
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    assert found["outcome"] == "answered"
    return found


def test_a_good_reply_is_the_answer(index: Path) -> None:
    found = answer(index, saying(*CLAIM))
    assert found["degraded"] is None
    assert found["text"] == CLAIM.replace(" [1].", ". [1]")
    assert found["citations"][0]["quote"] == "Fruit juices are exempt from the levy."


SAYING_NOTHING = {**EMPTY, "10 MB": saying("x" * 10_000_000)}


@pytest.mark.parametrize("reply", [hanging_at_once, dripping_comments])
def test_the_answer_is_extractive_if_the_model_is_too_slow(index: Path, reply: Reply) -> None:
    found = answer(index, reply, TIMEOUT)
    assert found["degraded"] == f"openai:tiny did not finish within {TIMEOUT} s"
    assert found["citations"]


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
def test_the_answer_is_extractive_if_the_model_fails(index: Path, reply: Reply) -> None:
    found = answer(index, reply)
    assert found["degraded"].startswith("openai:tiny ")
    assert KEY not in found["degraded"]
    assert found["citations"]


@pytest.mark.parametrize("reply", SAYING_NOTHING.values(), ids=SAYING_NOTHING)
def test_the_answer_is_extractive_if_the_reply_is_empty_or_unsupported(index: Path, reply: Reply) -> None:
    found = answer(index, reply)
    assert found["degraded"] == "no sentence of openai:tiny's reply was supported by a passage it cites"
    assert found["citations"]
