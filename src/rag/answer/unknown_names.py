"""Find the codes, acronyms and names of a question that no document has, so that the answer says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.answer.exact_terms import exact_words, has_code, is_number
from rag.answer.retrieval import Query
from rag.snapshots import Index
from rag.text import names, terms, words_and_initials
from rag.text.languages import DEFAULT, known, stop_words
from rag.text.question_words import asks_who
from rag.text.tokenization import is_stop_word
from rag.types import Hit

_LEAST_LETTERS = 3  # a shorter acronym is often spelt out: UK
_ENDINGS = 3  # letters at the end of a name that may differ: Kazakhstani, Kazakhstan
_STEM = 4  # letters that must be the same
_POSSESSIVE = re.compile(r"['’]s$")
_DOUBT = 0.5  # factor on the confidence if a name or a deed is unknown
PARTLY = 0.49
"""The most confidence if a name is unknown that the encoder knows. The answer is then partial."""

_NOUNS_IN_CAPITALS = "de"


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name or code that no document has. `rare` is true if the encoder does not know it either."""

    written: str
    rare: bool

    @property
    def is_code(self) -> bool:
        """Whether it has digits."""
        return any(map(str.isdigit, self.written))


def unknown_names(
    snapshot: Index, query: Query, evidence: Sequence[Hit], familiar: Callable[[str], bool]
) -> list[UnknownName]:
    """Return the codes, acronyms and names of a question that no document has."""
    if not len(snapshot):
        return []
    found = [
        UnknownName(word, rare)
        for word, rare in _candidates(query.asked.text, query.spoken[0], familiar)
        if word.casefold() not in stop_words(query.spoken) and not _is_known(snapshot, word)
    ]
    if not found:
        return []
    initials = words_and_initials(" ".join(f"{hit.reference.title} {hit.text}" for hit in evidence))
    return [one for one in found if one.written.casefold() not in initials]


def unknown_deed(snapshot: Index, query: Query, evidence: Sequence[Hit]) -> bool:
    """Return whether a question asks who did something for which no document has a word: `Qui a inventé le vélo ?`

    An English encoder knows such words in English. In other languages, it cannot tell that the texts only describe the
    thing.
    """
    languages = {known(hit.language) for hit in evidence[:1]}
    if DEFAULT in languages or not asks_who(query.asked.text, query.spoken):
        return False
    wanted = (term for one in languages for term in query.asked.by_language.get(one, ()))
    return any(not snapshot.frequency(term) for term in wanted)


def doubted(confidence: float, unknown: Sequence[UnknownName], doubt: bool = False) -> float:
    """Return a lower confidence if a question has unknown names, 0 if a code is unknown.

    `doubt` is true if no document has another thing that the question asks for.
    """
    confidence *= _DOUBT if doubt else 1.0
    if any(one.is_code for one in unknown):
        return 0.0
    if any(one.rare for one in unknown):
        return confidence * _DOUBT
    return min(confidence, PARTLY) if unknown else confidence


def _candidates(question: str, language: str, familiar: Callable[[str], bool]) -> Iterator[tuple[str, bool]]:
    """Yield each code, acronym and name of a question, and whether the encoder does not know it."""
    if question.isupper():
        return
    exact = {_POSSESSIVE.sub("", word) for word in exact_words(question, familiar)}
    named = names(question, language)
    for match in re.finditer(r"\w+(?:[-–/.]\w+)*", question):
        word = match[0]
        is_exact = word in exact and (language != _NOUNS_IN_CAPITALS or _is_code(word) or word.isupper())
        if len(word) < _LEAST_LETTERS or is_stop_word(word.casefold()) or not (is_exact or word.casefold() in named):
            continue
        yield word, is_exact and (_is_code(word) or not familiar(word.casefold()))


def _is_code(word: str) -> bool:
    return is_number(word) or any(map(str.isdigit, word))


def _is_known(snapshot: Index, word: str) -> bool:
    """Return whether a document has the word, or a code as a whole. Endings of names may differ."""
    if is_number(word):
        return has_code(snapshot, word, whole=False)
    forms = [word] if _is_code(word) else [word[: len(word) - cut] for cut in range(_ENDINGS + 1)]
    return any(
        all(map(snapshot.frequency, terms(form, language)))
        for form in forms
        if len(form) >= min(_STEM, len(word))
        for language in snapshot.languages
    )
