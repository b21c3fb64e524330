"""Tests whether a question is answered by a whole list or by single items."""

from __future__ import annotations

import pytest

from rag.answer.lists import left_out
from rag.answer.statements import sentences_of
from rag.index.quotables import quotable
from rag.text import terms
from rag.types import Hit, Reference, Span

FINES = """The fine depends on the fault:

- Smoking on the train costs 60 crowns.
- Travel without a ticket costs 90 crowns.
- A false alarm costs 300 crowns."""


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How high is the fine?", ["The fine depends on the fault:"]),
        ("What does a fault cost?", ["The fine depends on the fault:"]),
        (
            "What is the fine for smoking?",
            [
                "Smoking on the train costs 60 crowns.",
                "Travel without a ticket costs 90 crowns.",
                "A false alarm costs 300 crowns.",
            ],
        ),
    ],
)
def test_a_list_is_left_out_if_some_items_stand_out_and_else_its_items_are(question: str, expected: list[str]) -> None:
    hit = Hit(0, Reference("a", "A"), Span(0, len(FINES)), FINES, (), (), 1.0, quotable=quotable("", FINES, 0, ("A",)))
    sentences = [sentence for _, sentence in sentences_of(hit, question)]
    needless = left_out(sentences, frozenset(terms(question)))
    assert [one.text for one in sentences if (one.passage, one.span) not in needless] == expected
