"""Verifies a text that anybody wrote: whether documents support its sentences, and have the words that it quotes."""

from rag.answer.texts.files import read_file
from rag.answer.texts.reading import Written, from_markdown, from_plain
from rag.answer.texts.results import (
    Assessed,
    AssessedQuotation,
    Assessment,
    Change,
    Cited,
    Quotation,
    QuoteState,
    Support,
)
from rag.answer.texts.verifying import TextVerifier

__all__ = [
    "Assessed",
    "AssessedQuotation",
    "Assessment",
    "Change",
    "Cited",
    "Quotation",
    "QuoteState",
    "Support",
    "TextVerifier",
    "Written",
    "from_markdown",
    "from_plain",
    "read_file",
]
