"""Find the codes, acronyms and rare names of a question, which the documents must have letter by letter.

An encoder knows no meaning of `VK-0417-231/a` or `OWF`, so it sees little resemblance. That the same letters stand in a
passage is evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.answer.extraction import Scored
from rag.index.filters import parse
from rag.snapshots import Index
from rag.text import one_line, terms, words_and_initials
from rag.types import Filters, Hit

MAX_PASSAGES = 2
"""The most passages that are added to the evidence because they have the exact terms."""

_READ = 50  # passages that are read to find a code
_RARE_ROWS = 3  # a term is rare in a small index if at most this many passages have it
_RARE_SHARE = 0.002  # and in a large one if at most this share of the passages has it
_SUBJECT = 0.5  # a question is about its exact terms if they have at least this share of its idf

_WORD = re.compile(r"\w+(?:[-–/.’']\w+)*")
_CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d_]).{3,}")
_JOINED = re.compile(r"(?<=\w)[-–/](?=\w*\d)|(?<=\d)[-–/](?=\w)")
_YEARS = re.compile(
    r"\d{4}-\d\d(?:-\d\d)?|\d{1,4}[–-]\d{1,4}|(?:1[5-9]|20)\d\d/\d\d|\d{1,2}/\d{1,2}(?:/\d{2,4})?|\d+-\w+"
)
_ACRONYM = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_PROPERTY = re.compile(
    r"\b(?:what|who|how (?:high|large|big|long))\s+(?:is|are|was|were)\s+the\s+"
    r"(?P<what>(?:[a-z-]+\s+){1,3}?)(?:of|for|at|in)\s",
    re.IGNORECASE,
)
_NOT_A_CODE = re.compile(r"\d+(?:st|nd|rd|th|s|[ap]m|%|°\w|€|k?m²?|k?g|kw|mw)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ExactTerms:
    """The exact terms of a question as they are written, and their index terms.

    `parts` has those that are only a part of a longer code in the documents: `231/a` of `VK-0417-231/a`.
    """

    written: tuple[str, ...]
    terms: frozenset[str]
    parts: frozenset[str] = frozenset()

    def stand_in(self, text: str) -> bool:
        """Return whether a text has all of them, each as a whole unless it is in `parts`."""
        folded = one_line(text).casefold()
        return all(stands_in(word, folded, whole=word not in self.parts) for word in self.written)


def exact_terms(snapshot: Index, question: str, familiar: Callable[[str], bool]) -> ExactTerms | None:
    """Return the exact terms of a question, if it has any and they are what it is about."""
    idf = {term: snapshot.idf(term) for term in terms(question)}
    most = max(_RARE_ROWS, int(_RARE_SHARE * len(snapshot)))
    written, found = [], set[str]()
    for word in exact_words(question, familiar):
        rows = [snapshot.frequency(term) for term in terms(word)]
        if rows and 0 < min(rows) <= most:
            written.append(word)
            found.update(terms(word))
    if not written or (_share(found, idf) < _SUBJECT and not any(map(is_number, written))):
        return None
    parts = frozenset(word for word in written if is_number(word) and not has_code(snapshot, word))
    return ExactTerms(tuple(written), frozenset(found), parts)


def unread_words(question: str, familiar: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the codes and acronyms of a question that the encoder does not know as one token."""
    words = (match[0] for match in _WORD.finditer(question))
    return tuple(word for word in words if (_is_code(word) or _ACRONYM.fullmatch(word)) and not familiar(word))


def passages(snapshot: Index, exact: ExactTerms, filters: Filters, evidence: Sequence[Hit]) -> list[Hit]:
    """Return passages with the exact terms, if the evidence has none. Raises InvalidFilter."""
    if any(exact.stand_in(hit.text) for hit in evidence):
        return []
    rows, _ = snapshot.matching([sorted(exact.terms)], parse(filters), 2 * MAX_PASSAGES)
    score = max((hit.score for hit in evidence), default=0.0)
    hits = snapshot.hits(rows.tolist(), [score] * len(rows))
    return [hit for hit in hits if exact.stand_in(hit.text)][:MAX_PASSAGES]


def with_terms(exact: ExactTerms, ranked: Sequence[Scored], evidence: Sequence[Hit]) -> list[Scored]:
    """Return the sentences that have the exact terms, in themselves or in the title and headings above, best first.

    The initials of a title count too: every sentence about the General Data Protection Regulation is about the GDPR.
    """
    above = [one_line(" ".join((hit.reference.title, *hit.heading))) for hit in evidence]
    initials = [words_and_initials(hit.reference.title) for hit in evidence]
    folded = [f" {text.casefold()} {' '.join(has)} " for text, has in zip(above, initials, strict=True)]
    return [one for one in ranked if exact.stand_in(f"{one.sentence.text} {folded[one.sentence.passage]}")]


def share_found(snapshot: Index, question: str, exact: ExactTerms, best: Scored) -> float:
    """Return the share of the question's terms, by idf, in the best sentence that has its exact terms.

    It is 1 if the question has no other terms, and at least .5 if it has the number of an order. It is 0 if the
    question asks for a part or a property that the sentence does not mention, such as `the budget of OWF`.
    """
    asked = set(terms(question))
    if asked <= exact.terms:
        return 1.0
    if (wanted := _PROPERTY.search(question)) and not {*terms(wanted["what"])} & best.sentence.unit_terms:
        return 0.0
    share = _share(best.sentence.terms, {term: snapshot.idf(term) for term in asked})
    return max(share, 0.5) if any(map(is_number, exact.written)) else share


def _share(found: set[str] | frozenset[str], idf: dict[str, float]) -> float:
    return sum(weight for term, weight in idf.items() if term in found) / (sum(idf.values()) or 1.0)


def stands_in(word: str, folded: str, *, whole: bool = True) -> bool:
    """Return whether a case-folded text on one line has a word.

    `VK-0417-229/b` has neither `29/b` nor `17-22`. It has `229/b` if the word need not be a `whole` code.
    """
    joins = whole and _JOINED.search(word)
    before, after = (r"(?<!\w)(?<!\w[-–/])", r"(?!\w|[-–/]\w)") if joins else (r"(?<!\w)", r"(?!\w)")
    return re.search(f"{before}{re.escape(word.casefold())}{after}", folded) is not None


def has_code(snapshot: Index, word: str, *, whole: bool = True) -> bool:
    """Return whether a document has a code, as a whole or as a part of a longer code."""
    rows = snapshot.rows_with(terms(word), _READ)
    hits = snapshot.hits(rows, [0.0] * len(rows))
    texts = (one_line(" ".join((*hit.heading, hit.text))).casefold() for hit in hits)
    return any(stands_in(word, text, whole=whole) for text in texts)


def is_number(word: str) -> bool:
    """Return whether a word is a code with several parts, such as the number of an order: `VK-0417-231/a`."""
    return any(map(str.isdigit, word)) and _JOINED.search(word) is not None and not _YEARS.fullmatch(word)


def exact_words(question: str, familiar: Callable[[str], bool]) -> Iterator[str]:
    """Yield the codes, acronyms, and names or words that the encoder does not know."""
    words = list(_WORD.finditer(question))
    for match in words:
        word = match[0]
        is_name = word[0].isupper() and match is not words[0]
        is_acronym = _ACRONYM.fullmatch(word) and not question.isupper()
        if _is_code(word) or is_number(word) or is_acronym or ((is_name or len(words) == 1) and not familiar(word)):
            yield word


def _is_code(word: str) -> bool:
    return bool(_CODE.fullmatch(word)) and not _NOT_A_CODE.fullmatch(word)
