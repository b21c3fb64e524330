"""A webhook is told about each change once, with a signature, again after a failure, and only at public addresses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from rag.errors import UnreadableSource
from rag.http.keeping.question_schemas import Delivery
from rag.http.links import Links
from rag.kept import AnswerChange
from rag.kept.webhooks import _WAITS
from rag.snapshots.durable import exclusive
from tests.kept.subscribed import CHARGE_QUESTION, TURNOUT_QUESTION, Subscribed

NOW = 1_800_000_000.0


@dataclass
class Receiver:
    """A real HTTP server that keeps the deliveries, and answers with the given statuses, the last one for ever."""

    statuses: list[int] = field(default_factory=lambda: [204])
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""

    def take(self, headers: dict[str, str], body: bytes) -> int:
        self.received.append((headers, body))
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response(found.take({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_header("location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.address = f"http://127.0.0.1:{server.server_port}/hook?token=hush-hush"
        Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture
def subscribed(tmp_path: Path, receiver: Receiver) -> Subscribed:
    subscribed = Subscribed(tmp_path, webhook_allow_private="127.0.0.1")
    subscribed.save(CHARGE_QUESTION, webhook=receiver.address)
    subscribed.save(TURNOUT_QUESTION)
    subscribed.write("charge.md", "15 pounds", "18 pounds")
    subscribed.write("referendum.md", "68 per cent", "70 per cent")
    subscribed.ingest()
    return subscribed


def body(change: AnswerChange) -> bytes:
    return Delivery.body(change, Links("https://rag.example"))


def deliver(subscribed: Subscribed, now: float = NOW) -> int:
    return subscribed.service.parts.webhooks.deliver(body, now)


def test_a_change_is_sent_once_and_its_signature_can_be_checked(subscribed: Subscribed, receiver: Receiver) -> None:
    assert deliver(subscribed) == 1
    assert deliver(subscribed) == 0
    subscribed.service = subscribed.opened(webhook_allow_private="127.0.0.1")
    assert deliver(subscribed) == 0
    [(headers, sent)] = receiver.received
    question, _ = subscribed.service.view(None).questions()
    secret = subscribed.service.webhook_secret(question.id)
    assert secret.startswith("whsec_")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + sent
    expected = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert headers["webhook-timestamp"] == str(int(NOW))
    told = json.loads(sent)
    assert (told["type"], told["data"]["question"]) == ("answer.changed", CHARGE_QUESTION)
    [pair] = told["data"]["comparison"]["citations"]
    assert ("15 pounds" in pair["before"]["quote"], "18 pounds" in pair["after"]["quote"]) == (True, True)


def test_a_failed_delivery_is_repeated_with_the_same_id_and_given_up_in_the_end(
    subscribed: Subscribed, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.statuses = [500, 302, 429]
    now = NOW
    for wait in _WAITS:
        assert deliver(subscribed, now) == 0
        assert deliver(subscribed, now + wait - 1) == 0  # not due yet
        now += wait
        subscribed.service = subscribed.opened(webhook_allow_private="127.0.0.1")  # a restart loses nothing
    assert deliver(subscribed, now) == 0
    assert deliver(subscribed, now + 1e9) == 0  # given up
    assert len(receiver.received) == len(_WAITS) + 1
    assert len({(headers["webhook-id"], sent) for headers, sent in receiver.received}) == 1
    assert "answers 500: it is tried again in 30 s" in caplog.text
    assert "answers 429: it is given up" in caplog.text
    assert "hush-hush" not in caplog.text


def test_a_delivery_succeeds_after_a_failure(subscribed: Subscribed, receiver: Receiver) -> None:
    receiver.statuses = [503, 200]
    assert [deliver(subscribed, NOW), deliver(subscribed, NOW + 31), deliver(subscribed, NOW + 1e6)] == [0, 1, 0]
    assert len(receiver.received) == 2


def test_no_secret_is_logged(subscribed: Subscribed, receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.statuses = [500]
    deliver(subscribed)
    question, _ = subscribed.service.view(None).questions()
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("rag")]
    assert any("answers 500" in line for line in lines)
    assert not any("hush-hush" in line or "whsec_" in line or receiver.address in line for line in lines)
    assert subscribed.service.webhook_secret(question.id) not in caplog.text


def test_only_one_process_sends(subscribed: Subscribed, receiver: Receiver) -> None:
    with exclusive(subscribed.folder / "index" / "FOLLOWING"):
        assert deliver(subscribed) == 0
    assert receiver.received == []
    assert deliver(subscribed) == 1


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://127.0.0.1/hook", "the webhook is at 127.0.0.1, which is not a public address; to allow it, add"),
        ("http://169.254.169.254/", "the webhook is at 169.254.169.254, which is not a public address"),
        ("ftp://example.org/", "the webhook is not an http:// or https:// address"),
        ("http://ada:lovelace@example.org/", "the webhook contains a user name or a password"),
    ],
)
def test_a_webhook_must_be_at_a_public_address(tmp_path: Path, address: str, problem: str) -> None:
    subscribed = Subscribed(tmp_path)
    with pytest.raises(UnreadableSource, match=problem) as refused:
        subscribed.save(CHARGE_QUESTION, webhook=address)
    assert "RAG_FEED" not in str(refused.value)
    assert subscribed.service.view(None).questions() == []


def test_an_address_that_is_no_longer_allowed_gets_nothing(subscribed: Subscribed, receiver: Receiver) -> None:
    subscribed.service = subscribed.opened()
    assert deliver(subscribed) == 0
    assert receiver.received == []
