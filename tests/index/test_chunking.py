"""Chunks partition a document, keep sentences whole, and fit into the input of the encoder."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.adapters.hashing import HashingEncoder
from rag.index.chunking import Chunker
from rag.text import sentences
from rag.types import Chunk, Document, Heading, Reference, Span
from tests.documents import documents

WORDS = Chunker(HashingEncoder().count_tokens, max_tokens=256, size=16)
COUNTS = {"words": HashingEncoder().count_tokens, "characters": len}


def _document(text: str, *titles: str, title: str = "Act") -> Document:
    starts = [text.index(heading) for heading in titles]
    headings = (
        Heading(Span(start, start + len(heading)), 1, heading) for start, heading in zip(starts, titles, strict=True)
    )
    return Document(Reference("act", title), text, headings=tuple(headings))


def _texts(document: Document, chunks: list[Chunk]) -> list[str]:
    return [chunk.span.of(document.text) for chunk in chunks]


@given(documents())
def test_chunks_cover_the_text_without_gap_or_overlap(document: Document) -> None:
    chunks = WORDS.chunks(document)
    assert "".join(_texts(document, chunks)) == document.text
    ends = [0, *(chunk.span.end for chunk in chunks)]
    assert [chunk.span.start for chunk in chunks] == ends[:-1]
    assert ends[-1] == len(document.text)


@given(text=st.text("ab .\n", min_size=1, max_size=120), size=st.integers(1, 6))
@example(text="a b c   d", size=3)  # the two last spaces were in both chunks
def test_runs_of_white_space_are_in_one_chunk_each_and_make_none_of_their_own(text: str, size: int) -> None:
    document = _document(text)
    chunks = Chunker(WORDS.count, max_tokens=256, size=size).chunks(document)
    assert [chunk.span.start for chunk in chunks] == [0, *(chunk.span.end for chunk in chunks[:-1])]
    assert chunks[-1].span.end == len(text)
    assert len(chunks) == 1 or all(part.strip() for part in _texts(document, chunks))


@given(documents())
def test_no_chunk_is_blank(document: Document) -> None:
    assert all(text.strip() for text in _texts(document, WORDS.chunks(document)))


@pytest.mark.parametrize("count", COUNTS.values(), ids=COUNTS.keys())
@given(document=documents())
def test_the_encoder_reads_the_encoded_text_of_a_chunk_whole(count: Callable[[str], int], document: Document) -> None:
    chunker = Chunker(count, max_tokens=120, size=100)
    for chunk in chunker.chunks(document):
        assert count(chunker.encoded_text(document, chunk).text) + 2 <= 120


@given(documents())
def test_a_sentence_is_whole_in_one_chunk_unless_it_alone_is_too_long(document: Document) -> None:
    chunks = WORDS.chunks(document)
    for sentence in sentences(document.text):
        whole = any(chunk.span.start <= sentence.start and sentence.end <= chunk.span.end for chunk in chunks)
        assert whole or WORDS.count(sentence.of(document.text)) > WORDS.size


@given(documents())
def test_a_chunk_has_the_heading_path_of_its_last_word(document: Document) -> None:
    for chunk in WORDS.chunks(document):
        path: list[Heading] = []
        for heading in document.headings:
            if heading.span.start < chunk.span.end:
                path = [outer for outer in path if outer.level < heading.level] + [heading]
        assert chunk.heading == tuple(h.title for h in path if h.title != document.reference.title)


@given(documents())
def test_a_heading_is_never_indexed_without_the_text_below_it(document: Document) -> None:
    *chunks, last = WORDS.chunks(document)
    headings = [heading.span for heading in document.headings]
    for chunk in chunks:
        inside = [span for span in headings if chunk.span.start <= span.start < chunk.span.end]
        body = document.text[inside[-1].end : chunk.span.end] if inside else chunk.span.of(document.text)
        assert body.strip()
        assert all(span.end <= chunk.span.end for span in inside)
    assert last.span.end == len(document.text)


def test_a_heading_joins_a_paragraph_that_alone_fills_a_chunk() -> None:
    document = _document(f"Scope\n\n{' '.join(['word'] * 16)}", "Scope")
    (chunk,) = WORDS.chunks(document)
    assert WORDS.encoded_text(document, chunk).text == f"Act. Scope\n{' '.join(['word'] * 16)}"


def test_equal_paragraphs_have_different_offsets() -> None:
    paragraph = "The same twelve words stand here again and again in this paragraph."
    document = _document("\n\n".join([paragraph] * 3))
    chunks = WORDS.chunks(document)
    assert [chunk.span.start for chunk in chunks] == [0, len(paragraph) + 2, 2 * (len(paragraph) + 2)]


def test_small_paragraphs_share_a_chunk_only_within_one_section() -> None:
    document = _document("A\n\nOne.\n\nTwo.\n\nB\n\nThree.", "A", "B")
    chunks = WORDS.chunks(document)
    assert _texts(document, chunks) == ["A\n\nOne.\n\nTwo.\n\n", "B\n\nThree."]
    assert [chunk.heading for chunk in chunks] == [("A",), ("B",)]


def test_the_title_is_not_repeated_in_the_heading_path() -> None:
    document = _document("Act\n\nOne.", "Act")
    (chunk,) = WORDS.chunks(document)
    assert chunk.heading == ()
    assert WORDS.encoded_text(document, chunk).text == "Act\nOne."


def test_a_heading_without_text_below_it_is_indexed_by_its_path() -> None:
    document = _document("One.\n\nAnnex", "Annex")
    assert [WORDS.encoded_text(document, chunk).text for chunk in WORDS.chunks(document)] == ["Act\nOne.", "Act. Annex"]


def test_a_long_title_is_cut_at_its_end() -> None:
    document = _document("One.", title=" ".join(f"t{number}" for number in range(500)))
    (chunk,) = WORDS.chunks(document)
    title, _, body = WORDS.encoded_text(document, chunk).text.partition("\n")
    assert title.split() == [f"t{number}" for number in range(64)]
    assert body == "One."


def test_a_long_title_in_a_script_without_spaces_leaves_room_for_the_text() -> None:
    chunker = Chunker(len, max_tokens=256)
    document = _document("One.", title="税" * 1_000)
    (chunk,) = chunker.chunks(document)
    assert chunker.encoded_text(document, chunk).text.endswith("税\nOne.")


def test_a_long_text_is_never_counted_whole_and_gets_the_same_chunks() -> None:
    counted: list[int] = []

    def count(text: str) -> int:
        counted.append(len(text))
        return WORDS.count(text)

    document = _document("The board decides each year. " * 5_000)
    chunks = Chunker(count, max_tokens=256, size=16).chunks(document)
    assert chunks == WORDS.chunks(document)
    assert max(len(chunk.span.of(document.text).split()) for chunk in chunks) <= 16
    assert max(counted) < 1_000
