"""The inverted index returns the scores of the BM25 formula, for new and for reused rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.inverted import K1, B, InvertedIndex, Postings
from rag.protocols import Rows

TERMS = st.sampled_from(["tax", "law", "levy", "fine", "税法", "\ud800"])
ROWS = st.lists(st.lists(TERMS, max_size=9), max_size=9)


def build(
    new: Sequence[Sequence[str]], previous: InvertedIndex | None = None, reused_rows: Rows | None = None
) -> InvertedIndex:
    postings = Postings()
    for row in new:
        postings.add(row)
    return postings.index(previous, reused_rows)


def bm25(rows: Sequence[Sequence[str]], question: Sequence[str]) -> list[float]:
    """Score every row with the formula, term by term."""
    average = sum(map(len, rows)) / max(len(rows), 1)
    scores = []
    for row in rows:
        score = 0.0
        for term in question:
            df = sum(term in other for other in rows)
            tf = row.count(term)
            idf = math.log(1 + (len(rows) - df + 0.5) / (df + 0.5))
            score += idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(row) / average)) if tf else 0.0
        scores.append(score)
    return scores


@given(ROWS, st.lists(TERMS, max_size=4))
def test_scores_follow_the_formula(rows: list[list[str]], question: list[str]) -> None:
    # The index treats an average length below one term as one term, so one row makes the average larger.
    rows = [*rows, ["tax"] * (len(rows) + 1)]
    assert build(rows).scores(question).tolist() == pytest.approx(bm25(rows, question), rel=1e-5)


@given(st.data())
def test_an_index_of_reused_and_new_rows_equals_one_built_from_scratch(data: st.DataObject) -> None:
    old, new = data.draw(ROWS), data.draw(ROWS)
    reused = sorted(data.draw(st.sets(st.sampled_from(range(len(old)))))) if old else []
    rebuilt = build([*(old[row] for row in reused), *new])
    moved = build(new, build(old), np.array(reused, np.int64))
    for name in ("terms", "offsets", "rows", "codes", "lengths"):
        one, other = getattr(moved, name), getattr(rebuilt, name)
        assert one.tolist() == other.tolist(), name
        assert one.dtype == other.dtype, name


@given(rows=ROWS)
def test_an_index_gives_the_same_scores_after_it_is_saved_and_opened(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("lexical")
    index = build(rows)
    index.save(folder)
    opened = InvertedIndex.open(folder)
    assert len(opened) == len(rows)
    for question in (["tax"], ["law", "levy", "law"], ["unheard"]):
        assert opened.scores(question).tolist() == index.scores(question).tolist()
        assert opened.idf(question[0]) == index.idf(question[0])


def test_an_empty_index_returns_no_scores(tmp_path: Path) -> None:
    build([]).save(tmp_path)
    assert InvertedIndex.open(tmp_path).scores(["tax"]).shape == (0,)


def test_an_unknown_term_scores_nothing_and_has_the_highest_idf() -> None:
    index = build([["tax", "law"], ["tax"]])
    assert index.scores(["levy"]).tolist() == [0, 0]
    assert index.idf("levy") > index.idf("law") > index.idf("tax") > 0


def test_the_frequencies_of_several_terms_are_those_of_each_term() -> None:
    index = build([["tax", "law"], ["tax"]])
    assert index.frequencies(["tax", "levy", "law", "zone", "tax"]) == [2, 0, 1, 0, 2]
    assert build([]).frequencies(["tax"]) == [0]


def test_a_term_that_the_question_repeats_counts_twice() -> None:
    index = build([["tax"], ["law"]])
    assert index.scores(["tax", "tax"]).tolist() == pytest.approx((2 * index.scores(["tax"])).tolist())


def test_rows_without_terms_score_nothing() -> None:
    assert build([[], [], []]).scores(["tax"]).tolist() == [0, 0, 0]


def test_term_frequencies_are_exact_up_to_63_and_clamped_above() -> None:
    counts = (1, 2, 31, 32, 61, 62, 63, 64, 65, 126, 127, 128, 255, 256, 400)
    rows = [["tax"] * count + ["law"] * (400 - count) for count in counts]
    scores, exact = build(rows).scores(["tax"]).tolist(), bm25(rows, ["tax"])
    limit = counts.index(63)
    assert scores[: limit + 1] == pytest.approx(exact[: limit + 1], rel=1e-5)
    assert scores[limit:] == [scores[limit]] * (len(counts) - limit)


def test_the_score_of_a_row_that_repeats_one_term_very_often_is_close_to_the_formula() -> None:
    rows = [["tax"] * 70_000, ["law"] * 70_000]
    index = build(rows)
    assert index.lengths.tolist() == [70_000, 70_000]
    assert index.scores(["tax"]).tolist() == pytest.approx(bm25(rows, ["tax"]), rel=0.03)


@pytest.mark.parametrize("length", [1, 511, 512, 513, 5_000, 1_000_000])
def test_the_score_of_a_row_of_any_length_is_close_to_the_formula(length: int) -> None:
    rows = [["tax", *["law"] * (length - 1)], ["levy"] * 300]
    assert build(rows).scores(["tax"]).tolist() == pytest.approx(
        bm25(rows, ["tax"]), rel=0.02 if length > 512 else 1e-5
    )
