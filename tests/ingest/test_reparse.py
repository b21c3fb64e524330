"""Reading documents again brings better parsers and better passages to documents that did not change."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from rag.errors import NoSnapshot, UnreadableSource
from rag.ingest.found import origin_of
from rag.ingest.publication import Report
from rag.snapshots import Changes, Origin, Original, Source, preparation
from rag.types import Document, Heading, KeepOriginals, Reference, Span
from rag.upkeep import Upload
from tests.articles import Articles, Index, built, quietly
from tests.upkeep.uploads import open_upkeep

PAGE = b"<html><head><title>Levy</title></head><body><h1>Levy</h1><p>The levy is 7%.</p></body></html>"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index")


def reparse(index: Index, *paths: Path) -> Report:
    return index.ingestion.reparse(paths, quietly)


def results(report: Report) -> dict[str, tuple[str, str | None]]:
    return {item.document_id or "": (item.state, item.reason) for item in report.items}


def publish(index: Index, *documents: tuple[Document, Origin]) -> None:
    """Publish documents as an earlier version would have made them."""
    with index.store.writing():
        previous = index.store.refresh() if index.store.ids() else None
        built(index.builder, previous, Changes(documents))


def from_upload(document: Document, content: bytes, name: str) -> tuple[Document, Origin]:
    original = Original(sha256(content).hexdigest(), name, load=lambda: [content])
    return document, origin_of(f"http:{document.reference.id}", "", document, original)


def test_nothing_is_published_if_nothing_differs(index: Index, articles: Articles) -> None:
    articles.write("levy.md", "# Levy\n\nThe levy is 7%.")
    articles.write("levy.md.meta.yaml", "published: 2022-06-05\nareas: [tax, 7]")
    articles.write("records.jsonl", '{"text": "One."}\n{"id": "two", "text": "Two."}')
    index.ingest(articles)
    with open_upkeep(index) as upkeep:
        upkeep.submit([Upload("page", "page.html", PAGE)])[1].result(60)
    before = index.store.current().id
    report = reparse(index)
    assert set(results(report).values()) == {("unchanged", None)}
    assert (len(report.items), report.snapshot, report.encoded) == (4, before, 0)


def test_a_better_parser_changes_the_text_of_an_upload(index: Index) -> None:
    old = Document(Reference("levy", "Levy"), "Levy The levy is 7%. Menu Home", metadata={"format": "html"})
    publish(index, from_upload(old, PAGE, "levy.html"))
    report = reparse(index)
    assert results(report) == {"levy": ("updated", "new: text, headings")}
    assert index.texts() == {"levy": "Levy\n\nThe levy is 7%."}
    origin = index.store.current().stored_document("levy").origin
    assert (origin.source, origin.original is not None) == ("http:levy", True)
    assert reparse(index).counts == {"unchanged": 1}


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"damaged")])
def test_a_damaged_original_of_an_unchanged_file_is_written_again(
    index: Index, articles: Articles, damage: Callable[[Path], object]
) -> None:
    index.ingestion.keep_originals = KeepOriginals.ALL
    articles.write("levy.md", "The levy is 7%.")
    articles.write("levy.md.meta.yaml", "published: 2022-06-05")
    articles.write("records.jsonl", '{"id": "one", "text": "One."}\n{"id": "two", "text": "Two."}')
    index.ingest(articles)
    name = index.store.current().id
    kept = [path for path in (index.store.directory / "originals").rglob("*") if path.is_file()]
    assert len(kept) == 4
    for path in kept:
        damage(path)
    assert len(index.store.verify()[name]) == 4
    assert set(results(reparse(index)).values()) == {("unchanged", None)}
    assert index.store.verify() == {name: ()}


def test_a_damaged_original_whose_file_has_changed_is_reported(index: Index, articles: Articles) -> None:
    index.ingestion.keep_originals = KeepOriginals.ALL
    path = articles.write("levy.md", "The levy is 7%.")
    index.ingest(articles)
    (original,) = index.store.current().reader.original_digests()
    index.store.originals.path(original).unlink()
    path.write_text("The levy is 8%.")
    ((state, reason),) = results(reparse(index)).values()
    assert state == "failed"
    assert str(reason).endswith("remove 'levy' and ingest its file again. The document stays as it is.")


def test_a_file_whose_name_is_not_utf8_is_read_again(index: Index, tmp_path: Path) -> None:
    file = Path(os.fsdecode(os.fsencode(tmp_path) + b"/levy\xff.md"))
    file.write_text("The levy is 7%.")
    index.ingestion.ingest([file], lambda *_: None)
    assert results(reparse(index)) == {"levy": ("unchanged", None)}


def test_the_report_names_everything_that_differs_and_only_new_passages_are_encoded(index: Index) -> None:
    text = "Levy\n\nThe levy is 7%."
    heading = (Heading(Span(0, 4), 1, "Levy"),)
    old = Document(Reference("levy", "levy.html", author="Nobody"), text, None, {"format": "htm"}, heading)
    publish(index, from_upload(old, PAGE, "levy.html"))
    report = reparse(index)
    assert results(report) == {"levy": ("updated", "new: title, metadata, passages")}
    assert report.encoded == 1  # because the title is encoded with the passage
    facts = replace(old, reference=replace(old.reference, title="Levy", id="other"))
    publish(index, from_upload(facts, PAGE, "other.html"))
    report = reparse(index)
    assert results(report) == {"levy": ("unchanged", None), "other": ("updated", "new: metadata")}
    assert report.encoded == 0


@pytest.mark.parametrize(
    ("part", "old"),
    [
        ("section_quotables", lambda _, passages, *__: [()] * len(passages)),
        ("terms", lambda *_: ["a"]),
        ("_key", lambda text: text.text.encode()),
    ],
)
def test_passages_that_an_older_version_cut_differently_are_renewed(
    index: Index, articles: Articles, monkeypatch: pytest.MonkeyPatch, part: str, old: Any
) -> None:
    articles.write("levy.md", "The levy is 7%. Drinks pay it.")
    with monkeypatch.context() as patched:
        patched.setattr(preparation, part, old)
        index.ingest(articles)
    report = reparse(index)
    assert results(report) == {"levy": ("updated", "new: passages")}
    assert report.encoded == (1 if part == "_key" else 0)
    assert reparse(index).counts == {"unchanged": 1}


def test_an_upload_without_an_original_keeps_its_text_and_gets_new_passages(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Document(Reference("levy", "Levy"), "The levy is 7%.")
    with monkeypatch.context() as patched:
        patched.setattr(preparation, "section_quotables", lambda _, passages, *__: [()] * len(passages))
        publish(index, (text, origin_of("http:levy", "", text)))
    reason = "its original is not kept, so it was not read again"
    assert results(reparse(index)) == {"levy": ("updated", f"new: passages; {reason}")}
    assert results(reparse(index)) == {"levy": ("unchanged", reason)}


def test_a_file_that_changed_or_disappeared_is_not_read(index: Index, articles: Articles) -> None:
    levy, charge = (
        articles.write("levy.txt", "The levy is 7%."),
        articles.write("charge.txt", "The charge is 5 pounds."),
    )
    index.ingest(articles)
    levy.write_text("The levy is 8%.")
    charge.unlink()
    found = results(reparse(index))
    assert [state for state, _ in found.values()] == ["unchanged", "unchanged"]
    assert all("has changed since it was indexed, so it was not read again" in (why or "") for _, why in found.values())
    assert index.texts() == {"levy": "The levy is 7%.", "charge": "The charge is 5 pounds."}


def test_a_document_that_can_no_longer_be_read_stays(index: Index) -> None:
    old = Document(Reference("levy", "Levy"), "The levy is 7%.")
    publish(index, from_upload(old, b"{", "levy.jsonl"))
    report = reparse(index)
    [(state, reason)] = results(report).values()
    assert state == "failed"
    assert "is not JSON" in (reason or "")
    assert (reason or "").endswith("The document stays as it is.")
    assert index.texts() == {"levy": "The levy is 7%."}


def test_only_documents_at_the_paths_are_read(index: Index, articles: Articles) -> None:
    articles.write("a/one.txt", "One.")
    articles.write("b/two.txt", "Two.")
    records = articles.write("b/records.jsonl", '{"id": "three", "text": "Three."}')
    index.ingest(articles)
    assert results(reparse(index, articles.folder / "b")).keys() == {"two", "three"}
    assert results(reparse(index, records)).keys() == {"three"}
    with pytest.raises(UnreadableSource, match=r"No document in the index has a source at .*nowhere"):
        reparse(index, articles.folder / "a", articles.folder / "nowhere")


def test_copies_of_a_document_whose_text_differs_are_read_by_the_next_run(index: Index, articles: Articles) -> None:
    path = articles.write("levy.html", PAGE)
    copy = articles.write("copy.txt", "Levy The levy is 7%.")
    old = Document(Reference("levy", "Levy"), "Levy The levy is 7%.", metadata={"format": "html"})
    from rag.sources import fingerprint

    origin = origin_of(str(path.resolve()), fingerprint(path), old)
    publish(index, (old, replace(origin, copies=(Source(str(copy.resolve()), fingerprint(copy)),))))
    assert results(reparse(index)) == {"levy": ("updated", "new: text, headings")}
    index.ingest(articles)
    assert index.texts() == {"levy": "Levy\n\nThe levy is 7%.", "copy": "Levy The levy is 7%."}


def test_without_an_index_nothing_can_be_read_again(index: Index) -> None:
    with pytest.raises(NoSnapshot, match="run 'rag ingest' first"):
        reparse(index)
