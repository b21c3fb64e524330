"""A snapshot is complete or does not exist. CURRENT names the one that serves; if it is damaged, another one serves."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rag.adapters.faiss import FaissStore
from rag.errors import CorruptSnapshot, IncompatibleSnapshot, NoSnapshot, SnapshotError, UnknownSnapshot, WriterBusy
from rag.protocols import Rows, RowVectors, VectorIndex
from rag.snapshots import Pruned, Snapshot, SnapshotStore
from rag.snapshots.database import Reader
from rag.snapshots.manifest import FORMAT, id_suffix
from tests.articles import Articles, Index
from tests.encoders import CountingEncoder, Killed, stacked


@pytest.fixture
def directory(tmp_path: Path, articles: Articles) -> Path:
    """An index with two snapshots of one document. Its text is "One." in the first and "Two." in the second."""
    index = Index(tmp_path / "index")
    for text in ("One.", "Two."):
        articles.write("a.txt", text)
        index.ingest(articles)
    return index.store.directory


def _store(directory: Path) -> SnapshotStore:
    """Open the directory as another process would."""
    return SnapshotStore(directory, FaissStore())


def _text(snapshot: Snapshot) -> str:
    return snapshot.document("a").text


def _flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


FILES = [
    "documents.sqlite",
    "vectors.faiss",
    "signatures.npy",
    "manifest.json",
    *(
        f"lexical/{field}/{name}.npy"
        for field in ("words", "pairs", "above")
        for name in ("terms", "offsets", "rows", "codes", "lengths")
    ),
    *(f"tokens/{name}.npy" for name in ("codes", "sentences", "offsets")),
]


def test_the_list_of_files_in_these_tests_is_complete(directory: Path) -> None:
    folder = directory / "snapshots" / _store(directory).ids()[-1]
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("position", [0.0, 0.5, 0.99])
def test_a_flipped_byte_in_any_file_is_detected_and_the_sound_snapshot_serves(
    directory: Path, name: str, position: float
) -> None:
    old, new = _store(directory).ids()
    path = directory / "snapshots" / new / name
    _flip(path, int(path.stat().st_size * position))
    store = _store(directory)
    assert _text(store.current()) == "One."
    assert store.current().id == old
    assert store.degraded is not None
    assert store.degraded.startswith(f"{old} serves instead: ")
    assert name.rpartition("/")[2] in store.degraded


def test_a_changed_manifest_that_is_still_valid_is_detected(directory: Path) -> None:
    path = directory / "snapshots" / _store(directory).ids()[-1] / "manifest.json"
    _flip(path, path.read_bytes().index(f'"format": {FORMAT}'.encode()) + len(b'"format": '))
    assert _text(_store(directory).current()) == "One."


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_detected_and_the_sound_snapshot_serves(directory: Path, name: str) -> None:
    (directory / "snapshots" / _store(directory).ids()[-1] / name).unlink()
    store = _store(directory)
    assert _text(store.current()) == "One."
    assert store.degraded is not None


def test_a_truncated_file_is_detected(directory: Path) -> None:
    path = directory / "snapshots" / _store(directory).ids()[-1] / "vectors.faiss"
    os.truncate(path, path.stat().st_size - 1)
    assert _text(_store(directory).current()) == "One."


def test_a_missing_current_file_is_reported_and_the_newest_snapshot_serves(directory: Path) -> None:
    (directory / "CURRENT").unlink()
    store = _store(directory)
    assert _text(store.current()) == "Two."
    assert store.degraded is not None
    assert "CURRENT is missing" in store.degraded


@pytest.mark.parametrize(
    "garbage", [b"", b"\n", b"\xff\xfe\x00", b"000009-deadbeef", b"../snapshots", b"a\0b", b"/", b".", b"x" * 5000]
)
def test_a_wrong_id_in_current_is_reported_and_the_newest_snapshot_serves(directory: Path, garbage: bytes) -> None:
    (directory / "CURRENT").write_bytes(garbage)
    store = _store(directory)
    assert _text(store.current()) == "Two."
    assert store.degraded is not None
    assert "CURRENT names" in store.degraded


def test_a_store_is_no_longer_degraded_after_current_changes(directory: Path) -> None:
    old, new = _store(directory).ids()
    _flip(directory / "snapshots" / new / "vectors.faiss", 50)
    store = _store(directory)
    assert store.current().id == old
    assert store.refresh() is store.current()
    (directory / "CURRENT").write_text(f"{old}\n")
    assert store.refresh().id == old
    assert store.degraded is None


def test_the_error_without_a_sound_snapshot_names_the_damage_and_the_command(directory: Path) -> None:
    for name in _store(directory).ids():
        _flip(directory / "snapshots" / name / "vectors.faiss", 50)
    with pytest.raises(SnapshotError, match=r"no sound snapshot in .*vectors\.faiss .*run 'rag snapshots rebuild'"):
        _store(directory).current()


def test_the_error_for_a_missing_index_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot, match=r"no index in .*nowhere: run 'rag ingest' first"):
        _store(tmp_path / "nowhere").current()


def test_a_snapshot_of_another_format_is_refused(directory: Path) -> None:
    new = directory / "snapshots" / _store(directory).ids()[-1]
    manifest = (new / "manifest.json").read_text()
    manifest = manifest.replace(f'"format": {FORMAT}', '"format": 99').replace("blake3", "a_future_digest")
    (new / "manifest.json").write_text(manifest)
    renamed = new.rename(new.with_name(f"000003-{id_suffix(new)}"))
    (directory / "CURRENT").write_text(renamed.name)
    with pytest.raises(IncompatibleSnapshot, match=f"has format 99, but this version reads formats up to {FORMAT}"):
        _store(directory).current()


def _copy_in_another_format(directory: Path, name: str) -> Path:
    """Copy a snapshot as the newest one, with another format in its manifest."""
    copy = directory / "snapshots" / "copy"
    shutil.copytree(directory / "snapshots" / name, copy)
    manifest = copy / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 1'))
    return copy.rename(copy.with_name(f"000009-{id_suffix(copy)}"))


def test_a_snapshot_of_another_format_does_not_hide_a_sound_one(directory: Path) -> None:
    old, new = _store(directory).ids()
    _copy_in_another_format(directory, new)
    _flip(directory / "snapshots" / new / "vectors.faiss", 50)
    assert _store(directory).current().id == old


def test_damaged_snapshots_are_read_again_only_after_a_file_changes(directory: Path) -> None:
    old, new = _store(directory).ids()
    path = directory / "snapshots" / new / "vectors.faiss"
    shutil.rmtree(directory / "snapshots" / old)
    _flip(path, 50)
    store = _store(directory)
    with pytest.raises(SnapshotError, match="no sound snapshot") as first:
        store.current()
    before = path.stat()
    _flip(path, 50)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # repaired without a visible change
    with pytest.raises(SnapshotError) as second:
        store.refresh()
    assert str(second.value) == str(first.value)
    os.utime(path)
    assert store.refresh().id == new


def test_a_recheck_reads_damaged_snapshots_again_without_a_visible_change(directory: Path) -> None:
    old, new = _store(directory).ids()
    path = directory / "snapshots" / new / "vectors.faiss"
    shutil.rmtree(directory / "snapshots" / old)
    _flip(path, 50)
    store = _store(directory)
    with pytest.raises(SnapshotError):
        store.current()
    before = path.stat()
    _flip(path, 50)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    store.recheck()
    assert store.current().id == new


def test_a_repaired_snapshot_serves_at_once_after_it_is_activated(directory: Path) -> None:
    old, new = _store(directory).ids()
    path = directory / "snapshots" / new / "vectors.faiss"
    _flip(path, 50)
    store = _store(directory)
    assert store.refresh().id == old
    _flip(path, 50)
    _store(directory).activate(new)
    assert store.refresh().id == new
    assert store.degraded is None


def test_a_snapshot_that_cannot_be_opened_is_listed_as_damaged(directory: Path) -> None:
    old, new = _store(directory).ids()
    _flip(directory / "snapshots" / new / "vectors.faiss", 50)
    listed = _store(directory).listed()
    assert [(one.id, one.current, one.fault is None) for one in listed] == [(new, False, False), (old, True, True)]
    _flip(directory / "snapshots" / old / "vectors.faiss", 50)
    assert [one.fault is None for one in _store(directory).listed()] == [False, False]


def test_damaged_snapshots_are_listed_as_damaged(directory: Path) -> None:
    old, new = _store(directory).ids()
    other = _copy_in_another_format(directory, new)
    os.truncate(directory / "snapshots" / new / "vectors.faiss", 10)
    (directory / "snapshots" / old / "manifest.json").write_text("{}")
    listed = _store(directory).listed()
    assert [(one.id, one.current) for one in listed] == [(other.name, False), (new, False), (old, False)]
    assert "has format 1" in str(listed[0].fault)
    assert "vectors.faiss has changed since it was written: it has 10 bytes" in str(listed[1].fault)
    assert listed[1].manifest is not None
    assert "manifest.json has changed since it was written" in str(listed[2].fault)


def test_an_older_id_in_current_serves_the_older_snapshot(directory: Path) -> None:
    old, new = _store(directory).ids()
    store = _store(directory)
    assert store.current().id == new
    (directory / "CURRENT").write_text(f"{old}\n")
    assert store.current().id == new, "the store changed the snapshot without a refresh"
    assert _text(store.refresh()) == "One."
    assert store.degraded is None


def test_a_reader_gets_the_newer_snapshot_when_it_refreshes(directory: Path, articles: Articles) -> None:
    reader = _store(directory)
    before = reader.current()
    articles.write("a.txt", "Three.")
    Index(directory).ingest(articles)
    assert _text(reader.current()) == "Two."
    assert _text(reader.refresh()) == "Three."
    assert _text(before) == "Two."


def test_refreshing_without_a_change_opens_nothing(directory: Path) -> None:
    store = _store(directory)
    assert store.refresh() is store.refresh() is store.current()


def test_an_open_snapshot_can_be_read_after_its_folder_is_deleted(directory: Path) -> None:
    snapshot = _store(directory).current()
    question = stacked(CountingEncoder().encode_questions(["two"]))
    shutil.rmtree(directory / "snapshots" / snapshot.id)
    assert _text(snapshot) == "Two."
    assert [hit.text for hit in snapshot.hits([0], [1.0])] == ["Two."]
    assert snapshot.lexical.scores(["two"]).tolist()[0] > 0
    assert snapshot.dense.search(question, 1)[0].tolist() == [0]


def test_pruning_keeps_a_snapshot_as_long_as_it_is_read(directory: Path, articles: Articles) -> None:
    _, read = _store(directory).ids()
    snapshot = _store(directory).current()
    for number in range(2):
        articles.write("a.txt", f"Text {number}.")
        Index(directory, keep=1).ingest(articles)
        assert _store(directory).ids()[0] == read
        assert len(_store(directory).ids()) == 2
    assert _text(snapshot) == "Two."
    del snapshot
    articles.write("a.txt", "Last.")
    Index(directory, keep=1).ingest(articles)
    assert [name.split("-")[0] for name in _store(directory).ids()] == ["000005"]


_READER = """
import sys
from pathlib import Path
from rag.adapters.faiss import FaissStore
from rag.snapshots import SnapshotStore
snapshot = SnapshotStore(Path(sys.argv[1]), FaissStore()).open(sys.argv[2])
print("reading", flush=True)
sys.stdin.read()
"""


def test_pruning_keeps_a_snapshot_until_another_process_that_reads_it_ends(directory: Path) -> None:
    old, new = _store(directory).ids()
    command = [sys.executable, "-c", _READER, str(directory), old]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        assert _store(directory).prune(1) == Pruned(deleted=(), read=(old,))
        reader.kill()
    assert _store(directory).prune(1) == Pruned(deleted=(old,), read=())
    assert _store(directory).ids() == [new]


def test_pruning_keeps_the_snapshot_that_serves_instead_of_a_damaged_one(directory: Path) -> None:
    old, new = _store(directory).ids()
    _flip(directory / "snapshots" / new / "vectors.faiss", 50)
    assert _store(directory).prune(1) == Pruned((), ())
    assert _store(directory).ids() == [old, new]


def test_a_snapshot_that_is_being_deleted_is_not_opened(directory: Path) -> None:
    old, new = _store(directory).ids()
    with (directory / "snapshots" / new / "manifest.json").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        store = _store(directory)
        assert store.current().id == old
        assert store.degraded is not None
        assert store.degraded.endswith(f"{directory / 'snapshots' / new} is being deleted")


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="/proc lists the open files")
def test_the_values_of_fields_are_read_in_advance_if_there_are_many_documents(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warmed: list[str] = []
    monkeypatch.setattr(Reader, "warm_filters", lambda self: warmed.append(threading.current_thread().name))
    _store(directory).current()
    assert warmed == []
    monkeypatch.setattr("rag.snapshots.snapshot._SLOW_TO_FILTER", 1)
    _store(directory).current()
    for thread in threading.enumerate():
        if thread.name == "filters":
            thread.join()
    assert warmed == ["filters"]


def test_an_unreferenced_snapshot_closes_its_files(directory: Path, articles: Articles) -> None:
    store = _store(directory)
    store.current()
    articles.write("a.txt", "Three.")
    Index(directory, keep=1).ingest(articles)
    store.refresh()
    gc.collect()
    held = Path("/proc/self/maps").read_text().splitlines()
    held += [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert not [line for line in held if str(directory) in line and "(deleted)" in line]


def test_only_the_newest_snapshots_are_kept(directory: Path, articles: Articles) -> None:
    index = Index(directory, keep=2)
    for number in range(3):
        articles.write("a.txt", f"Text {number}.")
        index.ingest(articles)
    assert [name.split("-")[0] for name in index.store.ids()] == ["000004", "000005"]
    assert sorted(path.name for path in (directory / "snapshots").iterdir()) == index.store.ids()


def test_the_next_number_follows_the_highest_folder(directory: Path, articles: Articles) -> None:
    old, _ = _store(directory).ids()
    (directory / "CURRENT").write_text(f"{old}\n")
    (directory / "snapshots" / "9 notes").mkdir()
    articles.write("a.txt", "Three.")
    Index(directory).ingest(articles)
    assert [name.split("-")[0] for name in _store(directory).ids()] == ["000001", "000002", "000003"]


class _FailingStore(FaissStore):
    def write(
        self,
        vectors: RowVectors,
        dimension: int,
        path: Path,
        previous: VectorIndex | None = None,
        reused: Rows | None = None,
    ) -> str:
        path.write_bytes(b"partial")
        raise Killed


def test_a_failed_build_keeps_the_old_snapshot_and_leaves_no_temporary_folder(
    directory: Path, articles: Articles
) -> None:
    articles.write("a.txt", "Three.")
    index = Index(directory)
    index.store.vectors = _FailingStore()
    with pytest.raises(Killed):
        index.ingest(articles)
    assert not list((directory / "snapshots").glob(".*"))
    assert _text(_store(directory).current()) == "Two."


def test_the_next_writer_deletes_the_remains_of_a_killed_one(directory: Path, articles: Articles) -> None:
    old, _ = _store(directory).ids()
    (directory / "snapshots" / ".building" / "lexical").mkdir(parents=True)
    shutil.copytree(directory / "snapshots" / old, directory / "snapshots" / f".discarded-{old}")
    assert len(_store(directory).ids()) == 2
    articles.write("a.txt", "Three.")
    Index(directory).ingest(articles)
    assert sorted(path.name for path in (directory / "snapshots").iterdir()) == _store(directory).ids()


class _Entries(ExitStack):
    """The entries of a folder, as `os.scandir` returns them."""

    def __init__(self, found: list[os.DirEntry[str]]) -> None:
        super().__init__()
        self._found = iter(found)

    def __iter__(self) -> Iterator[os.DirEntry[str]]:
        return self._found

    def __next__(self) -> os.DirEntry[str]:
        return next(self._found)


def test_a_reader_opens_a_snapshot_while_files_of_another_process_vanish(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the list of a folder and a look at one of its files, a writer gives the folder its final name."""
    folder = directory / "snapshots" / ".building"
    (folder / "lexical").mkdir(parents=True)
    (folder / "lexical" / "terms.npy").touch()
    (folder / "documents.sqlite").touch()
    scan = os.scandir

    def scan_and_rename(path: str | int | Path) -> _Entries:
        with scan(path) as entries:
            found = list(entries)
        if not isinstance(path, int) and Path(path) == folder:
            folder.rename(folder.with_name(".discarded"))
        return _Entries(found)

    monkeypatch.setattr(os, "scandir", scan_and_rename)
    assert _text(_store(directory).refresh()) == "Two."
    assert not folder.exists()


def test_a_second_writer_fails_at_once_and_names_the_first(directory: Path) -> None:
    with _store(directory).writing(), pytest.raises(WriterBusy, match=rf"by process {os.getpid()}: wait until"):
        _store(directory).writing().__enter__()
    with _store(directory).writing():
        pass


_HOLDER = """
import sys
from pathlib import Path
from rag.adapters.faiss import FaissStore
from rag.snapshots import SnapshotStore
with SnapshotStore(Path(sys.argv[1]), FaissStore()).writing():
    print("writing", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(directory: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock of the writer."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_the_lock_of_a_killed_process_is_released(directory: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(WriterBusy, match=rf"by process {holder.pid}:"):
        _store(directory).writing().__enter__()
    holder.kill()
    holder.wait()
    with _store(directory).writing():
        pass


def test_a_writer_does_not_block_readers(directory: Path, holder: subprocess.Popen[str]) -> None:
    assert holder.poll() is None
    assert _text(_store(directory).current()) == "Two."


def test_many_threads_open_the_same_snapshot_only_once(directory: Path) -> None:
    store = _store(directory)
    barrier = threading.Barrier(8)
    seen: list[Snapshot] = []

    def open_it() -> None:
        barrier.wait()
        seen.append(store.current())

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(map(id, seen))) == 1


def test_the_manifest_of_an_unknown_snapshot_is_an_error(directory: Path) -> None:
    with pytest.raises(UnknownSnapshot, match=r"'\.\./x'"):
        _store(directory).manifest("../x")


def test_a_snapshot_can_be_opened_without_verifying_it(directory: Path) -> None:
    folder = directory / "snapshots" / _store(directory).ids()[-1]
    _flip(folder / "lexical" / "words" / "codes.npy", -1)
    assert _text(Snapshot(folder, FaissStore(), readers=0)) == "Two."
    with pytest.raises(CorruptSnapshot, match=r"codes\.npy has changed since it was written"):
        Snapshot(folder, FaissStore())


@pytest.mark.parametrize("name", ["100% of it", "a#b", "a?mode=rw", "índice", "a b"])
def test_an_index_can_be_in_a_folder_of_any_name(articles: Articles, tmp_path: Path, name: str) -> None:
    articles.write("a.txt", "One.")
    index = Index(tmp_path / name / "index")
    index.ingest(articles)
    assert Index(tmp_path / name / "index").texts() == {"a": "One."}
