"""Tests each measure on cases computed by hand."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation import abstention, ranking
from rag.evaluation.answers import token_f1
from rag.evaluation.benchmarks import Question
from rag.evaluation.statistics import auroc_interval, mean_interval, paired_p

CONFIDENCE = np.array([0.9, 0.8, 0.6, 0.3])
ANSWERABLE = np.array([True, True, False, True])


def test_measures_of_rankings_equal_those_of_trec_eval() -> None:
    found = ranking.measure([["b", "a", "c"], ["a"]], [{"a": 1, "c": 1}, {}])
    expected = {
        "ndcg@10": (1 / log2(3) + 1 / log2(4)) / (1 + 1 / log2(3)),
        "recall@10": 1.0,
        "map@10": (1 / 2 + 2 / 3) / 2,
        "p@1": 0.0,
        "document_recall@1": 0.0,
    }
    assert {name: values[0] for name, values in found.items()} == pytest.approx(expected)
    assert all(np.isnan(values[1]) for values in found.values()), "a ranking without labels has no measures"


def test_more_relevant_documents_gain_more() -> None:
    found = ranking.measure([["a", "b"], ["b", "a"]], [{"a": 2, "b": 1}] * 2)
    assert found["ndcg@10"] == pytest.approx([1.0, (1 + 2 / log2(3)) / (2 + 1 / log2(3))])
    assert found["document_recall@1"] == pytest.approx([0.5, 0.5])


def test_the_eleventh_document_does_not_count() -> None:
    documents = [str(number) for number in range(11)]
    found = ranking.measure([documents], [{"10": 1}])
    assert all(values[0] == 0 for values in found.values())


def test_without_any_label_nothing_is_measured() -> None:
    assert np.isnan(ranking.measure([["a"]], [{}])["p@1"]).all()


@pytest.mark.parametrize(
    ("text", "reference", "f1"),
    [
        ("The levy is 24 pence.", "a Levy of 24 pence", 6 / 8),
        ("It is due in May", "June", 0.0),
        ("pay pay pay", "pay pay", 4 / 5),
        ("", "May", 0.0),
        ("The", "a", 1.0),
    ],
)
def test_token_f1_equals_that_of_squad(text: str, reference: str, f1: float) -> None:
    assert token_f1(text, reference) == pytest.approx(f1)
    assert token_f1(reference, text) == pytest.approx(f1)


def test_abstention_is_measured_over_all_questions() -> None:
    found = abstention.measure(CONFIDENCE, ANSWERABLE, bar=0.5)
    assert found == pytest.approx(
        {
            "auroc": 2 / 3,
            "coverage@precision90": 2 / 4,
            "refused@15": 1 / 3,
            "calibration_error": (0.1 + 0.2 + 0.6 + 0.7) / 4,
            "coverage@bar": 3 / 4,
            "precision@bar": 2 / 3,
        }
    )


def test_a_bar_above_every_confidence_has_no_coverage() -> None:
    found = abstention.measure(CONFIDENCE, ANSWERABLE, bar=1.0)
    assert found["coverage@bar"] == 0
    assert "precision@bar" not in found


def test_a_bar_cannot_separate_equal_confidences() -> None:
    equal = np.array([0.5, 0.5])
    assert abstention.coverage_at(0.9, equal, np.array([True, False])) == 0
    assert abstention.coverage_at(0.5, equal, np.array([True, False])) == 1


def test_refused_at_a_bar_counts_the_positives_that_the_refused_negatives_reach() -> None:
    positives, negatives = np.array([0.9, 0.7, 0.5, 0.2]), np.linspace(0.05, 1.0, 20)
    # 15 % of 20 negatives are 3: those of 0.90, 0.95 and 1.00 are answered, and 0.85 is the highest refused one.
    assert abstention.refused_at(0.15, positives, negatives) == 3 / 4
    assert abstention.refused_at(0.0, positives, negatives) == 1
    assert abstention.refused_at(0.15, positives, np.array([0.5])) == 2 / 4, "equal to the highest refused: refused too"
    both = abstention.refused_at(0.15, np.stack([positives, positives]), np.stack([negatives, negatives / 10]))
    assert both.tolist() == [3 / 4, 0.0]


def test_errors_in_one_bin_cancel_each_other() -> None:
    certain = np.array([1.0, 0.5, 0.5])
    assert abstention.calibration_error(certain, np.array([True, True, False])) == 0


@given(st.lists(st.sampled_from([0.1, 0.2, 0.3]), min_size=1), st.lists(st.sampled_from([0.1, 0.2, 0.3]), min_size=1))
def test_auroc_is_the_share_of_pairs_in_the_right_order(positives: list[float], negatives: list[float]) -> None:
    pairs = [(one > other) + (one == other) / 2 for one in positives for other in negatives]
    assert abstention.auroc(np.array(positives), np.array(negatives)) == pytest.approx(sum(pairs) / len(pairs))


def test_questions_of_one_kind_give_no_labels_for_abstention() -> None:
    def question(answerable: bool | None) -> Question:
        return Question.model_validate({"_id": "a", "text": "Why?", "answerable": answerable})

    assert np.isnan(abstention.answerability([question(True), question(None)])).all()
    known = abstention.answerability([question(True), question(None), question(False)])
    np.testing.assert_equal(known, [1, np.nan, 0])


def test_an_interval_contains_the_mean_and_is_always_the_same() -> None:
    values = np.arange(50) / 50
    low, high = mean_interval(values)
    assert low < values.mean() < high
    # The standard error of the mean is 0.041, and 95 % lie within 1.96 of it.
    assert (low, high) == pytest.approx((0.49 - 0.08, 0.49 + 0.08), abs=0.01)
    assert mean_interval(values) == (low, high)


def test_values_without_variation_have_an_interval_of_width_zero() -> None:
    assert mean_interval(np.array([0.5])) == (0.5, 0.5)
    assert mean_interval(np.full(4, 0.5)) == (0.5, 0.5)
    assert auroc_interval(np.array([0.9]), np.array([0.1, 0.2])) == (1.0, 1.0)


def test_the_interval_of_an_auroc_contains_it() -> None:
    positives, negatives = np.linspace(0.3, 1, 40), np.linspace(0, 0.7, 40)
    low, high = auroc_interval(positives, negatives)
    assert 0.5 < low < abstention.auroc(positives, negatives) < high < 1


def test_the_paired_test_is_exact_for_few_questions() -> None:
    worse, better = np.zeros(8), np.ones(8)
    assert paired_p(worse, better) == pytest.approx(2 / 2**8)
    assert paired_p(better, worse) == pytest.approx(2 / 2**8)
    assert paired_p(worse, worse) == 1
    assert paired_p(np.array([0.0, np.nan]), np.array([np.nan, 1.0])) == 1, "no pair, no difference"
