"""The n-th call to the disk fails, for n = 1, 2, 3, ..., until no call is left (a method from the tests of SQLite).

Afterwards the operation is done or not done, never half done. The error is one sentence, and the next run succeeds.
"""

from __future__ import annotations

import errno
import os
import resource
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest

from rag import arrays
from rag.adapters.faiss import FaissStore
from rag.errors import StorageError
from rag.ingest.found import origin_of
from rag.ingest.ledger import Ledger
from rag.snapshots import Changes, Origin, Original, Version, durable, version, versions
from rag.snapshots.database import original_digests
from rag.snapshots.records import Passage
from rag.snapshots.snapshot import DATABASE
from rag.snapshots.writer import Writer
from rag.types import Chunk, Document, Reference, Span
from tests.adapters.in_memory import InMemory
from tests.articles import Index, built
from tests.cases import ALL_CASES, thinned

CALLS = {"open", "write", "fsync", "rename", "replace", "mkdir", "rmtree", "unlink"}


@dataclass
class Disk:
    """Replaces `os` and `shutil`. Of the calls that can change the disk, the one with number `failing_call` fails.

    It fails with the errno `code`. If `short` is true, a failing write first writes half of its bytes.
    """

    failing_call: int
    code: int
    short: bool = False
    calls: int = 0
    failed: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        real = getattr(shutil if name == "rmtree" else os, name)
        if name not in CALLS:
            return real

        def call(*arguments: Any) -> Any:
            self.calls += 1
            if self.calls == self.failing_call:
                self.failed.append(name)
                if not self.short or name != "write" or "write" in self.failed[:-1]:
                    raise OSError(self.code, os.strerror(self.code))
                descriptor, content = arguments
                self.failing_call += 1  # the second call fails too, because the rest does not fit either
                return real(descriptor, content[: len(content) // 2])
            # No power cut happens in these tests, so nothing needs to reach the disk.
            return None if name == "fsync" else real(*arguments)

        return call


FAULTS = {"EIO": (errno.EIO, False), "ENOSPC": (errno.ENOSPC, False), "short write": (errno.ENOSPC, True)}


@dataclass(frozen=True)
class World:
    """An index of three snapshots. The second is the current one."""

    directory: Path

    @property
    def index(self) -> Index:
        """Open the index as another process would."""
        return Index(self.directory)

    def build(self, *removed: str, **texts: str) -> None:
        """Publish the next snapshot, with these texts by document id, and keep two snapshots."""
        index = self.index
        with index.store.writing(keep=2):
            previous = index.store.refresh() if index.store.ids() else None
            built(index.builder, previous, Changes(list(map(_document, texts.items())), frozenset(removed)))
            del previous

    def state(self) -> tuple[str, dict[str, str], list[str]]:
        """Return the view of a reader: the id of the serving snapshot, its texts, and the ids of all snapshots."""
        index = self.index
        texts = index.texts()
        assert index.store.degraded is None
        kept = [one.origin.original for one in index.store.current().documents()]
        assert {index.store.originals.read(one.sha256).decode() for one in kept if one} == set(texts.values())
        assert not any(index.store.verify().values()), "an original of a snapshot is missing"
        assert {"One.", "Two.", "Three."} <= {version_text(index, one) for one in versions(index.store, "a", None)}
        return index.store.current().id, texts, index.store.ids()


def _document(item: tuple[str, str]) -> tuple[Document, Origin]:
    name, text = item
    content = text.encode()
    original = Original(sha256(content).hexdigest(), f"{name}.txt", load=lambda: [content])
    document = Document(Reference(name, name, None, None, None), text)
    return document, origin_of(name, "", document, original)


def version_text(index: Index, one: Version) -> str:
    """Return the text of a version."""
    return version(index.store, one.stored.reference.id, one.snapshot, None)[1].text


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "index")
    index = world.index
    previous = None
    for text in ("One.", "Two.", "Three."):
        documents = list(map(_document, {"a": text, "b": f"Beside {text}"}.items()))
        with index.store.writing():
            previous = built(index.builder, previous, Changes(documents))
    index.store.activate(index.store.ids()[1])
    return world


def kept_originals(directory: Path) -> list[str]:
    """Return the names of all files in the folder of originals."""
    return [path.name for path in (directory / "originals").rglob("*") if path.is_file()]


def needed_originals(directory: Path) -> set[str]:
    """Return the sha256 of every original to which a snapshot refers."""
    return set().union(*(original_digests(path) for path in directory.glob(f"snapshots/*/{DATABASE}")))


Act: TypeAlias = Callable[[World], None]


def ingest(world: World) -> None:
    world.build(a="Four.")


def remove(world: World) -> None:
    """Remove a document through `Ingestion`, which writes the ledger too."""
    Index(world.directory, keep=2).ingestion.remove(["a"])


def activate(world: World) -> None:
    store = world.index.store
    store.activate(store.ids()[-1])


def prune(world: World) -> None:
    world.index.store.prune(1)


DONE: dict[Act, dict[str, str]] = {
    ingest: {"a": "Four.", "b": "Beside Two."},
    remove: {"b": "Beside Two."},
    activate: {"a": "Three.", "b": "Beside Three."},
    prune: {"a": "Two.", "b": "Beside Two."},
}


def failing(world: World, act: Act, code: int, short: bool, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """Run `act` repeatedly from the same state. Its first call to the disk fails, then its second, and so on."""
    saved = world.directory.with_name("saved")
    shutil.copytree(world.directory, saved)
    for failing_call in range(1, 200, 1 if ALL_CASES else 2):
        shutil.rmtree(world.directory)
        shutil.copytree(saved, world.directory, copy_function=_linked)
        disk = Disk(failing_call, code, short)
        with monkeypatch.context() as patched:
            patched.setattr(durable, "os", disk)
            patched.setattr(durable, "shutil", disk)
            if _fails(world, act):
                assert disk.failed
            elif not disk.failed:
                return
        yield disk
    pytest.fail("the number of calls has no end")


def _linked(file: str, to: str) -> None:
    """Copy a file. Link the files of snapshots instead: that is faster, and they are never written again."""
    (os.link if "/snapshots/" in file else shutil.copy2)(file, to)


def _fails(world: World, act: Act) -> bool:
    """Return whether `act` fails. Check that the error is one sentence with the path and advice."""
    try:
        act(world)
    except StorageError as error:
        sentence = str(error)
    else:
        return False
    assert str(world.directory) in sentence
    assert sentence.endswith(", then run it again")
    return True


# A build makes sixty calls, so only some pairs are tested: the kind of error changes only the sentence.
PAIRS = [(ingest, "EIO"), (remove, "ENOSPC"), (prune, "ENOSPC")]
if ALL_CASES:
    PAIRS += [(ingest, "short write"), (prune, "EIO")]


@pytest.mark.parametrize(("act", "fault"), [*PAIRS, *((activate, fault) for fault in FAULTS)])
def test_the_index_is_in_the_old_or_the_new_state_whichever_call_fails(
    world: World, act: Act, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "os", Disk(0, 0))
    before, texts, ids = world.state()
    failed: set[str] = set()
    for disk in failing(world, act, *FAULTS[fault], monkeypatch):
        failed |= set(disk.failed)
        name, found, present = world.state()
        assert found == (texts if name == before else DONE[act])
        if name == before:
            assert set(present) <= set(ids), "a part of the new snapshot was left behind"
        # If the call failed after the change was complete, there is nothing to repeat.
        if name == before:
            act(world)
            assert act is activate or len(world.state()[2]) <= 3
        assert world.state()[1] == DONE[act]
        assert Ledger(world.directory).read().keys() == ({"a"} if act is remove else set())
        store = world.index.store
        store.prune(9)
        assert not list(world.directory.rglob(".*")), "a temporary file was left behind"
        assert set(kept_originals(world.directory)) == needed_originals(world.directory)
    kinds = {"open", "rename", "rmtree"} if act is prune else {"open", "write", "fsync", "replace"}
    assert failed >= kinds if ALL_CASES else failed & kinds


@contextmanager
def file_size_limit(size: int) -> Iterator[None]:
    """Limit the size of every file that this process writes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_failed_writes_of_sqlite_faiss_and_numpy_are_reported_and_change_nothing(world: World) -> None:
    before = world.state()
    reported: set[str] = set()
    for size in range(0, 100_000, thinned(700)):
        try:
            with file_size_limit(size):
                ingest(world)
        except StorageError as error:
            reported.add(str(error).split(" cannot be ")[0].rpartition("/")[2])
        else:
            break
        assert world.state() == before
        assert not list((world.directory / "snapshots").glob(".*"))
        assert not list(world.directory.glob("encoded-*")), "the journal still uses disk space"
    assert world.state()[1] == DONE[ingest]
    assert len(reported) > 1, reported


def _write_database(path: Path) -> None:
    document = Document(Reference("a", "A", None, None, None), "Text. " * 2_000)
    with closing(Writer(path, "2026-01-01T00:00:00+00:00")) as writer:
        writer.add(document, Origin("a", "", "", ""), [Passage(Chunk(Span(0, 12_000), ()), document.text, b"", "[]")])


def _write_vectors(path: Path) -> None:
    FaissStore().write(InMemory(np.eye(40, 16, dtype=np.float32)), 16, path)


def _write_array(path: Path) -> None:
    arrays.save(path.parent, {path.name: np.arange(300)})
    path.with_name(f"{path.name}.npy").rename(path)


@pytest.mark.parametrize("write", [_write_database, _write_vectors, _write_array])
def test_each_library_reports_a_failed_write(tmp_path: Path, write: Callable[[Path], None]) -> None:
    write(tmp_path / "whole")
    size = (tmp_path / "whole").stat().st_size
    for limit in (0, 1, 127, 128, size // 2, size - 1):
        with file_size_limit(limit), pytest.raises((OSError, sqlite3.Error)):
            write(tmp_path / f"truncated-at-{limit}")


def test_a_short_write_continues_without_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(failing_call=2, code=errno.ENOSPC, short=True)
    with monkeypatch.context() as patched:
        patched.setattr(durable, "os", disk)
        with durable.new_file(tmp_path / "a") as file:
            disk.calls, disk.failing_call = 0, 1
            with pytest.raises(StorageError, match=r"a cannot be written: No space left on device: free some space"):
                file.write(b"12345678")
            assert (tmp_path / "a").read_bytes() == b"1234"
            file.write(b"5678")
    assert (tmp_path / "a").read_bytes() == b"12345678"


def test_a_writer_that_cannot_record_its_process_id_still_writes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        world.index.store.prune(1)
    assert len(world.state()[2]) == 2


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (errno.ENOSPC, "free some space there"),
        (errno.EROFS, "let this user write there"),
        (errno.EACCES, "let this user write there"),
        (errno.EIO, "check that the disk works and has space"),
    ],
)
def test_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, advice: str) -> None:
    monkeypatch.setattr(durable, "os", Disk(1, code))
    with pytest.raises(StorageError) as raised:
        durable.make_folder(tmp_path / "index")
    assert (
        str(raised.value) == f"{tmp_path / 'index'} cannot be created: {os.strerror(code)}: {advice}, then run it again"
    )
