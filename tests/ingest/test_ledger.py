"""Every source has a state; if the snapshot and the ledger disagree, the snapshot is right."""

from __future__ import annotations

import errno
import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from rag.errors import NoSnapshot, StorageError
from rag.ingest.ledger import Entry, Ledger, Status, statuses
from rag.protocols import Encoding
from rag.service import Service
from rag.snapshots import durable
from rag.upkeep import Removal
from tests.articles import Articles, Index, states
from tests.encoders import CountingEncoder
from tests.snapshots.test_faults import Disk
from tests.upkeep.uploads import open_upkeep, text_upload


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index")


def statuses_by_file(index: Index) -> dict[str, Status]:
    """Return the status of each source by the name of its file."""
    store = Index(index.store.directory).store
    documents = store.current().documents() if store.ids() else ()
    return {Path(one.source).name: one for one in statuses(documents, Ledger(store.directory).read())}


def states_by_file(index: Index) -> dict[str, str]:
    return {name: status.state for name, status in statuses_by_file(index).items()}


def test_every_source_has_a_state(articles: Articles, index: Index) -> None:
    for name, text in {"a.txt": "One.", "copy.txt": "One.", "empty.txt": "", "gone.txt": "Two.", "p.png": "x"}.items():
        articles.write(name, text)
    index.ingest(articles)
    (articles.folder / "gone.txt").unlink()
    index.ingest(articles, prune=True)
    found = statuses_by_file(index)
    assert {name: (one.state, one.document_id) for name, one in found.items()} == {
        "a.txt": ("indexed", "a"),
        "copy.txt": ("duplicate", "a"),
        "empty.txt": ("failed", None),
        "gone.txt": ("removed", None),
        "p.png": ("skipped", None),
    }
    assert "is empty" in str(found["empty.txt"].reason)
    assert str(found["p.png"].reason).startswith("it has no format that can be parsed; a picture has no text")
    assert [name for name, one in found.items() if one.tries is not None] == ["empty.txt"]


def test_a_failed_source_is_retried_until_it_can_be_read(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "")
    for tries in (1, 2, 3):
        assert states(index.ingest(articles)) == {"a.txt": "failed"}
        assert statuses_by_file(index)["a.txt"].tries == tries
    articles.write("a.txt", "One.")
    assert states(index.ingest(articles)) == {"a.txt": "added"}
    assert states_by_file(index) == {"a.txt": "indexed"}
    articles.write("a.txt", "")
    index.ingest(articles)
    assert statuses_by_file(index)["a.txt"].tries == 1, "the successful run resets the count"


def test_a_file_that_fails_after_it_was_indexed_is_reported_as_failed(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    index.ingest(articles)
    articles.write("a.txt", "")
    index.ingest(articles)
    assert (statuses_by_file(index)["a.txt"].state, statuses_by_file(index)["a.txt"].document_id) == ("failed", "a")
    assert index.texts() == {"a": "One."}
    articles.write("a.txt", "One.")
    assert states(index.ingest(articles)) == {"a.txt": "unchanged"}
    assert states_by_file(index) == {"a.txt": "indexed"}


def test_after_a_rollback_the_states_follow_the_snapshot(articles: Articles, index: Index) -> None:
    articles.write("a.txt", "One.")
    articles.write("b.txt", "")
    first = str(index.ingest(articles).snapshot)
    articles.write("b.txt", "Two.")
    second = str(index.ingest(articles).snapshot)
    index.ingestion.remove(["a"])
    assert states_by_file(index) == {"a.txt": "removed", "b.txt": "indexed"}
    index.store.activate(first)
    assert states_by_file(index)["a.txt"] == "indexed"
    index.store.activate(second)
    assert states_by_file(index) == {"a.txt": "indexed", "b.txt": "indexed"}


def test_removing_a_document_reports_all_its_sources(articles: Articles, index: Index) -> None:
    for name in ("a.txt", "b.txt"):
        articles.write(name, "The same.")
    index.ingest(articles)
    assert states(index.ingestion.remove(["a"])) == {"a.txt": "removed", "b.txt": "removed"}
    assert states_by_file(index) == {"a.txt": "removed", "b.txt": "removed"}
    assert states(index.ingest(articles)) == {"a.txt": "added", "b.txt": "duplicate"}
    assert states_by_file(index) == {"a.txt": "indexed", "b.txt": "duplicate"}


def test_a_missing_file_is_no_longer_reported_as_skipped_or_failed(articles: Articles, index: Index) -> None:
    articles.write("in/p.png", "x")
    articles.write("in/empty.txt", "")
    articles.write("other/empty.txt", "")
    index.ingest(articles)
    (articles.folder / "in" / "p.png").unlink()
    (articles.folder / "in" / "empty.txt").unlink()
    index.ingestion.ingest([articles.folder / "in"], lambda *_: None)
    entries = Ledger(index.store.directory).read()
    folder = articles.folder
    assert {source: one.state for source, one in entries.items()} == {
        str(folder / "in" / "empty.txt"): "removed",
        str(folder / "other" / "empty.txt"): "failed",
    }


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\xff\n{}", None])
def test_a_damaged_ledger_is_logged_and_replaced(
    articles: Articles, index: Index, damage: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    articles.write("a.txt", "")
    articles.write("b.txt", "Two.")
    index.ingest(articles)
    path = index.store.directory / "LEDGER"
    path.write_bytes(damage) if damage is not None else path.unlink()
    with caplog.at_level(logging.WARNING, "rag.ingest.ledger"):
        assert states(index.ingest(articles)) == {"a.txt": "failed", "b.txt": "unchanged"}
    assert [f"{path} cannot be read" in record.message for record in caplog.records] == [True] * (damage is not None)
    assert statuses_by_file(index)["a.txt"].tries == 1


def test_a_ledger_with_any_flipped_byte_is_rejected(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.write({"a": Entry("a", "failed", "it is so", "2026-01-01T00:00:00+00:00", 3, "digest")})
    path = tmp_path / "LEDGER"
    whole = path.read_bytes()
    assert ledger.read()["a"].tries == 3
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert ledger.read() == {}


def test_the_snapshot_and_the_ledger_agree_after_any_failed_system_call(
    articles: Articles, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles.write("a.txt", "One.")
    articles.write("b.txt", "")
    index.ingest(articles)
    removed, written_ahead = False, 0
    for fails in range(1, 200):
        with monkeypatch.context() as patched, suppress(StorageError):
            patched.setattr(durable, "os", Disk(fails, errno.EIO))
            index.ingestion.remove(["a"])
        removed = not Index(index.store.directory).texts()
        written_ahead += not removed and str(articles.folder / "a.txt") in Ledger(index.store.directory).read()
        assert states_by_file(index) == {"a.txt": "removed" if removed else "indexed", "b.txt": "failed"}
        if removed:
            break
    assert removed
    assert written_ahead, "the ledger is written before the snapshot, and the snapshot is right"


def test_a_document_that_failed_over_http_is_reported_until_it_can_be_read(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        for tries in (1, 2):
            upkeep.submit([text_upload("levy", " ")])[1].result(30)
            status = statuses_by_file(index)["http:levy"]
            assert (status.state, status.tries, status.document_id) == ("failed", tries, None)
            assert status.reason == "Line 1 of the file given holds no text; remove it, or add text to it."
        upkeep.submit([text_upload("levy", "The levy is one pence.")])[1].result(30)
        assert states_by_file(index) == {"http:levy": "indexed"}
        upkeep.submit([text_upload("levy", " ")])[1].result(30)
        status = statuses_by_file(index)["http:levy"]
        assert (status.state, status.tries, status.document_id) == ("failed", 1, "levy")
        upkeep.submit([text_upload("levy", "The levy is one pence.")])[1].result(30)
    assert states_by_file(index) == {"http:levy": "indexed"}


def test_the_last_version_counts_if_a_job_has_a_document_twice(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        upkeep.submit(
            [text_upload("a", " "), text_upload("a", "One."), text_upload("b", "Two."), text_upload("b", " ")]
        )[1].result(30)
    assert states_by_file(index) == {"http:a": "indexed", "http:b": "failed"}
    assert set(index.texts()) == {"a", "b"}


def test_removing_an_unreadable_document_clears_its_failure(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload("levy", " "), text_upload("charge", "One.")])[1].result(30)
        assert upkeep.submit([Removal("levy"), Removal("never")])[1].result(30).outcomes[0].state == "failed"
    assert states_by_file(index) == {"http:charge": "indexed", "http:levy": "removed"}


def test_pruning_a_folder_leaves_documents_given_over_http_alone(index: Index, articles: Articles) -> None:
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload("levy", " ")])[1].result(30)
    articles.write("a.txt", "One.")
    index.ingest(articles, prune=True)
    assert states_by_file(index) == {"a.txt": "indexed", "http:levy": "failed"}


class FullDisk(CountingEncoder):
    """Fails as if the disk were full while `full` is set."""

    full = False

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        if self.full:
            raise StorageError("the disk is full: free some space")
        return super().encode_passages(texts)


def test_every_document_of_a_failed_job_is_reported_as_failed(tmp_path: Path) -> None:
    encoder = FullDisk()
    index = Index(tmp_path / "index", encoder)
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload("a", "One.")])[1].result(30)
        encoder.full = True
        with pytest.raises(StorageError):
            upkeep.submit([text_upload("a", "Two."), text_upload("b", "Three."), Removal("c")])[1].result(30)
        assert states_by_file(index) == {"http:a": "failed", "http:b": "failed"}
        assert statuses_by_file(index)["http:b"].reason == "the disk is full: free some space"
        encoder.full = False
        upkeep.submit([text_upload("a", "Two."), text_upload("b", "Three.")])[1].result(30)
    assert states_by_file(index) == {"http:a": "indexed", "http:b": "indexed"}


def test_failed_sources_are_listed_even_without_an_index(articles: Articles, service: Service) -> None:
    with pytest.raises(NoSnapshot):
        service.sources()
    articles.write("a.txt", "")
    articles.ingest(service)
    found, snapshot = service.sources("failed")
    assert ([Path(one.source).name for one in found], snapshot) == (["a.txt"], None)
    assert service.sources("indexed") == ([], None)
