"""Finds passages for a question: two searches, by vectors and by words, propose candidates; the best are reranked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.answer import fusion
from rag.answer.question_terms import question_terms, term_weights
from rag.index.filters import Test, parse
from rag.index.late_interaction import QuestionTokens, maxsim
from rag.index.search import Candidates, untimed
from rag.protocols import Encoder, Encoding, Rows, Scorer, Scores, Vectors
from rag.snapshots import Index
from rag.text.languages import DEFAULT, known
from rag.types import Filters, Fusion, Hit, Lap, Period, Stage

CANDIDATES = 100
"""The most rows that each of the two searches proposes."""

RERANKED = 64
"""The number of candidates that are reranked: those with the best fused scores."""

MAXSIM_WEIGHT = 20.0
"""The weight of MaxSim, added to the fused score. Between 10 and 30, nDCG@10 differs by .003 on feedbackqa and .002 on
obliqa."""

FOCUSED = 10
"""The number of documents that are searched again with a follow-up question alone, without its conversation."""

FOCUS = 0.1
"""The weight of a passage's score for the follow-up alone, added to its document's score for the whole conversation. On
doc2dial, the evidence contains the passage with the answer in .83 of the cases with weights of .1 to 1, and in .62 of
the cases with weight 0."""

_SHARPNESS = 2.0
"""With a higher value, the score of a document is closer to the score of its best passage. On doc2dial, 2 finds the
document first in .720 of the cases, 1 in .685, and the best passage alone in .672."""

_NO_WORD = "qxzvkjw"  # no language has this word

_LEAST_TOKEN_WEIGHT = 0.3  # the least weight of a token, for example of a word that is not an index term
_CACHED_ENCODINGS = 256  # a conversation repeats its earlier turns with each question
_DENSE_SPREAD = 0.05  # the least standard deviation assumed, so that noise does not dominate in a small index
_LEXICAL_SPREAD = 1.0
_DECIMALS = 4  # of a score; smaller differences are rounding errors, which depend on a row's position in an array

LateInteraction: TypeAlias = Callable[[Index, QuestionTokens, Sequence[int]], Scores]
"""Returns the MaxSim of n rows for the tokens of a question, shape (n,)."""


def interact(snapshot: Index, question: QuestionTokens, rows: Sequence[int]) -> Scores:
    """Compute MaxSim from the compressed tokens in the index."""
    return maxsim(question, snapshot.tokens(rows))


@dataclass(frozen=True, slots=True)
class Query:
    """An encoded question: one vector, shape (1, dimension), index terms, and tokens with weights.

    `text` is the question itself. For a follow-up, the other fields include the earlier turns, and `alone` is the
    same question without them. `spoken` are the languages that the question may be written in. `by_language` has its
    terms for each language of the documents; `terms` has those for its own language. `as_of` is the time as of which
    to answer; None for today.
    """

    text: str
    vector: Vectors
    terms: tuple[str, ...]
    tokens: QuestionTokens
    alone: Query | None = None
    spoken: tuple[str, ...] = (DEFAULT,)
    by_language: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_of: Period | None = None

    @property
    def asked(self) -> Query:
        """The question without earlier turns. It ranks passages and sentences; the turns only select documents."""
        return self.alone or self

    @property
    def analyses(self) -> tuple[tuple[str, ...], ...]:
        """The terms for each language of the documents."""
        return tuple(self.by_language.values()) or (self.terms,)

    def weights(self, language: str | None, idf: Callable[[str], float]) -> dict[str, float]:
        """Return the idf of each distinct term, in the form that it has in documents in `language`."""
        return {term: idf(term) for term in self.by_language.get(known(language), self.terms)}


class Retriever:
    """Searches a snapshot by vectors and by words, and ranks the candidates of both searches."""

    def __init__(
        self,
        encoder: Encoder,
        scorer: Scorer | None = None,
        by: Fusion = Fusion.Z_SCORE,
        *,
        late_interaction: LateInteraction | None = interact,
    ) -> None:
        self._encoder = encoder
        self._encoded = lru_cache(_CACHED_ENCODINGS)(self._encode)
        self._scorer = scorer
        self._by = by
        self._late_interaction = late_interaction

    @property
    def encoder(self) -> Encoder:
        """The encoder of questions and passages."""
        return self._encoder

    @cached_property
    def _has_vocabulary(self) -> bool:
        """Whether the encoder splits words that it does not know. One that counts words does not."""
        return self._encoder.count_tokens(_NO_WORD) > 1

    def familiar(self, word: str) -> bool:
        """Return whether the encoder knows a word as one token; False if it has no vocabulary."""
        return self._has_vocabulary and self._encoder.count_tokens(word) == 1

    def query(self, snapshot: Index, question: str, context: Sequence[str] = (), as_of: Period | None = None) -> Query:
        """Encode a question, and also encode it together with the earlier turns in `context`, if there are any.

        Each turn has the same weight as the question. The snapshot supplies the IDF weights.
        """
        alone = self._query(snapshot, (question,), as_of)
        return replace(self._query(snapshot, (question, *context), as_of), alone=alone) if context else alone

    def search(self, snapshot: Index, query: Query, filters: Filters, limit: int, lap: Lap = untimed) -> list[Hit]:
        """Return the best passages, best first; rows with equal scores in ascending order. Raises InvalidFilter."""
        conditions = parse(filters)
        if query.alone is None:
            return self._ranked(snapshot, query, conditions, limit, lap)
        return self._focused(snapshot, query, query.alone, conditions, limit, lap)

    def _ranked(self, snapshot: Index, query: Query, conditions: Sequence[Test], limit: int, lap: Lap) -> list[Hit]:
        rows, fused = _candidates(snapshot, query, conditions, limit, self._by, lap)
        ranked = self._rerank(snapshot, query, rows, fused, limit)
        lap(Stage.RERANK)
        return ranked

    def _focused(
        self, snapshot: Index, query: Query, alone: Query, conditions: Sequence[Test], limit: int, lap: Lap
    ) -> list[Hit]:
        """Rank documents by their passages for the conversation, and passages of one document by the question."""
        rows, fused = _candidates(snapshot, query, conditions, limit, self._by, lap)
        hits = snapshot.hits(rows, fused.tolist())
        scores = _document_scores(hits)
        documents = sorted(scores, key=lambda one: -scores[one])[:FOCUSED]
        if not documents:
            return []
        within = self._ranked(snapshot, alone, [*conditions, *parse({"id": documents})], max(RERANKED, limit), lap)
        focused = [replace(hit, score=scores[hit.reference.id] + FOCUS * hit.score) for hit in within]
        others = [replace(hit, score=scores[hit.reference.id]) for hit in hits if hit.reference.id not in documents]
        return _in_order([*focused, *others])[:limit]

    def _query(self, snapshot: Index, texts: Sequence[str], as_of: Period | None) -> Query:
        encodings = [self._encoded(text) for text in texts]
        weights: Scores = np.concatenate(
            [
                _token_weights(text, encoding, snapshot.languages, snapshot.idf)
                for text, encoding in zip(texts, encodings, strict=True)
            ]
        )
        vectors = np.concatenate([encoding.tokens for encoding in encodings])
        tokens = QuestionTokens(vectors, weights / max(float(weights.sum()), 1e-12))
        terms = question_terms(texts, snapshot.languages, lambda term: snapshot.frequency(term) > 0)
        return Query(
            text=texts[0],
            vector=_mean_direction(encodings),
            terms=terms.own,
            tokens=tokens,
            spoken=terms.spoken,
            by_language=terms.by_language,
            as_of=as_of,
        )

    def _encode(self, text: str) -> Encoding:
        [encoding] = self._encoder.encode_questions([text])
        return encoding

    def _rerank(self, snapshot: Index, query: Query, rows: list[int], fused: Scores, limit: int) -> list[Hit]:
        """Score the candidates again by MaxSim or a cross-encoder, if one is set, and return the best."""
        scores: NDArray[np.floating] = fused
        if self._scorer is not None:
            texts = [hit.text for hit in snapshot.hits(rows, fused.tolist())]
            scores = np.array(self._scorer.scores(query.text, texts), np.float64)
        elif self._late_interaction:
            maxsims = self._late_interaction(snapshot, query.tokens, rows)
            scores = np.round(fused + MAXSIM_WEIGHT * maxsims, _DECIMALS)
        best = np.lexsort((np.array(rows), -scores))[:limit]
        return snapshot.hits([rows[place] for place in best.tolist()], scores[best].tolist())


def nearest(snapshot: Index, query: Query, filters: Filters) -> Hit | None:
    """Return the best passage by fused score and MaxSim, or None if no row passes. Raises InvalidFilter.

    It does not use the reranker in the settings.
    """
    rows, fused = _candidates(snapshot, query, parse(filters), 1)
    if not rows:
        return None
    scores = fused + MAXSIM_WEIGHT * interact(snapshot, query.tokens, rows)
    best = int(scores.argmax())
    return snapshot.hits([rows[best]], [float(scores[best])])[0]


def fuse(found: Candidates, by: Fusion = Fusion.Z_SCORE) -> tuple[Rows, Scores]:
    """Return candidate rows, ascending, with their fused dense and lexical scores.

    Scores are standardised over all passages of the index, so that a passage's score does not depend on a filter.
    """
    rankings = {Fusion.DENSE: [found.by_vector], Fusion.LEXICAL: [found.by_words]}.get(
        by, [found.by_vector, found.by_words]
    )
    if by is Fusion.RRF:
        return found.rows, fusion.reciprocal_ranks(found.rows, rankings)
    dense = fusion.standardised(found.dense, found.all_dense, _DENSE_SPREAD)
    words = fusion.standardised(found.lexical, found.all_lexical, _LEXICAL_SPREAD)
    fused = {Fusion.DENSE: dense, Fusion.LEXICAL: words}.get(by, (dense + words) / 2).astype(np.float32)
    proposed = np.isin(found.rows, np.concatenate(rankings))
    return found.rows[proposed], fused[proposed]


def _candidates(
    snapshot: Index,
    query: Query,
    conditions: Sequence[Test],
    limit: int,
    by: Fusion = Fusion.Z_SCORE,
    lap: Lap = untimed,
) -> tuple[list[int], Scores]:
    """Return the rows to rerank, best first, with their fused scores."""
    rows, scores = fuse(snapshot.candidates(query.vector, query.analyses, conditions, CANDIDATES, lap), by)
    best = np.lexsort((rows, -scores))[: max(RERANKED, limit)]
    lap(Stage.FUSE)
    return rows[best].tolist(), scores[best]


def _token_weights(question: str, encoding: Encoding, languages: Sequence[str], idf: Callable[[str], float]) -> Scores:
    """Weight each token by the idf of its word."""
    weights = np.full(len(encoding.starts), _LEAST_TOKEN_WEIGHT, np.float32)
    for span, weight in term_weights(question, languages, idf):
        first, last = np.searchsorted(encoding.starts, (span.start, span.end))
        weights[first:last] = np.maximum(weights[first:last], weight)
    return weights


def _mean_direction(encodings: Sequence[Encoding]) -> Vectors:
    """Return the normalised sum of the vectors of some texts, shape (1, dimension); a single vector as it is."""
    if len(encodings) == 1:
        return encodings[0].vector[np.newaxis]
    total = np.stack([encoding.vector for encoding in encodings]).sum(axis=0, keepdims=True)
    mean: Vectors = total / max(float(np.linalg.norm(total)), 1e-12)
    return mean


def _document_scores(hits: Sequence[Hit]) -> dict[str, float]:
    """Return a score for each document: a smooth maximum of the scores of its passages.

    It is half the logarithm of the sum of exp(2 x score). A document with several good passages gains over a document
    with a single one.
    """
    powers: dict[str, list[float]] = {}
    for hit in hits:
        powers.setdefault(hit.reference.id, []).append(_SHARPNESS * hit.score)
    return {id_: float(np.logaddexp.reduce(powers[id_])) / _SHARPNESS for id_ in powers}


def _in_order(hits: Sequence[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.row))
