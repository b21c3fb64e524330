"""Writes the extractive answer: the sentences of the evidence that speak to the question, word for word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rag.interaction import PREFIX, sentence_similarities
from rag.protocols import Scores
from rag.retrieval import Query
from rag.snapshots import Snapshot
from rag.statements import Sentence, quotable
from rag.text import one_line, terms
from rag.types import Draft, Hit

MOST_STATEMENTS = 5

_STATEMENTS = 3  # sentences that an extractive answer chooses; more are seldom nearer to what was asked
_NEAR_BEST = 0.85  # a further sentence must score at least this share of the best
_SAME = 0.6  # sentences that share this much of their terms (Jaccard) say the same

# A sentence's score. Fitted by least squares to the words it shares with gold answers on three sets, then rounded: the
# rounded weights are within .006 of the fitted ones on each.
_COVERAGE_WEIGHT = 0.9  # of the question's words, by idf, that stand in the sentence or above it
_PASSAGE_WEIGHT = 0.05  # of what its passage scores below the best passage
_LENGTH_WEIGHT = 0.08  # of the logarithm of its number of words: a short sentence says less


def ranked_sentences(snapshot: Snapshot, query: Query, evidence: Sequence[Hit]) -> list[Sentence]:
    """Return every sentence of the evidence that may be quoted, best first."""
    wanted = {term: snapshot.lexical.idf(term) for term in query.terms}
    total = sum(wanted.values()) or 1.0
    found = []
    for number, hit in enumerate(evidence):
        similar = sentence_similarities(query.tokens, snapshot.tokens.passage(hit.row))
        said_above = frozenset(terms(" ".join((hit.reference.title, *hit.heading))))
        behind = hit.score - evidence[0].score
        for place, sentence in quotable(number, hit):
            met, met_in_place = _met(similar, place, query.tokens.weights)
            held = (sentence.terms | said_above) & wanted.keys()
            coverage = sum(wanted[term] for term in held) / total
            score = (met + met_in_place) / 2 + _COVERAGE_WEIGHT * coverage + _PASSAGE_WEIGHT * behind
            score += _LENGTH_WEIGHT * math.log(len(sentence.text.split()))
            found.append(replace(sentence, met=met, coverage=coverage, score=score))
    return sorted(found, key=lambda s: (-s.score, s.passage, s.span))


def choose(ranked: Sequence[Sentence], evidence: Sequence[Hit]) -> tuple[Draft, ...]:
    """Return one to three drafts in reading order, each a sentence with its span, none saying what another says."""
    chosen: list[Sentence] = []
    for sentence in ranked:
        if len(chosen) == _STATEMENTS or sentence.score < _NEAR_BEST * ranked[0].score:
            break
        if all(_overlap(sentence.terms, other.terms) < _SAME for other in chosen):
            chosen.append(sentence)
    return tuple(_draft(sentence, evidence) for sentence in _reading_order(chosen))


def _met(similar: Mapping[int, Scores], place: int, weights: Scores) -> tuple[float, float]:
    """Return how well a sentence meets the question alone, and together with the title and headings it stands under."""
    if place not in similar:
        return 0.0, 0.0
    together = np.maximum(similar[place], similar.get(PREFIX, similar[place]))
    return float(similar[place] @ weights), float(together @ weights)


def _draft(sentence: Sentence, evidence: Sequence[Hit]) -> Draft:
    """An item of a list says little without the words that introduce it, so both are quoted."""
    if sentence.lead is None:
        return Draft(sentence.text, ((sentence.passage, sentence.span),))
    hit = evidence[sentence.passage]
    introduction = one_line(sentence.lead.shift(-hit.span.start).of(hit.text))
    sources = ((sentence.passage, sentence.lead), (sentence.passage, sentence.span))
    return Draft(f"{introduction} {sentence.text}", sources)


def _reading_order(chosen: Sequence[Sentence]) -> list[Sentence]:
    """The passage of the best sentence first; within a passage as it reads."""
    rank: dict[int, int] = {}
    for sentence in chosen:
        rank.setdefault(sentence.passage, len(rank))
    return sorted(chosen, key=lambda s: (rank[s.passage], s.span))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    union = one | other
    return len(one & other) / len(union) if union else 1.0
