"""Whatever comes and goes, the index holds what the folder holds, and row n is the same chunk in every file."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chunking import Chunker, EncodedText
from rag.interaction import GROUP
from rag.protocols import Encoding
from rag.snapshots import Builder, Changes, Origin, Snapshot
from rag.text import terms
from rag.types import Document
from tests.articles import Index, quietly
from tests.documents import documents

STEPS = st.lists(
    st.tuples(st.lists(documents(), max_size=2), st.sets(st.sampled_from(["d0", "d1", "d2"]))), min_size=1, max_size=4
)


def _named(document: Document, name: str) -> Document:
    from dataclasses import replace

    return replace(document, reference=replace(document.reference, id=name), metadata={"n": (1, 2), "area": "tax"})


def _tokens_by_sentence(text: EncodedText, encoding: Encoding) -> list[int]:
    """Count the tokens of the title and headings, and of each sentence."""
    places = [-1 if start < text.body else sum(begin <= start for begin in text.sentences) for start in encoding.starts]
    return list(Counter(places).values())


def _check_rows(snapshot: Snapshot, index: Index, chunker: Chunker) -> None:
    """Row by row: the words, their vector, and the number of their terms are of one chunk."""
    row = 0
    for stored in snapshot.documents():
        document = snapshot.document(stored.reference.id)
        assert stored.first_row == row
        for chunk, text, _ in snapshot.reader.chunks(stored):
            (hit,) = snapshot.hits([row], [0.5])
            assert (hit.text, hit.span, hit.heading) == (text, chunk.span, chunk.heading)
            assert hit.span.of(document.text) == hit.text
            encoded = chunker.encoded_text(document, chunk)
            (encoding,) = index.encoder.encode_passages([encoded.text])
            assert snapshot.dense.vectors(np.array([row]))[0] @ encoding.vector == pytest.approx(1.0, abs=2e-3)
            assert snapshot.lexical.words.lengths[row] == len(terms(encoded.text))
            tokens = snapshot.tokens.passage(row)
            groups = sum(-(-count // GROUP) for count in _tokens_by_sentence(encoded, encoding))
            assert len(tokens.codes) == len(tokens.sentences) == groups
            row += 1
    assert row == len(snapshot) == len(snapshot.dense) == len(snapshot.lexical)


@settings(max_examples=20)
@given(steps=STEPS)
def test_a_snapshot_holds_what_was_added_and_not_removed(
    steps: list[tuple[list[Document], set[str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    index = Index(tmp_path_factory.mktemp("index"))
    builder = Builder(index.store, index.encoder, 20, keep=1)
    chunker = Chunker(index.encoder.count_tokens, index.encoder.max_tokens, 20)
    expected: dict[str, Document] = {}
    snapshot = None
    for added, removed in steps:
        named = [_named(document, f"d{number}") for number, document in enumerate(added) if document.text]
        expected = {name: document for name, document in expected.items() if name not in removed}
        expected.update({document.reference.id: document for document in named})
        origins = (Origin(document.reference.id, "", "", "") for document in named)
        changes = Changes(list(zip(named, origins, strict=True)), frozenset(removed))
        with index.store.writing():
            snapshot, _ = builder.build(snapshot, changes, quietly)
        assert {s.reference.id: snapshot.document(s.reference.id) for s in snapshot.documents()} == expected
        _check_rows(snapshot, index, chunker)
