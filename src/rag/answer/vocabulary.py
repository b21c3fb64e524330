"""The words that an index and an encoder know, for the correction of misspelt words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.answer.retrieval import Retriever
from rag.snapshots import Snapshot
from rag.text import term_spans, terms
from rag.text.languages import DEFAULT
from rag.text.subjects import points_back
from rag.text.tokenization import is_stop_word

_READ_ROWS = 5  # passages in which the spelling of a term is looked up


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary of a snapshot and of the encoder of a retriever. Implements `spelling.Vocabulary`.

    `language` is that of the question.
    """

    snapshot: Snapshot
    retriever: Retriever
    language: str = DEFAULT

    def terms(self, word: str) -> list[str]:
        """Return the index terms of a word in the language of the question."""
        return terms(word, self.language)

    def frequency(self, term: str) -> int:
        """Return the number of passages that have an index term."""
        return self.snapshot.lexical.frequency(term)

    def words(self, term: str) -> Iterator[str]:
        """Yield words of a few passages that have this index term, in lower case."""
        rows = self.snapshot.lexical.words.rows_with(term)[:_READ_ROWS].tolist()
        for hit in self.snapshot.hits(rows, [0.0] * len(rows)):
            text = " ".join((hit.reference.title, *hit.heading, hit.text))
            yield from (span.of(text).lower() for found, span in term_spans(text, hit.language) if found == term)

    def familiar(self, word: str) -> bool:
        """Return whether the encoder knows a word as one token, or documents in other languages than English have it.

        The stop words of these languages are familiar too, and words that point back, such as `dagegen`.
        """
        if self.retriever.familiar(word) or points_back(word, self.snapshot.languages):
            return True
        return any(
            is_stop_word(word, language) or any(self.frequency(term) for term in terms(word, language))
            for language in self.snapshot.languages
            if language != DEFAULT
        )
