"""A backup is a snapshot in one file: it comes back as it was, or not at all."""

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
    index.store.backup(tmp_path / "kept.tar")
    return tmp_path / "kept.tar"


def files(store: SnapshotStore, snapshot: str) -> dict[str, bytes]:
    folder = store.directory / "snapshots" / snapshot
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_backup_comes_back_byte_for_byte_under_its_own_id(tmp_path: Path, index: Index, backup: Path) -> None:
    there = Index(tmp_path / "elsewhere")
    restored = there.store.restore(backup)
    assert restored.id == index.store.current().id
    assert files(there.store, restored.id) == files(index.store, restored.id)
    assert Index(tmp_path / "elsewhere").texts() == {"a": "One.", "b": "Two."}


def test_what_is_there_stays_beside_what_is_restored(articles: Articles, index: Index, backup: Path) -> None:
    articles.write("a.txt", "Later.")
    index.ingest(articles)
    first, later = index.store.ids()
    restored = index.store.restore(backup)
    assert index.store.ids() == [first, later, restored.id]
    assert restored.id.split("-") == ["000003", first.split("-")[1]]
    assert index.texts() == {"a": "One.", "b": "Two."}
    assert index.store.activate(later).id == later
    assert index.texts()["a"] == "Later."


def test_ingestion_goes_on_from_what_was_restored(tmp_path: Path, articles: Articles, backup: Path) -> None:
    there = Index(tmp_path / "elsewhere")
    there.store.restore(backup)
    assert there.ingest(articles).counts == {"unchanged": 2}


def test_a_backup_replaces_the_one_before_in_one_step(articles: Articles, index: Index, backup: Path) -> None:
    articles.write("a.txt", "Later.")
    index.ingest(articles)
    index.store.backup(backup)
    assert index.store.restore(backup).stored_document("a")[1] == "Later."
    assert not list(backup.parent.glob(".*.tmp"))


def test_a_damaged_snapshot_is_not_backed_up_and_the_backup_before_stays(index: Index, backup: Path) -> None:
    snapshot, before = index.store.current(), backup.read_bytes()
    path = index.store.directory / "snapshots" / snapshot.id / "vectors.faiss"
    path.write_bytes(b"moths" + path.read_bytes()[5:])
    with pytest.raises(CorruptSnapshot, match=r"vectors\.faiss is not what was written"):
        index.store.backup(backup)
    assert backup.read_bytes() == before
    assert not list(backup.parent.glob(".*.tmp"))


def test_a_backup_that_cannot_be_written_is_told(index: Index, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"nowhere/\.kept\.tar\.tmp cannot be opened: No such file or directory"):
        index.store.backup(tmp_path / "nowhere" / "kept.tar")
    with pytest.raises(StorageError, match=r"articles cannot be replaced: Is a directory"):
        index.store.backup(tmp_path / "articles")


def test_without_an_index_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot, match="run 'rag ingest' first"):
        Index(tmp_path / "nowhere").store.backup(tmp_path / "kept.tar")
    assert not (tmp_path / "kept.tar").exists()


def refused(index: Index, backup: Path, match: str = "is no sound backup") -> str:
    """Restoring fails with a sentence that names the file, and the index is as it was."""
    before = (index.store.ids(), (index.store.directory / "CURRENT").read_bytes())
    with pytest.raises(CorruptSnapshot, match=match) as told:
        index.store.restore(backup)
    assert str(told.value).startswith(str(backup))
    assert (index.store.ids(), (index.store.directory / "CURRENT").read_bytes()) == before
    assert not list((index.store.directory / "snapshots").glob(".*"))
    return str(told.value)


def _places(size: int) -> list[int]:
    return random.Random(4).sample(range(size), 60)


def test_no_flipped_byte_of_a_backup_is_restored(index: Index, backup: Path) -> None:
    sound, before = backup.read_bytes(), files(index.store, index.store.current().id)
    with tarfile.open(backup) as archive:
        inside = [range(one.offset_data, one.offset_data + one.size) for one in archive]
    for place in [*range(0, 512, 37), *_places(len(sound))]:
        damaged = bytearray(sound)
        damaged[place] ^= 1 << place % 8
        backup.write_bytes(damaged)
        if any(place in file for file in inside):
            refused(index, backup)
        else:  # a header is refused too, unless the byte says nothing, as those that fill a block
            _restored_as_it_was_or_not_at_all(index, backup, before)


def _restored_as_it_was_or_not_at_all(index: Index, backup: Path, before: dict[str, bytes]) -> None:
    try:
        restored = index.store.restore(backup)
    except CorruptSnapshot:
        refused(index, backup)
    else:
        assert files(index.store, restored.id) == before


def test_no_truncated_backup_is_restored(index: Index, backup: Path) -> None:
    with tarfile.open(backup) as archive:
        last = archive.getmembers()[-1]
    sound = backup.read_bytes()
    for size in [0, 1, 511, 512, 513, *(place for place in _places(last.offset_data + last.size))][:40]:
        backup.write_bytes(sound[:size])
        refused(index, backup)


@pytest.mark.parametrize("content", [b"", b"moths", b"\0" * 10_240, os.urandom(5_000)])
def test_what_is_no_backup_is_refused(index: Index, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other").write_bytes(content)
    refused(index, tmp_path / "other")


def test_a_backup_that_is_not_there_is_named(index: Index, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"nowhere\.tar is no file: name one that 'rag backup' wrote"):
        index.store.restore(tmp_path / "nowhere.tar")


def _manifest(named: dict[str, bytes], version: int = FORMAT) -> bytes:
    digests = {
        name: FileDigest(size=len(content), blake3=blake3(content).hexdigest()) for name, content in named.items()
    }
    made = Manifest(
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
    return made.model_dump_json().encode()


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
def test_a_name_that_leads_elsewhere_is_refused(index: Index, tmp_path: Path, name: str) -> None:
    hostile = _tar(
        tmp_path / "hostile.tar", _manifest({name: b"x"}), (tarfile.TarInfo(f"000001-aaaaaaaa/{name}"), b"x")
    )
    assert f"it names {name!r}" in refused(index, hostile)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_what_is_no_plain_file_is_refused(index: Index, tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("000001-aaaaaaaa/x.npy")
    info.type, info.linkname = kind, "/etc/passwd"
    refused(index, _tar(tmp_path / "hostile.tar", _manifest({"x.npy": b""}), (info, b"")), "does not describe")


def test_what_the_manifest_does_not_name_is_refused(index: Index, tmp_path: Path) -> None:
    infos = [(tarfile.TarInfo("000001-aaaaaaaa/x.npy"), b"x"), (tarfile.TarInfo("000001-aaaaaaaa/x.npy"), b"x")]
    refused(index, _tar(tmp_path / "more.tar", _manifest({}), infos[0]), "does not describe")
    refused(index, _tar(tmp_path / "twice.tar", _manifest({"x.npy": b"x"}), *infos), "does not describe")
    refused(index, _tar(tmp_path / "less.tar", _manifest({"x.npy": b"x"})), r"x\.npy is missing")


def test_sound_checksums_over_what_is_no_snapshot_do_not_put_it_in_force(index: Index, tmp_path: Path) -> None:
    before = index.store.ids()
    made = _tar(tmp_path / "made.tar", _manifest({"x.npy": b"x"}), (tarfile.TarInfo("000001-aaaaaaaa/x.npy"), b"x"))
    with pytest.raises(CorruptSnapshot):
        index.store.restore(made)
    assert index.store.ids() == before


def test_a_backup_of_another_format_is_not_guessed_at(index: Index, tmp_path: Path) -> None:
    with pytest.raises(IncompatibleSnapshot, match=rf"old\.tar has format 1, this version reads {FORMAT}"):
        index.store.restore(_tar(tmp_path / "old.tar", _manifest({}, version=1)))
