"""Finds the passages that speak to a question: dense and lexical candidates, scores fused, the best reranked."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.answer import fusion
from rag.index.filters import Condition, parse
from rag.index.late_interaction import QuestionTokens, maxsim
from rag.protocols import Encoder, Encoding, Rows, Scorer, Scores, Vectors
from rag.snapshots import Snapshot
from rag.text import term_spans, terms
from rag.types import Filters, Fusion, Hit, Lap, Stage

CANDIDATES = 100
"""Rows that each of the two searches may propose."""

RERANKED = 64
"""Of these, the best by fused score, late interaction decides the order."""

MAXSIM_WEIGHT = 20.0
"""What a MaxSim of 1 adds to a fused score: 10 to 30 differ by .003 nDCG@10 on feedbackqa and by .002 on obliqa."""

FOCUSED = 10
"""Documents in which passages are looked for that meet the question itself, where it stands in a conversation."""

FOCUS = 0.1
"""What a passage's score for the question alone counts beside that of its document for the whole conversation. On
doc2dial .1 to 1 bring the passage that answers into the evidence in .83 of the cases, and none at all in .62."""

_LEAST_TOKEN_WEIGHT = 0.3  # a word that is no index term still says a little
_ENCODED = 256  # encodings kept: a conversation sends its earlier turns again with each question
_DENSE_SPREAD = 0.05  # the least standard deviation believed, so that an index of few rows does not blow up noise
_LEXICAL_SPREAD = 1.0
_STRETCH = 256  # rows
_IN_TURN = 50_000  # rows up to which one search after the other takes no longer than both at once, in two threads
_DECIMALS = 4  # what differs less is the rounding of sums, which depends on where in an array a passage stood

_beside = ThreadPoolExecutor(os.cpu_count(), "nearest")

LateInteraction: TypeAlias = Callable[[Snapshot, QuestionTokens, Sequence[int]], Scores]
"""Says how well the tokens of each of some rows meet those of a question, shape (n,)."""


def interact(snapshot: Snapshot, question: QuestionTokens, rows: Sequence[int]) -> Scores:
    """Let the compressed tokens say so that the index keeps."""
    return maxsim(question, snapshot.tokens, np.array(rows, np.int64))


def _untimed(stage: Stage) -> None:
    """Take no notice of a stage's end."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question as an index understands it: one vector, shape (1, dimension), its terms, its tokens with weights.

    `text` are its own words. Where earlier turns of a conversation have a say in the rest, `alone` is the same question
    without them.
    """

    text: str
    vector: Vectors
    terms: tuple[str, ...]
    tokens: QuestionTokens
    alone: Query | None = None

    @property
    def asked(self) -> Query:
        """What passages and sentences must speak to; the turns before only say which documents are meant."""
        return self.alone or self


class Retriever:
    """Asks a snapshot the same question twice, by meaning and by words, and ranks what both propose."""

    def __init__(
        self,
        encoder: Encoder,
        scorer: Scorer | None = None,
        by: Fusion = Fusion.Z_SCORE,
        *,
        late_interaction: LateInteraction | None = interact,
    ) -> None:
        self._encoder = encoder
        self._encoded = lru_cache(_ENCODED)(self._encode)
        self._scorer = scorer
        self._by = by
        self._late_interaction = late_interaction

    def query(self, snapshot: Snapshot, question: str, context: Sequence[str] = ()) -> Query:
        """Encode a question, together with the earlier turns it leans on, each as loud as the question, and alone.

        How telling their words are, the snapshot decides.
        """
        alone = self._query(snapshot, (question,))
        return replace(self._query(snapshot, (question, *context)), alone=alone) if context else alone

    def search(self, snapshot: Snapshot, query: Query, filters: Filters, limit: int, lap: Lap = _untimed) -> list[Hit]:
        """Return the best passages, best first, equal scores in the order of rows. Raises InvalidFilter."""
        conditions = parse(filters)
        if query.alone is None:
            return self._ranked(snapshot, query, conditions, limit, lap)
        hits = self._ranked(snapshot, query, conditions, max(RERANKED, limit), lap)
        return self._focused(snapshot, query.alone, conditions, hits, lap)[:limit] if hits else hits

    def _ranked(
        self, snapshot: Snapshot, query: Query, conditions: Sequence[Condition], limit: int, lap: Lap
    ) -> list[Hit]:
        rows, fused = _candidates(snapshot, query, conditions, limit, self._by, lap)
        ranked = self._rerank(snapshot, query, rows, fused, limit)
        lap(Stage.RERANK)
        return ranked

    def _focused(
        self, snapshot: Snapshot, alone: Query, conditions: Sequence[Condition], hits: Sequence[Hit], lap: Lap
    ) -> list[Hit]:
        """Let the conversation order the documents, by their best passage, and the question those of each document."""
        best: dict[str, float] = {}
        for hit in hits:
            best.setdefault(hit.reference.id, hit.score)
        documents = list(best)[:FOCUSED]
        within = self._ranked(snapshot, alone, [*conditions, *parse({"id": documents})], len(hits), lap)
        focused = [replace(hit, score=best[hit.reference.id] + FOCUS * hit.score) for hit in within]
        return _in_order([*focused, *(hit for hit in hits if hit.reference.id not in documents)])

    def _query(self, snapshot: Snapshot, texts: Sequence[str]) -> Query:
        encodings = [self._encoded(text) for text in texts]
        weights: Scores = np.concatenate(
            [
                _token_weights(text, encoding, snapshot.lexical.idf)
                for text, encoding in zip(texts, encodings, strict=True)
            ]
        )
        vectors = np.concatenate([encoding.tokens for encoding in encodings])
        tokens = QuestionTokens(vectors, weights / max(float(weights.sum()), 1e-12))
        return Query(texts[0], _middle(encodings), tuple(term for text in texts for term in terms(text)), tokens)

    def _encode(self, text: str) -> Encoding:
        [encoding] = self._encoder.encode_questions([text])
        return encoding

    def _rerank(self, snapshot: Snapshot, query: Query, rows: list[int], fused: Scores, limit: int) -> list[Hit]:
        """Score the candidates again, by how each word of the question is met, by a cross-encoder, or not at all."""
        scores: NDArray[np.floating] = fused
        if self._scorer is not None:
            texts = [hit.text for hit in snapshot.hits(rows, fused.tolist())]
            scores = np.array(self._scorer.scores(query.text, texts), np.float64)
        elif self._late_interaction:
            met = self._late_interaction(snapshot, query.tokens, rows)
            scores = np.round(fused + MAXSIM_WEIGHT * met, _DECIMALS)
        best = np.lexsort((np.array(rows), -scores))[:limit]
        return snapshot.hits([rows[place] for place in best.tolist()], scores[best].tolist())


def nearest(snapshot: Snapshot, query: Query, filters: Filters) -> Hit | None:
    """Return the best passage by late interaction, whatever ranks; None where none passes. Raises InvalidFilter."""
    rows, fused = _candidates(snapshot, query, parse(filters), 1)
    if not rows:
        return None
    scores = fused + MAXSIM_WEIGHT * interact(snapshot, query.tokens, rows)
    best = int(scores.argmax())
    return snapshot.hits([rows[best]], [float(scores[best])])[0]


def fuse(
    snapshot: Snapshot, query: Query, passing: Rows | None, by: Fusion = Fusion.Z_SCORE, lap: Lap = _untimed
) -> tuple[Rows, Scores]:
    """Return candidate rows, ascending, and what their dense and lexical scores come to.

    Standardised scores are measured against all rows, whatever passes the filter, so that a passage's score does not
    depend on the filter.
    """
    if not len(snapshot):
        return np.empty(0, np.int64), np.empty(0, np.float32)
    search = partial(snapshot.dense.search, query.vector, CANDIDATES, passing)
    nearest = _beside.submit(search).result if len(snapshot) > _IN_TURN else search
    lexical = snapshot.lexical.scores(query.terms)
    worded = _best(lexical, passing)
    lap(Stage.LEXICAL)
    near, _ = nearest()
    lap(Stage.DENSE)
    rankings = {Fusion.DENSE: [near], Fusion.LEXICAL: [worded]}.get(by, [near, worded])
    rows = np.unique(np.concatenate(rankings))
    if by is Fusion.RRF:
        return rows, fusion.reciprocal_ranks(rows, rankings)
    sample: Scores = snapshot.sample @ query.vector[0]
    dense = fusion.standardised(snapshot.dense.scores(query.vector, rows), sample, _DENSE_SPREAD)
    words = fusion.standardised(lexical[rows], lexical, _LEXICAL_SPREAD)
    fused = {Fusion.DENSE: dense, Fusion.LEXICAL: words}.get(by, (dense + words) / 2)
    return rows, fused.astype(np.float32)


def _candidates(
    snapshot: Snapshot,
    query: Query,
    conditions: Sequence[Condition],
    limit: int,
    by: Fusion = Fusion.Z_SCORE,
    lap: Lap = _untimed,
) -> tuple[list[int], Scores]:
    """Return the rows worth a second look, best first, with their fused scores."""
    passing = snapshot.rows_passing(conditions)
    if passing is not None:
        lap(Stage.FILTER)
    rows, scores = fuse(snapshot, query, passing, by, lap)
    best = np.lexsort((rows, -scores))[: max(RERANKED, limit)]
    lap(Stage.FUSE)
    return rows[best].tolist(), scores[best]


def _token_weights(question: str, encoding: Encoding, idf: Callable[[str], float]) -> Scores:
    """Weigh each token by the idf of the word it belongs to."""
    weights = np.full(len(encoding.starts), _LEAST_TOKEN_WEIGHT, np.float32)
    for term, span in term_spans(question):
        first, last = np.searchsorted(encoding.starts, (span.start, span.end))
        weights[first:last] = np.maximum(weights[first:last], idf(term))
    return weights


def _middle(encodings: Sequence[Encoding]) -> Vectors:
    """Return the direction between the vectors of some texts, shape (1, dimension)."""
    if len(encodings) == 1:
        return encodings[0].vector[np.newaxis]
    total = np.stack([encoding.vector for encoding in encodings]).sum(axis=0, keepdims=True)
    middle: Vectors = total / max(float(np.linalg.norm(total)), 1e-12)
    return middle


def _in_order(hits: Sequence[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.row))


def _best(scores: Scores, passing: Rows | None) -> Rows:
    """Return the rows with the best positive scores, best first, equal ones in the order of rows."""
    among = scores if passing is None else scores[passing]
    least = _least_of_best(among)
    best = np.flatnonzero(among >= least if least > 0 else among > 0)
    if len(best) > CANDIDATES:
        best = best[np.argpartition(among[best], -CANDIDATES)[-CANDIDATES:]]
    rows = best if passing is None else passing[best]
    return rows[np.lexsort((rows, -scores[rows]))].astype(np.int64)


def _least_of_best(scores: Scores) -> float:
    """Return a score that at least `CANDIDATES` reach, if there are as many: the least of the best of some stretches.

    So few are left to be put in order, which takes a twentieth of the time where most rows have no score at all.
    """
    stretches = len(scores) // _STRETCH
    if stretches < CANDIDATES:
        return 0.0
    best = scores[: stretches * _STRETCH].reshape(stretches, _STRETCH).max(axis=1)
    return float(np.partition(best, -CANDIDATES)[-CANDIDATES])
