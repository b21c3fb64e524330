"""Splits a question into terms, once for each language of the documents, because each language stems in its own way.

Detecting the language of a few words is uncertain, and an index may mix languages. So a question is compared with each
document in the language of the document. The language of the question only decides which of its words are stop words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.text.compounds import COMPOUNDING, compound_terms
from rag.text.languages import question_languages
from rag.text.tokenization import question_spans
from rag.types import Span


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """The terms of a question, in reading order.

    `spoken` are the languages that the question may be written in. `by_language` has the terms for each language of
    the documents.
    """

    spoken: tuple[str, ...]
    by_language: Mapping[str, tuple[str, ...]]

    @property
    def own(self) -> tuple[str, ...]:
        """The terms in the first language that the question may be written in."""
        return self.by_language[self.spoken[0]]


def question_terms(texts: Sequence[str], languages: Sequence[str], known: Callable[[str], bool]) -> QuestionTerms:
    """Split a question and its earlier turns into terms. `languages` are those of the documents, with English.

    The first of `texts` is the question. Each turn may be in another language. `known` says whether the index has a
    term. Compound words that it does not have are split.
    """
    spoken = [question_languages(text, languages) for text in texts]
    by_language = {
        language: tuple(
            term
            for text, own in zip(texts, spoken, strict=True)
            for whole, span in question_spans(text, language, own)
            for term in (_parts(whole, span.of(text), language, known) if language in own else (whole,))
        )
        for language in languages
    }
    return QuestionTerms(spoken[0], by_language)


def _parts(term: str, word: str, language: str, known: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the terms of the parts of a compound word that the index does not have; the term of any other word."""
    if language not in COMPOUNDING or known(term):
        return (term,)
    return compound_terms(word, language, known) or (term,)


def term_weights(text: str, languages: Sequence[str], idf: Callable[[str], float]) -> Iterator[tuple[Span, float]]:
    """Yield the span of each term of a question with its idf, in the language in which it is most common."""
    spoken = question_languages(text, languages)
    least: dict[Span, float] = {}
    for language in languages:
        found: dict[Span, float] = {}
        for term, span in question_spans(text, language, spoken):
            found[span] = max(found.get(span, 0.0), idf(term))
        for span, weight in found.items():
            least[span] = min(weight, least.get(span, weight))
    yield from least.items()
