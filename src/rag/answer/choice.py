"""Scores sentences with a linear model of their features."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from rag.answer.sentence_features import FEATURES
from rag.errors import ConfigurationError

PARAMETERS = "choice.json"
"""The file in this package with the fitted weights, the data they were fitted on, and the model's error."""

NEAR_BEST = 0.85
"""A further sentence is quoted only if it has at least this share of the best sentence's score."""


@dataclass(frozen=True, slots=True)
class ChoiceModel:
    """A linear model. Its sums rank the sentences of one question.

    A sentence whose sum is `near` below the best one gets the score NEAR_BEST. `near` is fitted too.
    """

    weights: Mapping[str, float]
    near: float

    def sums(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """Return the weighted sum of each row of features, which are in the order of FEATURES."""
        weights = [self.weights.get(name, 0.0) for name in FEATURES]
        return [sum(weight * value for weight, value in zip(weights, row, strict=True)) for row in rows]

    def scores(self, sums: Sequence[float]) -> list[float]:
        """Return the score of each sum: 1 for the highest one, less for the others, never below 0."""
        best = max(sums, default=0.0)
        return [max(0.0, 1.0 - (1 - NEAR_BEST) * (best - one) / self.near) for one in sums]

    def coverage(self, share: float) -> float:
        """Return the score that a higher coverage adds."""
        return (1 - NEAR_BEST) * self.weights.get("coverage", 0.0) * share / self.near


def load(path: Path | None = None) -> ChoiceModel:
    """Read the model at `path`, or the model in this package by default. Raises ConfigurationError."""
    source = path or files("rag.answer").joinpath(PARAMETERS)
    try:
        stored = json.loads(source.read_text(encoding="utf-8"))
        model = ChoiceModel({name: float(one) for name, one in stored["weights"].items()}, float(stored["near"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"{str(source)!r} is not a file that 'rag fit-choice' wrote ({error})") from error
    if unknown := sorted(model.weights.keys() - set(FEATURES)):
        raise ConfigurationError(
            f"{str(source)!r} weighs {unknown[0]!r}, a feature that this version does not have: "
            "run 'rag fit-choice' again"
        )
    if not model.near > 0:
        raise ConfigurationError(f"{str(source)!r} has 'near' {model.near}, which must be above 0")
    return model


@lru_cache(maxsize=1)
def packaged() -> ChoiceModel:
    """Return the model in this package, which is read once."""
    return load()
