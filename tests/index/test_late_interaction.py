"""Late interaction: compression hardly changes scores, and each sentence has a score of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.late_interaction import (
    GROUP_SIZE,
    PREFIX,
    PassageTokens,
    QuestionTokens,
    TokenCodes,
    TokenIndex,
    compress,
    maxsim,
    sentence_scores,
    similarities,
    write,
)
from rag.protocols import Scores, Vectors

DIMENSION = 384


def _unit(random: np.random.Generator, count: int) -> Vectors:
    vectors = random.standard_normal((count, DIMENSION)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _question(vectors: Vectors) -> QuestionTokens:
    return QuestionTokens(vectors, np.full(len(vectors), 1 / len(vectors), np.float32))


def _without_groups(vectors: Vectors) -> TokenCodes:
    """Compress vectors. Each is in a sentence of its own, so that no two are averaged."""
    return compress(vectors, np.arange(len(vectors), dtype=np.uint8))


def _scores(question: QuestionTokens, passages: Sequence[TokenCodes]) -> Scores:
    """Return the MaxSim of passages, which are the rows of an index."""
    return maxsim(question, _joined(passages))


def _joined(passages: Sequence[TokenCodes]) -> PassageTokens:
    codes = np.concatenate([np.empty((0, DIMENSION // 8), np.uint8), *(passage.codes for passage in passages)])
    sentences = np.concatenate([np.empty(0, np.uint8), *(passage.sentences for passage in passages)])
    return PassageTokens(codes, sentences, np.array([len(passage.codes) for passage in passages], np.int64))


def test_a_compressed_token_keeps_its_cosines() -> None:
    random = np.random.default_rng(0)
    passage = _unit(random, 60)
    noisy = passage[:20] + 0.7 * _unit(random, 20)
    question = noisy / np.linalg.norm(noisy, axis=1, keepdims=True)
    errors = similarities(_question(question), _without_groups(passage).codes) - passage @ question.T
    assert float(np.sqrt((errors**2).mean())) < 0.05
    assert abs(float(errors.mean())) < 0.01


def test_the_passage_with_the_tokens_of_the_question_scores_best() -> None:
    random = np.random.default_rng(1)
    passages = [_unit(random, 30) for _ in range(20)]
    scores = _scores(_question(passages[7][3:9]), [_without_groups(passage) for passage in passages])
    assert int(scores.argmax()) == 7
    assert scores[7] == pytest.approx(1.0, abs=0.1)


def test_the_token_with_the_highest_weight_decides_the_order() -> None:
    one, other = _unit(np.random.default_rng(2), 2)
    passages = [_without_groups(one[np.newaxis]), _without_groups(other[np.newaxis])]
    weights = np.array([0.9, 0.1], np.float32)
    assert np.diff(_scores(QuestionTokens(np.stack([one, other]), weights), passages))[0] < 0


def test_a_passage_without_tokens_scores_nothing() -> None:
    tokens = _unit(np.random.default_rng(3), 2)
    empty = compress(np.empty((0, DIMENSION), np.float32), np.empty(0, np.uint8))
    scores = _scores(_question(tokens), [empty, _without_groups(tokens), empty])
    assert scores[0] == scores[2] == 0 < scores[1]
    assert [one.alone for one in sentence_scores(_question(tokens), _joined([empty]))] == [{}]
    assert sentence_scores(_question(tokens), _joined([])) == []
    assert _scores(_question(tokens), []).shape == (0,)


def test_a_sentence_has_a_score_of_its_own_and_one_with_its_headings() -> None:
    heading, own, other = _unit(np.random.default_rng(5), 3)
    passage = compress(np.stack([heading, own, other]), np.array([PREFIX, 0, 1], np.uint8))
    question = QuestionTokens(np.stack([heading, own]), np.array([0.25, 0.75], np.float32))
    scores = sentence_scores(question, _joined([passage]))[0].alone
    assert scores[0] == pytest.approx((0.75, 1.0), abs=0.1)
    assert scores[1] == pytest.approx((0.0, 0.25), abs=0.1)
    without = sentence_scores(question, _joined([_without_groups(np.stack([own]))]))[0].alone
    assert without[0].own == without[0].with_headings


def test_the_dimension_need_not_be_a_multiple_of_eight() -> None:
    vectors = np.eye(12, dtype=np.float32)
    similar = similarities(_question(vectors), _without_groups(vectors).codes)
    assert similar.argmax(axis=0).tolist() == [*range(12)]


@given(lengths=st.lists(st.integers(1, 12), min_size=1, max_size=8))
def test_no_group_spans_two_sentences(lengths: list[int]) -> None:
    numbers = np.repeat([PREFIX, *range(len(lengths) - 1)], lengths).astype(np.uint8)
    codes = compress(np.ones((len(numbers), 8), np.float32), numbers)
    expected = [
        number
        for number, length in zip([PREFIX, *range(8)], lengths, strict=False)
        for _ in range(-(-length // GROUP_SIZE))
    ]
    assert codes.sentences.tolist() == expected
    assert codes.codes.shape == (len(expected), 1)


def test_an_index_returns_the_passages_that_were_written(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    passages = [_without_groups(_unit(random, count)) for count in (3, 0, 5)]
    write(tmp_path, passages, DIMENSION)
    index = TokenIndex.open(tmp_path)
    for row, passage in enumerate(passages):
        assert np.array_equal(index.passage(row).codes, passage.codes)
        assert np.array_equal(index.passage(row).sentences, passage.sentences)
    several = index.at(np.array([2, 1, 0]))
    assert several.lengths.tolist() == [5, 0, 3]
    assert np.array_equal(several.codes, np.concatenate([passages[2].codes, passages[0].codes]))
    assert np.array_equal(several.sentences, np.concatenate([passages[2].sentences, passages[0].sentences]))


@given(reused=st.sets(st.integers(0, 7)), new=st.integers(0, 3))
def test_reused_and_new_passages_are_written_as_if_all_were_new(
    reused: set[int], new: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder, random = tmp_path_factory.mktemp("tokens"), np.random.default_rng(6)
    old, added = ([_without_groups(_unit(random, count % 4)) for count in range(size)] for size in (8, new))
    write(folder / "old", old, DIMENSION)
    rows = np.array(sorted(reused), np.int64)
    write(folder / "moved", added, DIMENSION, TokenIndex.open(folder / "old"), rows)
    write(folder / "fresh", [*(old[row] for row in rows), *added], DIMENSION)
    for name in ("codes", "sentences", "offsets"):
        moved, fresh = ((folder / place / f"{name}.npy").read_bytes() for place in ("moved", "fresh"))
        assert moved == fresh, name


def test_a_passage_of_200_tokens_takes_at_most_4_kilobytes() -> None:
    tokens = _unit(np.random.default_rng(5), 200)
    codes = compress(tokens, np.repeat(np.arange(10), 20).astype(np.uint8))
    assert codes.codes.nbytes + codes.sentences.nbytes <= 4_096
