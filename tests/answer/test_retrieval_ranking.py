"""The scores of passages, computed by hand from given vectors and lexical scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rag.answer.retrieval import Query, Retriever, fuse, nearest
from rag.protocols import Scores
from rag.snapshots import Index
from rag.types import Fusion, Hit, Stage
from tests.answer.made import MadeEncoder, Row, one_token, snapshot


class Fixed:
    """Both kinds of reranker, with a fixed score for each row."""

    def __init__(self, scores: Sequence[float]) -> None:
        self._scores = np.array(scores, np.float32)

    def maxsims(self, made: Index, question: object, rows: Sequence[int]) -> Scores:
        found: Scores = self._scores[list(rows)]
        return found

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        return np.array([self._scores[int(text)] for text in passages], np.float32)


def query(vector: Sequence[float] = (1.0,)) -> Query:
    return Query("levy", np.array([vector], np.float32), ("levi",), one_token())


def search(
    made: Index, limit: int = 50, maxsims: Sequence[float] | None = None, by: Fusion = Fusion.Z_SCORE
) -> list[Hit]:
    rerank = Fixed(maxsims).maxsims if maxsims is not None else None
    return Retriever(MadeEncoder({}), by=by, late_interaction=rerank).search(made, query(), {}, limit)


def scores(hits: Sequence[Hit]) -> dict[int, float]:
    return {hit.row: hit.score for hit in hits}


# Fusion


def test_the_fused_score_is_the_mean_of_both_standardised_scores() -> None:
    made = snapshot([Row(vector=(0.3,), lexical=0.0), Row(vector=(0.1,), lexical=4.0)])
    # Dense scores are divided by 0.05, the least deviation; lexical ones are one deviation below and above their mean.
    assert scores(search(made)) == pytest.approx({0: (6 - 1) / 2, 1: (2 + 1) / 2})


def test_each_search_alone_keeps_its_own_standardised_score() -> None:
    made = snapshot([Row(vector=(0.3,), lexical=0.0), Row(vector=(0.1,), lexical=4.0)])
    assert scores(search(made, by=Fusion.DENSE)) == pytest.approx({0: 6, 1: 2})
    assert scores(search(made, by=Fusion.LEXICAL)) == pytest.approx({1: 1})


def test_ranks_are_fused_by_their_reciprocals() -> None:
    made = snapshot([Row(vector=(0.3,), lexical=1.0), Row(vector=(0.1,), lexical=4.0)])
    assert scores(search(made, by=Fusion.RRF)) == pytest.approx({0: 1 / 61 + 1 / 62, 1: 1 / 61 + 1 / 62})


def test_a_small_spread_of_lexical_scores_counts_as_one() -> None:
    made = snapshot([Row(lexical=0.0), Row(lexical=1.0)])
    assert scores(search(made)) == pytest.approx({0: -0.25, 1: 0.25})


def test_dense_scores_are_measured_against_a_sample_of_all_rows() -> None:
    made = snapshot([Row(vector=(0.5,))], sample=np.array([[0.0], [0.2]], np.float32))
    assert scores(search(made)) == pytest.approx({0: (0.5 - 0.1) / 0.1 / 2}), "mean and deviation are 0.1"


def test_each_search_proposes_a_hundred_rows() -> None:
    near = [Row(vector=(0.5,))] * 101
    assert len(search(snapshot(near), limit=200)) == 100
    assert len(search(snapshot([Row(lexical=1.0)] * 101), limit=200, by=Fusion.LEXICAL)) == 100


def test_the_lexical_search_proposes_no_rows_without_a_lexical_score() -> None:
    made = snapshot([Row(lexical=0.0), Row(lexical=0.5), Row(lexical=2.0)])
    assert [hit.row for hit in search(made, by=Fusion.LEXICAL)] == [2, 1]


def test_the_best_lexical_rows_are_found_among_many() -> None:
    values = np.random.default_rng(1).permutation(60_000).astype(float)  # 234 blocks of 256 rows, and some rows
    made = snapshot([Row(lexical=value) for value in values])
    rows, _ = fuse(made.candidates(query().vector, query().analyses, (), 100), Fusion.LEXICAL)
    assert rows.tolist() == sorted(np.argsort(-values)[:100].tolist())


def test_a_filter_keeps_the_scores_of_the_rows_that_pass() -> None:
    made = snapshot([Row(document="a", lexical=1.0), Row(document="b", lexical=4.0), Row(document="a", lexical=3.0)])
    retriever = Retriever(MadeEncoder({}), late_interaction=None)
    everywhere = scores(retriever.search(made, query(), {}, 9))
    assert scores(retriever.search(made, query(), {"id": "a"}, 9)) == {row: everywhere[row] for row in (0, 2)}


def test_each_stage_of_a_search_is_timed_in_order() -> None:
    stages: list[Stage] = []
    retriever = Retriever(MadeEncoder({}))
    retriever.search(snapshot([Row()]), query(), {}, 9, stages.append)
    assert stages == [Stage.LEXICAL, Stage.DENSE, Stage.FUSE, Stage.RERANK]
    retriever.search(snapshot([Row()]), query(), {"id": "a"}, 9, stages.append)
    assert stages[4:] == [Stage.FILTER, Stage.LEXICAL, Stage.DENSE, Stage.FUSE, Stage.RERANK]


# Reranking


def test_a_maxsim_of_one_adds_twenty_to_the_fused_score() -> None:
    made = snapshot([Row(vector=(0.1,)), Row(vector=(0.2,))])
    assert scores(search(made, maxsims=[0.5, 0.25])) == pytest.approx({0: 1 + 10, 1: 2 + 5})


def test_a_cross_encoder_replaces_the_fused_score() -> None:
    made = snapshot([Row("0", vector=(0.1,)), Row("1", vector=(0.2,))])
    hits = Retriever(MadeEncoder({}), Fixed([0.75, 0.5])).search(made, query(), {}, 9)
    assert [(hit.row, hit.score) for hit in hits] == [(0, 0.75), (1, 0.5)]


def test_sixty_four_candidates_are_reranked_or_more_if_the_limit_is_higher() -> None:
    made = snapshot([Row(vector=(1 - n / 100,)) for n in range(66)])
    maxsims = [0.0] * 64 + [1.0, 1.0]
    assert search(made, limit=1, maxsims=maxsims)[0].row == 0
    assert search(made, limit=65, maxsims=maxsims)[0].row == 64
    assert search(made, limit=1, maxsims=[0.0] * 63 + [1.0, 0.0, 0.0])[0].row == 63


def test_scores_that_differ_by_a_rounding_error_are_equal() -> None:
    made = snapshot([Row(vector=(0.1,))] * 2)
    hits = search(made, maxsims=[0.5, 0.500001])
    assert [(hit.row, hit.score) for hit in hits] == [(0, pytest.approx(11.0)), (1, hits[0].score)]
    assert search(made, maxsims=[0.5, 0.50001])[0].row == 1


def test_the_compressed_tokens_of_the_index_rerank_by_default() -> None:
    made = snapshot([Row(maxsims={0: 0.25}), Row(maxsims={0: 0.75})])
    hits = Retriever(MadeEncoder({})).search(made, query(), {}, 9)
    assert scores(hits) == pytest.approx({0: 5, 1: 15})


def test_the_nearest_passage_has_the_best_sum_of_fused_score_and_maxsim() -> None:
    made = snapshot([Row(vector=(0.6,), document="a"), Row(maxsims={0: 0.5}, document="b")])
    found, filtered = nearest(made, query(), {}), nearest(made, query(), {"id": "a"})
    assert found is not None
    assert filtered is not None
    assert (found.row, filtered.row) == (1, 0)
    assert (found.score, filtered.score) == pytest.approx((10, 6))


def test_no_passage_is_nearest_if_none_passes_the_filter() -> None:
    assert nearest(snapshot([Row()]), query(), {"id": "none"}) is None


# Follow-ups


def follow_up(made: Index, limit: int = 50) -> list[Hit]:
    """Search with a question whose vector is (1, 0), after one turn whose vector is (0, 1)."""
    retriever = Retriever(MadeEncoder({"Why?": (1, 0), "Before.": (0, 1)}), late_interaction=None)
    return retriever.search(made, retriever.query(made, "Why?", ["Before."]), {}, limit)


def test_a_follow_up_ranks_documents_by_the_conversation_and_their_passages_by_the_question() -> None:
    half = np.sqrt(0.5)  # the vector of question and turn is (half, half)
    rows = [Row(vector=(0.0, 0.8)), Row(vector=(0.3, 0.4)), Row(vector=(0.1, 0.5), document="b")]
    hits = follow_up(snapshot(rows))
    # The fused scores of the rows of `a` are 10 * half * 0.8 and 10 * half * 0.7.
    a, b = np.logaddexp(2 * 10 * half * 0.8, 2 * 10 * half * 0.7) / 2, 10 * half * 0.6
    expected = [(1, a + 0.1 * 10 * 0.3), (0, a + 0.1 * 0), (2, b + 0.1 * 10 * 0.1)]
    assert [(hit.row, pytest.approx(hit.score, abs=1e-4)) for hit in hits] == expected


def test_only_the_best_ten_documents_are_searched_for_the_question_alone() -> None:
    rows = [Row(vector=(0.5, 0.9 - n / 100), document=f"{n:02}") for n in range(12)]
    hits = follow_up(snapshot(rows))
    conversation = [10 * np.sqrt(0.5) * sum(row.vector) for row in rows]
    gains = [hit.score - conversation[hit.row] for hit in hits]
    assert [hit.row for hit in hits] == list(range(12))
    assert gains == pytest.approx([0.5] * 10 + [0.0] * 2, abs=1e-4)


def test_a_follow_up_finds_no_more_than_the_limit() -> None:
    rows = [Row(vector=(0.1, n / 100)) for n in range(70)]
    assert len(follow_up(snapshot(rows), limit=3)) == 3
    assert len(follow_up(snapshot(rows), limit=66)) == 66
    assert len(follow_up(snapshot(rows), limit=70)) == 70


def test_a_passage_outside_the_first_sixty_four_may_come_first_for_the_question_alone() -> None:
    rows = [*[Row(vector=(0.0, 0.5))] * 64, Row(vector=(0.4, 0.09))]
    assert follow_up(snapshot(rows), limit=1)[0].row == 64


# The question


def test_words_weigh_by_their_idf_and_other_tokens_by_three_tenths() -> None:
    retriever = Retriever(MadeEncoder({"the tax of": (1.0,)}, starts=(0, 4, 8)))
    found = retriever.query(snapshot([Row()], {"tax": 1.4}), "the tax of")
    assert found.tokens.weights == pytest.approx([0.15, 0.7, 0.15])


def test_a_common_word_weighs_no_less_than_other_tokens() -> None:
    retriever = Retriever(MadeEncoder({"the tax": (1.0,)}, starts=(0, 4)))
    assert retriever.query(snapshot([Row()], {"tax": 0.1}), "the tax").tokens.weights == pytest.approx([0.5, 0.5])


def test_all_tokens_of_a_word_have_its_weight() -> None:
    retriever = Retriever(MadeEncoder({"taxes of": (1.0,)}, starts=(0, 3, 6)))
    assert retriever.query(snapshot([Row()], {"tax": 0.6}), "taxes of").tokens.weights == pytest.approx([0.4, 0.4, 0.2])


def test_a_follow_up_contains_the_terms_and_tokens_of_its_turns_and_their_mean_vector() -> None:
    retriever = Retriever(MadeEncoder({"tax": (1, 0), "sugar": (0, 1)}))
    found = retriever.query(snapshot([Row()], {"tax": 3.0, "sugar": 1.0}), "tax", ["sugar"])
    assert (found.text, found.terms) == ("tax", ("tax", "sugar"))
    assert found.vector == pytest.approx(np.sqrt([[0.5, 0.5]]))
    assert found.tokens.weights == pytest.approx([0.75, 0.25])
    assert found.tokens.vectors.shape == (2, 8)
    assert found.alone is not None
    assert found.asked is found.alone
    assert (found.alone.terms, found.alone.vector.tolist()) == (("tax",), [[1, 0]])


def test_a_question_without_turns_is_its_own_ranking_query() -> None:
    found = Retriever(MadeEncoder({"tax": (2.0, 0.0)})).query(snapshot([Row()]), "tax")
    assert (found.alone, found.asked, found.vector.tolist()) == (None, found, [[2, 0]])


def test_a_repeated_turn_is_not_encoded_again() -> None:
    encoder = MadeEncoder({"tax": (1.0,), "sugar": (1.0,)})
    retriever, made = Retriever(encoder), snapshot([Row()])
    retriever.query(made, "tax")
    retriever.query(made, "sugar", ["tax"])
    assert encoder.encoded == ["tax", "sugar"]


def test_a_question_without_tokens_has_no_weights() -> None:
    found = Retriever(MadeEncoder({"tax": (1.0,)}, starts=())).query(snapshot([Row()]), "tax")
    assert found.tokens.weights.tolist() == []
