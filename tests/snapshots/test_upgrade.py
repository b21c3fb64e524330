"""An index of an earlier format keeps all its documents: the next change migrates them, whichever command makes it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path

import pytest

from rag.errors import CorruptSnapshot, IncompatibleSnapshot, SnapshotError, UnknownDocument, WriteRefused
from rag.http.app import create_app
from rag.ingest.ledger import Ledger
from rag.service import Service
from rag.snapshots.manifest import FORMAT, READABLE, id_suffix
from rag.types import Ask
from rag.upkeep import Removal
from tests.articles import quietly
from tests.cases import sampled
from tests.client import TestClient
from tests.snapshots.earlier import (
    FORMATS,
    NEWER,
    OLDER,
    Earlier,
    documents_of,
    rebuilt_from_scratch,
    sources_of,
    unpack,
)
from tests.upkeep.uploads import text_upload, wait_for_reason

QUESTIONS = (
    "How much is the sugar levy per litre?",
    "Who may share parental leave?",
    "When may taxis use the bus lanes?",
    "What does a plot of an allotment cost a year?",
    "When does the central library close on Saturday?",
    "Who is entitled to a refund?",
)
BACKED_UP = [number for number in FORMATS if number >= 2]
KEY = {"Authorization": "Bearer open, sesame seeds"}


@pytest.fixture(params=OLDER)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Earlier:
    return unpack(request.param, tmp_path / "earlier")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one new file."""
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "ferry.txt").write_text("The ferry sails at seven.")
    return tmp_path / "new"


def _ingest(service: Service, folder: Path) -> set[str]:
    service.ingest([folder], quietly)
    return {"+ferry"}


def _ingest_and_prune(service: Service, folder: Path) -> set[str]:
    service.ingest([folder], quietly, prune=True)
    return {"+ferry"}


def _watch(service: Service, folder: Path) -> set[str]:
    (result,) = islice(service.follow([folder]), 1)
    assert result.report is not None
    return {"+ferry"}


def _remove(service: Service, _: Path) -> set[str]:
    service.remove(["fares"])
    return {"-fares"}


def _run_jobs(service: Service, _: Path) -> set[str]:
    upkeep = service.upkeep()
    try:
        upkeep.submit([text_upload("tolls", "A toll is two pounds."), Removal("fares")])[1].result(30)
    finally:
        upkeep.close()
    return {"+tolls", "-fares"}


def _rebuild(service: Service, _: Path) -> set[str]:
    assert service.rebuild(quietly)[1]
    return set()


@pytest.mark.parametrize("write", [_ingest, _ingest_and_prune, _watch, _remove, _run_jobs, _rebuild])
def test_every_writer_keeps_all_documents_of_an_older_index(
    older: Earlier, folder: Path, write: Callable[[Service, Path], set[str]]
) -> None:
    changes = write(older.service(), folder)
    snapshot = older.service().snapshot()
    expected = {name: one for name, one in older.documents.items() if f"-{name}" not in changes}
    found = documents_of(snapshot)
    assert {name: found[name] for name in expected} == expected
    assert {f"+{name}" for name in found.keys() - expected.keys()} | {
        f"-{name}" for name in older.documents.keys() - found.keys()
    } == changes
    sources = sources_of(snapshot)
    assert {name: sources[name] for name in expected} == {name: older.sources[name] for name in expected}
    assert snapshot.manifest.format == FORMAT
    assert snapshot.manifest.parent is not None


@pytest.mark.parametrize("number", FORMATS)
def test_a_migrated_index_answers_as_a_new_index_of_the_same_documents(number: int, tmp_path: Path) -> None:
    earlier = unpack(number, tmp_path / "earlier")
    earlier.service().rebuild(quietly)
    migrated = earlier.service()
    fresh = rebuilt_from_scratch(migrated.snapshot(), tmp_path / "fresh")
    for question in QUESTIONS:
        ours, theirs = migrated.view(None).answer(Ask(question)), fresh.view(None).answer(Ask(question))
        assert [(one.text, one.citations) for one in ours.statements] == [
            (one.text, one.citations) for one in theirs.statements
        ]
        assert ours.citations == theirs.citations
        hits = [migrated.view(None).search(Ask(question))[0], fresh.view(None).search(Ask(question))[0]]
        assert hits[0] == hits[1]
    files = [_files(one) for one in (migrated, fresh)]
    assert files[0] == files[1]


def _files(service: Service) -> dict[str, bytes]:
    """Return the files of the current snapshot, apart from the database, whose pages depend on its history."""
    folder = service.parts.store.folder(service.snapshot().id)
    names = [name for name in service.snapshot().manifest.files if not name.endswith(".sqlite")]
    return {name: (folder / name).read_bytes() for name in names}


@pytest.mark.parametrize("number", [number for number in FORMATS if number in READABLE])
def test_a_readable_index_serves_and_gets_the_current_format_with_the_next_run(number: int, tmp_path: Path) -> None:
    earlier = unpack(number, tmp_path / "earlier")
    served = earlier.service().snapshot()
    assert documents_of(served) == earlier.documents
    assert sources_of(served) == earlier.sources
    assert served.manifest.format == number
    _, rebuilt = earlier.service().rebuild(quietly)
    assert rebuilt == (number != FORMAT)
    snapshot = earlier.service().snapshot()
    assert snapshot.manifest.format == FORMAT
    assert documents_of(snapshot) == earlier.documents
    assert sources_of(snapshot) == earlier.sources


def test_the_ledger_stays(tmp_path: Path, folder: Path) -> None:
    older = unpack(5, tmp_path / "earlier")
    before = Ledger(older.directory).read()
    assert [entry.state for entry in before.values()] == ["failed"]
    older.service().ingest([folder], quietly)
    assert Ledger(older.directory).read() == before


def test_questions_are_refused_with_the_command_to_run(older: Earlier) -> None:
    client = TestClient(create_app(older.service()))
    for response in (client.get("/readyz"), client.post("/v1/answers", json={"question": QUESTIONS[0]})):
        assert response.status_code == 503
        assert response.json()["detail"].endswith(
            f"{older.current} has format {older.format}, which this version can migrate but not serve: "
            "run 'rag snapshots rebuild' to migrate the current snapshot"
        )


def test_a_running_service_answers_after_another_process_has_migrated_the_index(older: Earlier) -> None:
    service = older.service()
    with pytest.raises(IncompatibleSnapshot):
        service.view(None).answer(Ask(QUESTIONS[0]))
    older.service().rebuild(quietly)
    service.refresh()
    assert service.view(None).answer(Ask(QUESTIONS[0])).citations


def test_a_change_over_http_migrates_the_index(older: Earlier) -> None:
    with TestClient(create_app(older.service(api_key="open, sesame seeds"))) as client:
        assert client.get("/readyz").status_code == 503
        response = client.put("/v1/documents/tolls", json={"text": "A toll is two pounds."}, headers=KEY)
        assert response.status_code == 201
        service = older.service()
        assert client.get("/readyz").json()["snapshot"] == service.snapshot().id
    assert documents_of(service.snapshot()).keys() == older.documents.keys() | {"tolls"}


def test_a_run_of_an_unreadable_source_migrates_the_index_too(older: Earlier, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "scan.pdf").write_text("not a PDF")
    older.service().ingest([tmp_path / "broken"], quietly)
    assert documents_of(older.service().snapshot()) == older.documents


def test_a_run_that_fails_leaves_the_older_index_as_it_was(older: Earlier) -> None:
    with pytest.raises(UnknownDocument):
        older.service().remove(["nothing"])
    assert older.current in [one.id for one in older.service().snapshots() if one.current]


def test_the_older_snapshot_stays_until_retention_deletes_it(older: Earlier, folder: Path) -> None:
    old = older.current
    older.service(keep_snapshots=2).rebuild(quietly)
    assert old in older.service().parts.store.ids()
    (folder / "bridge.txt").write_text("The bridge opens at noon.")
    older.service(keep_snapshots=2).ingest([folder], quietly)
    assert old not in older.service().parts.store.ids()
    assert set(older.documents) < set(documents_of(older.service().snapshot()))


def test_pruning_deletes_nothing_while_the_current_snapshot_must_be_migrated(older: Earlier) -> None:
    before = older.service().parts.store.ids()
    with pytest.raises(IncompatibleSnapshot, match="run 'rag snapshots rebuild'"):
        older.service().prune(1)
    assert older.service().parts.store.ids() == before


def test_listing_and_verifying_name_the_format(older: Earlier) -> None:
    service = older.service()
    current = next(one for one in service.snapshots() if one.current)
    assert (current.id, current.format) == (older.current, older.format)
    assert current.manifest is not None
    assert current.manifest.documents == len(older.documents)
    assert not any(service.verify().values())
    assert set(service.other_formats().values()) == {older.format}


def test_damage_of_an_older_snapshot_is_found(older: Earlier) -> None:
    path = older.directory / "snapshots" / older.current / "vectors.faiss"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    (fault,) = older.service().verify()[older.current]
    assert fault.startswith(f"{path} has changed since it was written: its sha256 digest is")


def test_an_older_snapshot_is_not_activated(older: Earlier) -> None:
    before = older.current
    other = next(name for name in older.service().parts.store.ids() if name != before)
    with pytest.raises(
        IncompatibleSnapshot, match=f"{other} has format {older.format}, which this version can migrate"
    ):
        older.service().activate(other)
    assert older.current == before


@pytest.mark.parametrize("number", BACKED_UP)
def test_a_backup_of_an_earlier_format_is_restored_with_all_documents(number: int, tmp_path: Path) -> None:
    earlier = unpack(number, tmp_path / "earlier")
    other = Earlier(number, tmp_path / "other", {}, {})
    snapshot = other.service().restore(earlier.backup)
    assert snapshot.manifest.format == (number if number in READABLE else FORMAT)
    assert documents_of(snapshot) == earlier.documents
    assert sources_of(snapshot) == earlier.sources
    assert other.service().view(None).answer(Ask(QUESTIONS[0])).citations
    assert not list((other.directory / "snapshots").glob(".*"))


@pytest.mark.parametrize("number", sampled([number for number in BACKED_UP if number in OLDER], 9))
def test_an_older_backup_of_another_encoder_is_refused(number: int, tmp_path: Path) -> None:
    earlier = unpack(number, tmp_path / "earlier")
    with pytest.raises(IncompatibleSnapshot, match="was built with hashing, RAG_ENCODER is"):
        Earlier(number, tmp_path / "other", {}, {}).service(encoder="sentence-transformers:all-MiniLM-L6-v2").restore(
            earlier.backup
        )


@pytest.mark.parametrize("number", [number for number in BACKED_UP if number in OLDER])
def test_an_older_backup_with_a_flipped_byte_is_refused(number: int, tmp_path: Path) -> None:
    earlier = unpack(number, tmp_path / "earlier")
    content = bytearray(earlier.backup.read_bytes())
    content[len(content) // 2] ^= 1
    earlier.backup.write_bytes(content)
    other = Earlier(number, tmp_path / "other", {}, {}).service()
    with pytest.raises(CorruptSnapshot, match=r"is not a valid backup: .* is damaged; restore another one"):
        other.restore(earlier.backup)
    assert other.parts.store.ids() == []


_WITHOUT_CHECKS = (
    "CREATE TABLE plain AS SELECT * FROM document; DROP TABLE document; ALTER TABLE plain RENAME TO document;"
)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE chunk SET text = 'moths' WHERE row = 0",
        "UPDATE chunk SET start = 7 WHERE row = 0",
        "UPDATE chunk SET document = 3 WHERE row = 0",
        "DELETE FROM chunk WHERE row = 0",
        "DELETE FROM document WHERE number = 0",
        "UPDATE document SET id = '' WHERE number = 0",
        "UPDATE document SET id = x'00ff' WHERE number = 0",
        "UPDATE document SET sha256 = 'moths' WHERE number = 0",
        "UPDATE document SET rows = 9223372036854775807 WHERE number = 0",
        "UPDATE document SET rows = -1 WHERE number = 0",
        "UPDATE document SET metadata = '[1]' WHERE number = 0",
        """UPDATE document SET metadata = '{"a": {"b": 1}}' WHERE number = 0""",
        """UPDATE document SET headings = '[[0, 100000, 1, "moths"]]' WHERE number = 0""",
        """UPDATE document SET headings = '[["moths"]]' WHERE number = 0""",
        "UPDATE document SET pages = '[-1]' WHERE number = 0",
        "UPDATE document SET pages = 'moths' WHERE number = 0",
        "UPDATE document SET pages = '" + "[" * 100_000 + "' WHERE number = 0",
        _WITHOUT_CHECKS + "UPDATE document SET id = 'levy'",
        _WITHOUT_CHECKS + "UPDATE document SET source = 'http:levy'",
        "CREATE TRIGGER t AFTER INSERT ON document BEGIN DELETE FROM document; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE more (a)",
        "ALTER TABLE document ADD COLUMN more TEXT",
    ],
)
def test_a_forged_older_backup_with_correct_checksums_is_refused(forgery: str, tmp_path: Path) -> None:
    earlier = unpack(OLDER[-1], tmp_path / "earlier")
    forged = _forged(earlier.backup, forgery, tmp_path)
    other = Earlier(earlier.format, tmp_path / "other", {}, {}).service()
    with pytest.raises(CorruptSnapshot, match=r"forged\.tar is not a valid backup: .*; restore another one"):
        other.restore(forged)
    assert other.parts.store.ids() == []


def _forged(backup: Path, forgery: str, folder: Path) -> Path:
    """Change the database in a backup, and make its checksums fit."""
    with tarfile.open(backup) as archive:
        archive.extractall(folder / "content", filter="data")
    (content,) = (folder / "content").iterdir()
    database = content / "documents.sqlite"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(forgery)
    manifest = json.loads((content / "manifest.json").read_bytes())
    digest = sha256(database.read_bytes()).hexdigest()
    manifest["files"]["documents.sqlite"] = {"size": database.stat().st_size, "sha256": digest}
    (content / "manifest.json").write_text(json.dumps(manifest))
    with tarfile.open(folder / "forged.tar", "w") as archive:
        for name in ("manifest.json", *manifest["files"]):
            archive.add(content / name, f"000005-{id_suffix(content)}/{name}")
    return folder / "forged.tar"


# A format of the future.


@pytest.fixture
def newer(tmp_path: Path) -> Earlier:
    """An index whose current snapshot a newer version wrote."""
    made = unpack(FORMATS[-1], tmp_path / "earlier")
    copy = made.directory / "snapshots" / "copy"
    shutil.copytree(made.directory / "snapshots" / made.current, copy)
    manifest = json.loads((copy / "manifest.json").read_bytes())
    (copy / "manifest.json").write_text(json.dumps(manifest | {"format": NEWER, "files": "elsewhere"}))
    final = copy.rename(copy.with_name(f"000009-{id_suffix(copy)}"))
    (made.directory / "CURRENT").write_text(f"{final.name}\n")
    return made


@pytest.mark.parametrize("write", [_ingest, _ingest_and_prune, _remove, _rebuild])
def test_an_index_of_a_newer_version_is_refused_and_stays(
    newer: Earlier, folder: Path, write: Callable[[Service, Path], set[str]]
) -> None:
    before = {path: path.read_bytes() for path in newer.directory.rglob("*") if path.is_file()}
    with pytest.raises(
        WriteRefused, match=rf"a newer version of rag wrote .*{newer.current}.*: install a newer version"
    ):
        write(newer.service(), folder)
    with pytest.raises(
        IncompatibleSnapshot, match=f"has format {NEWER}, but this version reads formats up to {FORMAT}"
    ):
        newer.service().view(None).answer(Ask(QUESTIONS[0]))
    for path, content in before.items():
        assert path.read_bytes() == content


def test_a_job_for_an_index_of_a_newer_version_waits_with_the_reason(newer: Earlier) -> None:
    upkeep = newer.service().upkeep()
    try:
        job, ended = upkeep.submit([text_upload("tolls", "A toll is two pounds.")])
        assert "install a newer version of rag" in str(wait_for_reason(upkeep, job).reason)
        assert not ended.done()
    finally:
        upkeep.close()
    assert list((newer.directory / ".jobs" / job.id).glob("0/*"))


def test_a_snapshot_of_a_newer_version_is_never_pruned(newer: Earlier, folder: Path) -> None:
    name = newer.current
    service = newer.service(keep_snapshots=1)
    service.activate(service.parts.store.ids()[-2])
    for text in ("One.", "Two."):
        (folder / "ferry.txt").write_text(text)
        service.ingest([folder], quietly)
    assert name in service.parts.store.ids()
    assert len(service.parts.store.ids()) == 2


def test_a_snapshot_of_a_newer_version_is_listed_with_its_format(newer: Earlier) -> None:
    service = newer.service()
    listed = service.snapshots()[0]
    assert (listed.id, listed.current, listed.format, listed.manifest) == (newer.current, True, NEWER, None)
    with pytest.raises(SnapshotError, match="install a newer version of rag"):
        service.activate(newer.current)
