"""Prefers the sentence that introduces the thing that a question asks about: `What is the Kigali Amendment?`

A text seldom defines a thing by `is`. Its first sentence about the thing has the thing as its subject: `The Kigali
Amendment extends the protocol from the ozone layer to the climate.`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from rag.answer.statements import Sentence
from rag.text import terms
from rag.text.function_words import is_function_word
from rag.text.languages import known
from rag.types import Hit

_WORD = re.compile(r"[\w’'-]+")
_ADDED = re.compile(r"\s(?:of|to|for|in|on|under|by|with|at|from|between)\s")
"""Begins the words that say more about the thing: `the Kigali Amendment to the Montreal Protocol`."""
_MOST = 12
"""The most words of a subject."""
_RULES = re.compile(r"(?:[\w’'-]+\s){1,6}?(?:must|shall|should|may|can|cannot|will)\b")
_NAME = re.compile(r"\b[A-Z]")


def introductions(
    sentences: Sequence[Sentence], term: str, evidence: Sequence[Hit], idf: Callable[[str], float]
) -> set[int]:
    """Return the numbers of the sentences that introduce a term: in each document the first one that begins with it."""
    first: dict[str, int] = {}
    for number, one in enumerate(sentences):
        hit = evidence[one.passage]
        if not one.whole or not _begins_with(one.text, term, hit, idf):
            continue
        earliest = first.get(hit.reference.id)
        if earliest is None or one.span.start < sentences[earliest].span.start:
            first[hit.reference.id] = number
    return set(first.values())


def _begins_with(text: str, term: str, hit: Hit, idf: Callable[[str], float]) -> bool:
    """Return whether a sentence begins with a term.

    A sentence may begin with only the rarest word of a name, if the title or headings have the rest. What a thing must
    or may do is no introduction: `Deployers should keep the logs.`
    """
    language = known(hit.language)
    wanted = frozenset(_terms(term, language))
    begun = frozenset(_beginning(text, wanted, language))
    if not wanted or _RULES.match(text):
        return False
    if not _NAME.search(term):
        return wanted <= begun
    above = frozenset(terms(" ".join((hit.reference.title, *hit.heading)), language))
    head = frozenset(_terms(_ADDED.split(term)[0], language)) or wanted
    return max(head, key=idf) in begun and wanted <= begun | above


def _beginning(text: str, wanted: frozenset[str], language: str) -> Iterator[str]:
    """Yield the terms of the first words of a sentence, as long as they are wanted."""
    for match in islice(_WORD.finditer(text), _MOST):
        found = _terms(match.group(), language)
        if not wanted.issuperset(found):
            return
        yield from found


def _terms(words: str, language: str) -> list[str]:
    """Return the terms of words, without those of articles, prepositions and the like."""
    content = (word for word in _WORD.findall(words) if not is_function_word(word.casefold(), language))
    return [term for word in content for term in terms(word, language)]
