"""Takes text; gives the names in it, as far as capitals tell them."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w[\w.-]*\w|\w")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+)[\"'“‘(]*\Z")


def names(text: str) -> set[str]:
    """Return the words spelt with a capital that no sentence begins with, casefolded."""
    return {
        match[0].casefold()
        for match in _WORD.finditer(text)
        if len(match[0]) > 1 and match[0][0].isupper() and not _SENTENCE_START.search(text, 0, match.start())
    }


def words(text: str) -> set[str]:
    """Return every word, casefolded, as `names` spells it."""
    return {word.casefold() for word in _WORD.findall(text)}
