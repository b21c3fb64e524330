"""Each question goes through the ordinary pipeline, and what comes back is held against the documents."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from rag.evaluation import read
from rag.evaluation.answers import span_validity
from rag.evaluation.labelled_index import Indexed, index
from rag.evaluation.predictions import ask, folded, rank
from rag.types import Hit, Reference, Span
from tests.articles import quietly
from tests.evaluation import policies


@pytest.fixture
def indexed(tmp_path: Path) -> Indexed:
    (benchmark,) = read([policies.write(tmp_path / "policies")])
    return index(benchmark, policies.service(tmp_path / "index", least_confidence=1.0), quietly)


def test_every_question_is_answered_whatever_the_bar(indexed: Indexed) -> None:
    soda, day, discount, opera = ask(indexed, quietly)
    assert soda.answer.statements[0].text == "Drinks with eight grams of sugar pay 24 pence per litre."
    assert day.answer.statements[0].text == policies.DAY
    assert all(one.reference.id.split("/")[0] == "charge" for one in discount.answer.citations)
    assert opera.answer.confidence < min(soda.answer.confidence, day.answer.confidence)


def test_a_question_is_asked_with_its_conversation(indexed: Indexed) -> None:
    heard = ask(indexed, quietly)[2]
    forgotten = [question.model_copy(update={"history": ()}) for question in indexed.benchmark.questions]
    unheard = ask(replace(indexed, benchmark=replace(indexed.benchmark, questions=tuple(forgotten))), quietly)[2]
    assert heard.ranking[0] == "charge/zone"
    assert heard.answer.evidence[0].score != unheard.answer.evidence[0].score


def test_a_document_stands_where_its_best_passage_does() -> None:
    hits = [Hit(row, Reference(name, name), Span(0, 1), "x", (), (), 0.0) for row, name in enumerate("abacb")]
    assert folded(hits) == ("a", "b", "c")


def test_ranking_alone_gives_what_asking_gives(indexed: Indexed) -> None:
    assert rank(indexed, quietly) == [one.ranking for one in ask(indexed, quietly)]


def test_a_quote_that_is_not_in_its_document_is_counted(indexed: Indexed) -> None:
    assert span_validity(ask(indexed, quietly)) == 1
    shifted = replace(indexed, texts={name: f" {text}" for name, text in indexed.texts.items()})
    assert span_validity(ask(shifted, quietly)) == 0
