"""Measures saved questions over a change of the corpus: what the review says, who gets an entry, and one webhook."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, TypeAlias

from rag.http.app import create_app
from rag.protocols import Encoder
from rag.service import Service
from rag.settings import Settings
from rag.wiring import assemble
from tests.client import TestClient
from tests.policy.asking import filters_of
from tests.policy.corpus import DOCUMENTS, Question, policies, questions
from tests.policy.scoring import Score

_ADDED = "brannoc-residential-tenancies-act-2023", "harrowmere-parking-bylaw-2025", "orlavia-drone-act-2022"
_UNCHANGED = "harrowmere-noise-bylaw", "harrowmere-waste-bylaw", "eu-gdpr-digest", "eu-air-passengers-digest"
_EACH = 3  # of the questions about these policies
_LIMIT = 60.0  # seconds until the saved questions have been answered again

_Answer: TypeAlias = dict[str, Any]
_Delivery: TypeAlias = tuple[Mapping[str, str], bytes]


def subscriptions(encoder: Encoder) -> dict[str, Score]:
    """Score saved questions over a change that adds three policies.

    The right effects come from asking both before and after.

    The change is held back first, so that its review can be compared, and accepted then.
    """
    asked = {one.id: one for one in questions() if one.as_of is None and {*one.quotes} & {*_ADDED, *_UNCHANGED}}
    asked = dict([*asked.items()][::_EACH])
    with TemporaryDirectory() as folder, _receiver() as (address, deliveries):
        files = Path(folder) / "policies"
        files.mkdir()
        for stem in policies().keys() - {*_ADDED}:
            shutil.copy(DOCUMENTS / f"{stem}.md", files)
        service = _service(Path(folder) / "index", encoder)
        service.ingest([files], lambda done, total: None)
        with TestClient(create_app(service)) as client:
            before = {id_: _post(client, "/v1/answers", _body(one)) for id_, one in asked.items()}
            saved = {
                id_: _post(client, "/v1/questions", {**_body(one), "webhook": address}) for id_, one in asked.items()
            }
            for stem in _ADDED:
                shutil.copy(DOCUMENTS / f"{stem}.md", files)
            service.ingest([files], lambda done, total: None, review=True)
            reviewed = _accepted(service)
            after = {id_: _post(client, "/v1/answers", _body(one)) for id_, one in asked.items()}
            expected = {id_: _effect(before[id_], after[id_]) for id_ in asked}
            told = _told(client, saved, {id_ for id_ in asked if expected[id_]})
            signed = _signed(deliveries, saved, told)
    return {
        "a review says which saved questions change, lose or gain an answer or a citation": _score(
            asked, lambda id_: reviewed.get(saved[id_]["id"]) == expected[id_]
        ),
        "a saved question gets an entry if its answer changes, and only then": _score(
            asked, lambda id_: (id_ in told) == (expected[id_] is not None)
        ),
        "each changed answer is delivered to its webhook, with a signature that can be checked": _score(
            told, lambda id_: id_ in signed
        ),
    }


def _service(index: Path, encoder: Encoder) -> Service:
    settings: dict[str, Any] = {"save_questions": "everyone", "webhook_allow_private": "127.0.0.1"}
    return assemble(Settings(_env_file=None, index_dir=index, **settings), encoder=encoder)


def _accepted(service: Service) -> dict[str, str]:
    """Accept the change that is held back. Return the effects that its review has, by the id of the saved question."""
    held = service.held()
    if held is None:
        return {}
    review, report = held
    service.accept(review.id, None)
    return {one.id: one.comparison.effect.value for one in report.changed}


def _effect(before: _Answer, after: _Answer) -> str | None:
    """Return the effect of a change on an answer, by the rules of the guide; None if there is none."""
    was, now = (bool(one["statements"]) for one in (before, after))
    if was != now:
        return "answered" if now else "refused"
    if not was:
        return None
    if (before["outcome"], _texts(before)) != (after["outcome"], _texts(after)):
        return "changed"
    return None if _cited(before) == _cited(after) else "citations"


def _texts(answer: _Answer) -> list[str]:
    return [one["text"] for one in answer["statements"]]


def _cited(answer: _Answer) -> list[tuple[str, str]]:
    return sorted((one["document_id"], one["quote"]) for one in answer["citations"])


def _score(ids: Iterable[str], is_right: Callable[[str], bool]) -> Score:
    found = list(ids)
    wrong = tuple(id_ for id_ in found if not is_right(id_))
    return Score(len(found) - len(wrong), len(found), wrong)


@contextmanager
def _receiver() -> Iterator[tuple[str, list[_Delivery]]]:
    """Yield the address of a server for webhooks, and the list to which it adds what it gets."""
    deliveries: list[_Delivery] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            deliveries.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook", deliveries
        server.shutdown()


def _signed(deliveries: list[_Delivery], saved: dict[str, Any], told: set[str]) -> set[str]:
    """Return the questions with a delivery whose signature is right, as soon as all in `told` have one."""
    end = time.monotonic() + _LIMIT
    while True:
        found = {id_ for id_, one in saved.items() if any(_is_of(one, *each) for each in [*deliveries])}
        if told <= found or time.monotonic() > end:
            return found
        time.sleep(0.5)


def _is_of(saved: dict[str, Any], headers: Mapping[str, str], body: bytes) -> bool:
    """Return whether a delivery is about a saved question and its signature is that of Standard Webhooks."""
    key = base64.b64decode(saved["secret"].removeprefix("whsec_"))
    words = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signature = base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()
    is_right = hmac.compare_digest(headers["webhook-signature"], f"v1,{signature}")
    return is_right and json.loads(body)["data"]["question_id"] == saved["id"]


def _told(client: TestClient, saved: dict[str, Any], changed: set[str]) -> set[str]:
    """Return the questions that have an entry, as soon as all changed ones have one, or after a while."""
    end = time.monotonic() + _LIMIT
    while True:
        told = {id_ for id_, one in saved.items() if _has_entry(client, one["id"])}
        if changed <= told or time.monotonic() > end:
            return told
        time.sleep(1.0)


def _has_entry(client: TestClient, saved_id: str) -> bool:
    """Return whether the list of changes and the feed of a saved question both have an entry."""
    changes = client.get(f"/v1/questions/{saved_id}/changes").json()["changes"]
    return bool(changes) and "<entry>" in client.get(f"/v1/questions/{saved_id}/feed").text


def _body(question: Question) -> dict[str, Any]:
    return {"question": question.question, "filters": filters_of(question)}


def _post(client: TestClient, path: str, body: dict[str, Any]) -> Any:
    response = client.post(path, json=body)
    assert response.is_success, response.text
    return response.json()
