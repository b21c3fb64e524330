"""Late interaction: how well each word of a question is met by some word of a passage, from the encoder's own tokens.

MaxSim (Khattab & Zaharia 2020, "ColBERT") with each token of the question weighted by the idf of its word. The token
vectors of a passage are compressed twice. Three neighbours of one sentence are averaged; then each average is turned by
a fixed random rotation and only the signs are kept, one bit a dimension (Gao & Long 2024, "RaBitQ"). The rotation knows
nothing of the data, so nothing is trained and nothing must be re-encoded as the index grows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag import arrays
from rag.protocols import Rows, Scores, Vectors
from rag.sign_bits import rotation, sign_bits

GROUP = 3
"""Neighbouring tokens that share one vector."""

PREFIX = 255
"""The sentence number of what stands before the passage's own words: its title and headings."""

ABOVE = 0.15
"""What a word adds that is met in the title or headings: .1 to .3 add .003 to .009 nDCG@10 on feedbackqa, and cost .002
MAP@10 on obliqa, whose titles are but numbers."""

_BLOCK = 512  # groups looked up at once: all of them together would take megabytes in every thread that answers
_ARRAYS = ("codes", "sentences", "offsets")
_MEAN_PROJECTION = float(np.sqrt(2 / np.pi))  # of a unit vector on its own signs, after a random rotation


@dataclass(frozen=True, slots=True)
class QuestionTokens:
    """A question's token vectors, shape (t, dimension), and their weights, shape (t,), which sum to 1."""

    vectors: Vectors
    weights: Scores


@dataclass(frozen=True, slots=True)
class TokenCodes:
    """The compressed tokens of one passage: `codes`, shape (g, dimension / 8), uint8; `sentences`, shape (g,), uint8.

    `sentences` says in which sentence of the passage a group stands, counted from 0, or PREFIX.
    """

    codes: NDArray[np.uint8]
    sentences: NDArray[np.uint8]


class Met(NamedTuple):
    """How well a sentence meets a question (MaxSim), by its own words and together with what stands above it."""

    alone: float
    in_place: float


@dataclass(frozen=True, slots=True)
class TokenIndex:
    """The compressed tokens of all rows, which may be memory-mapped; row n has those at offsets[n]:offsets[n + 1]."""

    codes: NDArray[np.uint8]
    sentences: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def passage(self, row: int) -> TokenCodes:
        """Return the tokens of one row."""
        return self.passages(slice(row, row + 1))

    def passages(self, rows: slice) -> TokenCodes:
        """Return the tokens of neighbouring rows, one after the other."""
        part = slice(int(self.offsets[rows.start]), int(self.offsets[rows.stop]))
        return TokenCodes(self.codes[part], self.sentences[part])

    @classmethod
    def open(cls, folder: Path) -> TokenIndex:
        """Memory-map what `save` wrote."""
        return cls(*arrays.load(folder, _ARRAYS))


def write(
    folder: Path,
    passages: Sequence[TokenCodes],
    dimension: int,
    kept: TokenIndex | None = None,
    kept_rows: Rows | None = None,
) -> None:
    """Write the index of `kept_rows` of an earlier one, ascending, followed by new passages, row by row.

    What is kept goes from file to file, in stretches of neighbouring rows.
    """
    parts, lengths = [_empty(dimension), *passages], [len(passage.sentences) for passage in passages]
    if kept is not None and kept_rows is not None:
        parts = [*(kept.passages(run) for run in arrays.runs(kept_rows)), *parts]
        lengths = [*np.diff(kept.offsets)[kept_rows].tolist(), *lengths]
    arrays.save(
        folder,
        {
            "codes": [part.codes for part in parts],
            "sentences": [part.sentences for part in parts],
            "offsets": np.cumsum([0, *lengths], dtype=np.int64),
        },
    )


def compress(tokens: Vectors, sentences: NDArray[np.uint8]) -> TokenCodes:
    """Compress a passage's L2-normalised token vectors, shape (t, dimension), each with its sentence's number."""
    if not len(tokens):
        return _empty(tokens.shape[1])
    places = np.arange(len(tokens))
    new_sentence = np.append(True, sentences[1:] != sentences[:-1])
    in_sentence = places - np.maximum.accumulate(np.where(new_sentence, places, 0))
    starts = np.flatnonzero(in_sentence % GROUP == 0)
    lengths = np.diff(np.append(starts, len(tokens)))
    sums = tokens[starts]  # a sum has the same signs as its mean
    for further in range(1, GROUP):  # `reduceat` takes five times as long for so few rows each
        long_enough = lengths > further
        sums[long_enough] += tokens[starts[long_enough] + further]
    return TokenCodes(sign_bits(sums), sentences[starts])


def _empty(dimension: int) -> TokenCodes:
    return TokenCodes(np.empty((0, -(-dimension // 8)), np.uint8), np.empty(0, np.uint8))


def maxsim(question: QuestionTokens, tokens: TokenIndex, rows: Rows) -> Scores:
    """Return the MaxSim of each of some rows, shape (n,), about 0 to 1; 0 for one without tokens."""
    starts, lengths = tokens.offsets[rows], tokens.offsets[rows + 1] - tokens.offsets[rows]
    # The places of all their tokens, one row after the other.
    places = np.arange(lengths.sum()) + np.repeat(starts - (np.cumsum(lengths) - lengths), lengths)
    codes = tokens.codes[places]
    arrays.unmap(tokens.codes)  # .1 ms, and the larger the index, the less chance that the same pages are read again
    similar = similarities(question, codes)
    return best_met(similar, tokens.sentences[places] == PREFIX, lengths, question.weights)


def best_met(
    similar: Scores, above: NDArray[np.bool_], lengths: Sequence[int] | NDArray[np.int64], weights: Scores
) -> Scores:
    """Return the MaxSim of each of n passages that have `lengths` tokens, shape (n,); 0 for one without.

    `similar`, shape (all tokens, t), is how near they come to each token of the question, one passage after the other;
    `above` are those of a title or headings, and what is met in them counts ABOVE times more.
    """
    counts = np.array(lengths, np.int64)
    scores, filled = np.zeros(len(counts), np.float32), counts > 0
    if filled.any():
        starts = (np.cumsum(counts) - counts)[filled]
        met_above = np.maximum.reduceat(np.where(above[:, np.newaxis], similar, 0), starts, axis=0)
        scores[filled] = _weighed(np.maximum.reduceat(similar, starts, axis=0) + ABOVE * met_above, weights)
    return scores


def sentences_met(question: QuestionTokens, passages: Sequence[TokenCodes]) -> list[dict[int, Met]]:
    """Return for each passage how well each of its sentences, by number, meets the question."""
    if not passages:
        return []
    similar = similarities(question, np.concatenate([passage.codes for passage in passages]))
    ends = np.cumsum([len(passage.codes) for passage in passages])[:-1]
    return [
        _by_sentence(passage.sentences, part, question.weights)
        for passage, part in zip(passages, np.split(similar, ends), strict=True)
    ]


def _by_sentence(sentences: NDArray[np.uint8], similar: Scores, weights: Scores) -> dict[int, Met]:
    if not len(sentences):
        return {}
    starts = np.flatnonzero(np.append(True, sentences[1:] != sentences[:-1]))
    numbers = sentences[starts]
    best = np.maximum.reduceat(similar, starts, axis=0)
    above = best[numbers == PREFIX].max(axis=0, initial=-1.0)
    alone, in_place = _weighed(best, weights), _weighed(np.maximum(best, above), weights)
    return dict(zip(numbers.tolist(), map(Met, alone.tolist(), in_place.tolist()), strict=True))


def _weighed(met: NDArray[np.floating], weights: Scores) -> Scores:
    """Return how well each of n is met, shape (n,), from how well each token is, shape (n, t).

    Not `met @ weights`: OpenBLAS then computes with what lies beyond the ends of so small an array, whose result it
    leaves out, but of which numpy warns where it is no number.
    """
    weighed: Scores = np.vecdot(met, weights)
    return weighed


def similarities(question: QuestionTokens, codes: NDArray[np.uint8]) -> Scores:
    """Estimate the cosine of each group with each token of the question, shape (g, t)."""
    dimension = question.vectors.shape[1]
    turned = np.zeros(
        (8 * codes.shape[1], len(question.vectors)), np.float32
    )  # rows for bits that fill up a byte stay 0
    turned[:dimension] = (question.vectors @ rotation(dimension)).T / (np.sqrt(dimension) * _MEAN_PROJECTION)
    similar = np.empty((len(codes), turned.shape[1]), np.float32)
    for start in range(0, len(codes), _BLOCK):
        block = slice(start, start + _BLOCK)
        similar[block] = _signs().take(codes[block], axis=0).reshape(-1, len(turned)) @ turned
    return similar


@lru_cache
def _signs() -> NDArray[np.float32]:
    """Return the signs that the bits of each byte stand for, shape (256, 8): half the work of unpacking."""
    return 2 * np.unpackbits(np.arange(256, dtype=np.uint8)[:, np.newaxis], axis=1).astype(np.float32) - 1
