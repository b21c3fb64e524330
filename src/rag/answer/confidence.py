"""Estimates the probability that the evidence answers a question, with a logistic model of six signals."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from importlib.resources import files
from pathlib import Path

import numpy as np

from rag.answer.extraction import Scored
from rag.answer.retrieval import Query
from rag.answer.statements import Sentence
from rag.errors import ConfigurationError
from rag.snapshots import Snapshot
from rag.text import names, numbers, words_and_initials
from rag.text.languages import DEFAULT, known
from rag.types import Hit

PARAMETERS = "confidence.json"
"""The file in this package with the fitted weights, the data they were fitted on, and the model's error."""


EXPECTED_MET = (0.334, 0.285)
"""The intercept and slope of the mean `met` of English questions, by the coverage of their words.

An English encoder recognises few words of another language. If the evidence is in another language, `met` and `cosine`
are therefore at least the means of English questions with the same coverage. Fitted by least squares to 600 questions
of clapnq and 1,520 of squad2, each set weighing as much.
"""

EXPECTED_COSINE = (0.445, 0.201)
"""The intercept and slope of the mean `cosine`, fitted in the same way."""


@dataclass(frozen=True, slots=True)
class Signals:
    """The inputs of the confidence model, each about 0 to 1.

    The field names are the keys of `weights` in the files that `rag calibrate` writes.
    """

    met: float
    """The highest MaxSim of any sentence."""
    cosine: float
    """The highest cosine of any passage with the question and its earlier turns. The turns often name the subject."""
    coverage: float
    """The largest share of the question's terms, by idf, in any one sentence."""
    agreement: float
    """1 if the passage with the best rank also has the highest cosine, else 0."""
    figures_missing: float
    """The share of the question's figures that the best sentence's passage lacks."""
    names_missing: float
    """The share of the question's names that the best sentence's passage lacks."""


def signals_of(snapshot: Snapshot, query: Query, evidence: Sequence[Hit], ranked: Sequence[Scored]) -> Signals:
    """Compute the signals from the evidence and its ranked sentences."""
    if not ranked:
        return Signals(met=0.0, cosine=0.0, coverage=0.0, agreement=0.0, figures_missing=1.0, names_missing=1.0)
    asked = query.asked
    cosines = snapshot.dense.scores(query.vector, np.array([hit.row for hit in evidence], np.int64))
    best = evidence[ranked[0].sentence.passage]
    passage = f"{best.reference.title} {' '.join(best.heading)} {best.text}"
    words = _coverage_in_other_languages(evidence, ranked)
    return Signals(
        met=max(_expected(EXPECTED_MET, words), *(scored.maxsim for scored in ranked)),
        cosine=max(_expected(EXPECTED_COSINE, words), float(cosines.max())),
        coverage=max(_coverage(snapshot, asked, evidence, scored.sentence) for scored in ranked),
        agreement=float(cosines.argmax() == 0),
        figures_missing=_missing(numbers(query.text), numbers(passage) | ranked[0].held),
        names_missing=_missing(names(query.text, query.spoken[0]), words_and_initials(passage)),
    )


def _coverage_in_other_languages(evidence: Sequence[Hit], ranked: Sequence[Scored]) -> float:
    """Return the best coverage of the question by a sentence in another language than English; 0 if there is none.

    A language without a stemmer does not count. It is often a wrong guess about a short English text.
    """
    languages = [known(hit.language) for hit in evidence]
    others = (one.coverage for one in ranked if languages[one.sentence.passage] != DEFAULT)
    return max(others, default=0.0)


def _expected(line: tuple[float, float], coverage: float) -> float:
    return line[0] + line[1] * coverage if coverage else 0.0


def _coverage(snapshot: Snapshot, asked: Query, evidence: Sequence[Hit], sentence: Sentence) -> float:
    """Return the share of the question's terms, by idf, in a sentence, both in the language of its document."""
    weights = asked.weights(evidence[sentence.passage].language, snapshot.lexical.idf)
    return sum(weights[term] for term in sentence.unit_terms & weights.keys()) / (sum(weights.values()) or 1.0)


def _missing(wanted: set[str], found: set[str]) -> float:
    return len(wanted - found) / len(wanted) if wanted else 0.0


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """A logistic model: the sigmoid of the intercept plus the weighted sum of the signals."""

    intercept: float
    weights: Mapping[str, float]

    def confidence(self, signals: Signals) -> float:
        """Return the estimated probability, in [0, 1], that the evidence answers the question."""
        values = asdict(signals)
        return 1 / (1 + math.exp(-(self.intercept + sum(self.weights[name] * values[name] for name in self.weights))))


def load(path: Path | None = None) -> ConfidenceModel:
    """Read the model at `path`, or the model in this package by default. Raises ConfigurationError."""
    source = path or files("rag.answer").joinpath(PARAMETERS)
    try:
        stored = json.loads(source.read_text(encoding="utf-8"))
        model = ConfidenceModel(float(stored["intercept"]), {name: float(w) for name, w in stored["weights"].items()})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"RAG_CONFIDENCE_MODEL is {str(path)!r}, which is not a file that 'rag calibrate' wrote ({error})"
        ) from error
    if unknown := sorted(model.weights.keys() - {field.name for field in fields(Signals)}):
        raise ConfigurationError(
            f"RAG_CONFIDENCE_MODEL weighs {unknown[0]!r}, a signal that this version does not have: "
            "run 'rag calibrate' again"
        )
    return model
