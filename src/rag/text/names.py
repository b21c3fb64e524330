"""Takes text; gives the names in it, as far as capitals tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

_WORD = re.compile(r"\w[\w.-]*\w|\w")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+)[\"'“‘(]*\Z")
_PART = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]")
_SMALL = frozenset({"and", "for", "in", "of", "on", "the"})
_LONGEST = 8  # letters of an abbreviation


def names(text: str) -> set[str]:
    """Return the words spelt with a capital that no sentence begins with, casefolded."""
    return {
        match[0].casefold()
        for match in _WORD.finditer(text)
        if len(match[0]) > 1 and match[0][0].isupper() and not _SENTENCE_START.search(text, 0, match.start())
    }


def words(text: str) -> set[str]:
    """Return every word, casefolded, as `names` spells it, and what long names may be shortened to.

    A text that says `General Data Protection Regulation` says `GDPR` too.
    """
    said = {word.casefold() for word in _WORD.findall(text)}
    for initials in _runs(text):
        places = combinations(range(len(initials) + 1), 2)
        said.update(initials[first:end] for first, end in places if 2 <= end - first <= _LONGEST)
    return said


def _runs(text: str) -> Iterator[str]:
    """Yield the initials of words with a capital that follow each other, casefolded."""
    run = ""
    for part in _PART.findall(text):
        if part[0].isupper():
            run += part[0].casefold()
        elif part not in _SMALL:
            yield run
            run = ""
    yield run
