"""ROOTS records what was given to `rag ingest`; a root can be listed and forgotten, even if it no longer exists."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

from rag.errors import UnknownDocument
from rag.feeds import Allowlist, FetchSettings
from rag.ingest.ledger import Ledger, statuses
from rag.ingest.publication import Report
from rag.ingest.roots import Roots, RootStatus
from rag.service import Service
from tests.articles import Index, quietly, states
from tests.feeds.feed_index import FeedIndex
from tests.feeds.site import serving


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def ingest(index: Index, *paths: Path, prune: bool = False) -> Report:
    return index.ingestion.ingest(paths, quietly, prune=prune)


def roots(index: Index) -> dict[str, RootStatus]:
    found = Roots(index.store.directory).statuses(index.store.current().documents())
    return {Path(one.root).name: one for one in found}


def test_roots_are_recorded_by_their_real_paths(index: Index, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.md", "One.")
    (tmp_path / "link").symlink_to(tmp_path / "in")
    single, wrong = write(tmp_path / "b.md", "Two."), write(tmp_path / "c.xyz", "Three.")
    ingest(index, tmp_path / "link", single, wrong, tmp_path / "nowhere")
    assert Roots(index.store.directory).read() == [str(single), str(tmp_path / "in")]


def test_an_index_of_an_earlier_version_has_no_roots_until_the_next_ingest(index: Index, tmp_path: Path) -> None:
    folder = write(tmp_path / "in" / "a.md", "One.").parent
    ingest(index, folder)
    (index.store.directory / "ROOTS").unlink()
    assert roots(index) == {}
    ingest(index, folder)
    assert set(roots(index)) == {"in"}


def test_damaged_roots_are_logged_and_replaced(index: Index, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = write(tmp_path / "in" / "a.md", "One.").parent
    ingest(index, folder)
    path = index.store.directory / "ROOTS"
    path.write_bytes(path.read_bytes() + b"x")
    with caplog.at_level(logging.WARNING, "rag.ingest.roots"):
        assert roots(index) == {}
        assert f"{path} cannot be read" in caplog.text
    ingest(index, folder)
    assert set(roots(index)) == {"in"}


def test_a_status_says_what_prune_would_remove(index: Index, tmp_path: Path) -> None:
    folder = write(tmp_path / "in" / "a.md", "One.").parent
    for name, text in {
        "b.md": "Two.",
        "copy.md": "Two.",
        "disk/c.md": "Three.",
        "r.jsonl": '{"text": "Four."}',
    }.items():
        write(folder / name, text)
    ingest(index, folder)
    assert roots(index)["in"] == RootStatus(str(folder), 4, exists=True, prunable=0)
    (folder / "a.md").unlink()
    (folder / "copy.md").unlink()
    (folder / "disk" / "c.md").unlink()
    status = roots(index)["in"]
    assert (status.documents, status.prunable) == (4, 2)
    assert f"rag remove --root {folder}/disk" in str(status.note)
    report = ingest(index, folder, prune=True)
    assert report.counts == {"failed": 1, "removed": 2, "unchanged": 2}


def test_the_advice_for_an_emptied_folder_works(index: Index, tmp_path: Path) -> None:
    folder = write(tmp_path / "in" / "a.md", "One.").parent
    gone = write(folder / "disk" / "b.md", "Two.")
    ingest(index, folder)
    gone.unlink()
    assert states(ingest(index, folder, prune=True)) == {"disk": "failed", "a.md": "unchanged"}
    assert states(index.ingestion.remove_root(str(folder / "disk"))) == {"b.md": "removed"}
    assert states(ingest(index, folder, prune=True)) == {"a.md": "unchanged"}
    assert set(roots(index)) == {"in"}


def test_a_root_that_no_longer_exists_can_be_forgotten(index: Index, tmp_path: Path) -> None:
    folder = write(tmp_path / "in" / "a.md", "One.").parent
    write(folder / "empty.md", "")
    other = write(tmp_path / "out" / "b.md", "Two.").parent
    ingest(index, folder, other)
    shutil.rmtree(folder)
    status = roots(index)["in"]
    assert (status.exists, status.documents, status.prunable) == (False, 1, None)
    report = index.ingestion.remove_root(str(folder))
    assert states(report) == {"a.md": "removed"}
    assert index.texts() == {"b": "Two."}
    assert set(roots(index)) == {"out"}
    listed = statuses(index.store.current().documents(), Ledger(index.store.directory).read())
    assert {Path(one.source).name: one.state for one in listed} == {"a.md": "removed", "b.md": "indexed"}


def test_a_document_that_another_root_has_stays(index: Index, tmp_path: Path) -> None:
    folder = write(tmp_path / "in" / "a.md", "One.").parent
    write(folder / "inner" / "b.md", "Two.")
    write(folder / "c.md", "The same.")
    write(tmp_path / "out" / "c.md", "The same.")
    ingest(index, folder, folder / "inner", tmp_path / "out")
    report = index.ingestion.remove_root(str(folder / "inner"))
    assert [(item.state, item.reason) for item in report.items] == [
        ("unchanged", f"it stays, because the root {folder} has it too")
    ]
    ingest(index, folder / "inner")
    report = index.ingestion.remove_root(str(folder))
    assert {Path(item.source).name: item.state for item in report.items} == {
        "a.md": "removed",
        "b.md": "unchanged",
        "c.md": "removed",
    }
    assert sorted(index.texts().values()) == ["The same.", "Two."]
    assert set(roots(index)) == {"inner", "out"}


def test_the_documents_of_an_unmounted_root_inside_another_one_stay(index: Index, tmp_path: Path) -> None:
    folder = write(tmp_path / "in" / "a.md", "One.").parent
    inner = write(folder / "disk" / "b.md", "Two.").parent
    ingest(index, folder, inner)
    shutil.rmtree(inner)
    index.ingestion.remove_root(str(folder))
    assert index.texts() == {"b": "Two."}


def test_an_unknown_root_changes_nothing(index: Index, tmp_path: Path) -> None:
    ingest(index, write(tmp_path / "in" / "a.md", "One.").parent)
    with pytest.raises(UnknownDocument, match=r"no root and no source is .*nowhere"):
        index.ingestion.remove_root(str(tmp_path / "nowhere"))
    assert index.texts() == {"a": "One."}


def test_a_root_without_documents_is_forgotten_before_there_is_an_index(index: Index, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ingest(index, tmp_path / "empty")
    assert index.ingestion.remove_root(str(tmp_path / "empty")) == Report((), None, 0)
    assert Roots(index.store.directory).read() == []


def test_the_next_ingest_forgets_a_missing_root_that_has_no_documents(index: Index, tmp_path: Path) -> None:
    folder = write(tmp_path / "old" / "a.md", "One.").parent
    ingest(index, folder)
    folder.rename(tmp_path / "new")
    ingest(index, tmp_path / "new")
    assert set(roots(index)) == {"new"}


def test_a_feed_is_a_root_with_the_pages_that_it_listed(tmp_path: Path) -> None:
    with serving() as site:
        index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
        site.put("/a.txt", "One.", "text/plain")
        site.put("/b.txt", "Two.", "text/plain")
        feed = site.rss("/a.txt", "/b.txt")
        index.read(feed, paths=[write(tmp_path / "c.md", "Three.")])
        (status,) = (one for one in roots(index).values() if one.exists is None)
        assert (status.root, status.documents, status.prunable) == (feed, 2, None)
        assert index.ingestion.remove_root(feed).counts == {"removed": 2}
        assert index.texts() == {"c": "Three."}
        assert set(roots(index)) == {"c.md"}


def test_roots_are_listed_without_an_index(service: Service) -> None:
    assert service.roots() == []


def test_a_run_over_an_index_without_documents_names_its_snapshot(index: Index, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    ingest(index, write(tmp_path / "a.md", "One."))
    emptied = index.ingestion.remove(["a"])
    assert ingest(index, tmp_path / "in").snapshot == emptied.snapshot
