"""Tests that questions go through the ordinary pipeline, and that quotes are checked against the documents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.evaluation import read
from rag.evaluation.answers import span_validity
from rag.evaluation.labelled_index import IndexedBenchmark, index
from rag.evaluation.predictions import document_ranking, predict, rank
from rag.types import Hit, Reference, Span
from tests.articles import quietly
from tests.evaluation import policies


@pytest.fixture
def indexed(tmp_path: Path) -> IndexedBenchmark:
    (benchmark,) = read([policies.write(tmp_path / "policies")])
    return index(benchmark, policies.service(tmp_path / "index", least_confidence=1.0), quietly)


def test_every_question_is_answered_even_if_the_service_would_abstain(indexed: IndexedBenchmark) -> None:
    soda, day, discount, opera = predict(indexed, quietly)
    assert soda.answer.statements[0].text == "Drinks with eight grams of sugar pay 24 pence per litre."
    assert day.answer.statements[0].text == policies.DAY
    assert all(one.reference.id.split("/")[0] == "charge" for one in discount.answer.citations)
    assert opera.answer.confidence < min(soda.answer.confidence, day.answer.confidence)


def test_a_question_is_asked_with_its_history(indexed: IndexedBenchmark) -> None:
    with_history = predict(indexed, quietly)[2]
    bare = [question.model_copy(update={"history": ()}) for question in indexed.benchmark.questions]
    without = predict(replace(indexed, benchmark=replace(indexed.benchmark, questions=tuple(bare))), quietly)[2]
    assert with_history.ranking[0] == "charge/zone"
    assert with_history.answer.evidence[0].score != without.answer.evidence[0].score


def test_documents_are_ranked_by_their_best_passage() -> None:
    hits = [Hit(row, Reference(name, name), Span(0, 1), "x", (), (), 0.0) for row, name in enumerate("abacb")]
    assert document_ranking(hits) == ("a", "b", "c")


def test_ranking_without_answers_gives_the_same_ranking(indexed: IndexedBenchmark) -> None:
    assert rank(indexed, quietly) == [one.ranking for one in predict(indexed, quietly)]


def test_a_quote_that_is_not_in_its_document_is_invalid(indexed: IndexedBenchmark) -> None:
    assert span_validity(predict(indexed, quietly)) == 1
    shifted = replace(indexed, texts={name: f" {text}" for name, text in indexed.texts.items()})
    assert span_validity(predict(shifted, quietly)) == 0
