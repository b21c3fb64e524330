"""Writes the extractive answer: the sentences of the evidence that speak to the question, word for word."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.protocols import Encoder
from rag.retrieval import Query
from rag.text import one_line, sentences, terms
from rag.types import Draft, Hit, Span

MOST_STATEMENTS = 5

_SENTENCES = 48  # candidates scored by meaning; they cost a forward pass each
_FEWEST_WORDS = 4
_NEAR_BEST = 0.85  # a further sentence must score at least this share of the best
_SAME = 0.6  # sentences that share this much of their terms (Jaccard) say the same
_ITEM = re.compile(r"^(?:[-*•–]|\d{1,3}[.)]|\(?[a-z]{1,4}\))\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the evidence that may be quoted; `score` says how well it speaks to the question."""

    passage: int
    span: Span
    text: str
    terms: frozenset[str]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Extract:
    """The sentences chosen, in reading order, and how well the best one fits the question, a cosine."""

    drafts: tuple[Draft, ...]
    similarity: float


class Extractor:
    """Chooses sentences by meaning and by the question's words they hold."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def extract(self, query: Query, evidence: Sequence[Hit], idf: Callable[[str], float]) -> Extract:
        """Return one to five drafts, each a sentence of `evidence` with its span; none where there is no sentence."""
        candidates = [s for number, hit in enumerate(evidence) for s in _sentences(number, hit)][:_SENTENCES]
        if not candidates:
            return Extract((), 0.0)
        cosines = (self._encoder.encode_passages([s.text for s in candidates]) @ query.vector[0]).tolist()
        wanted = {term: idf(term) for term in query.terms}
        total = sum(wanted.values()) or 1.0
        scored = [
            Sentence(
                s.passage, s.span, s.text, s.terms, cosine + sum(wanted[t] for t in s.terms & wanted.keys()) / total
            )
            for s, cosine in zip(candidates, cosines, strict=True)
        ]
        chosen = _choose(scored)
        drafts = tuple(Draft(s.text, ((s.passage, s.span),)) for s in _reading_order(chosen))
        return Extract(drafts, max(cosines))


def _sentences(number: int, hit: Hit) -> list[Sentence]:
    titles = {hit.reference.title, *hit.heading}
    found = []
    for span in sentences(hit.text):
        words = one_line(span.of(hit.text))
        text = _ITEM.sub("", words)
        if words not in titles and len(text.split()) >= _FEWEST_WORDS and not text.endswith("?"):
            end = span.end
            start = end - len(span.of(hit.text)) + (len(words) - len(text))
            found.append(Sentence(number, Span(start, end).shift(hit.span.start), text, frozenset(terms(text))))
    return found


def _choose(scored: Sequence[Sentence]) -> list[Sentence]:
    ranked = sorted(scored, key=lambda s: (-s.score, s.passage, s.span))
    chosen: list[Sentence] = []
    for sentence in ranked:
        if sentence.score < _NEAR_BEST * ranked[0].score or len(chosen) == MOST_STATEMENTS - 2:
            break
        if all(_overlap(sentence.terms, other.terms) < _SAME for other in chosen):
            chosen.append(sentence)
    return chosen


def _reading_order(chosen: Sequence[Sentence]) -> list[Sentence]:
    """The passage of the best sentence first; within a passage as it reads."""
    rank: dict[int, int] = {}
    for sentence in chosen:
        rank.setdefault(sentence.passage, len(rank))
    return sorted(chosen, key=lambda s: (rank[s.passage], s.span))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 1.0
