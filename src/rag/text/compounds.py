"""Split the compound words of German and Dutch questions: `Bußgeldhöhe`, `heffingsbedrag`.

The vocabulary of the index decides where a word is split (Koehn & Knight 2003, "Empirical Methods for Compound
Splitting", do so with the vocabulary of a corpus). Only a word that is not in the index is split.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rag.text.tokenization import terms

COMPOUNDING = frozenset({"de", "nl"})
"""The languages whose compound words are split."""

_SHORTEST = 4  # letters of a part
_LONGEST = 40  # letters of a word that is split; few words are longer
_LINKS = ("", "s", "es", "n", "en")  # letters between two parts


def compound_terms(word: str, language: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the terms of the parts of a compound word, or an empty tuple if it is none.

    `known` says whether the index has a term. If it has only the first or only the last part, the whole word follows as
    a term that no document has, because a part of its meaning is missing.
    """
    if language not in COMPOUNDING or not 2 * _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
        return ()
    splits = [(_known(first, language, known), _known(last, language, known)) for first, last in _splits(word)]
    whole = [first + last for first, last in splits if first and last]
    if whole:
        return whole[0]
    parts = [part for split in splits for part in split if part]
    return (*max(parts, key=lambda part: len(part[0])), *terms(word, language)) if parts else ()


def _splits(word: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to split a word into two parts, without the letters that link them."""
    for at in range(_SHORTEST, len(word) - _SHORTEST + 1):
        for link in _LINKS:
            first = word[:at].removesuffix(link)
            if word[:at].endswith(link) and len(first) >= _SHORTEST:
                yield first, word[at:]


def _known(part: str, language: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    found = tuple(terms(part, language))
    return found if found and all(map(known, found)) else ()
