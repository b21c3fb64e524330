"""Relevant evidence raises the confidence. Users can read and replace the file with its model."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path

import pytest

from rag.answer import confidence
from rag.answer.confidence import ConfidenceModel
from rag.answer.signals import Signals
from rag.errors import ConfigurationError
from rag.types import Ask, Role, Turn
from tests import samples

SIGNALS = Signals(
    met=0.7,
    mean_met=0.4,
    cosine=0.7,
    coverage=0.8,
    agreement=1.0,
    weakest_word=0.5,
    words_elsewhere=0.0,
    figures_missing=0.0,
    names_missing=0.0,
    further_words=0.4,
    looked_up=0.0,
    covered=0.8,
    unreadable=0.0,
)


@pytest.mark.parametrize(
    "weaker",
    [
        {"met": 0.4},
        {"mean_met": 0.6},
        {"cosine": 0.3},
        {"coverage": 0.2},
        {"agreement": 0.0},
        {"weakest_word": 0.1},
        {"words_elsewhere": 0.2},
        {"further_words": 1.0},
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


def test_a_lookup_raises_the_confidence() -> None:
    model = confidence.load()
    unlike = replace(SIGNALS, met=0.3, mean_met=0.2, cosine=0.4, coverage=0.3, agreement=0.0, weakest_word=0.1)
    assert model.confidence(unlike) < 0.3 < model.confidence(replace(unlike, looked_up=0.5))
    assert model.confidence(replace(unlike, looked_up=1.0)) >= 0.5


def test_the_model_file_states_its_data_and_its_error() -> None:
    stored = json.loads(files("rag.answer").joinpath(confidence.PARAMETERS).read_text(encoding="utf-8"))
    assert set(stored["weights"]) == set(asdict(SIGNALS)) - {"covered", "unreadable"}
    assert "questions of" in stored["provenance"]
    for error in stored["error"].values():
        assert 0.5 < error["auroc"] <= 1
        assert 0 <= error["brier"] < 0.25
        assert 0 <= error["calibration_error"] < 0.15
        assert 0.5 < error["auroc_fitted_on_others"] <= 1


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
        ('{"intercept": 0, "weights": {}, "by_words": {"met": 1}}', "not a file that 'rag calibrate' wrote"),
        ('{"intercept": 0, "weights": {}, "by_words": {"intercept": 0, "weights": {"luck": 1}}}', "weighs 'luck'"),
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


def test_words_alone_count_if_the_encoder_cannot_read_the_evidence() -> None:
    words = ConfidenceModel(0.0, {"covered": 1.0})
    model = ConfidenceModel(0.0, {"met": 1.0}, words)
    unread = replace(SIGNALS, met=0.9, covered=0.2, unreadable=1.0)
    assert model.confidence(unread) == words.confidence(unread)
    assert model.confidence(replace(unread, unreadable=0.0)) == pytest.approx(1 / (1 + math.exp(-0.9)))


def test_the_higher_estimate_counts_if_the_encoder_cannot_read_a_word_of_the_question() -> None:
    model = ConfidenceModel(0.0, {"met": 1.0}, ConfidenceModel(0.0, {"covered": 1.0}))
    unread = replace(SIGNALS, met=0.1, covered=0.8, unreadable=0.5)
    assert model.confidence(unread) == pytest.approx(1 / (1 + math.exp(-0.8)))
    assert model.confidence(replace(unread, met=0.9)) == pytest.approx(1 / (1 + math.exp(-0.9)))
