"""Tests the measures of labelled passages in the evidence, and of refusals in spite of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag.evaluation import gold_evidence, read
from rag.evaluation.labelled_index import GoldSpan, IndexedBenchmark, Labels, index
from rag.evaluation.predictions import Prediction, predict
from rag.types import Hit, Outcome, Reference, Span
from tests.evaluation import policies
from tests.evaluation.policies import quietly


def _hit(document: str, start: int, end: int) -> Hit:
    return Hit(0, Reference(document, document), Span(start, end), "x" * (end - start), (), (), 1.0)


@pytest.fixture
def indexed(tmp_path: Path) -> IndexedBenchmark:
    (benchmark,) = read([policies.write(tmp_path / "policies")])
    return index(benchmark, policies.service(tmp_path / "index"), quietly(""))


@pytest.fixture
def predictions(indexed: IndexedBenchmark) -> list[Prediction]:
    return predict(indexed, quietly(""))


def test_evidence_contains_gold_if_a_passage_overlaps_a_span_a_page_or_a_document() -> None:
    evidence, texts = [_hit("a", 10, 20)], {"a": "x" * 40, "b": "y" * 40}
    for labels, found in (
        (Labels({"a": 1}, (GoldSpan("a", Span(19, 30)),)), True),
        (Labels({"a": 1}, (GoldSpan("a", Span(20, 30)),)), False),
        (Labels({"a": 1}, (), (GoldSpan("a", Span(0, 11)),)), True),
        (Labels({"a": 1}, (), (GoldSpan("b", Span(0, 11)),)), False),
        (Labels({"a": 1}, ()), True),
        (Labels({"a": 0}, ()), False),
    ):
        assert gold_evidence.gold_in_evidence(evidence, labels, texts) is found


def test_the_same_words_in_another_document_are_evidence_if_they_are_not_few() -> None:
    text = "The fee is forty euros for each\nlost bicycle."
    copy = [Hit(0, Reference("b", "B"), Span(0, 60), f"Note. {text}".replace("\n", " "), (), (), 1.0)]
    long, short = (Labels({}, (GoldSpan("a", Span(0, end)),)) for end in (len(text), len("The fee")))
    assert gold_evidence.gold_in_evidence(copy, long, {"a": text})
    assert not gold_evidence.gold_in_evidence(copy, short, {"a": text})


def test_page_recall_is_the_share_of_labelled_pages_in_the_first_passages(
    indexed: IndexedBenchmark, predictions: list[Prediction]
) -> None:
    pages = tuple(GoldSpan("a", Span(start, start + 10)) for start in (0, 20))
    changed = replace(indexed, labels=[Labels({"a": 1}, (), pages), *indexed.labels[1:]])
    first = replace(predictions[0], first=(_hit("a", 0, 5), _hit("b", 20, 25)))
    found = gold_evidence.measure(changed, [first, *predictions[1:]], bar=0.0)["page_recall@5"]
    np.testing.assert_equal(found, [0.5, np.nan, np.nan, np.nan])


def test_a_refusal_counts_only_for_answerable_questions_with_gold_in_evidence(
    indexed: IndexedBenchmark, predictions: list[Prediction]
) -> None:
    soda, day, discount, opera = predictions
    missed = replace(day, answer=replace(day.answer, evidence=()))
    measured = gold_evidence.measure(indexed, [soda, missed, discount, opera], bar=1.0)
    np.testing.assert_equal(measured["gold_in_evidence"], [1, 0, 1, np.nan])
    np.testing.assert_equal(measured["refused_answerable"], [1, 1, 1, np.nan])
    np.testing.assert_equal(measured["refused_with_gold"], [1, np.nan, 1, np.nan])


def test_an_answer_without_statements_is_a_refusal_at_any_bar(predictions: list[Prediction]) -> None:
    answer = predictions[0].answer
    assert not gold_evidence.is_refused(answer, bar=0.0)
    assert gold_evidence.is_refused(replace(answer, outcome=Outcome.NO_EVIDENCE), bar=0.0)
