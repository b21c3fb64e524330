"""Tell webhooks about changed answers: one signed POST for each change, repeated until it succeeds.

The headers are those of Standard Webhooks: `webhook-id`, `webhook-timestamp` and `webhook-signature`. The signature is
the HMAC-SHA256 of id, timestamp and body, joined by dots. The id stays the same when a delivery is repeated, so a
receiver notices one that it had already.
"""

from __future__ import annotations

import base64
import hmac
import logging
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Protocol, TypeAlias

from rag.errors import UnreadableSource, WriterBusy
from rag.kept.following import LOCK
from rag.kept.questions import AnswerChange, QuestionStore
from rag.kept.seals import Seals
from rag.snapshots.durable import exclusive

_WAITS = (30.0, 120.0, 600.0, 3_600.0, 21_600.0, 86_400.0)
"""Seconds to wait after each failure. After the last one, the delivery is given up."""

_AT_ONCE = 20
"""The most deliveries of one run."""

_PURPOSE = "webhook"
_SECRET = "whsec_"  # noqa: S105 - the prefix of every secret

_log = logging.getLogger(__name__)

BodyOf: TypeAlias = Callable[[AnswerChange], bytes]
"""Returns the JSON that tells about a change."""


class Sender(Protocol):
    """Sends deliveries, as `rag.feeds.Poster` does."""

    def check(self, address: str) -> None:
        """Raise UnreadableSource if nothing can be sent to an address. The message has no subject."""
        ...

    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Send a body, and return the status. Raises UnreadableSource, which does not name the address."""
        ...


class Webhooks:
    """Delivers the changes of saved questions that have a webhook."""

    def __init__(self, index: Path, questions: QuestionStore, seals: Seals, sender: Sender) -> None:
        self._lock = index / LOCK
        self._questions = questions
        self._seals = seals
        self._sender = sender

    def check(self, address: str) -> None:
        """Raise UnreadableSource if an address cannot be a webhook: it is wrong, or not public."""
        try:
            self._sender.check(address)
        except UnreadableSource as error:
            raise UnreadableSource(f"the webhook {error}") from error

    def secret(self, question_id: str) -> str:
        """Return the secret that signs the deliveries of a question. It is derived, and stored nowhere."""
        return _SECRET + base64.b64encode(self._key(question_id)).decode()

    def deliver(self, body_of: BodyOf, now: float | None = None) -> int:
        """Send all deliveries that are due, and return how many succeeded. `now` is in seconds since 1970.

        Each result is on the disk before the next one is sent. Return 0 if another process is sending.
        """
        now = time.time() if now is None else now
        if not self._questions.due(now, 1):
            return 0
        try:
            with exclusive(self._lock):
                return sum(self._send(one, body_of(one), now) for one in self._questions.due(now, _AT_ONCE))
        except WriterBusy:
            return 0

    def _send(self, change: AnswerChange, body: bytes, now: float) -> bool:
        fault = self._fault(change, body, now)
        if fault is None:
            self._questions.sent(change.id)
            return True
        wait = _WAITS[change.tries] if change.tries < len(_WAITS) else None
        then = "it is given up" if wait is None else f"it is tried again in {wait:g} s"
        _log.warning("the webhook of the saved question %s %s: %s", change.question.id, fault, then)
        self._questions.retry(change.id, None if wait is None else now + wait, fault)
        return False

    def _fault(self, change: AnswerChange, body: bytes, now: float) -> str | None:
        """Send one delivery. Return the reason if it failed."""
        assert change.question.webhook is not None
        headers = self._signed(f"{change.question.id}.{change.id}", int(now), body, change.question.id)
        try:
            status = self._sender.post(change.question.webhook, body, headers)
        except UnreadableSource as error:
            return str(error)
        return None if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else f"answers {status}"

    def _signed(self, message_id: str, timestamp: int, body: bytes, question_id: str) -> dict[str, str]:
        signed = hmac.digest(self._key(question_id), f"{message_id}.{timestamp}.".encode() + body, "sha256")
        signature = f"v1,{base64.b64encode(signed).decode()}"
        return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signature}

    def _key(self, question_id: str) -> bytes:
        return bytes.fromhex(self._seals.seal(question_id.encode(), _PURPOSE))
