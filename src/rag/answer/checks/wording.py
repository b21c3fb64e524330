"""Measure how much of its quote's wording a claim keeps."""

from __future__ import annotations

from collections import Counter

from rag.answer.checks.alignment import Alignment

FREE = 0.6
"""A claim that keeps less of the wording is a free paraphrase: it says most things by other words.

A lie mostly changes a word or two of its source. If the whole sentence is put otherwise, a modal verb, quantifier or
negation that the quote lacks says little, because the quote may express the same by other means.
"""

LOOSE = 0.75
"""A claim that keeps less may have another subject than its quote, for example because it is passive."""


def kept_wording(alignment: Alignment) -> float:
    """Return the share of the claim's words, function words too, that stand in the quote with the same stem."""
    claim = Counter(word.stem for word in alignment.claim.words)
    new = claim - Counter(word.stem for word in alignment.quote.words)
    return 1.0 - new.total() / max(1, claim.total())
