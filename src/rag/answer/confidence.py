"""Estimates the probability that the evidence answers a question, with a logistic model of signals."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib.resources import files
from pathlib import Path

from rag.answer.signals import Signals
from rag.errors import ConfigurationError

PARAMETERS = "confidence.json"
"""The file in this package with the fitted weights, the data they were fitted on, and the model's error."""


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A logistic model: the sigmoid of the intercept plus the weighted sum of the signals.

    An English encoder recognises few words of another language, and few acronyms. `expected` has the intercept and the
    slope of the mean of some signals, by the coverage of the question's words. If the encoder cannot read a question or
    its evidence, these signals are at least as favourable as the means of the questions that it can read, with the same
    coverage.
    """

    intercept: float
    weights: Mapping[str, float]
    expected: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def confidence(self, signals: Signals) -> float:
        """Return the estimated probability, in [0, 1], that the evidence answers the question."""
        values = asdict(signals)
        if signals.by_words:
            for name, (start, slope) in self.expected.items():
                more_favourable = max if self.weights.get(name, 0.0) > 0 else min
                values[name] = more_favourable(values[name], start + slope * signals.by_words)
        return 1 / (1 + math.exp(-(self.intercept + sum(self.weights[name] * values[name] for name in self.weights))))


def load(path: Path | None = None) -> ConfidenceModel:
    """Read the model at `path`, or the model in this package by default. Raises ConfigurationError."""
    source = path or files("rag.answer").joinpath(PARAMETERS)
    try:
        stored = json.loads(source.read_text(encoding="utf-8"))
        model = ConfidenceModel(
            float(stored["intercept"]),
            {name: float(weight) for name, weight in stored["weights"].items()},
            {name: (float(start), float(slope)) for name, (start, slope) in stored.get("expected", {}).items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"RAG_CONFIDENCE_MODEL is {str(path)!r}, which is not a file that 'rag calibrate' wrote ({error})"
        ) from error
    if unknown := sorted((model.weights.keys() | model.expected.keys()) - {one.name for one in fields(Signals)}):
        raise ConfigurationError(
            f"RAG_CONFIDENCE_MODEL weighs {unknown[0]!r}, a signal that this version does not have: "
            "run 'rag calibrate' again"
        )
    return model
