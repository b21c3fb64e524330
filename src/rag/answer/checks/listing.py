"""Write lists of words as one text."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in their order."""
    return tuple(text.split())


def group(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())
