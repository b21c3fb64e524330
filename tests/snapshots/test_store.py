"""A snapshot is whole or not there; what serves is what CURRENT names, or else the newest that is sound."""

from __future__ import annotations

import fcntl
import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.adapters.faiss import FaissStore
from rag.errors import CorruptSnapshot, IncompatibleSnapshot, NoSnapshot, SnapshotError, UnknownSnapshot, WriterBusy
from rag.protocols import Rows, RowVectors, VectorIndex
from rag.snapshots import Pruned, Snapshot, SnapshotStore
from rag.snapshots.manifest import FORMAT, mark
from tests.articles import Articles, Index
from tests.encoders import CountingEncoder, Killed, stacked


@pytest.fixture
def directory(tmp_path: Path, articles: Articles) -> Path:
    """An index with two snapshots: the first says One, the second Two."""
    index = Index(tmp_path / "index")
    for text in ("One.", "Two."):
        articles.write("a.txt", text)
        index.ingest(articles)
    return index.store.directory


def _store(directory: Path) -> SnapshotStore:
    """Open the directory as another process would."""
    return SnapshotStore(directory, FaissStore())


def _says(snapshot: Snapshot) -> str:
    return snapshot.stored_document("a")[1]


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


def test_these_are_all_files_of_a_snapshot(directory: Path) -> None:
    folder = directory / "snapshots" / _store(directory).ids()[-1]
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.5, 0.99])
def test_a_flipped_byte_in_any_file_is_noticed_and_the_sound_snapshot_serves(
    directory: Path, name: str, place: float
) -> None:
    old, new = _store(directory).ids()
    path = directory / "snapshots" / new / name
    _flip(path, int(path.stat().st_size * place))
    store = _store(directory)
    assert _says(store.current()) == "One."
    assert store.current().id == old
    assert store.degraded is not None
    assert store.degraded.startswith(f"{old} serves instead: ")
    assert name.rpartition("/")[2] in store.degraded


def test_a_manifest_changed_without_losing_its_shape_is_noticed(directory: Path) -> None:
    path = directory / "snapshots" / _store(directory).ids()[-1] / "manifest.json"
    _flip(path, path.read_bytes().index(f'"format": {FORMAT}'.encode()) + len(b'"format": '))
    assert _says(_store(directory).current()) == "One."


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_noticed_and_the_sound_snapshot_serves(directory: Path, name: str) -> None:
    (directory / "snapshots" / _store(directory).ids()[-1] / name).unlink()
    store = _store(directory)
    assert _says(store.current()) == "One."
    assert store.degraded is not None


def test_a_truncated_file_is_noticed(directory: Path) -> None:
    path = directory / "snapshots" / _store(directory).ids()[-1] / "vectors.faiss"
    os.truncate(path, path.stat().st_size - 1)
    assert _says(_store(directory).current()) == "One."


def test_a_missing_pointer_is_told_and_the_newest_snapshot_serves(directory: Path) -> None:
    (directory / "CURRENT").unlink()
    store = _store(directory)
    assert _says(store.current()) == "Two."
    assert store.degraded is not None
    assert "CURRENT is missing" in store.degraded


@pytest.mark.parametrize(
    "garbage", [b"", b"\n", b"\xff\xfe\x00", b"000009-deadbeef", b"../snapshots", b"a\0b", b"/", b".", b"x" * 5000]
)
def test_a_pointer_to_nothing_is_told_and_the_newest_snapshot_serves(directory: Path, garbage: bytes) -> None:
    (directory / "CURRENT").write_bytes(garbage)
    store = _store(directory)
    assert _says(store.current()) == "Two."
    assert store.degraded is not None
    assert "CURRENT names" in store.degraded


def test_a_degraded_store_is_sound_again_once_the_pointer_moves(directory: Path) -> None:
    old, new = _store(directory).ids()
    _flip(directory / "snapshots" / new / "vectors.faiss", 50)
    store = _store(directory)
    assert store.current().id == old
    assert store.refresh() is store.current()
    (directory / "CURRENT").write_text(f"{old}\n")
    assert store.refresh().id == old
    assert store.degraded is None


def test_where_no_snapshot_is_sound_the_fault_and_the_way_out_are_told(directory: Path) -> None:
    for name in _store(directory).ids():
        _flip(directory / "snapshots" / name / "vectors.faiss", 50)
    with pytest.raises(SnapshotError, match=r"no sound snapshot in .*vectors\.faiss .*run 'rag ingest'"):
        _store(directory).current()


def test_an_index_that_is_not_there_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot, match=r"no index in .*nowhere: run 'rag ingest' first"):
        _store(tmp_path / "nowhere").current()


def test_a_snapshot_of_another_format_is_not_guessed_at(directory: Path) -> None:
    new = directory / "snapshots" / _store(directory).ids()[-1]
    described = (new / "manifest.json").read_text()
    described = described.replace(f'"format": {FORMAT}', '"format": 99').replace("blake3", "what_is_not_known_yet")
    (new / "manifest.json").write_text(described)
    renamed = new.rename(new.with_name(f"000003-{mark(new)}"))
    (directory / "CURRENT").write_text(renamed.name)
    with pytest.raises(IncompatibleSnapshot, match=f"has format 99, this version reads {FORMAT}"):
        _store(directory).current()


def _of_another_format(directory: Path, name: str) -> Path:
    """Put a snapshot like another, but of a format of its own, in as the newest."""
    copy = directory / "snapshots" / "copy"
    shutil.copytree(directory / "snapshots" / name, copy)
    manifest = copy / "manifest.json"
    manifest.write_text(manifest.read_text().replace(f'"format": {FORMAT}', '"format": 1'))
    return copy.rename(copy.with_name(f"000009-{mark(copy)}"))


def test_a_snapshot_of_another_format_does_not_hide_a_sound_one(directory: Path) -> None:
    old, new = _store(directory).ids()
    _of_another_format(directory, new)
    _flip(directory / "snapshots" / new / "vectors.faiss", 50)
    assert _store(directory).current().id == old


def test_where_nothing_is_sound_all_is_read_again_only_when_something_changes(directory: Path) -> None:
    old, new = _store(directory).ids()
    path = directory / "snapshots" / new / "vectors.faiss"
    shutil.rmtree(directory / "snapshots" / old)
    _flip(path, 50)
    store = _store(directory)
    with pytest.raises(SnapshotError, match="no sound snapshot") as first:
        store.current()
    before = path.stat()
    _flip(path, 50)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # mended, and nothing shows it
    with pytest.raises(SnapshotError) as second:
        store.refresh()
    assert str(second.value) == str(first.value)
    os.utime(path)
    assert store.refresh().id == new


def test_a_check_reads_again_what_was_damaged_even_if_nothing_shows_a_change(directory: Path) -> None:
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


def test_a_mended_snapshot_put_in_force_again_is_noticed_at_once(directory: Path) -> None:
    old, new = _store(directory).ids()
    path = directory / "snapshots" / new / "vectors.faiss"
    _flip(path, 50)
    store = _store(directory)
    assert store.refresh().id == old
    _flip(path, 50)
    _store(directory).activate(new)
    assert store.refresh().id == new
    assert store.degraded is None


def test_a_snapshot_that_could_not_be_opened_is_listed_as_damaged(directory: Path) -> None:
    old, new = _store(directory).ids()
    _flip(directory / "snapshots" / new / "vectors.faiss", 50)
    listed = _store(directory).listed()
    assert [(one.id, one.current, one.fault is None) for one in listed] == [(new, False, False), (old, True, True)]
    _flip(directory / "snapshots" / old / "vectors.faiss", 50)
    assert [one.fault is None for one in _store(directory).listed()] == [False, False]


def test_damaged_snapshots_are_listed_as_damaged(directory: Path) -> None:
    old, new = _store(directory).ids()
    other = _of_another_format(directory, new)
    os.truncate(directory / "snapshots" / new / "vectors.faiss", 10)
    (directory / "snapshots" / old / "manifest.json").write_text("{}")
    listed = _store(directory).listed()
    assert [(one.id, one.current) for one in listed] == [(other.name, False), (new, False), (old, False)]
    assert "has format 1" in str(listed[0].fault)
    assert "vectors.faiss is not what was written: it has 10 bytes" in str(listed[1].fault)
    assert listed[1].manifest is not None
    assert "manifest.json is not what was written" in str(listed[2].fault)


def test_a_pointer_set_back_serves_the_older_snapshot(directory: Path) -> None:
    old, new = _store(directory).ids()
    store = _store(directory)
    assert store.current().id == new
    (directory / "CURRENT").write_text(f"{old}\n")
    assert store.current().id == new, "a request keeps what is open until the next refresh"
    assert _says(store.refresh()) == "One."
    assert store.degraded is None


def test_a_reader_meets_the_newer_snapshot_when_it_refreshes(directory: Path, articles: Articles) -> None:
    reader = _store(directory)
    before = reader.current()
    articles.write("a.txt", "Three.")
    Index(directory).ingest(articles)
    assert _says(reader.current()) == "Two."
    assert _says(reader.refresh()) == "Three."
    assert _says(before) == "Two."


def test_refreshing_without_a_change_opens_nothing_anew(directory: Path) -> None:
    store = _store(directory)
    assert store.refresh() is store.refresh() is store.current()


def test_a_reader_keeps_a_snapshot_whose_folder_was_deleted_by_hand(directory: Path) -> None:
    snapshot = _store(directory).current()
    question = stacked(CountingEncoder().encode_questions(["two"]))
    shutil.rmtree(directory / "snapshots" / snapshot.id)
    assert _says(snapshot) == "Two."
    assert [hit.text for hit in snapshot.hits([0], [1.0])] == ["Two."]
    assert snapshot.lexical.scores(["two"]).tolist()[0] > 0
    assert snapshot.dense.search(question, 1)[0].tolist() == [0]


def test_retention_spares_what_is_being_read_until_it_no_longer_is(directory: Path, articles: Articles) -> None:
    _, read = _store(directory).ids()
    snapshot = _store(directory).current()
    for number in range(2):
        articles.write("a.txt", f"Text {number}.")
        Index(directory, keep=1).ingest(articles)
        assert _store(directory).ids()[0] == read
        assert len(_store(directory).ids()) == 2
    assert _says(snapshot) == "Two."
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


def test_a_snapshot_read_by_another_process_stays_until_that_process_ends(directory: Path) -> None:
    old, new = _store(directory).ids()
    command = [sys.executable, "-c", _READER, str(directory), old]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "reading\n"
        assert _store(directory).prune(1) == Pruned(deleted=(), read=(old,))
        reader.kill()
    assert _store(directory).prune(1) == Pruned(deleted=(old,), read=())
    assert _store(directory).ids() == [new]


def test_the_snapshot_that_serves_in_place_of_a_damaged_one_is_not_pruned(directory: Path) -> None:
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


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="/proc tells which files are open")
def test_a_snapshot_no_one_holds_frees_its_files(directory: Path, articles: Articles) -> None:
    store = _store(directory)
    store.current()
    articles.write("a.txt", "Three.")
    Index(directory, keep=1).ingest(articles)
    store.refresh()
    gc.collect()
    held = Path("/proc/self/maps").read_text().splitlines()
    held += [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert not [line for line in held if str(directory) in line and "(deleted)" in line]


def test_the_newest_snapshots_are_retained_and_no_other(directory: Path, articles: Articles) -> None:
    index = Index(directory, keep=2)
    for number in range(3):
        articles.write("a.txt", f"Text {number}.")
        index.ingest(articles)
    assert [name.split("-")[0] for name in index.store.ids()] == ["000004", "000005"]
    assert sorted(path.name for path in (directory / "snapshots").iterdir()) == index.store.ids()


def test_numbers_go_on_from_the_highest_folder(directory: Path, articles: Articles) -> None:
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
        kept: Rows | None = None,
    ) -> str:
        path.write_bytes(b"half")
        raise Killed


def test_a_failed_build_leaves_the_old_snapshot_and_no_temporary_folder(directory: Path, articles: Articles) -> None:
    articles.write("a.txt", "Three.")
    index = Index(directory)
    index.store.vectors = _FailingStore()
    with pytest.raises(Killed):
        index.ingest(articles)
    assert not list((directory / "snapshots").glob(".*"))
    assert _says(_store(directory).current()) == "Two."


def test_what_a_killed_writer_left_is_swept_by_the_next(directory: Path, articles: Articles) -> None:
    old, _ = _store(directory).ids()
    (directory / "snapshots" / ".building" / "lexical").mkdir(parents=True)
    shutil.copytree(directory / "snapshots" / old, directory / "snapshots" / f".discarded-{old}")
    assert len(_store(directory).ids()) == 2
    articles.write("a.txt", "Three.")
    Index(directory).ingest(articles)
    assert sorted(path.name for path in (directory / "snapshots").iterdir()) == _store(directory).ids()


def test_a_second_writer_is_told_at_once_who_writes(directory: Path) -> None:
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
    """Another process that holds the writer's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_the_lock_of_a_killed_process_is_free(directory: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(WriterBusy, match=rf"by process {holder.pid}:"):
        _store(directory).writing().__enter__()
    holder.kill()
    holder.wait()
    with _store(directory).writing():
        pass


def test_a_writer_does_not_keep_readers_out(directory: Path, holder: subprocess.Popen[str]) -> None:
    assert holder.poll() is None
    assert _says(_store(directory).current()) == "Two."


def test_many_threads_open_a_snapshot_once(directory: Path) -> None:
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


def test_an_unknown_snapshot_has_no_manifest(directory: Path) -> None:
    with pytest.raises(UnknownSnapshot, match=r"'\.\./x'"):
        _store(directory).manifest("../x")


def test_a_snapshot_may_be_opened_without_reading_all_of_it(directory: Path) -> None:
    folder = directory / "snapshots" / _store(directory).ids()[-1]
    _flip(folder / "lexical" / "words" / "codes.npy", -1)
    assert _says(Snapshot(folder, FaissStore(), readers=0)) == "Two."
    with pytest.raises(CorruptSnapshot, match=r"codes\.npy is not what was written"):
        Snapshot(folder, FaissStore())


@pytest.mark.parametrize("name", ["100% of it", "a#b", "a?mode=rw", "índice", "a b"])
def test_an_index_may_lie_in_a_folder_of_any_name(articles: Articles, tmp_path: Path, name: str) -> None:
    articles.write("a.txt", "One.")
    index = Index(tmp_path / name / "index")
    index.ingest(articles)
    assert Index(tmp_path / name / "index").texts() == {"a": "One."}
