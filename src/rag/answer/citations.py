"""Turns drafts into statements: every citation points at exact words, and a draft no words support is not shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.text import numbers, one_line, sentences, terms
from rag.types import Citation, Draft, Hit, Span, Statement, page_at

SUPPORT = 0.5
"""The share of a claim's meaning, by idf, that its quotes must cover together."""

_EACH = 0.25  # the share that a single citation must cover to be worth showing

_MARKER = re.compile(r"\s*\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]")
# What ends a sentence goes behind its markers: `It is.” [1]`, and `It is. [1].`, where a model stops twice.
_MARKERS_AFTER_THE_STOP = re.compile(rf"([.!?]+[\"'”’»)]*)((?:{_MARKER.pattern})+)\.?")
_BEFORE_A_WORD = re.compile(r"(?<=\s)(?=\S)")


@dataclass(slots=True)
class Citer:
    """Verifies drafts against their evidence and numbers the citations of one answer from 1.

    `idf` weighs how telling a term is. The same words cited again keep their marker.
    """

    evidence: Sequence[Hit]
    idf: Callable[[str], float]
    _markers: dict[tuple[str, Span], int] = field(default_factory=dict)

    def verify(self, draft: Draft) -> Statement | None:
        """Return the draft as a statement, or None where the passages it names do not support it."""
        quotes = [
            (self.evidence[number], span)
            for number, wanted in draft.sources
            if 0 <= number < len(self.evidence)
            and (span := wanted or _best_quote(draft.text, self.evidence[number], self.idf)) is not None
        ]
        if not quotes or not self._supported(draft, quotes):
            return None
        citations = (self._cite(hit, span) for hit, span in quotes)
        return Statement(one_line(draft.text), tuple({citation.marker: citation for citation in citations}.values()))

    def _supported(self, draft: Draft, quotes: Sequence[tuple[Hit, Span]]) -> bool:
        """A quoted sentence supports itself; a written one must be covered, figures and all, by what it quotes."""
        if all(span is not None for _, span in draft.sources):
            return True
        quoted = " ".join(hit.quote(span) for hit, span in quotes)
        covers = coverage(draft.text, quoted, self.idf) >= SUPPORT
        return covers and numbers(draft.text) <= numbers(" ".join(hit.text for hit, _ in quotes))

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


def drafts(pieces: Iterable[str]) -> Iterator[Draft]:
    """Cut a model's reply, as it comes, into sentences with the passages that its [n] markers name.

    Where the reply was cut into pieces makes no difference.
    """
    pending = ""
    for word in _whole_words(pieces):
        pending = _MARKERS_AFTER_THE_STOP.sub(_with_the_stop_last, pending + word)
        starts = [span.start for span in sentences(pending)]
        # The last sentence may go on, and so may the markers behind the one before it.
        ready = [start for start in starts[1:] if not pending[start:].startswith("[")]
        if ready:
            yield from _finished(pending[: ready[-1]])
            pending = pending[ready[-1] :]
    yield from _finished(pending)


def unmarked(text: str) -> str:
    """Return `text` without its [n] markers."""
    return _MARKER.sub("", text)


def coverage(claim: str, quote: str, idf: Callable[[str], float]) -> float:
    """Return the share of the claim's terms that the quote holds, weighted by idf, in [0, 1]."""
    wanted = set(terms(claim))
    total = sum(idf(term) for term in wanted)
    return sum(idf(term) for term in wanted & set(terms(quote))) / total if total else 0.0


def _with_the_stop_last(match: re.Match[str]) -> str:
    return f" {' '.join(match[2].split())}{match[1]}"


def _whole_words(pieces: Iterable[str]) -> Iterator[str]:
    """Cut a stream anew, before each word: where a sentence ends is told by the whole word that follows."""
    pending = ""
    for piece in pieces:
        *words, pending = _BEFORE_A_WORD.split(pending + piece)
        yield from words
    yield pending


def _finished(text: str) -> Iterator[Draft]:
    for span in sentences(text):
        sentence = span.of(text)
        named = [int(number) - 1 for marker in _MARKER.findall(sentence) for number in re.findall(r"\d+", marker)]
        claim = unmarked(sentence).strip()
        if claim:
            yield Draft(claim, tuple((number, None) for number in dict.fromkeys(named)))


def _best_quote(claim: str, hit: Hit, idf: Callable[[str], float]) -> Span | None:
    """Return the sentence, or the two neighbours, of the passage that cover the claim best; the shortest of equals."""
    single = sentences(hit.text)
    spans = [*single, *(Span(first.start, second.end) for first, second in pairwise(single))]
    if not spans:
        return None
    best = max(spans, key=lambda span: (round(coverage(claim, span.of(hit.text), idf), 3), span.start - span.end))
    return best.shift(hit.span.start) if coverage(claim, best.of(hit.text), idf) >= _EACH else None
