"""Estimates the probability that the evidence answers a question, with logistic models of signals."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from rag.answer.signals import Signals
from rag.errors import ConfigurationError

PARAMETERS = "confidence.json"
"""The file in this package with the fitted weights, the data they were fitted on, and the model's error."""


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """Two logistic models: each the sigmoid of an intercept plus the weighted sum of the signals.

    An English encoder recognises few words of another language. If the evidence is in one, the second model estimates
    the confidence from the words alone. If the encoder does not know an acronym or a code of the question, the higher
    estimate of the two counts.
    """

    intercept: float
    weights: Mapping[str, float]
    by_words: ConfidenceModel | None = None

    def confidence(self, signals: Signals) -> float:
        """Return the estimated probability, in [0, 1], that the evidence answers the question."""
        values = asdict(signals)
        own = 1 / (1 + math.exp(-(self.intercept + sum(self.weights[name] * values[name] for name in self.weights))))
        if self.by_words is None or not signals.unreadable:
            return own
        words = self.by_words.confidence(signals)
        return words if signals.unreadable == 1 else max(own, words)


def load(path: Path | None = None) -> ConfidenceModel:
    """Read the model at `path`, or the model in this package by default. Raises ConfigurationError."""
    source = path or files("rag.answer").joinpath(PARAMETERS)
    try:
        stored = json.loads(source.read_text(encoding="utf-8"))
        words = stored.get("by_words")
        model = replace(_model(stored), by_words=_model(words) if words else None)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"RAG_CONFIDENCE_MODEL is {str(path)!r}, which is not a file that 'rag calibrate' wrote ({error})"
        ) from error
    weighed = model.weights.keys() | (model.by_words.weights.keys() if model.by_words else set())
    if unknown := sorted(weighed - {one.name for one in fields(Signals)}):
        raise ConfigurationError(
            f"RAG_CONFIDENCE_MODEL weighs {unknown[0]!r}, a signal that this version does not have: "
            "run 'rag calibrate' again"
        )
    return model


def _model(stored: Mapping[str, Any]) -> ConfidenceModel:
    return ConfidenceModel(
        float(stored["intercept"]), {name: float(weight) for name, weight in stored["weights"].items()}
    )
