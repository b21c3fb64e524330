"""Relevant evidence raises the confidence. Users can read and replace the file with its model."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from rag.answer import confidence
from rag.answer.confidence import ConfidenceModel, Signals, signals_of
from rag.answer.extraction import Scored
from rag.answer.retrieval import Query
from rag.answer.statements import Sentence
from rag.errors import ConfigurationError
from rag.types import Ask, Role, Span, Turn
from tests import samples
from tests.answer.made import Row, hit, one_token, snapshot

SIGNALS = Signals(met=0.7, cosine=0.7, coverage=0.8, agreement=1.0, figures_missing=0.0, names_missing=0.0)


@pytest.mark.parametrize(
    "weaker",
    [
        {"met": 0.4},
        {"cosine": 0.3},
        {"agreement": 0.0},
        {"figures_missing": 1.0},
        {"names_missing": 1.0},
    ],
)
def test_weaker_evidence_lowers_the_confidence(weaker: dict[str, float]) -> None:
    model = confidence.load()
    assert 0 < model.confidence(replace(SIGNALS, **weaker)) < model.confidence(SIGNALS) < 1


def test_the_cosine_of_a_follow_up_includes_its_conversation(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    samples.ingest(service, samples.write(tmp_path / "articles"))
    talk = (
        Turn(Role.USER, "What does the congestion charge cost a day?"),
        Turn(Role.ASSISTANT, "The congestion charge is 15 pounds a day."),
    )
    alone, after = (
        service.parts.answerer.signals(service.snapshot(), Ask("And what did residents have?", {}, 8, history))
        for history in ((), talk)
    )
    assert after.cosine > alone.cosine
    assert after.met == pytest.approx(alone.met), "MaxSim compares sentences with the question alone"


def test_the_model_file_states_its_data_and_its_error() -> None:
    stored = json.loads(files("rag.answer").joinpath(confidence.PARAMETERS).read_text(encoding="utf-8"))
    assert set(stored["weights"]) == set(asdict(SIGNALS))
    assert "questions of" in stored["provenance"]
    for error in stored["error"].values():
        assert 0.5 < error["auroc"] <= 1
        assert 0 <= error["brier"] < 0.25


def test_a_model_may_be_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "confidence.json"
    path.write_text('{"intercept": 0, "weights": {"met": 1.0}}')
    assert confidence.load(path).confidence(replace(SIGNALS, met=0.0)) == 0.5


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "not a file that 'rag calibrate' wrote"),
        ("[]", "not a file that 'rag calibrate' wrote"),
        ('{"intercept": 0}', "not a file that 'rag calibrate' wrote"),
        ('{"intercept": "x", "weights": {}}', "not a file that 'rag calibrate' wrote"),
        (
            '{"intercept": 0, "weights": {"zeal": 1, "luck": 1, "met": 1}}',
            "weighs 'luck', a signal that this version does not have",
        ),
    ],
)
def test_a_file_that_is_not_a_model_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "confidence.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=reason):
        confidence.load(path)


def test_a_missing_model_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="RAG_CONFIDENCE_MODEL"):
        confidence.load(tmp_path / "none.json")


# Signals and probabilities, computed by hand


def signals(ranked: Sequence[Scored], *cosines: float, question: str = "tax", text: str = "x", **idf: float) -> Signals:
    """Return the signals of passages with these cosines, for a question of the terms in `idf`."""
    rows = [Row(text, vector=(cosine,), title="The Act", heading=("Part Two",)) for cosine in cosines]
    query = Query(question, np.ones((1, 1), np.float32), tuple(idf), one_token())
    return signals_of(snapshot(rows, idf), query, [hit(row, number) for number, row in enumerate(rows)], ranked)


def sentence(terms: str = "", maxsim: float = 0.0, passage: int = 0) -> Scored:
    return Scored(Sentence(Span(0, 1), "x", frozenset(terms.split()), passage), maxsim, coverage=0.0, score=0.0)


def test_without_quotable_sentences_every_signal_is_unfavourable() -> None:
    assert signals([], 0.5) == Signals(0.0, 0.0, 0.0, 0.0, 1.0, 1.0)


def test_the_best_maxsim_and_the_best_cosine_are_signals() -> None:
    found = signals([sentence(maxsim=0.25), sentence(maxsim=0.75, passage=1)], 0.5, 0.625)
    assert (found.met, found.cosine) == (0.75, 0.625)


def test_the_coverage_is_that_of_the_best_single_sentence() -> None:
    found = signals([sentence("tax sugar else"), sentence("fee")], 0.5, tax=2.0, sugar=1.0, fee=5.0)
    assert found.coverage == pytest.approx(5 / 8)
    assert signals([sentence("else")], 0.5).coverage == 0, "a question without terms"


def test_the_searches_agree_if_the_first_passage_is_the_nearest() -> None:
    assert signals([sentence()], 0.5, 0.25).agreement == 1
    assert signals([sentence()], 0.25, 0.5).agreement == 0
    assert signals([sentence()], 0.5, 0.5).agreement == 1


def test_figures_and_names_count_in_the_passage_its_title_and_its_headings() -> None:
    question = "Did Kazakhstan or Finland pay 24 pence, 25 pence, 26 pence or 27 pence under the Act of Part Two?"
    found = signals([sentence()], 0.5, question=question, text="Kazakhstan paid 24 pence.")
    assert found.figures_missing == pytest.approx(3 / 4)
    assert found.names_missing == pytest.approx(1 / 5), "Finland, of five names"


def test_only_figures_in_the_passage_of_the_best_sentence_count() -> None:
    rows = [Row("In 2018.", vector=(0.5,)), Row("In 2019.", vector=(0.5,))]
    query = Query("Was it 2018?", np.ones((1, 1), np.float32), (), one_token())
    evidence = [hit(row, number) for number, row in enumerate(rows)]
    missing = [signals_of(snapshot(rows), query, evidence, [sentence(passage=n)]).figures_missing for n in (0, 1)]
    assert missing == [0, 1]


def test_a_question_without_figures_or_names_misses_none() -> None:
    found = signals([sentence()], 0.5)
    assert (found.figures_missing, found.names_missing) == (0, 0)


@pytest.mark.parametrize(
    ("intercept", "weights", "probability"),
    [
        (0.0, {}, 1 / 2),
        (math.log(3), {}, 3 / 4),
        (-math.log(3), {}, 1 / 4),
        (-0.7, {"met": 1.0}, 1 / 2),
        (0.0, {"agreement": math.log(4)}, 4 / 5),
        (0.0, {"cosine": 10.0, "coverage": -8.75}, 1 / 2),
    ],
)
def test_the_confidence_is_the_sigmoid_of_the_weighted_signals(
    intercept: float, weights: dict[str, float], probability: float
) -> None:
    assert ConfidenceModel(intercept, weights).confidence(SIGNALS) == pytest.approx(probability)


@pytest.mark.parametrize(
    ("language", "coverage", "met", "cosine"),
    [("de", 1.0, 0.619, 0.646), ("de", 0.5, 0.4765, 0.5455), ("de", 0.0, 0.25, 0.3), ("en", 1.0, 0.25, 0.3)],
)
def test_words_raise_the_similarities_of_evidence_in_another_language(
    language: str, coverage: float, met: float, cosine: float
) -> None:
    """`zh` and None are read as English. Their similarities stay too."""
    for code in (language,) if language == "de" else (language, "zh", None):
        evidence = [replace(hit(row := Row("Die Steuer.", vector=(0.3,)), 0), language=code)]
        query = Query("Steuer?", np.ones((1, 1), np.float32), ("steu",), one_token())
        found = signals_of(snapshot([row]), query, evidence, [replace(sentence(maxsim=0.25), coverage=coverage)])
        assert (found.met, found.cosine) == pytest.approx((met, cosine))
