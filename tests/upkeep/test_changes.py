"""Uploads and documents from folders share an index, and neither affects the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UnreadableSource
from rag.ingest.found import origin_of
from rag.snapshots import StoredDocument
from rag.types import Document, Reference
from rag.upkeep import Removal, Upload
from rag.upkeep.changes import Change, plan_changes
from tests.articles import Articles, Index, states
from tests.upkeep.uploads import open_upkeep, reopened, text_upload


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index")


def put(index: Index, *requests: Upload | Removal) -> list[str]:
    with open_upkeep(index) as upkeep:
        return [one.state for one in upkeep.submit(requests)[1].result(30).outcomes]


def test_ingesting_and_pruning_a_folder_does_not_affect_uploads(index: Index, articles: Articles) -> None:
    articles.write("a.txt", "From a file.")
    index.ingest(articles)
    put(
        index,
        text_upload("given", "Given."),
        text_upload(f"{articles.folder}/b.txt", "Given under the name of a file."),
    )
    articles.write("c.txt", "Another file.")
    (articles.folder / "a.txt").unlink()
    assert states(index.ingest(articles, prune=True)) == {"a.txt": "removed", "c.txt": "added"}
    assert set(reopened(index)) == {"given", f"{articles.folder}/b.txt", "c"}


def test_a_file_never_takes_the_id_of_an_upload(index: Index, articles: Articles) -> None:
    put(index, text_upload("levy", "The levy is 1 pence."))
    articles.write("levy.txt", "The levy is 2 pence.")
    index.ingest(articles)
    assert reopened(index) == {"levy": "The levy is 1 pence.", "levy-2": "The levy is 2 pence."}


def test_an_upload_replaces_the_document_of_a_file_with_its_id(index: Index, articles: Articles) -> None:
    articles.write("levy.txt", "The levy is 1 pence.")
    index.ingest(articles)
    assert put(index, text_upload("levy", "The levy is 2 pence.")) == ["updated"]
    assert reopened(index) == {"levy": "The levy is 2 pence."}


def test_an_upload_keeps_its_id_although_another_document_has_its_text(index: Index, articles: Articles) -> None:
    articles.write("levy.txt", "The levy is 1 pence.")
    index.ingest(articles)
    assert put(index, text_upload("copy", "The levy is 1 pence.")) == ["added"]
    assert states(index.ingest(articles)) == {"levy.txt": "unchanged"}
    assert reopened(index) == {"copy": "The levy is 1 pence.", "levy": "The levy is 1 pence."}
    assert put(index, Removal("levy")) == ["removed"]
    assert states(index.ingest(articles)) == {"levy.txt": "duplicate"}


def test_an_upload_with_an_unchanged_text_is_not_encoded_again(index: Index) -> None:
    put(index, text_upload("levy", "The levy is 1 pence."))
    put(index, text_upload("levy", "The levy is 1 pence."), text_upload("other", "Another."))
    assert index.encoder.passages.count("Another.") <= 1
    assert len(index.encoder.passages) == 2


def test_the_facts_of_an_upload_win_over_those_in_its_file(index: Index) -> None:
    put(index, Upload("a", "a.md", b"# Own title\n\nText."))
    assert put(index, Upload("a", "a.md", b"# Own title\n\nText.", {"title": "Better"})) == ["updated"]
    (stored,) = index.store.refresh().documents()
    assert (stored.reference.id, stored.reference.title, stored.origin.source) == ("a", "Better", "http:a")


def test_an_upload_of_several_documents_fails(index: Index) -> None:
    assert put(index, Upload("a", "a.jsonl", b'{"text": "One."}\n{"text": "Two."}')) == ["failed"]


def test_a_hostile_upload_affects_no_other_upload(index: Index) -> None:
    bomb = Upload("bomb", "bomb.html", b"<div>" * 100_000 + b"x")
    assert put(index, text_upload("a", "One."), bomb, text_upload("b", "Two.")) == ["added", "failed", "added"]


OPERATIONS = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([None, "One.", "Two.", "unreadable"])))


@given(before=st.dictionaries(st.sampled_from("abc"), st.sampled_from(["One.", "Two."])), operations=OPERATIONS)
def test_a_plan_gives_the_same_documents_as_a_dict(
    before: dict[str, str], operations: list[tuple[str, str | None]]
) -> None:
    known = [_stored(name, text) for name, text in before.items()]
    changes, items, final = plan_changes(known, [_change(name, text) for name, text in operations])
    expected = dict(before)
    for (name, text), item in zip(operations, items, strict=True):
        expected_states = {
            expected.get(name): "unchanged",
            None: "removed" if name in expected else "failed",
            "unreadable": "failed",
        }
        assert item.state == expected_states.get(text, "updated" if name in expected else "added")
        if text is None:
            expected.pop(name, None)
        elif text != "unreadable":
            expected[name] = text
    added = {document.reference.id: document.text for document, _ in changes.added}
    kept = {name: text for name, text in before.items() if name not in changes.removed}
    assert {**kept, **added} == expected
    last = dict(operations)
    assert [item.source for item in final] == [f"http:{name}" for name in last]
    for item, text in zip(final, last.values(), strict=True):
        assert (item.state == "failed", item.state == "removed") == (text == "unreadable", text is None)


def _document(name: str, text: str) -> Document:
    return Document(Reference(name, name), text)


def _stored(name: str, text: str) -> StoredDocument:
    origin = origin_of(f"http:{name}", "", _document(name, text))
    return StoredDocument(Reference(name, name), None, {}, origin, 0, 1)


def _change(name: str, text: str | None) -> Change:
    if text is None or text == "unreadable":
        return Change(name, UnreadableSource("it is") if text else None)
    return Change(name, (_document(name, text), origin_of(f"http:{name}", "", _document(name, text))))
