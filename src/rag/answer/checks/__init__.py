"""Checks that compare a sentence of a language model with a quote; one module for each kind of difference.

Each check gets the words of the claim aligned with the words of the quote and returns a `Doubt` or None.
"""

from __future__ import annotations

from rag.answer.checks.close import examine_closely
from rag.answer.checks.examination import Examination, examine
from rag.answer.checks.similarity import Similarity

__all__ = ["Examination", "Similarity", "examine", "examine_closely"]
