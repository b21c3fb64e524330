"""A text to verify becomes sentences and quotations, each at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.texts import Cited, from_markdown, from_plain, read_file
from rag.errors import UnreadableSource
from rag.sources import Limits
from rag.types import Span

MEMO = """# The levy and its rates

The levy began in 2018. Did it work? See section 5 of the report.

| Year | Rate |
|---|---|
| 2018 | 18 pence per litre |

The report says that "receipts never paid for sport" ([source](/documents/levy?start=10&end=40)) and little else.

> Drinks with milk are exempt.

([the law](https://example.org/law#part-2))
"""


def test_headings_questions_and_references_state_nothing() -> None:
    written = from_markdown(MEMO)
    stated = [span.of(written.text) for span in written.sentences]
    assert stated[0] == "The levy began in 2018."
    assert not any("Did it work" in one or "See section" in one or "its rates" in one for one in stated)


def test_markup_and_links_of_one_word_are_no_part_of_the_text() -> None:
    written = from_markdown(MEMO)
    assert 'The report says that "receipts never paid for sport" and little else.' in written.text
    assert "source" not in written.text


def test_a_quotation_cites_the_next_link() -> None:
    first, second = from_markdown(MEMO).quotations
    assert first.words == "receipts never paid for sport"
    assert first.cited == (Cited("levy", None, Span(10, 40)),)
    assert second.words == "Drinks with milk are exempt."
    assert second.cited == (Cited(address="https://example.org/law#part-2"),)


def test_the_span_of_a_quotation_has_its_words() -> None:
    written = from_markdown(MEMO)
    for one in written.quotations:
        assert one.span is not None
        assert one.span.of(written.text) == one.words


@pytest.mark.parametrize("marks", ["“{}”", "„{}“", "«{}»", '"{}"'])
def test_quotation_marks_of_several_languages_are_read(marks: str) -> None:
    words = "the levy is not tied to sport"
    (found,) = from_plain(f"It says that {marks.format(words)}, and more.").quotations
    assert found.words == words


def test_a_term_in_quotation_marks_is_no_quotation() -> None:
    assert from_plain("A “sin tax” works through the purse of the shopper.").quotations == ()


def test_citation_markers_do_not_make_a_sentence() -> None:
    assert from_plain("[1] [2]").sentences == ()


def test_a_word_file_is_read_like_a_document(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    document.add_paragraph("The levy began in 2018. It applies to sweet drinks.")
    document.save(str(tmp_path / "memo.docx"))
    written = read_file(tmp_path / "memo.docx", Limits())
    assert [span.of(written.text) for span in written.sentences] == [
        "The levy began in 2018.",
        "It applies to sweet drinks.",
    ]


def test_a_file_without_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "memo.pdf").write_bytes(b"")
    with pytest.raises(UnreadableSource, match=r"memo\.pdf"):
        read_file(tmp_path / "memo.pdf", Limits())
