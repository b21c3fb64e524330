"""Settings change while the service runs. A wrong one changes nothing."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from rag.errors import ConfigurationError
from rag.http.app import create_app
from rag.http.reloading import Reloading
from rag.http.setting_changes import RESTART
from rag.service import Service
from rag.settings import Settings, dump, parse
from rag.wiring import assemble, reconfigured
from tests import samples
from tests.client import TestClient
from tests.http.serving import wait_for
from tests.http.test_crash import Server


@pytest.fixture
def service(tmp_path: Path) -> Service:
    samples.ingest(samples.service(tmp_path / "index"), samples.write(tmp_path / "articles"))
    return assemble(settings(tmp_path))


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "uvicorn.error")


def settings(folder: Path, **changes: object) -> Settings:
    given = {"index_dir": folder / "index", "encoder": "hashing", "least_confidence": 0, **changes}
    return Settings(_env_file=None, **given)  # type: ignore[arg-type]


def reload(client: TestClient, read: Callable[[], Settings]) -> None:
    """Apply settings in the event loop of the application, and wait until they are applied."""

    async def apply() -> None:
        reloading = Reloading(client.app, reconfigured)  # type: ignore[arg-type]
        reloading.begin(read)
        await asyncio.gather(*reloading._tasks)

    assert client.portal is not None
    client.portal.call(apply)


def test_other_settings_apply_to_the_next_request(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    snapshot = service.snapshot()
    with TestClient(create_app(service)) as client:
        question = {"question": samples.LEVY_QUESTION}
        assert client.post("/v1/answers", json=question).json()["abstention"] is None
        assert client.get("/healthz", headers={"Host": "rag.example.org"}).status_code == 421
        assert client.put("/v1/documents/a", json={"text": "One."}).status_code == 403
        changes = {
            "least_confidence": 1,
            "allowed_hosts": ("rag.example.org",),
            "cors_origins": ("https://example.org",),
            "api_key": "open-sesame-1234567",
            "base_url": "https://rag.example.org",
        }
        reload(client, lambda: settings(tmp_path, **changes))
        assert client.post("/v1/answers", json=question).json()["abstention"] == "weak_evidence"
        allowed = client.get("/healthz", headers={"Host": "rag.example.org", "Origin": "https://example.org"})
        assert allowed.headers["access-control-allow-origin"] == "https://example.org"
        response = client.put(
            "/v1/documents/a", json={"text": "One."}, headers={"Authorization": "Bearer open-sesame-1234567"}
        )
        assert response.status_code == 201
        assert snapshot.id != service.snapshot().id
    assert "The settings were read again: RAG_LEAST_CONFIDENCE, RAG_API_KEY, RAG_BASE_URL" in caplog.text


def test_the_places_of_the_gate_follow_the_settings(service: Service, tmp_path: Path) -> None:
    app = create_app(service)
    with TestClient(app) as client:
        reload(client, lambda: settings(tmp_path, active_requests=5, generator="ollama:x", generator_waiting=3))
        assert app.state.gate.limit == 5  # questions that wait for the language model take no place
        reload(client, lambda: settings(tmp_path, active_requests=2))
        assert app.state.gate.limit == 2
        assert client.post("/v1/answers", json={"question": samples.LEVY_QUESTION}).status_code == 200


@pytest.mark.parametrize("fault", ["RAG_PORT is 'x': give a number", "'x' is not installed"])
def test_wrong_settings_change_nothing_and_are_logged_in_one_sentence(
    service: Service, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    def read() -> Settings:
        raise ConfigurationError(fault)

    before = service.settings
    with TestClient(create_app(service)) as client:
        reload(client, read)
        assert service.settings is before
    (line,) = [record.getMessage() for record in caplog.records if record.name == "uvicorn.error"]
    assert line == f"The settings stay as they were: {fault}"


@pytest.mark.parametrize("change", [{"generator": "nobody:x"}, {"oidc_client_id": "no provider"}])
def test_a_part_that_is_not_installed_or_incomplete_changes_nothing(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture, change: dict[str, str]
) -> None:
    before = service.settings
    with TestClient(create_app(service)) as client:
        reload(client, lambda: settings(tmp_path, least_confidence=1, **change))
        assert service.settings is before
    assert "The settings stay as they were" in caplog.text


def test_a_setting_that_needs_a_restart_is_named_and_stays(
    service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with TestClient(create_app(service)) as client:
        reload(client, lambda: settings(tmp_path, port=9, index_dir=tmp_path / "other"))
        assert client.get("/readyz").status_code == 200
    assert service.settings.port == 8000
    assert "RAG_INDEX_DIR, RAG_PORT: changes when the service is restarted" in caplog.text


def test_a_language_model_keeps_its_state_and_the_tokens_of_the_day(service: Service, tmp_path: Path) -> None:
    service.parts = reconfigured(service, settings(tmp_path, generator="ollama:x"))
    model = service.language_model
    service.parts = reconfigured(service, settings(tmp_path, generator="ollama:x", least_confidence=1))
    assert service.language_model is model
    service.parts = reconfigured(service, settings(tmp_path, generator="ollama:y"))
    assert service.language_model is not model


def test_sighup_reads_the_settings_again_also_while_the_service_starts(tmp_path: Path) -> None:
    samples.ingest(samples.service(tmp_path / "index"), samples.write(tmp_path / "articles"))
    file = tmp_path / ".env"
    file.write_text("RAG_LEAST_CONFIDENCE=0\n")
    server = Server(tmp_path / "index")
    server.start(before_ready=signal.SIGHUP)
    try:
        question = {"question": samples.LEVY_QUESTION}
        assert httpx2.post(f"{server.url}/v1/answers", json=question, timeout=60).json()["abstention"] is None
        file.write_text("RAG_LEAST_CONFIDENCE=1\n")
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: "RAG_LEAST_CONFIDENCE changed" in server.log.read_text(), seconds=60)
        assert httpx2.post(f"{server.url}/v1/answers", json=question, timeout=60).json()["abstention"]
    finally:
        server.stop(signal.SIGKILL)


def test_the_documentation_lists_the_settings_that_need_a_restart() -> None:
    page = (Path(__file__).parents[2] / "docs/running.md").read_text(encoding="utf-8")
    section = page.partition("## Change settings while it runs")[2].partition("\n#")[0]
    assert {name for name in Settings.model_fields if f"`RAG_{name.upper()}`" in section} >= RESTART


def test_settings_pass_to_another_process_with_their_secrets(tmp_path: Path) -> None:
    given = settings(
        tmp_path,
        api_key="open-sesame-1234567",
        trusted_proxies="10.0.0.0/8,::1",
        cors_origins="https://a.example,https://b.example",
        keep_originals="all",
        generator_daily_tokens=5,
    )
    assert parse(dump(given)) == given
    assert "\n" not in dump(given)
