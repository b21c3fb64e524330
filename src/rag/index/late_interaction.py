"""Late interaction: compares each token of a question with each token of a passage.

The score is MaxSim (Khattab & Zaharia 2020, "ColBERT"). Each question token contributes its highest similarity with any
passage token, weighted by the idf of its word. The token vectors come from the encoder.

The token vectors of a passage are compressed in two steps. First, groups of three neighbours in one sentence are
averaged. Then each average is rotated by a fixed random rotation, and only the signs are stored: one bit for each
dimension (Gao & Long 2024, "RaBitQ"). The rotation does not depend on the data, so nothing is trained, and no passage
is re-encoded as the index grows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag import arrays
from rag.protocols import Rows, Scores, Vectors
from rag.sign_bits import rotation, sign_bits

GROUP_SIZE = 3
"""The number of neighbouring tokens that share one vector."""

PREFIX = 255
"""The sentence number that marks tokens of the title and headings, which precede the words of the passage."""

HEADING_WEIGHT = 0.15
"""The extra weight of a match in the title or headings. Weights from .1 to .3 add .003 to .009 nDCG@10 on feedbackqa,
and cost .002 MAP@10 on obliqa, whose titles are only numbers."""

_FEW = 16  # passages whose pages may stay in memory: an answer reads its evidence several times
_BLOCK = 512  # groups decoded at once, because all together would take megabytes in every thread that answers
_ARRAYS = ("codes", "sentences", "offsets")
_MEAN_PROJECTION = float(np.sqrt(2 / np.pi))
"""The mean cosine of a randomly rotated vector and the vector of its signs. Cosines computed from signs are smaller by
this factor."""


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """A question's token vectors, shape (t, dimension), and their weights, shape (t,), which sum to 1."""

    vectors: Vectors
    weights: Scores


@dataclass(frozen=True, slots=True)
class TokenCodes:
    """The compressed tokens of one passage: `codes`, shape (g, dimension / 8), uint8; `sentences`, shape (g,), uint8.

    g is the number of groups. `sentences` is the sentence of each group in the passage, counted from 0, or PREFIX.
    """

    codes: NDArray[np.uint8]
    sentences: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PassageTokens:
    """The compressed tokens of several passages, one passage after the other.

    `codes` and `sentences` are as in `TokenCodes`. Passage n has the next `lengths[n]` of their rows.
    """

    codes: NDArray[np.uint8]
    sentences: NDArray[np.uint8]
    lengths: NDArray[np.int64]


class SentenceScore(NamedTuple):
    """The MaxSim of one sentence: with its own tokens only, and together with those of the title and headings."""

    own: float
    with_headings: float


_UNREAD = SentenceScore(0.0, 0.0)  # of sentences beyond the length that the model reads


@dataclass(frozen=True, slots=True)
class TokenIndex:
    """The compressed tokens of all rows, in arrays that may be memory-mapped.

    Row n has the groups offsets[n]:offsets[n + 1] of `codes` and `sentences`.
    """

    codes: NDArray[np.uint8]
    sentences: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def passage(self, row: int) -> TokenCodes:
        """Return the tokens of one row."""
        return self.passages(slice(row, row + 1))

    def passages(self, rows: slice) -> TokenCodes:
        """Return the tokens of neighbouring rows, in the order of the rows."""
        part = slice(int(self.offsets[rows.start]), int(self.offsets[rows.stop]))
        return TokenCodes(self.codes[part], self.sentences[part])

    def at(self, rows: Rows) -> PassageTokens:
        """Return the tokens of `rows`, in that order."""
        starts = self.offsets[rows]
        lengths = self.offsets[rows + 1] - starts
        # The positions of the groups of all rows, one row after the other, without a loop over rows.
        positions = np.arange(lengths.sum()) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
        codes = self.codes[positions]
        if len(rows) > _FEW:
            arrays.unmap(self.codes)  # takes .1 ms; in a large index, the next question rarely reads the same pages
        return PassageTokens(codes, self.sentences[positions], lengths)

    @classmethod
    def open(cls, folder: Path) -> TokenIndex:
        """Memory-map the index that `write` wrote to `folder`."""
        return cls(*arrays.load(folder, _ARRAYS))


def write(
    folder: Path,
    passages: Sequence[TokenCodes],
    dimension: int,
    previous: TokenIndex | None = None,
    reused_rows: Rows | None = None,
) -> None:
    """Write an index: first `reused_rows` of `previous`, in ascending order, then one row for each new passage.

    Reused rows are copied from file to file, in runs of neighbouring rows.
    """
    parts, lengths = [_empty(dimension), *passages], [len(passage.sentences) for passage in passages]
    if previous is not None and reused_rows is not None:
        parts = [*(previous.passages(run) for run in arrays.runs(reused_rows)), *parts]
        lengths = [*np.diff(previous.offsets)[reused_rows].tolist(), *lengths]
    arrays.save(
        folder,
        {
            "codes": [part.codes for part in parts],
            "sentences": [part.sentences for part in parts],
            "offsets": np.cumsum([0, *lengths], dtype=np.int64),
        },
    )


def compress(tokens: Vectors, sentences: NDArray[np.uint8]) -> TokenCodes:
    """Compress the L2-normalised token vectors of a passage, shape (t, dimension).

    `sentences`, shape (t,), is the sentence number of each token.
    """
    if not len(tokens):
        return _empty(tokens.shape[1])
    positions = np.arange(len(tokens))
    new_sentence = np.append(True, sentences[1:] != sentences[:-1])
    in_sentence = positions - np.maximum.accumulate(np.where(new_sentence, positions, 0))
    starts = np.flatnonzero(in_sentence % GROUP_SIZE == 0)
    lengths = np.diff(np.append(starts, len(tokens)))
    sums = tokens[starts]  # a sum has the same signs as the mean
    for offset in range(1, GROUP_SIZE):  # `reduceat` takes five times as long for groups of three
        long_enough = lengths > offset
        sums[long_enough] += tokens[starts[long_enough] + offset]
    return TokenCodes(sign_bits(sums), sentences[starts])


def _empty(dimension: int) -> TokenCodes:
    return TokenCodes(np.empty((0, -(-dimension // 8)), np.uint8), np.empty(0, np.uint8))


def maxsim(question: QuestionTokens, tokens: PassageTokens) -> Scores:
    """Return the MaxSim of each passage, shape (n,), from about 0 to 1 + HEADING_WEIGHT. Without tokens it is 0."""
    similar = similarities(question, tokens.codes)
    return passage_scores(similar, tokens.sentences == PREFIX, tokens.lengths, question.weights)


def passage_scores(
    similar: Scores, in_heading: NDArray[np.bool_], lengths: Sequence[int] | NDArray[np.int64], weights: Scores
) -> Scores:
    """Return the MaxSim of n passages, shape (n,), with `lengths` tokens or groups each. A passage without any has 0.

    `similar`, shape (all tokens, t), is the similarity of each passage token to each question token, one passage after
    the other. `in_heading`, shape (all tokens,), marks the tokens of titles and headings. The best similarity among
    these tokens, times HEADING_WEIGHT, is added to the best one.
    """
    counts = np.array(lengths, np.int64)
    scores, filled = np.zeros(len(counts), np.float32), counts > 0
    if filled.any():
        starts = (np.cumsum(counts) - counts)[filled]
        best_in_heading = np.maximum.reduceat(np.where(in_heading[:, np.newaxis], similar, 0), starts, axis=0)
        best = np.maximum.reduceat(similar, starts, axis=0)
        scores[filled] = _weighted_sums(best + HEADING_WEIGHT * best_in_heading, weights)
    return scores


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """The MaxSim of the sentences of one passage, by sentence number in `alone`.

    `best`, shape (n, t), is the best similarity of each sentence to each token of the question, with the weights of
    these tokens, shape (t,). `rows` has the row of each sentence number. `in_heading`, shape (t,), is the same for the
    title and headings.
    """

    alone: Mapping[int, SentenceScore]
    rows: Mapping[int, int]
    best: Scores
    in_heading: Scores
    weights: Scores

    def together(self, places: Sequence[int]) -> SentenceScore:
        """Return the MaxSim of several sentences as if they were one. Sentences without tokens are left out."""
        known = [place for place in places if place in self.rows]
        if len(known) < 2:  # most units are one sentence
            return self.alone[known[0]] if known else _UNREAD
        best = self.best[[self.rows[place] for place in known]].max(axis=0)
        both = np.stack((best, np.maximum(best, self.in_heading)))
        return SentenceScore(*_weighted_sums(both, self.weights).tolist())


def sentence_scores(question: QuestionTokens, tokens: PassageTokens) -> list[SentenceScores]:
    """Return for each passage the scores of its sentences."""
    if not len(tokens.lengths):
        return []
    similar, ends = similarities(question, tokens.codes), np.cumsum(tokens.lengths)[:-1]
    return [
        _scores_by_sentence(sentences, part, question.weights)
        for sentences, part in zip(np.split(tokens.sentences, ends), np.split(similar, ends), strict=True)
    ]


def _scores_by_sentence(sentences: NDArray[np.uint8], similar: Scores, weights: Scores) -> SentenceScores:
    if not len(sentences):
        return SentenceScores({}, {}, similar, similar, weights)
    starts = np.flatnonzero(np.append(True, sentences[1:] != sentences[:-1]))
    numbers = sentences[starts]
    best = np.maximum.reduceat(similar, starts, axis=0)
    in_heading = best[numbers == PREFIX].max(axis=0, initial=-1.0)
    own, with_headings = _weighted_sums(best, weights), _weighted_sums(np.maximum(best, in_heading), weights)
    alone = dict(zip(numbers.tolist(), map(SentenceScore, own.tolist(), with_headings.tolist()), strict=True))
    rows = {number: row for row, number in enumerate(numbers.tolist())}
    return SentenceScores(alone, rows, best, in_heading, weights)


def _weighted_sums(similar: NDArray[np.floating], weights: Scores) -> Scores:
    """Return the weighted sum of each row of `similar`, shape (n, t), as an array of shape (n,).

    `similar @ weights` would make numpy warn: for small arrays OpenBLAS also computes with memory beyond their ends.
    It drops those results, but numpy warns if that memory holds NaN.
    """
    sums: Scores = np.vecdot(similar, weights)
    return sums


def similarities(question: QuestionTokens, codes: NDArray[np.uint8]) -> Scores:
    """Estimate the cosine of each group with each token of the question, shape (g, t)."""
    dimension = question.vectors.shape[1]
    rotated = np.zeros((8 * codes.shape[1], len(question.vectors)), np.float32)  # rows of padding bits stay 0
    rotated[:dimension] = (question.vectors @ rotation(dimension)).T / (np.sqrt(dimension) * _MEAN_PROJECTION)
    similar = np.empty((len(codes), rotated.shape[1]), np.float32)
    for start in range(0, len(codes), _BLOCK):
        block = slice(start, start + _BLOCK)
        similar[block] = _signs_of_bytes().take(codes[block], axis=0).reshape(-1, len(rotated)) @ rotated
    return similar


@lru_cache
def _signs_of_bytes() -> NDArray[np.float32]:
    """Return the signs, -1 or 1, of the bits of each byte, shape (256, 8). This is twice as fast as unpacking."""
    return 2 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1).astype(np.float32) - 1
