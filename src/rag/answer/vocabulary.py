"""The words that an index and an encoder know, for the correction of misspelt words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.answer.retrieval import Retriever
from rag.snapshots import Index
from rag.text import term_spans, terms, terms_of_words
from rag.text.function_words import is_function_word
from rag.text.languages import DEFAULT, known
from rag.types import Hit

_READ_ROWS = 5  # passages in which the spelling of a term is looked up
_USUAL = 2  # words that end in the same letters
_READ_FOR_ENDINGS = 50  # documents, each with a few passages
_ROWS_OF_EACH = 4
_SEARCHED_ROWS = 50  # passages among which those in the language of the question are looked for


@dataclass(frozen=True, slots=True)
class Words:
    """The vocabulary of a snapshot and of the encoder of a retriever. Implements `spelling.Vocabulary`.

    `spoken` are the languages that the question may be written in, the likeliest first. Only words of documents in one
    of them can be corrections: `dagegen` in a German question is not the Dutch `dagen`.
    """

    snapshot: Index
    retriever: Retriever
    spoken: tuple[str, ...] = (DEFAULT,)

    def terms(self, word: str) -> list[str]:
        """Return the index terms of a word in the language of the question."""
        return terms(word, self.spoken[0])

    def frequency(self, term: str) -> int:
        """Return the number of passages that have an index term; 0 if none of them is in the question's language."""
        return self._spoken_rows(term, self.snapshot.frequency(term))

    def frequencies(self, words: Sequence[str]) -> list[int]:
        """Return the frequency of the term of each lower-case word; 0 if the word has several terms."""
        found = [term or "" for term in terms_of_words(words, self.spoken[0])]
        rows = self.snapshot.frequencies(found)
        return [self._spoken_rows(term, number) for term, number in zip(found, rows, strict=True)]

    def _spoken_rows(self, term: str, rows: int) -> int:
        """Return `rows`, or 0 if none of them is in the question's language."""
        return rows if not rows or self._any_language or self._passages(term) else 0

    def words(self, term: str) -> Iterator[str]:
        """Yield words of a few passages that have this index term, in lower case."""
        for hit in self._passages(term):
            text = " ".join((hit.reference.title, *hit.heading, hit.text))
            yield from (span.of(text).lower() for found, span in term_spans(text, hit.language) if found == term)

    def familiar(self, word: str) -> bool:
        """Return whether the encoder knows a word as one token, or another language of the index has it.

        Function words of all languages of the index are familiar too, and words that point back, such as `dagegen`.
        """
        return self.retriever.familiar(word) or any(
            is_function_word(word, language) or (language not in self.spoken and self._has(word, language))
            for language in self.snapshot.languages
        )

    def is_ending(self, letters: str) -> bool:
        """Return whether two words of the documents end in these letters, in a question that is not in English.

        The encoder knows most English words, so an unknown one is misspelt more often than right.
        """
        if DEFAULT in self.spoken:
            return False
        ending = re.compile(rf"(?<!\w)\w{{2,30}}{re.escape(letters)}(?!\w)", re.IGNORECASE)
        found: set[str] = set()
        for hit in self._read_for_endings():
            found.update(match[0].lower() for match in ending.finditer(hit.text))
            if len(found) >= _USUAL:
                return True
        return False

    def _read_for_endings(self) -> Iterator[Hit]:
        """Yield passages of documents in the language of the question, spread over the index."""
        stored = [one for one in self.snapshot.documents() if known(one.language) in self.spoken]
        step = len(stored) // _READ_FOR_ENDINGS + 1
        for one in stored[::step]:
            rows = list(range(one.first_row, one.first_row + min(one.rows, _ROWS_OF_EACH)))
            yield from self.snapshot.hits(rows, [0.0] * len(rows))

    def _has(self, word: str, language: str) -> bool:
        return any(map(self.snapshot.frequency, terms(word, language)))

    @property
    def _any_language(self) -> bool:
        """Whether documents in any language count: the index has one language, or none of the question's own."""
        languages = self.snapshot.languages
        return len(languages) == 1 or not {*self.spoken} & {*self.snapshot.document_languages}

    def _passages(self, term: str) -> list[Hit]:
        """Return a few passages in the language of the question that have a term."""
        read = self.snapshot.rows_with([term], _READ_ROWS if self._any_language else _SEARCHED_ROWS)
        hits = self.snapshot.hits(read, [0.0] * len(read)) if read else []
        return [hit for hit in hits if self._any_language or known(hit.language) in self.spoken][:_READ_ROWS]
