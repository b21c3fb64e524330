"""Pairs the sentences of a gap that are versions of each other: the pairs in order with the greatest similarity."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from rag.answer.versions.alignment import Gap

_SIMILAR = 0.5
"""The least share of common words, twice their number divided by the words of both (Dice), of two versions."""

_MOST_CELLS = 1_000_000
"""The most pairs that are compared at once. A larger gap is halved on both sides."""

_COLUMNS = 4_096
"""Columns of the matrices of words. With more different words, some share a column."""

Words = Sequence[Collection[str]]
"""The different words of each sentence."""


def pairs(one: Words, other: Words) -> list[tuple[int, int]]:
    """Return the numbers of the sentences that are versions of each other, in ascending order on both sides."""
    found: list[tuple[int, int]] = []
    waiting = [Gap(0, len(one), 0, len(other))]
    while waiting:
        gap = waiting.pop()
        rows, columns = gap.first_end - gap.first, gap.second_end - gap.second
        if rows * columns > _MOST_CELLS and min(rows, columns) > 1:
            middle, second = gap.first + rows // 2, gap.second + columns // 2
            waiting += (Gap(gap.first, middle, gap.second, second), Gap(middle, gap.first_end, second, gap.second_end))
        elif rows and columns:
            parts = one[gap.first : gap.first_end], other[gap.second : gap.second_end]
            found += ((gap.first + row, gap.second + column) for row, column in _best(_similarities(*parts)))
    return sorted(found)


def nearest(one: Words, other: Words) -> list[tuple[int, int]]:
    """Return the pairs of sentences in any order, each of which is more similar to the other than to the rest.

    None are found among too many sentences.
    """
    if not one or not other or len(one) * len(other) > _MOST_CELLS:
        return []
    scores = _similarities(one, other)
    columns, rows = scores.argmax(1), scores.argmax(0)
    return [(row, int(column)) for row, column in enumerate(columns) if rows[column] == row and scores[row, column] > 0]


def _similarities(one: Words, other: Words) -> npt.NDArray[np.float32]:
    """Return the similarity of each sentence of one side with each of the other, in [0, 1], and 0 if it is low."""
    numbers: dict[str, int] = {}
    for words in (*one, *other):
        for word in words:
            numbers.setdefault(word, len(numbers))
    first, second = _matrix(one, numbers), _matrix(other, numbers)
    sizes = first.sum(1)[:, None] + second.sum(1)[None, :]
    shares = 2 * (first @ second.T) / np.maximum(sizes, 1)
    return np.where(shares >= _SIMILAR, shares**2, 0).astype(np.float32)  # squared, so that one good pair beats two


def _matrix(sentences: Words, numbers: dict[str, int]) -> npt.NDArray[np.float32]:
    matrix = np.zeros((len(sentences), min(len(numbers), _COLUMNS) or 1), np.float32)
    for row, words in enumerate(sentences):
        matrix[row, [numbers[word] % _COLUMNS for word in words]] = 1
    return matrix


def _best(scores: npt.NDArray[np.float32]) -> list[tuple[int, int]]:
    """Return the pairs in order with the greatest sum of scores (Needleman and Wunsch)."""
    rows, columns = scores.shape
    sums = np.zeros((rows + 1, columns + 1), np.float32)
    for row in range(rows):
        paired = np.maximum(sums[row, 1:], sums[row, :-1] + scores[row])
        sums[row + 1, 1:] = np.maximum.accumulate(paired)
    found, row, column = list[tuple[int, int]](), rows, columns
    while row and column:
        if sums[row, column] == sums[row - 1, column]:
            row -= 1
        elif sums[row, column] == sums[row, column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            found.append((row, column))
    return found[::-1]
