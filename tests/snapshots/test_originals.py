"""Originals are kept as long as a snapshot refers to them, and not longer."""

from __future__ import annotations

import gc
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest

from rag.errors import CorruptSnapshot, StorageError
from rag.ingest.found import origin_of
from rag.snapshots import Changes, Origin, Original, Originals, PageFacts, Sidecar
from rag.snapshots.manifest import FORMAT, digest, id_suffix
from rag.snapshots.snapshot import DATABASE
from rag.types import Document, Reference
from tests.articles import Index, built


def original(content: bytes, sidecar: bytes | None = None) -> Original:
    """Return an original that is not stored yet."""
    parts = [content, sidecar] if sidecar is not None else [content]
    beside = Sidecar(".meta.json", sha256(sidecar).hexdigest()) if sidecar is not None else None
    page = PageFacts("https://example.org/levy", "Levy", None, "A. Author")
    return Original(sha256(content).hexdigest(), "levy.md", "Levy (1).md", 3, beside, page, load=lambda: parts)


def document(name: str, content: bytes, kept: Original | None) -> tuple[Document, Origin]:
    """Return a document whose text is its original."""
    made = Document(Reference(name, name), content.decode())
    return made, origin_of(f"http:{name}", "", made, kept)


def put(index: Index, *removed: str, **contents: bytes) -> None:
    """Publish the next snapshot. Each new document is its own original."""
    with index.store.writing(keep=index.builder.keep):
        previous = index.store.refresh() if index.store.ids() else None
        added = [document(name, content, original(content)) for name, content in contents.items()]
        built(index.builder, previous, Changes(added, frozenset(removed)))


def on_disk(index: Index) -> set[bytes]:
    """Return the bytes of all files in the folder of originals."""
    return {path.read_bytes() for path in (index.store.directory / "originals").rglob("*") if path.is_file()}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index", keep=2)


def test_an_original_is_stored_and_described_with_its_document(index: Index) -> None:
    kept = original(b"The levy is 7%.", b'{"area": "tax"}')
    with index.store.writing():
        built(index.builder, None, Changes([document("levy", b"The levy is 7%.", kept)]))
    (stored,) = index.store.current().documents()
    assert stored.origin.original == kept == index.store.current().stored_document("levy").origin.original
    assert [index.store.originals.read(digest) for digest in kept.digests] == [b"The levy is 7%.", b'{"area": "tax"}']


def test_an_original_is_copied_with_its_document_to_the_next_snapshot(index: Index) -> None:
    put(index, a=b"One.", b=b"Two.")
    put(index, "a", c=b"Three.")
    documents = {one.reference.id: one.origin.original for one in index.store.current().documents()}
    assert documents == {"b": original(b"Two."), "c": original(b"Three.")}


def test_an_original_stays_as_long_as_a_snapshot_refers_to_it(index: Index) -> None:
    put(index, a=b"One.", b=b"Two.")
    put(index, "a")
    assert on_disk(index) == {b"One.", b"Two."}
    put(index, c=b"Three.")
    assert on_disk(index) == {b"Two.", b"Three."}


def test_a_file_that_changed_since_it_was_parsed_is_not_kept(index: Index) -> None:
    changed = Original(sha256(b"One.").hexdigest(), "a.md", load=lambda: [b"Two."])
    with index.store.writing():
        built(index.builder, None, Changes([document("a", b"One.", changed)]))
    assert index.store.current().stored_document("a").origin.original is None
    assert on_disk(index) == set()


def test_an_original_that_is_missing_or_damaged_is_reported_and_repaired(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    digest = originals.store(b"One.")
    originals.path(digest).write_bytes(b"Two.")
    with pytest.raises(CorruptSnapshot, match="has changed since it was written"):
        originals.read(digest)
    originals.path(digest).unlink()
    with pytest.raises(CorruptSnapshot, match="cannot be read"):
        originals.read(digest)
    originals.store(b"One.")
    assert originals.read(digest) == b"One."


def as_format_6(index: Index) -> None:
    """Turn the only snapshot of an index into one of format 6, which has no table `original`."""
    (name,) = index.store.ids()
    folder = index.store.directory / "snapshots" / name
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.executescript("DROP TABLE original; VACUUM")
    manifest = folder / "manifest.json"
    written = index.store.manifest(name)
    files = {**written.files, DATABASE: digest(folder / DATABASE)}
    manifest.write_text(written.model_copy(update={"format": 6, "files": files}).model_dump_json(indent=1))
    renamed = folder.with_name(f"000001-{id_suffix(folder)}")
    folder.rename(renamed)
    (index.store.directory / "CURRENT").write_text(f"{renamed.name}\n")


def test_a_snapshot_of_format_6_serves_and_its_documents_are_copied(tmp_path: Path) -> None:
    index = Index(tmp_path / "index")
    with index.store.writing():
        built(index.builder, None, Changes([document("a", b"One.", None), document("b", b"Two.", None)]))
    as_format_6(index)
    index = Index(tmp_path / "index")
    assert index.store.current().manifest.format == 6
    assert [one.origin.original for one in index.store.current().documents()] == [None, None]
    put(index, "b", c=b"Three.")
    assert index.texts() == {"a": "One.", "c": "Three."}
    assert index.store.current().manifest.format == FORMAT
    assert index.store.current().stored_document("c").origin.original == original(b"Three.")


def test_verify_names_the_document_of_a_missing_or_damaged_original(index: Index) -> None:
    put(index, a=b"One.", b=b"Two.")
    snapshot = index.store.current().id
    assert index.store.verify() == {snapshot: ()}
    kept = index.store.current().stored_document("a").origin.original
    assert kept is not None
    index.store.originals.path(kept.sha256).write_bytes(b"Once.")
    (fault,) = index.store.verify()[snapshot]
    assert fault.endswith("has changed since it was written; it belongs to a")
    assert index.texts() == {"a": "One.", "b": "Two."}


def test_nothing_is_deleted_while_a_snapshot_cannot_be_read(index: Index) -> None:
    put(index, a=b"One.", b=b"Two.")
    put(index, "a")
    damaged = index.store.directory / "snapshots" / index.store.ids()[0] / "manifest.json"
    whole = damaged.read_bytes()
    damaged.write_bytes(b"moths")
    index.store.originals.store(b"An orphan.")
    index.store.prune(2)
    assert on_disk(index) == {b"One.", b"Two.", b"An orphan."}
    damaged.write_bytes(whole)
    index.store.prune(2)
    assert on_disk(index) == {b"One.", b"Two."}


def test_a_failed_run_leaves_no_original(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    put(index, a=b"One.")

    def full(*_: object) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(index.store, "publish", full)
    with pytest.raises(StorageError, match="the disk is full"):
        put(index, b=b"Two.")
    assert on_disk(index) == {b"One."}


def test_an_original_stays_while_another_process_reads_its_snapshot(index: Index) -> None:
    put(index, a=b"One.")
    reader = Index(index.store.directory).store.current()
    for text in (b"Two.", b"Three.", b"Four."):
        put(index, a=text)
    assert on_disk(index) == {b"One.", b"Three.", b"Four."}
    del reader
    gc.collect()
    index.store.prune(1)
    assert on_disk(index) == {b"Four."}


def test_two_documents_share_one_file(index: Index) -> None:
    with index.store.writing():
        added = [document(name, b"The same.", original(b"The same.")) for name in "ab"]
        built(index.builder, None, Changes(added))
    put(index, "a")
    assert on_disk(index) == {b"The same."}
    put(index, c=b"Other.")
    assert on_disk(index) == {b"The same.", b"Other."}


def test_an_older_snapshot_has_its_originals_after_a_rollback(index: Index) -> None:
    put(index, a=b"One.")
    put(index, a=b"Two.")
    index.store.activate(index.store.ids()[0])
    put(index, b=b"Three.")
    assert index.texts() == {"a": "One.", "b": "Three."}
    kept = [one.origin.original for one in index.store.current().documents()]
    assert [index.store.originals.read(one.sha256) for one in kept if one] == [b"One.", b"Three."]
