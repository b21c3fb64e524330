"""An erasure leaves no trace of a document below the index folder, and names every other place that may hold it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rag.errors import RagError, UnknownDocument, WriterBusy
from rag.feeds import Entry
from rag.feeds.cache import open_cache
from rag.feeds.fetching import FetchResult
from rag.upkeep import Erasure, Removal, erase
from tests.articles import Articles, Index, quietly
from tests.upkeep.uploads import open_upkeep, reopened, text_upload

SECONDS = 30
SECRET = "Quistgaard"  # a word that only the erased document has


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index", keep=100)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.ingest.erasure._RELEASE_SECONDS", 0.5)
    monkeypatch.setattr("rag.upkeep.erasure._JOB_SECONDS", 0.5)


def upload(index: Index, *texts: tuple[str, str]) -> None:
    with open_upkeep(index) as upkeep:
        for name, text in texts:
            upkeep.submit([text_upload(name, text)])[1].result(SECONDS)


def erased(index: Index, *document_ids: str) -> Erasure:
    return erase(index.store.directory, lambda: index.ingestion, document_ids)


def traces(index: Index, word: str) -> list[str]:
    """Return the files below the index folder that have a word in their bytes or in their name."""
    files = (path for path in index.store.directory.rglob("*") if path.is_file())
    return [str(path) for path in files if word.lower().encode() in path.read_bytes().lower() or word in path.name]


def test_no_file_of_the_index_has_a_trace_of_an_erased_document(index: Index) -> None:
    upload(index, ("letter", f"{SECRET} wrote this."), ("rule", "A rule."), ("letter", f"{SECRET} wrote more."))
    assert traces(index, SECRET)
    result = erased(index, "letter")
    assert traces(index, SECRET) == []
    assert traces(index, '"letter"') == []
    assert reopened(index) == {"rule": "A rule."}
    assert len(result.deleted) == 3
    assert (result.read, result.backups, result.unknown_backups, result.files) == ((), (), (), ())


def test_snapshots_without_the_document_stay(index: Index) -> None:
    upload(index, ("rule", "A rule."), ("letter", f"{SECRET} wrote this."))
    first, second = index.store.ids()
    result = erased(index, "letter")
    assert result.deleted == (second,)
    assert first in index.store.ids()


def test_a_document_that_only_older_snapshots_hold_is_erased_from_them(index: Index) -> None:
    upload(index, ("letter", f"{SECRET} wrote this."), ("rule", "A rule."))
    index.ingestion.remove(["letter"])
    current = index.store.current().id
    result = erased(index, "letter")
    assert result.snapshot == current
    assert traces(index, SECRET) == []


def test_a_snapshot_that_a_process_reads_is_named_and_a_second_erasure_deletes_it(index: Index, tmp_path: Path) -> None:
    upload(index, ("letter", f"{SECRET} wrote this."))
    reader = Index(index.store.directory).store.current()
    assert erased(index, "letter").read == (reader.id,)
    name = reader.id
    del reader
    assert erased(index, "letter").deleted == (name,)
    assert traces(index, SECRET) == []


def test_a_snapshot_that_cannot_be_read_counts_as_one_that_holds_the_document(index: Index) -> None:
    upload(index, ("rule", "A rule."), ("letter", f"{SECRET} wrote this."))
    first = index.store.ids()[0]
    (index.store.directory / "snapshots" / first / "documents.sqlite").write_bytes(b"damaged")
    assert first in erased(index, "letter").deleted


def test_a_damaged_snapshot_does_not_keep_the_original_of_an_erased_document(index: Index) -> None:
    upload(index, ("rule", "A rule."), ("letter", f"{SECRET} wrote this."))
    first = index.store.ids()[0]
    database = index.store.directory / "snapshots" / first / "documents.sqlite"
    database.write_bytes(database.read_bytes().replace(b"A rule.", b"A role."))
    assert first in erased(index, "letter").deleted
    assert traces(index, SECRET) == []


def test_a_file_that_is_a_root_is_no_root_after_its_erasure(index: Index, tmp_path: Path) -> None:
    articles = Articles(tmp_path / "articles")
    path = articles.write(f"{SECRET}.md", "A letter.")
    index.ingestion.ingest([path], lambda *_: None)
    assert erased(index, SECRET.lower()).files == (str(path),)
    assert traces(index, SECRET) == []


@pytest.mark.parametrize("name", [b"letter#1.md", b"letter\xff.md"])
def test_a_file_with_any_name_is_named_because_the_next_ingest_adds_it_again(
    index: Index, tmp_path: Path, name: bytes
) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    file.write_text("A letter.")
    index.ingestion.ingest([file], lambda *_: None)
    (stored,) = index.store.current().documents()
    assert erased(index, stored.reference.id).files == (stored.origin.source,)


def test_a_waiting_request_is_withdrawn_and_the_rest_of_its_job_runs(index: Index) -> None:
    upload(index, ("rule", "A rule."), ("letter", "Old."))
    with open_upkeep(index) as upkeep, index.store.writing():
        upkeep.submit([text_upload("letter", f"{SECRET} wrote this."), text_upload("act", "An act.")])
        upkeep.submit([Removal("letter")])
    erased(index, "letter")
    assert traces(index, SECRET) == []
    with open_upkeep(index) as upkeep:
        upkeep.submit([Removal("nothing")])[1].result(SECONDS)
    assert reopened(index) == {"rule": "A rule.", "act": "An act."}


def test_a_job_of_a_running_service_is_waited_for(index: Index) -> None:
    upload(index, ("letter", "Old."))
    with open_upkeep(index) as upkeep:
        with index.store.writing():
            job, ended = upkeep.submit([text_upload("letter", f"{SECRET} wrote this.")])
            with pytest.raises(WriterBusy, match=job.id):
                erased(index, "letter")
        ended.result(SECONDS)
        erased(index, "letter")
        assert traces(index, SECRET) == []
        assert upkeep.jobs() == []


def test_the_cache_of_feeds_forgets_an_erased_page(index: Index) -> None:
    url, feed, entry = (
        "https://example.org/letter",
        "https://example.org/feed",
        Entry("https://example.org/letter", SECRET),
    )
    with open_cache(index.store.directory) as cache:
        for source in (url, feed, "https://example.org/other"):
            cache.put(source, FetchResult(source, "text/html", None, None, None, 0.0), SECRET.encode(), 0.0)
        cache.add_entries(feed, [entry])
        cache.drop_bodies(["https://example.org/other"])
        cache.erase([url])
        assert cache.response(url) is None
        assert cache.entries(feed) == {}
        assert cache.response(feed) is not None
    assert traces(index, SECRET) == []


def test_the_ledger_forgets_an_erased_document(index: Index, tmp_path: Path) -> None:
    articles = Articles(tmp_path / "articles")
    path = articles.write("letter.md", f"{SECRET} wrote this.")
    articles.write("rule.md", "A rule.")
    index.ingest(articles)
    path.write_bytes(b"")
    index.ingest(articles)  # the file now counts as failed, and its document stays
    assert traces(index, "letter.md")
    assert erased(index, "letter").files == (str(path),)
    assert traces(index, "letter.md") == []


def test_a_document_that_was_removed_long_ago_is_erased_from_the_ledger_and_the_jobs(index: Index) -> None:
    upload(index, ("letter", "Text."), ("rule", "A rule."))
    index.ingestion.remove(["letter"])
    index.store.prune(1)
    assert traces(index, "letter")
    erased(index, "letter")
    assert traces(index, "letter") == []


def test_a_document_that_never_could_be_read_is_erased_from_the_ledger_and_the_jobs(index: Index) -> None:
    upload(index, ("rule", "A rule."), ("letter", ""))
    assert traces(index, "letter")
    erased(index, "letter")
    assert traces(index, "letter") == []


def test_the_ledger_forgets_sentences_that_name_an_erased_source(index: Index, tmp_path: Path) -> None:
    articles = Articles(tmp_path / "articles")
    moved, copy = articles.write("moved.md", "A letter."), articles.write(f"{SECRET}.md", "Another letter.")
    other = articles.write("other.md", "Another letter.")
    for name in ("rule", "act", "note"):
        articles.write(f"{name}.md", f"A {name} of the town.")
    index.ingest(articles)
    articles.folder.rename(tmp_path / f"{SECRET}-folder")
    for path in (moved, copy):
        (tmp_path / f"{SECRET}-folder" / path.name).unlink()
    report = index.ingestion.ingest([tmp_path / f"{SECRET}-folder"], quietly, prune=True)
    assert report.counts["removed"] == 2
    lines = len((index.store.directory / "LEDGER").read_text().splitlines())
    assert lines == 3
    erased(index, "moved")
    assert str(moved) not in (index.store.directory / "LEDGER").read_text()
    erased(index, *[one.reference.id for one in index.store.current().documents() if other.name in str(one.origin)])
    assert (index.store.directory / "LEDGER").read_text().count("\n") == 1


def test_the_remains_of_killed_processes_are_erased(index: Index) -> None:
    upload(index, ("letter", f"{SECRET} wrote this."), ("rule", "A rule."))
    for name in (".jobs/.0000000000000001/0/letter.txt", ".ROOTS.tmp", ".LEDGER.tmp", "snapshots/.building/part"):
        path = index.store.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SECRET)
    erased(index, "letter")
    assert traces(index, SECRET) == []


def test_backups_that_hold_the_document_are_named(index: Index, tmp_path: Path) -> None:
    upload(index, ("rule", "A rule."))
    index.store.backup(tmp_path / "before.tar")
    upload(index, ("letter", f"{SECRET} wrote this."))
    for name in ("held.tar", "moved.tar", "damaged.tar"):
        index.store.backup(tmp_path / name)
    index.store.backup(tmp_path / "held.tar")  # a second backup to one file is one record
    shutil.move(tmp_path / "moved.tar", tmp_path / "elsewhere.tar")
    (tmp_path / "damaged.tar").write_bytes(b"damaged")
    with (index.store.directory / "BACKUPS").open("ab") as register:
        register.write(b"no JSON\n")
    result = erased(index, "letter")
    assert result.backups == (str(tmp_path / "held.tar"),)
    assert result.unknown_backups == (str(tmp_path / "moved.tar"), str(tmp_path / "damaged.tar"))
    assert erased(index, "letter").backups == result.backups


def test_an_unknown_document_is_an_error_and_nothing_is_erased(index: Index) -> None:
    upload(index, ("rule", "A rule."))
    before = index.store.ids()
    with pytest.raises(UnknownDocument, match="no snapshot has a document with the id 'act'"):
        erased(index, "rule", "act")
    assert index.store.ids() == before


def test_an_erasure_that_is_cut_short_is_completed_by_the_next(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(index, ("letter", f"{SECRET} wrote this."), ("rule", "A rule."))
    for step in ("erase_traces", "delete_snapshots"):
        with monkeypatch.context() as patch:
            patch.setattr(f"rag.ingest.erasure.{step}", _fail)
            with pytest.raises(RagError, match="the power is gone"):
                erased(index, "letter")
    erased(index, "letter")
    assert traces(index, SECRET) == []


def _fail(*_: object) -> None:
    raise RagError("the power is gone")


def test_past_texts_of_a_document_are_erased_and_those_of_others_stay(tmp_path: Path) -> None:
    index = Index(tmp_path / "index", keep=1)
    upload(index, ("letter", f"{SECRET} wrote this."), ("letter", f"{SECRET} wrote more."), ("rule", "A rule."))
    upload(index, ("rule", "A new rule."))
    index.ingestion.remove(["letter"])
    index.store.backup(tmp_path / "backup.tar")
    assert index.store.past.holds("letter")
    result = erased(index, "letter")
    assert not index.store.past.holds("letter")
    assert [one.document.text for one in index.store.past.of("rule")] == ["A rule."]
    assert result.backups == (str(tmp_path / "backup.tar"),)
    assert [one.origin.source for one in index.store.past.named(["letter"])] == []


def test_a_document_that_only_a_past_text_holds_is_erased_with_its_source(tmp_path: Path) -> None:
    articles = Articles(tmp_path / "articles")
    path = articles.write("letter.md", f"{SECRET} wrote this.")
    index = Index(tmp_path / "index", keep=1)
    index.ingest(articles)
    path.write_text("Nobody wrote this.")
    index.ingest(articles)
    index.ingestion.remove(["letter"])
    assert traces(index, "letter.md"), "the ledger names the file"
    assert erased(index, "letter").files == (str(path),)
    assert index.store.past.files() == []
    assert traces(index, "letter.md") == []
