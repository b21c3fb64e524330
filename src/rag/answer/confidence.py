"""Estimates how probable it is that the evidence answers a question, from a few signals and a logistic model."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.resources import files
from pathlib import Path

import numpy as np

from rag.answer.retrieval import Query
from rag.answer.statements import Sentence
from rag.errors import ConfigurationError
from rag.snapshots import Snapshot
from rag.text import names, numbers, words_and_initials
from rag.types import Hit

PARAMETERS = "confidence.json"
"""The file of the package that holds the fitted model, with what it was fitted on and its error."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells evidence that answers from evidence that is merely near; all about 0 to 1."""

    met: float
    """The best MaxSim of a sentence."""
    cosine: float
    """The best cosine of a passage with the question and the turns it leans on, for these say what is spoken of."""
    coverage: float
    """The largest share of the question's words, by idf, that one sentence holds."""
    agreement: float
    """1 where the passage that ranks first is also the nearest by its vector, else 0."""
    figures_missing: float
    """The share of the figures asked about that do not stand in the passage of the best sentence."""
    names_missing: float
    """The share of the names asked about that do not stand there either."""


def signals_of(snapshot: Snapshot, query: Query, evidence: Sequence[Hit], ranked: Sequence[Sentence]) -> Signals:
    """Read the signals off the evidence and its ranked sentences."""
    if not ranked:
        return Signals(met=0.0, cosine=0.0, coverage=0.0, agreement=0.0, figures_missing=1.0, names_missing=1.0)
    asked = query.asked
    cosines = snapshot.dense.scores(query.vector, np.array([hit.row for hit in evidence], np.int64))
    idf = {term: snapshot.lexical.idf(term) for term in asked.terms}
    best = evidence[ranked[0].passage]
    passage = f"{best.reference.title} {' '.join(best.heading)} {best.text}"
    return Signals(
        met=max(sentence.met for sentence in ranked),
        cosine=float(cosines.max()),
        coverage=max(sum(idf[term] for term in sentence.terms & idf.keys()) for sentence in ranked)
        / (sum(idf.values()) or 1.0),
        agreement=float(cosines.argmax() == 0),
        figures_missing=_missing(numbers(query.text), numbers(passage)),
        names_missing=_missing(names(query.text), words_and_initials(passage)),
    )


def _missing(wanted: set[str], there: set[str]) -> float:
    return len(wanted - there) / len(wanted) if wanted else 0.0


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A logistic model: the probability is the sigmoid of the weighted sum of signals plus the intercept."""

    intercept: float
    weights: Mapping[str, float]

    def confidence(self, signals: Signals) -> float:
        """Return the estimated probability, in [0, 1], that the evidence answers."""
        known = asdict(signals)
        return 1 / (1 + math.exp(-(self.intercept + sum(self.weights[name] * known[name] for name in self.weights))))


def load(path: Path | None = None) -> ConfidenceModel:
    """Read the model at `path`, or the one that comes with the package. Raises ConfigurationError."""
    source = path or files("rag.answer").joinpath(PARAMETERS)
    try:
        stored = json.loads(source.read_text(encoding="utf-8"))
        model = ConfidenceModel(float(stored["intercept"]), {name: float(w) for name, w in stored["weights"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"RAG_CONFIDENCE_MODEL is {str(path)!r}, which is no file that 'rag calibrate' wrote ({error})"
        ) from error
    if unknown := sorted(model.weights.keys() - {field.name for field in fields(Signals)}):
        raise ConfigurationError(
            f"RAG_CONFIDENCE_MODEL weighs {unknown[0]!r}, a signal this version has not: run 'rag calibrate' anew"
        )
    return model
