"""A replica answers questions itself, and lets the writer answer everything that only a writer can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from rag.http.app import create_app
from rag.http.forwarding import is_for_writer
from rag.service import Service
from rag.settings import Settings
from rag.wiring import assemble
from tests import samples
from tests.client import TestClient
from tests.http.serving import serving

KEY = "sesame seeds and salt"
AUTHORIZED = {"Authorization": f"Bearer {KEY}"}


@dataclass(frozen=True)
class Pair:
    """A writer that is served, and a client of its replica."""

    writer: Service
    replica: Service
    client: TestClient

    def exchange(self) -> None:
        """Publish, and let the replica take it."""
        self.writer.publish()
        self.replica.pull()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("replica")
    (folder / "storage").mkdir()
    shared = {"snapshots": f"file://{folder}/storage", "api_key": SecretStr(KEY), "snapshots_seconds": 3600}
    writer = assemble(_settings(folder / "writer", **shared))
    samples.ingest(writer, samples.write(folder / "articles"))
    writer.publish()
    with serving(writer) as address:
        replica = assemble(_settings(folder / "replica", **shared, writer=address))
        with TestClient(create_app(replica), raise_server_exceptions=False) as client:
            yield Pair(writer, replica, client)


def _settings(index: Path, **values: object) -> Settings:
    return Settings(_env_file=None, index_dir=index, encoder="hashing", least_confidence=0, **values)  # type: ignore[arg-type]


def test_a_replica_pulls_before_it_answers(pair: Pair) -> None:
    assert pair.client.get("/readyz").json()["status"] == "ok"
    found = pair.client.post("/v1/answers", json={"question": samples.LEVY_QUESTION}).json()
    assert "24 pence" in found["statements"][0]["text"]


def test_a_document_sent_to_a_replica_is_changed_by_the_writer(pair: Pair) -> None:
    address = "/v1/documents/files%2Fnew%20law"
    made = pair.client.put(address, json={"title": "New", "text": "Ferries pay 9 euros."}, headers=AUTHORIZED)
    assert made.status_code == 201, made.text
    assert made.headers["x-request-id"]
    assert pair.client.get(address).status_code == 404
    pair.exchange()
    assert pair.client.get(address).json()["text"] == "Ferries pay 9 euros."
    jobs = pair.client.get("/v1/ingestions", headers=AUTHORIZED).json()["ingestions"]
    assert [one["state"] for one in jobs] == ["done"]
    assert pair.client.delete(address, headers=AUTHORIZED).status_code == 204
    pair.exchange()
    gone = pair.client.get(address).json()
    assert (gone["status"], "left the index" in gone["detail"]) == (404, True)


def test_the_writer_decides_who_may_change(pair: Pair) -> None:
    refused = pair.client.put("/v1/documents/new", json={"title": "New", "text": "Words."})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"]


def test_an_answer_of_a_replica_is_shared_and_read_through_it(pair: Pair) -> None:
    answer = pair.client.post("/v1/answers", json={"question": samples.LEVY_QUESTION}).json()
    made = pair.client.post("/v1/shared-answers", json={"answer": answer})
    assert made.status_code == 201, made.text
    assert made.json()["link"].startswith("http://127.0.0.1/")
    read = pair.client.get(made.headers["location"]).json()
    assert read["answer"]["seal"] == answer["seal"]
    given = pair.client.post("/v1/feedback", json={"answer": answer, "verdict": "good"})
    assert given.status_code == 201, given.text
    assert pair.client.post("/v1/exports", json={"answer": answer, "format": "markdown"}).status_code != 503


def test_a_writer_that_is_gone_is_named_in_one_sentence_and_questions_are_answered(tmp_path: Path, pair: Pair) -> None:
    storage = pair.writer.settings.snapshots
    for address, words in (("http://127.0.0.1:9", "does not answer"), ("", "is a replica too")):
        replica = assemble(_settings(tmp_path / (address and "one"), snapshots=storage, writer=address or "http://x"))
        headers = {} if address else {"X-Rag-Replica": "1"}
        with TestClient(create_app(replica), raise_server_exceptions=False) as client:
            refused = client.put("/v1/documents/a", json={"title": "A", "text": "A."}, headers=headers)
            assert refused.status_code == 503
            assert words in refused.json()["detail"]
            assert (address or "http://x") in refused.json()["detail"]
            assert refused.headers["retry-after"] == "5"
            assert client.post("/v1/answers", json={"question": samples.LEVY_QUESTION}).status_code == 200


def test_a_replica_whose_storage_is_gone_is_degraded_and_answers(tmp_path: Path, pair: Pair) -> None:
    replica = assemble(_settings(tmp_path / "index", snapshots=pair.writer.settings.snapshots, writer="http://x"))
    replica.pull()
    away = assemble(replica.settings.model_copy(update={"snapshots": f"file://{tmp_path}/unmounted"}))
    with TestClient(create_app(away), raise_server_exceptions=False) as client:
        found = client.get("/readyz")
        assert (found.status_code, found.json()["status"]) == (200, "degraded")
        assert "mount the share" in found.json()["detail"]
        assert client.post("/v1/answers", json={"question": samples.LEVY_QUESTION}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("PUT", "/v1/documents/a/b", True),
        ("DELETE", "/v1/documents/a", True),
        ("GET", "/v1/documents/a", False),
        ("PUT", "/v1/snapshots/current", True),
        ("GET", "/v1/snapshots", False),
        ("POST", "/v1/ingestions", True),
        ("GET", "/v1/feed", True),
        ("GET", "/v1/feedback", True),
        ("GET", "/v1/fields", False),
        ("GET", "/v1/questions/1/changes", True),
        ("POST", "/v1/answers", False),
        ("POST", "/v1/review", True),
    ],
)
def test_requests_that_only_the_writer_answers(method: str, path: str, expected: bool) -> None:
    assert is_for_writer(method, path) is expected
