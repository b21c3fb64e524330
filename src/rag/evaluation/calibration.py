"""Fits the confidence model to labelled questions of several benchmarks, and records its source and its error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

from rag.answer.confidence import ConfidenceModel
from rag.answer.signals import Signals
from rag.evaluation.abstention import auroc, calibration_error
from rag.evaluation.benchmarks import Benchmark
from rag.evaluation.judged_signals import NAMES, Judged, judge, judge_provisions, judge_strangers
from rag.evaluation.labelled_index import index
from rag.evaluation.predictions import StartTask
from rag.service import Service

FITTED, MEASURED = 0, 1
"""The half of the questions of a benchmark that the model is fitted to, and the half that its error is measured on."""

_LOOKUP = NAMES.index("looked_up")
_WEIGHTED = [number for number, name in enumerate(NAMES) if name not in ("covered", "looked_up", "unreadable")]
_WORDS = ("covered", "figures_missing", "names_missing", "further_words")  # the signals that need no encoder
_PENALTY = 5.0  # of the squared weights of standardised signals, if all questions together weigh _TOTAL
_TOTAL = 1_500.0
_DIGITS = 3
_STRANGERS = 0.05  # the weight of questions that are about other documents, beside 1 for the questions of a set
_STRANGERS_BY_WORDS = 0.5  # the same in the model of words, which tells other subjects less well apart
_ASKED_ELSEWHERE = 150  # questions of another benchmark that are asked of the documents of one


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
            "by_words": _json(self.model.by_words),
            "provenance": self.provenance,
            "error": {name: dict(error) for name, error in self.error.items()},
        }


def calibrate(
    benchmarks: Sequence[Benchmark], service: Service, start_task: StartTask, indexes: Path | None = None
) -> Calibration:
    """Fit the model to half of the questions of each benchmark. Every benchmark has the same weight.

    `indexes` is the folder for the indexes of benchmarks. Raises UnreadableSource if a benchmark has no labels.
    """
    judged, strangers, lookups = {}, {}, []
    for benchmark, other in zip(benchmarks, (*benchmarks[1:], *benchmarks[:1]), strict=True):
        indexed = index(benchmark, service, start_task(f"{benchmark.name}: encoding passages"), indexes)
        judged[benchmark.name] = judge(indexed, start_task(f"{benchmark.name}: asking questions"))
        if provisions := judge_provisions(indexed, start_task(f"{benchmark.name}: asking for provisions")):
            lookups.append(provisions)
        if other is not benchmark:
            start = start_task(f"{benchmark.name}: asking questions of {other.name}")
            strangers[benchmark.name] = judge_strangers(indexed, other.questions[:_ASKED_ELSEWHERE], start)
    return fitted(judged, lookups, service.settings.encoder, strangers)


def fitted(
    judged: Mapping[str, Judged], lookups: Sequence[Judged], encoder: str, strangers: Mapping[str, Judged] | None = None
) -> Calibration:
    """Fit the model to the signals of labelled questions by benchmark, and measure its error.

    `strangers` are questions of another benchmark, asked of the documents of this one, which do not answer them. The
    error does not count them. `lookups` are questions for provisions. Only the weight of `looked_up` is fitted to them,
    after the other weights.
    """
    strangers = strangers or {}
    model = fit([_half(one, FITTED) for one in judged.values()], list(strangers.values()))
    model = with_lookups(model, lookups)
    counts = ", ".join(
        f"{len(set(_half(one, FITTED).ids))} questions of {name}{' with and without their passages' * one.removed}"
        for name, one in judged.items()
    )
    return Calibration(
        model=model,
        provenance=f"Logistic regression on {counts}, each set weighing as much, "
        f"on {sum(len(one.ids) for one in strangers.values())} questions of other sets, and for lookups on "
        f"{sum(len(one.ids) for one in lookups)} questions for provisions, answered by this pipeline with {encoder} on "
        f"{datetime.now(UTC).date().isoformat()}. The error is that of the other questions.",
        error={name: _errors(name, judged, strangers, model) for name in judged},
    )


def fit(sets: Sequence[Judged], strangers: Sequence[Judged] = ()) -> ConfidenceModel:
    """Fit both models by maximum likelihood with a small penalty. Rounds the weights so that people can read them.

    Each set has the same weight, and the strangers of a set have a share of it.
    """
    every = [*sets, *strangers]
    signals = np.concatenate([one.signals for one in every])
    answerable = np.concatenate([one.answerable for one in every])
    shares = np.concatenate([np.full(len(one.ids), 1 / len(one.ids)) for one in every])
    is_stranger = np.arange(len(shares)) >= sum(len(one.ids) for one in sets)
    weights = np.where(is_stranger, _STRANGERS * shares, shares)
    of_words = np.where(is_stranger, _STRANGERS_BY_WORDS * shares, shares)
    model = _logistic(signals, answerable, weights, [NAMES[number] for number in _WEIGHTED])
    return replace(model, by_words=_logistic(signals, answerable, of_words, _WORDS))


def _logistic(
    signals: NDArray[np.float64], answerable: NDArray[np.bool_], weights: NDArray[np.float64], names: Sequence[str]
) -> ConfidenceModel:
    used = signals[:, [NAMES.index(name) for name in names]]
    mean, spread = used.mean(axis=0), used.std(axis=0)
    spread[spread == 0] = 1.0
    found = LogisticRegression(C=1 / _PENALTY, max_iter=5_000).fit(
        (used - mean) / spread, answerable, sample_weight=weights * (_TOTAL / weights.sum())
    )
    slopes = found.coef_[0] / spread
    slopes_by_name = {name: round(float(slope), _DIGITS) for name, slope in zip(names, slopes, strict=True)}
    return ConfidenceModel(
        round(float(found.intercept_[0] - slopes @ mean), _DIGITS), slopes_by_name | {"looked_up": 0.0}
    )


def _json(model: ConfidenceModel | None) -> dict[str, object] | None:
    return {"intercept": model.intercept, "weights": dict(model.weights)} if model else None


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
    by_words = (
        replace(model.by_words, weights={**model.by_words.weights, "looked_up": weight}) if model.by_words else None
    )
    return replace(model, weights={**model.weights, "looked_up": weight}, by_words=by_words)


def _half(judged: Judged, number: int) -> Judged:
    """Return half of the questions, or all of them if one half lacks answerable or unanswerable questions."""
    half = judged.part(number)
    return half if 0 < half.answerable.sum() < len(half.answerable) else judged


def _errors(
    name: str, judged: Mapping[str, Judged], strangers: Mapping[str, Judged], model: ConfidenceModel
) -> dict[str, float]:
    measured = _error(model, _half(judged[name], MEASURED))
    others = [judged[other] for other in judged if other != name]
    if not others:
        return measured
    left_out = _error(fit(others, [one for other, one in strangers.items() if other != name]), judged[name])
    return {**measured, **{f"{measure}_fitted_on_others": value for measure, value in left_out.items()}}


def _error(model: ConfidenceModel, judged: Judged) -> dict[str, float]:
    confidence = np.array([model.confidence(Signals(*row)) for row in judged.signals.tolist()])
    answerable = judged.answerable
    return {
        "auroc": round(float(auroc(confidence[answerable], confidence[~answerable])), 3),
        "brier": round(float(((confidence - answerable) ** 2).mean()), 3),
        "calibration_error": round(calibration_error(confidence, answerable), 3),
    }
