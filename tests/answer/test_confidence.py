"""Confidence rises with evidence that speaks to the question, and comes from a model that one can read and replace."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from importlib.resources import files
from pathlib import Path

import pytest

from rag.answer import confidence
from rag.answer.confidence import Signals
from rag.errors import ConfigurationError
from rag.types import Ask, Role, Turn
from tests import asking

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
def test_weaker_evidence_makes_less_confident(weaker: dict[str, float]) -> None:
    model = confidence.load()
    assert 0 < model.confidence(replace(SIGNALS, **weaker)) < model.confidence(SIGNALS) < 1


def test_a_follow_up_is_judged_by_what_the_conversation_is_about(tmp_path: Path) -> None:
    service = asking.service(tmp_path / "index")
    asking.ingest(service, asking.write(tmp_path / "articles"))
    talk = (
        Turn(Role.USER, "What does the congestion charge cost a day?"),
        Turn(Role.ASSISTANT, "The congestion charge is 15 pounds a day."),
    )
    alone, after = (
        service.parts.answerer.signals(service.snapshot(), Ask("And what did residents have?", {}, 8, history))
        for history in ((), talk)
    )
    assert after.cosine > alone.cosine
    assert after.met == pytest.approx(alone.met), "the sentence must still meet the question itself"


def test_the_model_says_what_it_was_fitted_on_and_its_error() -> None:
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
        ("{", "no file that 'rag calibrate' wrote"),
        ("[]", "no file that 'rag calibrate' wrote"),
        ('{"intercept": 0}', "no file that 'rag calibrate' wrote"),
        ('{"intercept": "x", "weights": {}}', "no file that 'rag calibrate' wrote"),
        ('{"intercept": 0, "weights": {"luck": 1}}', "weighs 'luck', a signal this version has not"),
    ],
)
def test_what_is_no_model_is_refused_with_a_sentence(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "confidence.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match=reason):
        confidence.load(path)


def test_a_file_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="RAG_CONFIDENCE_MODEL"):
        confidence.load(tmp_path / "none.json")
