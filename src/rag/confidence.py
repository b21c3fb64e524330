"""Estimates how probable it is that the evidence answers a question, from a few signals and a logistic model."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from rag.retrieval import Query
from rag.snapshots import Snapshot
from rag.statements import Sentence
from rag.text import numbers
from rag.types import Hit

PARAMETERS = "confidence.json"
"""The file of the package that holds the fitted model, with what it was fitted on and its error."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells evidence that answers from evidence that is merely near; all about 0 to 1."""

    met: float
    """The best MaxSim of a sentence."""
    cosine: float
    """The best cosine of a passage."""
    coverage: float
    """The largest share of the question's words, by idf, that one sentence holds."""
    figures_missing: float
    """The share of the figures asked about that stand in none of the evidence."""


def signals_of(snapshot: Snapshot, query: Query, evidence: Sequence[Hit], ranked: Sequence[Sentence]) -> Signals:
    """Read the signals off the evidence and its ranked sentences."""
    if not ranked:
        return Signals(met=0.0, cosine=0.0, coverage=0.0, figures_missing=1.0)
    figures = numbers(query.text)
    found = numbers(" ".join(f"{hit.reference.title} {' '.join(hit.heading)} {hit.text}" for hit in evidence))
    return Signals(
        met=max(sentence.met for sentence in ranked),
        cosine=float(snapshot.dense.scores(query.vector, np.array([hit.row for hit in evidence], np.int64)).max()),
        coverage=max(sentence.coverage for sentence in ranked),
        figures_missing=len(figures - found) / len(figures) if figures else 0.0,
    )


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A logistic model: the probability is the sigmoid of the weighted sum of signals plus the intercept."""

    intercept: float
    weights: Mapping[str, float]

    def confidence(self, signals: Signals) -> float:
        """Return the estimated probability, in [0, 1], that the evidence answers."""
        known = asdict(signals)
        return 1 / (1 + math.exp(-(self.intercept + sum(self.weights[name] * known[name] for name in self.weights))))


@cache
def fitted() -> ConfidenceModel:
    """Return the model that comes with the package."""
    stored = json.loads(files("rag").joinpath(PARAMETERS).read_text(encoding="utf-8"))
    return ConfidenceModel(stored["intercept"], stored["weights"])
