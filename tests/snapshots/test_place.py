"""A process that has used an index writes nothing in its place after it is gone, replaced or emptied."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rag.errors import IndexUnavailable, NoSnapshot, StorageError, WriteRefused
from rag.protocols import Encoding
from rag.snapshots import SnapshotStore
from rag.snapshots.durable import new_file
from rag.snapshots.place import Place
from tests.articles import Articles, Index
from tests.encoders import CountingEncoder


class InterruptedEncoder(CountingEncoder):
    """An encoder that does something before it encodes."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._act = act

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        self._act()
        return super().encode_passages(texts)


def files(folder: Path) -> dict[str, bytes]:
    """Return the content of all files, without the encodings of a run that is not finished."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("encoded-"))
    return {str(path): path.read_bytes() for path in found}


@pytest.fixture
def directory(tmp_path: Path, articles: Articles) -> Path:
    """The folder of an index of one article."""
    articles.write("a.txt", "One.")
    Index(tmp_path / "index").ingest(articles)
    return tmp_path / "index"


def move(directory: Path) -> None:
    directory.rename(directory.with_name("elsewhere"))


def replace(directory: Path) -> None:
    move(directory)
    shutil.copytree(directory.with_name("elsewhere"), directory)


@pytest.mark.parametrize(
    ("act", "reason"), [(move, "is gone: put it back"), (replace, "another folder has taken the place of")]
)
def test_a_run_whose_index_is_gone_in_the_middle_writes_nothing_in_its_place(
    directory: Path, articles: Articles, act: Callable[[Path], None], reason: str
) -> None:
    before: dict[str, bytes] = {}

    def interrupt() -> None:
        act(directory)
        before.update(files(directory))

    index = Index(directory, InterruptedEncoder(interrupt))
    articles.write("b.txt", "Two.")
    with pytest.raises(IndexUnavailable, match=reason):
        index.ingest(articles)
    assert files(directory) == before
    shutil.rmtree(directory, ignore_errors=True)
    directory.with_name("elsewhere").rename(directory)
    assert Index(directory).ingest(articles).counts == {"added": 1, "unchanged": 1}


def test_a_run_whose_snapshots_are_deleted_in_the_middle_makes_no_index_of_the_rest(
    directory: Path, articles: Articles
) -> None:
    index = Index(directory, InterruptedEncoder(lambda: shutil.rmtree(directory / "snapshots")))
    articles.write("b.txt", "Two.")
    with pytest.raises(IndexUnavailable, match="were deleted: put them back, or run 'rag ingest' for a new index"):
        index.ingest(articles)
    assert not (directory / "snapshots").exists()
    with pytest.raises(WriteRefused, match="which does not exist, so it is unclear which documents the index has"):
        Index(directory).ingest(articles)
    (directory / "CURRENT").unlink()
    assert Index(directory).ingest(articles).counts == {"added": 2}


def test_feeds_are_not_fetched_into_a_new_folder(directory: Path) -> None:
    index = Index(directory)
    index.store.refresh()
    move(directory)
    with pytest.raises(IndexUnavailable):
        index.ingestion.stale_feeds(["https://example.org/feed"])
    with pytest.raises(IndexUnavailable):
        index.ingestion.ingest([], lambda *_: None, feeds=["https://example.org/feed"])
    assert not directory.exists()


def test_reading_an_index_that_does_not_exist_makes_no_folder(tmp_path: Path) -> None:
    store = Index(tmp_path / "index").store
    with pytest.raises(NoSnapshot):
        store.refresh()
    store.place.check()
    assert store.place.read_only is None
    assert not (tmp_path / "index").exists()


def test_a_folder_that_cannot_be_reached_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(tmp_path / "index")
    place.claim()

    def stale(_: Path) -> os.stat_result:
        raise OSError(116, "Stale file handle")

    monkeypatch.setattr(Path, "stat", stale)
    with pytest.raises(IndexUnavailable, match="index cannot be reached: Stale file handle: check its disk"):
        place.check()


def test_a_read_only_folder_is_refused_before_anything_is_written(
    directory: Path, articles: Articles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK)
    before, index = files(directory), Index(directory)
    for act in (lambda: index.ingest(articles), lambda: index.store.prune(1), index.store.check_free):
        with pytest.raises(IndexUnavailable, match="index is read-only: let this user write there, then run it again"):
            act()
    assert files(directory) == before
    assert index.store.current().id == index.store.ids()[-1]


def test_the_list_of_snapshots_of_an_index_that_is_gone_is_an_error(directory: Path) -> None:
    store: SnapshotStore = Index(directory).store
    assert len(store.listed()) == 1
    replace(directory)
    for act in (store.listed, store.refresh, store.current, lambda: store.activate(store.ids()[0])):
        with pytest.raises(IndexUnavailable):
            act()


def test_an_index_that_was_gone_for_a_moment_while_it_was_written_is_unavailable(directory: Path) -> None:
    store = Index(directory).store

    def write_while_it_is_gone() -> None:
        directory.rename(directory.with_name("elsewhere"))
        try:
            with new_file(directory / "snapshots" / "vectors"):
                pass
        finally:
            directory.with_name("elsewhere").rename(directory)

    with pytest.raises(IndexUnavailable, match="was gone for a moment"), store.writing():
        write_while_it_is_gone()
    store.check_free()


def test_a_file_that_is_missing_in_an_index_that_never_left_is_named(directory: Path) -> None:
    refused = pytest.raises(StorageError, match="none/vectors cannot be opened")
    with refused, Index(directory).store.writing(), new_file(directory / "snapshots" / "none" / "vectors"):
        pass
