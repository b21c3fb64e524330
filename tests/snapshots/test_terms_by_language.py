"""Rows have the terms of their document's language, also after an upgrade from a format with English terms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.index import lexical
from rag.index.chunking import EncodedText
from rag.snapshots import Changes, Origin, Snapshot, preparation
from rag.types import Document
from tests.articles import Index, built
from tests.snapshots.test_originals import as_format_6, document, put

GERMAN = "Die Bußgelder der Provinz."


def texts() -> list[tuple[Document, Origin]]:
    """Return an English and a German document."""
    english, german = document("a", b"The fines of the province.", None), document("b", GERMAN.encode(), None)
    return [english, (replace(german[0], language="de"), german[1])]


def found(snapshot: Snapshot, term: str) -> list[int]:
    """Return the rows with a term."""
    return (snapshot.lexical.scores([term]) > 0).nonzero()[0].tolist()


def test_each_document_has_the_terms_of_its_language(tmp_path: Path) -> None:
    index = Index(tmp_path / "index")
    with index.store.writing():
        built(index.builder, None, Changes(texts()))
    snapshot = index.store.current()
    assert snapshot.languages == ("de", "en")
    assert (found(snapshot, "bussgeld"), found(snapshot, "fine"), found(snapshot, "der")) == ([1], [0], [])
    assert [hit.language for hit in snapshot.hits([0, 1], [1.0, 1.0])] == [None, "de"]


def test_an_index_of_format_6_is_searched_in_english_until_the_next_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(tmp_path / "index")
    with monkeypatch.context() as patch, index.store.writing():
        patch.setattr(preparation, "lexical_row", _english_row)
        built(index.builder, None, Changes(texts()))
    as_format_6(index)
    index = Index(tmp_path / "index")
    old = index.store.current()
    assert (old.languages, found(old, "der")) == (("en",), [1])
    assert [hit.language for hit in old.hits([0, 1], [1.0, 1.0])] == [None, None]
    put(index, c=b"Three.")
    new = index.store.current()
    assert new.languages == ("de", "en")
    rows = {one.reference.id: one.first_row for one in new.documents()}
    assert (found(new, "bussgeld"), found(new, "der")) == ([rows["b"]], [])
    assert new.document("b").text == GERMAN


def _english_row(text: EncodedText, language: str | None) -> lexical.LexicalRow:
    return LEXICAL_ROW(text, None)


LEXICAL_ROW = preparation.lexical_row
