"""Fits the confidence model to questions labelled as answerable or unanswerable, and records its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from rag.answer.confidence import ConfidenceModel, Signals
from rag.errors import UnreadableSource
from rag.evaluation.abstention import auroc, calibration_error
from rag.evaluation.benchmarks import Benchmark
from rag.evaluation.labelled_index import IndexedBenchmark, index
from rag.evaluation.predictions import StartTask
from rag.service import Service
from rag.snapshots import Progress
from rag.types import Ask

_NAMES = tuple(field.name for field in fields(Signals))


@dataclass(frozen=True, slots=True)
class Judged:
    """The signals of some questions, shape (n, signals), and whether each is answerable, shape (n,)."""

    signals: NDArray[np.float64]
    answerable: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted model, the benchmarks it was fitted on, and its error on each of them."""

    model: ConfidenceModel
    provenance: str
    error: Mapping[str, Mapping[str, float]]

    def json(self) -> dict[str, object]:
        """Return the content of the model's file, which `rag.answer.confidence.load` reads."""
        return {
            "intercept": self.model.intercept,
            "weights": dict(self.model.weights),
            "provenance": self.provenance,
            "error": {name: dict(error) for name, error in self.error.items()},
        }


def calibrate(benchmarks: Sequence[Benchmark], service: Service, start_task: StartTask) -> Calibration:
    """Fit the model to all labelled questions. Every benchmark has the same weight.

    Raises UnreadableSource if a benchmark has only answerable or only unanswerable questions.
    """
    judged = {}
    for benchmark in benchmarks:
        indexed = index(benchmark, service, start_task(f"{benchmark.name}: encoding passages"))
        judged[benchmark.name] = _judge(indexed, start_task(f"{benchmark.name}: asking questions"))
    model = _fit(list(judged.values()))
    counts = " and ".join(f"{len(one.answerable)} questions of {name}" for name, one in judged.items())
    return Calibration(
        model=model,
        provenance=f"Logistic regression on {counts}, each set weighing as much, answered by this pipeline with "
        f"{service.settings.encoder} on {datetime.now(UTC).date().isoformat()}.",
        error={name: _error(name, judged, model) for name in judged},
    )


def _judge(indexed: IndexedBenchmark, progress: Progress) -> Judged:
    questions = [question for question in indexed.benchmark.questions if question.answerable is not None]
    if {question.answerable for question in questions} != {True, False}:
        raise UnreadableSource(
            f"{indexed.benchmark.name} has no questions of both kinds, answerable and unanswerable: "
            "calibrate on a benchmark with both"
        )
    rows = []
    for question in questions:
        signals = indexed.service.parts.answerer.signals(indexed.snapshot, Ask(question.text, history=question.history))
        rows.append([asdict(signals)[name] for name in _NAMES])
        progress(len(rows), len(questions))
    return Judged(np.array(rows), np.array([bool(question.answerable) for question in questions]))


def _fit(sets: Sequence[Judged]) -> ConfidenceModel:
    """Fit by maximum likelihood with little regularisation. Rounds the weights so that people can read them."""
    weights = np.concatenate([np.full(len(one.answerable), 1 / len(one.answerable)) for one in sets])
    found = LogisticRegression(C=100.0, max_iter=5_000).fit(
        np.concatenate([one.signals for one in sets]),
        np.concatenate([one.answerable for one in sets]),
        sample_weight=weights / weights.mean(),
    )
    rounded = (round(float(weight), 2) for weight in found.coef_[0])
    return ConfidenceModel(round(float(found.intercept_[0]), 2), dict(zip(_NAMES, rounded, strict=True)))


def _error(name: str, judged: Mapping[str, Judged], model: ConfidenceModel) -> dict[str, float]:
    one = judged[name]
    confidence = _confidences(model, one)
    error = {
        "auroc": _auroc(confidence, one),
        "brier": round(float(((confidence - one.answerable) ** 2).mean()), 3),
        "calibration_error": round(calibration_error(confidence, one.answerable), 3),
    }
    others = [judged[other] for other in judged if other != name]
    return {**error, "auroc_fitted_on_others": _auroc(_confidences(_fit(others), one), one)} if others else error


def _confidences(model: ConfidenceModel, judged: Judged) -> NDArray[np.float64]:
    return np.array([model.confidence(Signals(*row)) for row in judged.signals.tolist()])


def _auroc(confidence: NDArray[np.float64], judged: Judged) -> float:
    return round(float(auroc(confidence[judged.answerable], confidence[~judged.answerable])), 3)
