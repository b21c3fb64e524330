"""Tests of the metrics: each is counted where it happens, and no request can add a series without end."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse
from pydantic import SecretStr

from rag.answer.generation import Limits
from rag.errors import BackendTimeout, BackendUnavailable
from rag.http.app import create_app
from rag.http.observing import processes
from rag.http.server.limits import ConnectionLimits
from rag.service import Service
from tests import samples
from tests.client import TestClient
from tests.http.observing.observed import with_settings
from tests.http.serving import hanging_model, serving_app, wait_for

ASKED = {"question": samples.LEVY_QUESTION}


def values(client: TestClient) -> dict[str, float]:
    """Return each series with its value, such as `rag_answers_total{outcome="answered"}`."""
    return read(client.get("/metrics").text)


def read(text: str) -> dict[str, float]:
    found = {}
    for sample in (sample for family in parse(text) for sample in family.samples):
        labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
        found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def client_of(service: Service) -> TestClient:
    return TestClient(create_app(service), raise_server_exceptions=False)


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with client_of(service) as client:
        yield client


def test_requests_are_counted_by_route_method_and_status(client: TestClient) -> None:
    client.post("/v1/answers", json=ASKED)
    client.get("/v1/documents/levy")
    client.get("/v1/documents/none")
    found = values(client)
    assert found['rag_requests_total{method="POST",route="/v1/answers",status="200"}'] == 1
    assert found['rag_requests_total{method="GET",route="/v1/documents/{document_id}",status="200"}'] == 1
    assert found['rag_requests_total{method="GET",route="/v1/documents/{document_id}",status="404"}'] == 1
    assert found['rag_request_seconds_count{route="/v1/answers"}'] == 1


def test_stages_are_timed(client: TestClient) -> None:
    client.post("/v1/answers", json=ASKED)
    found = values(client)
    for stage in ("queue", "encode", "lexical", "dense", "fuse", "rerank", "pick", "extract"):
        assert found[f'rag_stage_seconds_count{{stage="{stage}"}}'] >= 1


def test_unknown_paths_methods_and_ids_add_no_series(client: TestClient) -> None:
    def send_all(words: range) -> None:
        for word in words:
            client.get(f"/path-{word}")
            client.get(f"/v1/documents/path-{word}")
            client.get(f"/v1/answers?x={word}", headers={"traceparent": f"00-{word:032x}-{1:016x}-01"})
            client.request(f"METHOD{word}", "/v1/answers")
            client.get("/", headers={"host": f"host-{word}.example"})

    send_all(range(1, 3))
    before = values(client)
    send_all(range(3, 30))
    after = values(client)
    new = {name for name in after.keys() - before.keys() if "/metrics" not in name}
    assert new == set()
    assert not re.search(r"path-|METHOD|host-", "".join(after))


def test_outcomes_of_answers_and_reasons_of_abstentions_are_counted(client: TestClient) -> None:
    client.post("/v1/answers", json=ASKED)
    client.post("/v1/answers", json={"question": "Hello"})
    found = values(client)
    assert found['rag_answers_total{outcome="answered"}'] + found['rag_answers_total{outcome="partial"}'] == 1
    assert found['rag_answers_total{outcome="no_evidence"}'] == 1
    assert found['rag_abstentions_total{reason="not_a_question"}'] == 1


def test_the_state_of_the_index_is_shown(client: TestClient, service: Service) -> None:
    client.app.state.index_state.refresh()  # type: ignore[attr-defined]
    found = values(client)
    snapshot = service.snapshot()
    assert found["rag_ready"] == 1
    assert found["rag_degraded"] == 0
    assert found["rag_index_documents"] == 3
    assert found["rag_index_passages"] == len(snapshot)
    assert found["rag_index_bytes"] == sum(file.size for file in snapshot.manifest.files.values())
    assert found[f'rag_index_info{{encoder="hashing",snapshot="{snapshot.id}"}}'] == 1
    assert found['rag_sources{state="indexed"}'] == 3
    assert 1.7e9 < found["rag_index_created_timestamp_seconds"] < 1e10


def test_a_service_without_an_index_is_not_ready(tmp_path: Path) -> None:
    with client_of(samples.service(tmp_path / "index")) as client:
        found = values(client)
    assert found["rag_ready"] == 0
    assert "rag_index_documents" not in found


def test_a_new_snapshot_and_failed_sources_are_seen(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    with TestClient(create_app(service)) as client:
        state = client.app.state.index_state  # type: ignore[attr-defined]
        articles = samples.write(tmp_path / "articles")
        (articles / "broken.pdf").write_bytes(b"%PDF-1.7 no more")
        samples.service(tmp_path / "index").ingest([articles], lambda *_: None)
        service.refresh()
        state.refresh()
        found = values(client)
    assert (found["rag_ready"], found["rag_index_documents"]) == (1, 3)
    assert found['rag_sources{state="failed"}'] == 1


def test_jobs_are_counted_by_state(tmp_path: Path) -> None:
    service = with_settings(samples.service(tmp_path / "index"), api_key=SecretStr("key"))
    headers = {"authorization": "Bearer key"}
    with TestClient(create_app(service)) as client:
        client.put("/v1/documents/one", json={"text": "A rule holds."}, headers=headers)
        client.app.state.index_state.refresh()  # type: ignore[attr-defined]
        found = values(client)
    assert found['rag_jobs{state="done"}'] == 1
    assert found['rag_jobs{state="waiting"}'] == 0


# A language model


def test_calls_sentences_and_tokens_of_a_language_model_are_counted(service: Service) -> None:
    said = "The levy took effect on 6 April 2018 [1]. The moon pays 99 pounds to nobody at all [1]."
    with client_of(with_settings(service, samples.answerer(samples.Scripted([said])))) as client:
        client.post("/v1/answers", json=ASKED)
        found = values(client)
    assert found['rag_llm_calls_total{result="replied"}'] == 1
    assert found["rag_llm_call_seconds_count"] == 1
    assert found['rag_llm_tokens_total{kind="output"}'] > 0
    assert found['rag_sentences_total{decision="kept"}'] == 1
    assert sum(found[f'rag_sentences_total{{decision="{one}"}}'] for one in ("kept", "replaced", "withheld")) == 2
    assert found['rag_stage_seconds_count{stage="generate"}'] >= 1
    assert found['rag_stage_seconds_count{stage="verify"}'] == 2


@pytest.mark.parametrize(
    ("error", "result"),
    [(BackendTimeout("it was slow"), "timeout"), (BackendUnavailable("it refused"), "unavailable")],
)
def test_failed_calls_are_counted_and_the_answer_is_degraded(
    service: Service, error: BackendTimeout | BackendUnavailable, result: str
) -> None:
    answerer = samples.answerer(samples.Scripted([error]))
    with client_of(with_settings(service, answerer)) as client:
        for _ in range(4):
            client.post("/v1/answers", json=ASKED)
        found = values(client)
    assert found[f'rag_llm_calls_total{{result="{result}"}}'] == 3
    assert found['rag_llm_calls_total{result="skipped"}'] == 1, "the breaker is open"
    assert found["rag_degraded_answers_total"] == 4


def test_questions_that_wait_for_a_language_model_are_shown(service: Service, tmp_path: Path) -> None:
    made, model = hanging_model(service, timeout=60.0)
    parts = made.parts
    parts.language_model = parts.answerer._model  # type: ignore[misc]
    assert parts.language_model is not None
    with parts.language_model._waiting.counted(), client_of(made) as client:
        assert values(client)["rag_llm_waiting"] == 1
    assert Limits().waiting > 1
    assert model.asked == []


# Who may read it


def test_metrics_answer_while_no_place_is_free(client: TestClient) -> None:
    gate = client.app.state.gate  # type: ignore[attr-defined]
    gate._queue = 0
    gate._working["another client"] = gate.places
    assert client.post("/v1/answers", json=ASKED).status_code == 503
    found = values(client)
    assert found["rag_requests_working"] == found["rag_request_places"] == gate.places
    assert found['rag_refusals_total{reason="queue_full"}'] == 1


def test_requests_that_never_arrive_in_full_are_counted(service: Service) -> None:
    import socket
    from urllib.parse import urlsplit

    app = create_app(service)
    metrics = app.state.metrics
    with serving_app(app, ConnectionLimits(head_bytes=1_000), metrics.connection_refused) as url:
        for _ in range(2):
            with socket.create_connection(("127.0.0.1", urlsplit(url).port or 0)) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nx: " + b"y" * 2_000 + b"\r\n\r\n")
                assert b" 431 " in connection.recv(100)
        wait_for(lambda: refusals(metrics.exposition("")[0]) == 2, 30)


def refusals(text: bytes) -> float:
    return read(text.decode())['rag_refusals_total{reason="headers"}']


def test_a_setting_switches_the_metrics_off(service: Service) -> None:
    with client_of(with_settings(service, metrics=False)) as client:
        assert client.get("/metrics").status_code == 404


def test_the_format_is_the_one_that_prometheus_asks_for(client: TestClient) -> None:
    plain = client.get("/metrics")
    asked = client.get("/metrics", headers={"accept": "application/openmetrics-text; version=1.0.0"})
    odd = client.get("/metrics", headers={"accept": "application/openmetrics-text; version=x,*/*"})
    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert asked.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert asked.text.endswith("# EOF\n")
    assert odd.status_code == 200


def test_no_metric_names_a_document_a_client_or_a_question(client: TestClient) -> None:
    client.post("/v1/answers", json=ASKED)
    client.get("/v1/documents/levy")
    assert not re.search("levy|charge|referendum|testclient|pence", client.get("/metrics").text)


# Several processes


DEAD = 2**22 + 1
"""No process has this number: it is beyond the greatest one of Linux."""

_WORKER = """
import sys
from pathlib import Path
from rag.http.app import create_app
from tests import samples
from tests.client import TestClient
with TestClient(create_app(samples.service(Path(sys.argv[1])))) as client:
    for _ in range(int(sys.argv[2])):
        client.post("/v1/answers", json={"question": "How many pence per litre?"})
    print(client.get("/metrics").text)
"""


def test_several_processes_count_together(service: Service, tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    index = str(service.settings.index_dir)

    def run(questions: int) -> dict[str, float]:
        done = subprocess.run(
            [sys.executable, "-c", _WORKER, index, str(questions)],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return read(done.stdout)

    run(2)
    stale = tmp_path / f"gauge_livesum_{DEAD}.db"
    shutil.copy(next(tmp_path.glob("gauge_livesum_*.db")), stale)
    found = run(3)
    assert not stale.exists(), "the gauges of a process that has ended do not count"
    assert found['rag_requests_total{method="POST",route="/v1/answers",status="200"}'] == 5
    assert found["rag_index_documents"] == 3
    assert found["rag_requests_working"] == 0


def test_processes_that_are_started_together_share_a_folder_that_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(processes.VARIABLE, raising=False)
    with processes.counted_together():
        folder = Path(os.environ[processes.VARIABLE])
        assert folder.is_dir()
    assert not folder.exists()
    assert not processes.are_several()


def test_a_folder_that_is_set_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(processes.VARIABLE, str(tmp_path))
    with processes.counted_together():
        assert os.environ[processes.VARIABLE] == str(tmp_path)
    assert tmp_path.exists()
