"""Find proper names in a text by their capital letters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

_WORD = re.compile(r"\w[\w.-]*\w|\w")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+)[\"'“‘(¿¡]*\Z")
_PART = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]")
SMALL = frozenset({"and", "for", "in", "of", "on", "the"})
"""Words in a long name that have no part in its initials."""

_LONGEST = 8  # letters of the longest initials


def names(text: str, language: str | None = None) -> set[str]:
    """Return the capitalised words that are not the first of a sentence, casefolded.

    German writes every noun with a capital letter, so of German words only those with a second one count: `OWF`.
    """
    if language == "de":
        return {word.casefold() for word in _WORD.findall(text) if sum(map(str.isupper, word)) > 1}
    return {
        match[0].casefold()
        for match in _WORD.finditer(text)
        if len(match[0]) > 1 and match[0][0].isupper() and not _SENTENCE_START.search(text, 0, match.start())
    }


def words_and_initials(text: str) -> set[str]:
    """Return the words of `text`, split and casefolded as in `names`, and the possible initials of its long names.

    Text with `General Data Protection Regulation` yields `gdpr` too.
    """
    found = {word.casefold() for word in _WORD.findall(text)}
    for initials in _initials(text):
        places = combinations(range(len(initials) + 1), 2)
        found.update(initials[first:end] for first, end in places if 2 <= end - first <= _LONGEST)
    return found


def _initials(text: str) -> Iterator[str]:
    """Yield the initials of each run of capitalised words, casefolded."""
    run = ""
    for part in _PART.findall(text):
        if part[0].isupper():
            run += part[0].casefold()
        elif part not in SMALL:
            yield run
            run = ""
    yield run
