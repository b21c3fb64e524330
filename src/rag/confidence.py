"""Estimates how probable it is that the evidence answers a question, from a few signals and a logistic model."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from rag.extraction import Sentence
from rag.interaction import maxsim
from rag.retrieval import Query
from rag.snapshots import Snapshot
from rag.text import numbers, terms
from rag.types import Hit

PARAMETERS = "confidence.json"
"""The file of the package that holds the fitted model, with what it was fitted on and its error."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What tells evidence that answers from evidence that is merely near; all about 0 to 1."""

    met: float
    """The best MaxSim of a sentence."""
    passage_met: float
    """The best MaxSim of a passage."""
    cosine: float
    """The best cosine of a passage."""
    coverage: float
    """The largest share of the question's idf that one sentence holds."""
    passage_coverage: float
    """The largest share of the question's idf that one passage holds, its title and headings included."""
    rarest_missing: float
    """1 where the question's rarest word stands in none of the evidence."""
    figures_missing: float
    """The share of the figures asked about that stand in none of the evidence."""
    agreement: float
    """The share of the question's terms, unweighted, that the best passage holds."""


def signals_of(snapshot: Snapshot, query: Query, evidence: Sequence[Hit], ranked: Sequence[Sentence]) -> Signals:
    """Read the signals off the evidence and its ranked sentences."""
    if not evidence or not ranked:
        return Signals(0, 0, 0, 0, 0, 1, 1, 0)
    wanted = {term: snapshot.lexical.idf(term) for term in query.terms}
    total = sum(wanted.values()) or 1.0
    held = [frozenset(terms(" ".join((hit.reference.title, *hit.heading, hit.text)))) for hit in evidence]
    everywhere = frozenset().union(*held)
    figures = numbers(query.text)
    found = numbers(" ".join((*(hit.reference.title for hit in evidence), *(hit.text for hit in evidence))))
    rows = [hit.row for hit in evidence]
    return Signals(
        met=max(sentence.met for sentence in ranked),
        passage_met=float(maxsim(query.tokens, [snapshot.tokens.passage(row) for row in rows]).max()),
        cosine=float(snapshot.dense.scores(query.vector, np.array(rows, np.int64)).max()),
        coverage=max(sentence.coverage for sentence in ranked),
        passage_coverage=max(sum(wanted[term] for term in wanted.keys() & terms_) / total for terms_ in held),
        rarest_missing=float(bool(wanted) and max(wanted, key=wanted.__getitem__) not in everywhere),
        figures_missing=len(figures - found) / len(figures) if figures else 0.0,
        agreement=len(wanted.keys() & held[0]) / len(wanted) if wanted else 0.0,
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
    """Return the model that comes with the package; `rag calibrate` made it."""
    stored = json.loads(files("rag").joinpath(PARAMETERS).read_text(encoding="utf-8"))
    return ConfidenceModel(stored["intercept"], stored["weights"])
