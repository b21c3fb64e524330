"""Fits the confidence model to labelled questions of several benchmarks, and records its source and its error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from rag.answer.confidence import ConfidenceModel
from rag.answer.signals import Signals
from rag.evaluation.abstention import auroc, calibration_error
from rag.evaluation.benchmarks import Benchmark
from rag.evaluation.judged_signals import NAMES, Judged, judge, judge_provisions
from rag.evaluation.labelled_index import index
from rag.evaluation.predictions import StartTask
from rag.service import Service

FITTED, MEASURED = 0, 1
"""The half of the questions of a benchmark that the model is fitted to, and the half that its error is measured on."""

_LOOKUP = NAMES.index("looked_up")
_WEIGHTED = [number for number, name in enumerate(NAMES) if name not in ("by_words", "looked_up")]
_EXPECTED = ("met", "cosine", "weakest_word", "words_elsewhere")  # the signals that a foreign text makes unfavourable
_PENALTY = 5.0  # of the squared weights of standardised signals, per mean weight of a question
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted model, the benchmarks it was fitted on, and its error on each of them.

    The error is measured on the questions that the model was not fitted to, and with a model fitted to the other
    benchmarks only.
    """

    model: ConfidenceModel
    provenance: str
    error: Mapping[str, Mapping[str, float]]

    def json(self) -> dict[str, object]:
        """Return the content of the model's file, which `rag.answer.confidence.load` reads."""
        return {
            "intercept": self.model.intercept,
            "weights": dict(self.model.weights),
            "expected": {name: list(line) for name, line in self.model.expected.items()},
            "provenance": self.provenance,
            "error": {name: dict(error) for name, error in self.error.items()},
        }


def calibrate(
    benchmarks: Sequence[Benchmark], service: Service, start_task: StartTask, indexes: Path | None = None
) -> Calibration:
    """Fit the model to half of the questions of each benchmark. Every benchmark has the same weight.

    `indexes` is the folder for the indexes of benchmarks. Raises UnreadableSource if a benchmark has no labels.
    """
    judged, lookups = {}, []
    for benchmark in benchmarks:
        indexed = index(benchmark, service, start_task(f"{benchmark.name}: encoding passages"), indexes)
        judged[benchmark.name] = judge(indexed, start_task(f"{benchmark.name}: asking questions"))
        if provisions := judge_provisions(indexed, start_task(f"{benchmark.name}: asking for provisions")):
            lookups.append(provisions)
    return fitted(judged, lookups, service.settings.encoder)


def fitted(judged: Mapping[str, Judged], lookups: Sequence[Judged], encoder: str) -> Calibration:
    """Fit the model to the signals of labelled questions by benchmark, and measure its error.

    `lookups` are questions for provisions. Only the weight of `looked_up` is fitted to them, after the other weights.
    """
    model = with_lookups(fit([_half(one, FITTED) for one in judged.values()]), lookups)
    counts = ", ".join(
        f"{len(set(_half(one, FITTED).ids))} questions of {name}{' with and without their passages' * one.removed}"
        for name, one in judged.items()
    )
    return Calibration(
        model=model,
        provenance=f"Logistic regression on {counts}, each set weighing as much, and for lookups on "
        f"{sum(len(one.ids) for one in lookups)} questions for provisions, answered by this pipeline with {encoder} on "
        f"{datetime.now(UTC).date().isoformat()}. The error is that of the other questions.",
        error={name: _errors(name, judged, model) for name in judged},
    )


def fit(sets: Sequence[Judged]) -> ConfidenceModel:
    """Fit by maximum likelihood with a small penalty. Rounds the weights so that people can read them."""
    signals, answerable = np.concatenate([one.signals for one in sets]), np.concatenate([o.answerable for o in sets])
    weights = np.concatenate([np.full(len(one.answerable), 1 / len(one.answerable)) for one in sets])
    used = signals[:, _WEIGHTED]
    mean, spread = used.mean(axis=0), used.std(axis=0)
    spread[spread == 0] = 1.0
    found = LogisticRegression(C=1 / _PENALTY, max_iter=5_000).fit(
        (used - mean) / spread, answerable, sample_weight=weights / weights.mean()
    )
    slopes = found.coef_[0] / spread
    return ConfidenceModel(
        round(float(found.intercept_[0] - slopes @ mean), _DIGITS),
        {NAMES[number]: round(float(slope), _DIGITS) for number, slope in zip(_WEIGHTED, slopes, strict=True)}
        | {"looked_up": 0.0},
        {name: _expected([one for one in sets if not one.removed] or sets, name) for name in _EXPECTED},
    )


def with_lookups(model: ConfidenceModel, lookups: Sequence[Judged]) -> ConfidenceModel:
    """Return the model with the weight of `looked_up` that fits questions for provisions best.

    The other weights stay, because benchmarks have few such questions, and these have few other words.
    """
    if not lookups:
        return model
    signals, answerable = np.concatenate([o.signals for o in lookups]), np.concatenate([o.answerable for o in lookups])
    others = logit([model.confidence(Signals(*row)) for row in signals.tolist()])

    def loss(weight: float) -> float:
        signs = np.where(answerable, 1.0, -1.0)
        return float(np.logaddexp(0, -signs * (others + weight * signals[:, _LOOKUP])).sum() + weight**2 / 2)

    weight = round(float(minimize_scalar(loss, bounds=(0, 20), method="bounded").x), _DIGITS)
    return replace(model, weights={**model.weights, "looked_up": weight})


def _expected(sets: Sequence[Judged], name: str) -> tuple[float, float]:
    """Return the intercept and slope of the mean of a signal by the coverage, by least squares.

    If passages were removed, similar ones are left, so the means would be too high. Such sets do not count.
    """
    signals = np.concatenate([one.signals for one in sets])
    weights = np.concatenate([np.full(len(one.answerable), 1 / len(one.answerable)) for one in sets])
    coverage = signals[:, NAMES.index("coverage")]
    slope, start = np.polyfit(coverage, signals[:, NAMES.index(name)], 1, w=np.sqrt(weights))
    return round(float(start), _DIGITS), round(float(slope), _DIGITS)


def _half(judged: Judged, number: int) -> Judged:
    """Return half of the questions, or all of them if one half lacks answerable or unanswerable questions."""
    half = judged.part(number)
    return half if 0 < half.answerable.sum() < len(half.answerable) else judged


def _errors(name: str, judged: Mapping[str, Judged], model: ConfidenceModel) -> dict[str, float]:
    measured = _error(model, _half(judged[name], MEASURED))
    others = [judged[other] for other in judged if other != name]
    if not others:
        return measured
    left_out = _error(fit(others), judged[name])
    return {**measured, **{f"{measure}_fitted_on_others": value for measure, value in left_out.items()}}


def _error(model: ConfidenceModel, judged: Judged) -> dict[str, float]:
    confidence = np.array([model.confidence(Signals(*row)) for row in judged.signals.tolist()])
    answerable = judged.answerable
    return {
        "auroc": round(float(auroc(confidence[answerable], confidence[~answerable])), 3),
        "brier": round(float(((confidence - answerable) ** 2).mean()), 3),
        "calibration_error": round(calibration_error(confidence, answerable), 3),
    }
