"""A running service notices damage of its snapshot on the disk, and switches to an undamaged snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.http.app import create_app
from rag.settings import Settings
from rag.wiring import assemble
from tests import samples
from tests.client import TestClient
from tests.http.serving import wait_for

QUESTION = {"question": samples.LEVY_QUESTION}


def damage(folder: Path) -> bytes:
    """Flip a bit in the last byte of the vectors. Return the old content of the file."""
    path = folder / "vectors.faiss"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    return content


@pytest.fixture
def snapshots(tmp_path: Path) -> tuple[Path, Path]:
    """The folders of two snapshots, the older one first."""
    writer, folder = samples.service(tmp_path / "index"), tmp_path / "articles"
    older = samples.ingest(writer, samples.write(folder))
    newer = samples.ingest(writer, samples.write(folder, {"rule.md": "# A rule\n\nIt is new.\n"}))
    return tmp_path / "index" / "snapshots" / older, tmp_path / "index" / "snapshots" / newer


@pytest.fixture
def client(tmp_path: Path, snapshots: tuple[Path, Path]) -> Iterator[TestClient]:
    settings = Settings(index_dir=tmp_path / "index", encoder="hashing", least_confidence=0, verify_minutes=0.002)
    with TestClient(create_app(assemble(settings))) as client:
        yield client


def readiness(client: TestClient) -> tuple[str, str | None]:
    found = client.get("/readyz").json()
    return str(found["status"]), found.get("snapshot")


def test_the_newest_undamaged_snapshot_serves_until_the_damage_is_repaired(
    client: TestClient, snapshots: tuple[Path, Path]
) -> None:
    older, newer = snapshots
    assert readiness(client) == ("ok", newer.name)
    content = damage(newer)
    wait_for(lambda: readiness(client) == ("degraded", older.name), seconds=20)
    assert "vectors.faiss has changed since it was written" in client.get("/readyz").json()["detail"]
    assert client.post("/v1/answers", json=QUESTION).json()["snapshot"] == older.name
    (newer / "vectors.faiss").write_bytes(content)
    wait_for(lambda: readiness(client) == ("ok", newer.name), seconds=20)


def test_without_an_undamaged_snapshot_questions_are_refused(client: TestClient, snapshots: tuple[Path, Path]) -> None:
    for folder in snapshots:
        damage(folder)
    wait_for(lambda: client.get("/readyz").status_code == 503, seconds=20)
    refused = client.post("/v1/answers", json=QUESTION)
    assert refused.status_code == 503
    assert "no sound snapshot" in refused.json()["detail"]
    assert "run 'rag snapshots rebuild' to recover its documents" in refused.json()["detail"]


def test_without_the_setting_damage_is_noticed_only_at_the_start(tmp_path: Path, snapshots: tuple[Path, Path]) -> None:
    settings = Settings(index_dir=tmp_path / "index", encoder="hashing", verify_minutes=0)
    with TestClient(create_app(assemble(settings))) as client:
        damage(snapshots[1])
        assert readiness(client) == ("ok", snapshots[1].name)
    with TestClient(create_app(assemble(settings))) as client:
        assert readiness(client) == ("degraded", snapshots[0].name)
