"""A backup is a snapshot in one file. It is restored exactly, or not at all."""

from __future__ import annotations

import io
import os
import random
import tarfile
from hashlib import sha256
from pathlib import Path

import pytest
from blake3 import blake3

from rag.errors import CorruptSnapshot, IncompatibleSnapshot, NoSnapshot, SnapshotError, StorageError
from rag.snapshots import SnapshotStore
from rag.snapshots.manifest import FORMAT, FileDigest, Manifest
from tests.articles import Articles, Index


@pytest.fixture
def index(tmp_path: Path, articles: Articles) -> Index:
    """An index of two articles."""
    index = Index(tmp_path / "index")
    articles.write("a.txt", "One.")
    articles.write("b.txt", "Two.")
    index.ingest(articles)
    return index


@pytest.fixture
def backup(tmp_path: Path, index: Index) -> Path:
    index.store.backup(tmp_path / "backup.tar")
    return tmp_path / "backup.tar"


def files(store: SnapshotStore, snapshot: str) -> dict[str, bytes]:
    folder = store.directory / "snapshots" / snapshot
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_backup_is_restored_byte_for_byte_with_its_own_id(tmp_path: Path, index: Index, backup: Path) -> None:
    there = Index(tmp_path / "elsewhere")
    restored = there.store.restore(backup)
    assert restored.id == index.store.current().id
    assert files(there.store, restored.id) == files(index.store, restored.id)
    assert Index(tmp_path / "elsewhere").texts() == {"a": "One.", "b": "Two."}


def test_restoring_keeps_the_snapshots_of_the_index(articles: Articles, index: Index, backup: Path) -> None:
    articles.write("a.txt", "Later.")
    index.ingest(articles)
    first, later = index.store.ids()
    restored = index.store.restore(backup)
    assert index.store.ids() == [first, later, restored.id]
    assert restored.id.split("-") == ["000003", first.split("-")[1]]
    assert index.texts() == {"a": "One.", "b": "Two."}
    assert index.store.activate(later).id == later
    assert index.texts()["a"] == "Later."


def test_ingestion_continues_from_a_restored_snapshot(tmp_path: Path, articles: Articles, backup: Path) -> None:
    there = Index(tmp_path / "elsewhere")
    there.store.restore(backup)
    assert there.ingest(articles).counts == {"unchanged": 2}


def test_a_backup_replaces_an_older_one_in_one_step(articles: Articles, index: Index, backup: Path) -> None:
    articles.write("a.txt", "Later.")
    index.ingest(articles)
    index.store.backup(backup)
    assert index.store.restore(backup).document("a").text == "Later."
    assert not list(backup.parent.glob(".*.tmp"))


def test_a_damaged_snapshot_is_not_backed_up_and_the_older_backup_stays(index: Index, backup: Path) -> None:
    snapshot, before = index.store.current(), backup.read_bytes()
    path = index.store.directory / "snapshots" / snapshot.id / "vectors.faiss"
    path.write_bytes(b"other" + path.read_bytes()[5:])
    with pytest.raises(CorruptSnapshot, match=r"vectors\.faiss is damaged"):
        index.store.backup(backup)
    assert backup.read_bytes() == before
    assert not list(backup.parent.glob(".*.tmp"))


def test_a_backup_that_cannot_be_written_is_reported(index: Index, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"nowhere/\.backup\.tar\.tmp cannot be opened: No such file or directory"):
        index.store.backup(tmp_path / "nowhere" / "backup.tar")
    with pytest.raises(StorageError, match=r"articles cannot be replaced: Is a directory"):
        index.store.backup(tmp_path / "articles")


def test_a_missing_index_is_not_backed_up(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot, match="run 'rag ingest' first"):
        Index(tmp_path / "nowhere").store.backup(tmp_path / "backup.tar")
    assert not (tmp_path / "backup.tar").exists()


def refused(index: Index, backup: Path, match: str = "is not a valid backup") -> str:
    """Check that restoring fails with a sentence that names the file, and that the index is unchanged. Return it."""
    before = (index.store.ids(), (index.store.directory / "CURRENT").read_bytes())
    with pytest.raises(CorruptSnapshot, match=match) as raised:
        index.store.restore(backup)
    assert str(raised.value).startswith(str(backup))
    assert (index.store.ids(), (index.store.directory / "CURRENT").read_bytes()) == before
    assert not list((index.store.directory / "snapshots").glob(".*"))
    return str(raised.value)


def _offsets(size: int) -> list[int]:
    return random.Random(4).sample(range(size), 60)


def test_a_backup_with_a_flipped_byte_is_not_restored(index: Index, backup: Path) -> None:
    sound, before = backup.read_bytes(), files(index.store, index.store.current().id)
    with tarfile.open(backup) as archive:
        contents = [range(one.offset_data, one.offset_data + one.size) for one in archive]
    for offset in [*range(0, 512, 37), *_offsets(len(sound))]:
        damaged = bytearray(sound)
        damaged[offset] ^= 1 << offset % 8
        backup.write_bytes(damaged)
        if any(offset in content for content in contents):
            refused(index, backup)
        else:  # a damaged header is refused too, unless the byte is padding
            _check_restored_exactly_or_refused(index, backup, before)


def _check_restored_exactly_or_refused(index: Index, backup: Path, before: dict[str, bytes]) -> None:
    try:
        restored = index.store.restore(backup)
    except CorruptSnapshot:
        refused(index, backup)
    else:
        assert files(index.store, restored.id) == before


def test_a_truncated_backup_is_not_restored(index: Index, backup: Path) -> None:
    with tarfile.open(backup) as archive:
        last = archive.getmembers()[-1]
    sound = backup.read_bytes()
    for size in [0, 1, 511, 512, 513, *_offsets(last.offset_data + last.size)][:40]:
        backup.write_bytes(sound[:size])
        refused(index, backup)


@pytest.mark.parametrize("content", [b"", b"other", b"\0" * 10_240, os.urandom(5_000)])
def test_a_file_that_is_not_a_backup_is_refused(index: Index, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    refused(index, tmp_path / "other")


def test_the_error_for_a_missing_backup_names_it(index: Index, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"nowhere\.tar is not a file: give one that 'rag backup' wrote"):
        index.store.restore(tmp_path / "nowhere.tar")


def _manifest(contents: dict[str, bytes], version: int = FORMAT) -> bytes:
    digests = {
        name: FileDigest(size=len(content), blake3=blake3(content).hexdigest()) for name, content in contents.items()
    }
    manifest = Manifest(
        format=version,
        created="",
        parent=None,
        encoder="",
        encoder_digest="",
        dimension=1,
        chunk_tokens=1,
        documents=0,
        chunks=0,
        files=digests,
    )
    return manifest.model_dump_json().encode()


def _tar(path: Path, manifest: bytes, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    first = tarfile.TarInfo(f"000001-{sha256(manifest).hexdigest()[:8]}/manifest.json")
    with tarfile.open(path, "w") as archive:
        for info, content in ((first, manifest), *members):
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    "name", ["../x.npy", "/x.npy", "a/../../x.npy", "manifest.json", "x\0.npy", "x", ".x.npy", "a\\b.x"]
)
def test_a_file_name_outside_the_snapshot_is_refused(index: Index, tmp_path: Path, name: str) -> None:
    hostile = _tar(
        tmp_path / "hostile.tar", _manifest({name: b"x"}), (tarfile.TarInfo(f"000001-aaaaaaaa/{name}"), b"x")
    )
    assert f"its manifest lists {name!r}" in refused(index, hostile)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_not_a_regular_file_is_refused(index: Index, tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("000001-aaaaaaaa/x.npy")
    info.type, info.linkname = kind, "/etc/passwd"
    refused(
        index, _tar(tmp_path / "hostile.tar", _manifest({"x.npy": b""}), (info, b"")), "does not match its manifest"
    )


def test_a_file_that_the_manifest_does_not_list_is_refused(index: Index, tmp_path: Path) -> None:
    infos = [(tarfile.TarInfo("000001-aaaaaaaa/x.npy"), b"x"), (tarfile.TarInfo("000001-aaaaaaaa/x.npy"), b"x")]
    refused(index, _tar(tmp_path / "more.tar", _manifest({}), infos[0]), "does not match its manifest")
    refused(index, _tar(tmp_path / "twice.tar", _manifest({"x.npy": b"x"}), *infos), "does not match its manifest")
    refused(index, _tar(tmp_path / "less.tar", _manifest({"x.npy": b"x"})), r"x\.npy is missing")


def test_a_backup_with_correct_checksums_but_no_snapshot_is_not_activated(index: Index, tmp_path: Path) -> None:
    before = index.store.ids()
    made = _tar(tmp_path / "made.tar", _manifest({"x.npy": b"x"}), (tarfile.TarInfo("000001-aaaaaaaa/x.npy"), b"x"))
    with pytest.raises(CorruptSnapshot):
        index.store.restore(made)
    assert index.store.ids() == before


def test_a_backup_of_a_newer_format_is_refused(index: Index, tmp_path: Path) -> None:
    newer = _tar(tmp_path / "newer.tar", _manifest({}, version=FORMAT + 1))
    with pytest.raises(IncompatibleSnapshot, match=rf"newer\.tar has format {FORMAT + 1}, but this version reads"):
        index.store.restore(newer)


def test_a_backup_of_an_older_format_with_an_unsound_database_is_refused(index: Index, tmp_path: Path) -> None:
    before = index.store.ids()
    infos = [(tarfile.TarInfo("000001-aaaaaaaa/documents.sqlite"), b"moths")]
    older = _tar(tmp_path / "older.tar", _manifest({"documents.sqlite": b"moths"}, version=1), *infos)
    with pytest.raises(CorruptSnapshot, match=r"older\.tar is not a valid backup: .*; restore another one"):
        index.store.restore(older, migrate=index.ingestion.migrate)
    assert index.store.ids() == before
    assert not list((index.store.directory / "snapshots").glob(".*"))
