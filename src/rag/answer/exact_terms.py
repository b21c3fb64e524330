"""Find the codes, acronyms and rare names of a question, which the documents must have letter by letter.

An encoder knows no meaning of `VK-0417-231/a` or `OWF`, so it sees little resemblance. That the same letters stand in a
passage is evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rag.answer.extraction import Scored
from rag.index.filters import parse
from rag.snapshots import Snapshot
from rag.text import one_line, terms
from rag.types import Filters, Hit

MAX_PASSAGES = 2
"""The most passages that are added to the evidence because they have the exact terms."""

_RARE_ROWS = 3  # a term is rare in a small index if at most this many passages have it
_RARE_SHARE = 0.002  # and in a large one if at most this share of the passages has it
_SUBJECT = 0.5  # a question is about its exact terms if they have at least this share of its idf

_WORD = re.compile(r"\w+(?:[-–/.’']\w+)*")
_CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d_]).{3,}")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_NOT_A_CODE = re.compile(r"\d+(?:st|nd|rd|th|s|[ap]m|%|°\w|€|k?m²?|k?g|kw|mw)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ExactTerms:
    """The exact terms of a question as they are written, and their index terms."""

    written: tuple[str, ...]
    terms: frozenset[str]

    def stand_in(self, text: str) -> bool:
        """Return whether a text has all of them. A code must stand there as a whole."""
        folded = one_line(text).casefold()
        return all(re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", folded) for word in self.written)


def exact_terms(snapshot: Snapshot, question: str, familiar: Callable[[str], bool]) -> ExactTerms | None:
    """Return the exact terms of a question, if it has any and they are what it is about."""
    idf = {term: snapshot.lexical.idf(term) for term in terms(question)}
    most = max(_RARE_ROWS, int(_RARE_SHARE * len(snapshot)))
    written, found = [], set[str]()
    for word in _exact_words(question, familiar):
        rows = [snapshot.lexical.frequency(term) for term in terms(word)]
        if rows and 0 < min(rows) <= most:
            written.append(word)
            found.update(terms(word))
    if not written or _share(found, idf) < _SUBJECT:
        return None
    return ExactTerms(tuple(written), frozenset(found))


def unread_words(question: str, familiar: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the codes and acronyms of a question that the encoder does not know as one token."""
    words = (match[0] for match in _WORD.finditer(question))
    return tuple(word for word in words if (_is_code(word) or _ACRONYM.fullmatch(word)) and not familiar(word))


def passages(snapshot: Snapshot, exact: ExactTerms, filters: Filters, evidence: Sequence[Hit]) -> list[Hit]:
    """Return passages with the exact terms, if the evidence has none. Raises InvalidFilter."""
    if any(exact.stand_in(hit.text) for hit in evidence):
        return []
    scores = snapshot.lexical.scores(sorted(exact.terms))
    passing = snapshot.rows_passing(parse(filters))
    if passing is not None:
        outside = np.ones(len(scores), bool)
        outside[passing] = False
        scores[outside] = 0
    best = np.argsort(-scores, kind="stable")[: 2 * MAX_PASSAGES]
    rows = [row for row in best.tolist() if scores[row] > 0]
    score = max((hit.score for hit in evidence), default=0.0)
    hits = snapshot.hits(rows, [score] * len(rows))
    return [hit for hit in hits if exact.stand_in(hit.text)][:MAX_PASSAGES]


def with_terms(exact: ExactTerms, ranked: Sequence[Scored]) -> list[Scored]:
    """Return the sentences that have the exact terms, best first."""
    return [one for one in ranked if exact.stand_in(one.sentence.text)]


def share_found(snapshot: Snapshot, question: str, best: Scored) -> float:
    """Return the share of the question's terms, by idf, in the best sentence that has its exact terms."""
    return _share(best.sentence.terms, {term: snapshot.lexical.idf(term) for term in terms(question)})


def _share(found: set[str] | frozenset[str], idf: dict[str, float]) -> float:
    return sum(weight for term, weight in idf.items() if term in found) / (sum(idf.values()) or 1.0)


def _exact_words(question: str, familiar: Callable[[str], bool]) -> Iterator[str]:
    """Yield the codes, acronyms, and names or words that the encoder does not know."""
    words = list(_WORD.finditer(question))
    for match in words:
        word = match[0]
        is_name = word[0].isupper() and match.start() > 0
        if _is_code(word) or _ACRONYM.fullmatch(word) or ((is_name or len(words) == 1) and not familiar(word)):
            yield word


def _is_code(word: str) -> bool:
    return bool(_CODE.fullmatch(word)) and not _NOT_A_CODE.fullmatch(word)
