"""The model `rag-markdown` writes quoted lists and tables in Markdown. Other models write sentences."""

from __future__ import annotations

from typing import cast

import pytest

from rag.http.chats.transcript import Transcript, transcribe
from rag.http.links import Links
from rag.types import Answer, Citation, Outcome, Reference, Span, Statement


def statement(marker: int, text: str, quote: str) -> Statement:
    citation = Citation(marker, Reference("fees", "Fees"), Span(0, len(quote)), quote, (), None, 1.0)
    return Statement(text, (citation,))


ROW = statement(1, "Class: Trade | shops; Fee: 50.", "Class: Trade | shops; Fee: 50.")
ITEMS = statement(2, "You must: be *over* 18; pay.", "You must:\n\n1. be *over* 18;\n2. pay.")
LAST = statement(3, "It ends in May.", "It ends in May.")


def transcript(*statements: Statement, references: bool) -> Transcript:
    answer = Answer("What are the fees?", Outcome.ANSWERED, statements, (), 1.0, "made")
    *_, last = transcribe([*statements, answer], Links("http://x"), references=references)
    return cast("Transcript", last)


def test_rows_and_items_are_markdown() -> None:
    found = transcript(ROW, ITEMS, LAST, references=True)
    body, _, definitions = found.text.partition("\n\n[1]: ")
    assert body == (
        "| Class | Fee |\n| --- | --- |\n| Trade \\| shops | 50 |\n\n [1]\n\n"
        "You must:\n\n- be \\*over\\* 18;\n- pay. [2]\n\nIt ends in May. [3]"
    )
    assert definitions
    assert [found.text[marker.start : marker.end] for marker in found.markers] == ["[1]", "[2]", "[3]"]


@pytest.mark.parametrize("one", [ROW, ITEMS])
def test_other_models_write_one_line(one: Statement) -> None:
    assert "\n" not in transcript(one, references=False).text
