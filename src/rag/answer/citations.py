"""Turns drafts into statements whose citations quote exact words, and drops drafts that no passage supports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.text import numbers, one_line, sentences, terms
from rag.types import Citation, Draft, Hit, Span, Statement, page_at

SUPPORT = 0.5
"""The least share of a claim's terms, by idf, that all its quotes together must contain."""

_LEAST_COVERAGE = 0.25  # a single quote with a smaller share of the claim's terms is not cited

_MARKER = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
# Models often put markers after the full stop, as in `It is.” [1]`, and some write a second stop: `It is. [1].`
_MARKERS_AFTER_STOP = re.compile(rf"([.!?]+[\"'”’»)]*)((?:{_MARKER.pattern})+)\.?")
_BEFORE_A_WORD = re.compile(r"(?<=\s)(?=\S)")


@dataclass(slots=True)
class Citer:
    """Verifies drafts against their evidence and numbers the citations of one answer from 1.

    `idf` weights the terms. If a later statement cites the same words again, they keep their number.
    """

    evidence: Sequence[Hit]
    idf: Callable[[str], float]
    _markers: dict[tuple[str, Span], int] = field(default_factory=dict)

    def verify(self, draft: Draft) -> Statement | None:
        """Return the draft as a statement, or None if the passages it names do not support it."""
        quotes = [
            (self.evidence[number], span)
            for number, exact_span in draft.sources
            if 0 <= number < len(self.evidence)
            and (span := exact_span or _best_quote(draft.text, self.evidence[number], self.idf)) is not None
        ]
        if not quotes or not self._supported(draft, quotes):
            return None
        citations = (self._cite(hit, span) for hit, span in quotes)
        return Statement(one_line(draft.text), tuple({citation.marker: citation for citation in citations}.values()))

    def _supported(self, draft: Draft, quotes: Sequence[tuple[Hit, Span]]) -> bool:
        """Tell whether the quotes support the draft.

        A draft whose sources all have spans quotes those spans, so it needs no check. The quotes of a generated
        sentence must contain enough of its terms, and the cited passages must contain all of its figures.
        """
        if all(span is not None for _, span in draft.sources):
            return True
        quoted = " ".join(hit.quote(span) for hit, span in quotes)
        covered = coverage(draft.text, quoted, self.idf, quotes[0][0].language) >= SUPPORT
        return covered and numbers(draft.text) <= numbers(" ".join(hit.text for hit, _ in quotes))

    def _cite(self, hit: Hit, span: Span) -> Citation:
        marker = self._markers.setdefault((hit.reference.id, span), len(self._markers) + 1)
        return Citation(
            marker=marker,
            reference=hit.reference,
            span=span,
            quote=hit.quote(span),
            heading=hit.heading,
            page=page_at(hit.pages, span.start),
            score=hit.score,
        )


def parse_reply(pieces: Iterable[str]) -> Iterator[Draft]:
    """Split a streamed reply of a language model into sentences, each with the passages that its [n] markers name.

    A sentence is yielded as soon as the next one begins. The result does not depend on how the reply is split into
    pieces.
    """
    pending = ""
    for word in _whole_words(pieces):
        pending = _MARKERS_AFTER_STOP.sub(_markers_before_stop, pending + word)
        starts = [span.start for span in sentences(pending)]
        # The last sentence may be incomplete, and so may the markers after the sentence before it.
        complete = [start for start in starts[1:] if not pending[start:].startswith("[")]
        if complete:
            yield from _drafts_in(pending[: complete[-1]])
            pending = pending[complete[-1] :]
    yield from _drafts_in(pending)


def strip_markers(text: str) -> str:
    """Return `text` without its [n] markers."""
    return _MARKER.sub("", text)


def coverage(claim: str, quote: str, idf: Callable[[str], float], language: str | None = None) -> float:
    """Return the share of the claim's terms that the quote contains, weighted by idf, in [0, 1]."""
    claimed = set(terms(claim, language))
    total = sum(idf(term) for term in claimed)
    return sum(idf(term) for term in claimed & set(terms(quote, language))) / total if total else 0.0


def _markers_before_stop(match: re.Match[str]) -> str:
    return f" {' '.join(match[2].split())}{match[1]}"


def _whole_words(pieces: Iterable[str]) -> Iterator[str]:
    """Split a stream before each word, because finding the end of a sentence needs the whole next word."""
    pending = ""
    for piece in pieces:
        *words, pending = _BEFORE_A_WORD.split(pending + piece)
        yield from words
    yield pending


def _drafts_in(text: str) -> Iterator[Draft]:
    for span in sentences(text):
        sentence = span.of(text)
        named = [int(number) - 1 for marker in _MARKER.findall(sentence) for number in re.findall(r"\d+", marker)]
        claim = strip_markers(sentence).strip()
        if claim:
            yield Draft(claim, tuple((number, None) for number in dict.fromkeys(named)))


def _best_quote(claim: str, hit: Hit, idf: Callable[[str], float]) -> Span | None:
    """Return the sentence, or the two adjacent sentences, with the highest coverage of the claim.

    If several have the same coverage, return the shortest. Return None if the coverage is too low to cite.
    """
    single = sentences(hit.text, hit.language)
    spans = [*single, *(Span(first.start, second.end) for first, second in pairwise(single))]
    if not spans:
        return None
    shares = {span: coverage(claim, span.of(hit.text), idf, hit.language) for span in spans}
    best = max(spans, key=lambda span: (round(shares[span], 3), span.start - span.end))
    return best.shift(hit.span.start) if shares[best] >= _LEAST_COVERAGE else None
