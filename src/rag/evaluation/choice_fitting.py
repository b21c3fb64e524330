"""Fits the model that chooses sentences to questions with known answers, and records its source and its error.

The loss is listwise: for the sentences of one question, the cross entropy of the softmax of their scores with the
softmax of their gains (Cao et al. 2007, "ListNet").
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from rag.answer.choice import ChoiceModel
from rag.answer.choosing import choose
from rag.answer.extraction import rank
from rag.answer.selection import Choice
from rag.answer.sentence_features import FEATURES
from rag.answer.statements import make_draft
from rag.errors import UnreadableSource
from rag.evaluation.answers import token_f1
from rag.evaluation.benchmarks import Benchmark, Question
from rag.evaluation.labelled_index import IndexedBenchmark, Labels, index
from rag.evaluation.predictions import StartTask
from rag.service import Service
from rag.snapshots import Progress, Snapshot
from rag.types import Ask, Hit, Span

_SHARPNESS = 0.05  # a difference in gain of this size counts e-fold
_PENALTY = 1e-3  # of the squared weights of standardised features
_LEAST_GAIN = 0.15  # a question without a better sentence teaches nothing
_SHORT = 8  # words; a known answer with fewer is compared by place, because a whole sentence says more
_NEAR = (0.3, 0.5, 0.7, 0.8, 1.0, 1.4)  # the values tried
_AS_GOOD = 0.002  # a difference in F1 that is noise
_MOST_ASKED_FOR_NEAR = 300  # questions of each set

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """The sentences of one question: their features, shape (n, features), and their gains, shape (n,).

    `by_place` is true if the gains tell whether the sentences overlap a gold span.
    """

    features: Floats
    gains: Floats
    choice: Choice
    references: tuple[str, ...]
    by_place: bool = False


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """The questions of one benchmark in two halves: one to fit, and one to measure."""

    snapshot: Snapshot
    fitted: tuple[Judged, ...]
    apart: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class ChoiceFit:
    """A fitted model, the benchmarks it was fitted on, and the mean gain of its best sentences on each of them."""

    model: ChoiceModel
    provenance: str
    error: Mapping[str, Mapping[str, float]]

    def json(self) -> dict[str, object]:
        """Return the content of the model's file, which `rag.answer.choice.load` reads."""
        return {
            "weights": dict(self.model.weights),
            "near": self.model.near,
            "provenance": self.provenance,
            "error": {name: dict(error) for name, error in self.error.items()},
        }


def fit_choice(benchmarks: Sequence[Benchmark], service: Service, start_task: StartTask) -> ChoiceFit:
    """Fit the model to one half of the questions of each benchmark, and measure it on the other half.

    Every benchmark has the same weight. Each one is also measured with a model fitted on the others.
    Raises UnreadableSource if a benchmark has too few questions with known answers.
    """
    sets = {}
    for benchmark in benchmarks:
        indexed = index(benchmark, service, start_task(f"{benchmark.name}: encoding passages"))
        sets[benchmark.name] = _judge(indexed, start_task(f"{benchmark.name}: asking questions"))
    weights = fit_weights([one.fitted for one in sets.values()])
    model = ChoiceModel(weights, _best_near(list(sets.values()), weights))
    counts = " and ".join(f"{len(one.fitted)} questions of {name}" for name, one in sets.items())
    return ChoiceFit(
        model=model,
        provenance=f"Listwise softmax regression on {counts}, each set weighing as much, over the evidence of this "
        f"pipeline with {service.settings.encoder} on {datetime.now(UTC).date().isoformat()}.",
        error={name: _error(name, sets, model) for name in sets},
    )


def fit_weights(sets: Sequence[Sequence[Judged]]) -> dict[str, float]:
    """Minimise the loss over all sets, each with the same weight. Rounds the weights so that people can read them."""
    questions = [one for part in sets for one in part]
    each = np.repeat([1 / len(part) / len(sets) for part in sets], [len(part) for part in sets])
    rows, sizes = np.concatenate([one.features for one in questions]), np.array([len(one.gains) for one in questions])
    spread = rows.std(axis=0)
    spread[spread == 0] = 1.0
    standard, starts = (rows - rows.mean(axis=0)) / spread, np.cumsum(sizes) - sizes
    wanted = _softmax(np.concatenate([one.gains for one in questions]) / _SHARPNESS, starts, sizes)
    by_row = np.repeat(each, sizes)

    def loss(weights: Floats) -> tuple[float, Floats]:
        found = _softmax(standard @ weights, starts, sizes)
        value = -(by_row * wanted * np.log(found + 1e-12)).sum() + _PENALTY * (weights @ weights)
        return float(value), standard.T @ (by_row * (found - wanted)) + 2 * _PENALTY * weights

    found = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return {name: round(float(weight), 3) for name, weight in zip(FEATURES, found / spread, strict=True)}


def _softmax(values: Floats, starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Floats:
    """Return the softmax of each group of values. Group n has `sizes[n]` values from `starts[n]` on."""
    powers = np.exp(values - np.repeat(np.maximum.reduceat(values, starts), sizes))
    shares: Floats = powers / np.repeat(np.add.reduceat(powers, starts), sizes)
    return shares


def _judge(indexed: IndexedBenchmark, progress: Progress) -> JudgedSet:
    halves: tuple[list[Judged], list[Judged]] = ([], [])
    pairs = list(zip(indexed.benchmark.questions, indexed.labels, strict=True))
    for number, (question, labels) in enumerate(pairs, 1):
        if question.references and question.answerable is not False:
            choice = indexed.service.parts.answerer.choice(
                indexed.snapshot, Ask(question.text, history=question.history)
            )
            one = _judged(choice, question, labels)
            if len(one.gains) > 1 and one.gains.max() >= _LEAST_GAIN:
                halves[_half(question.id)].append(one)
        progress(number, len(pairs))
    if not all(halves):
        raise UnreadableSource(
            f"{indexed.benchmark.name} has too few questions with known answers in its evidence: "
            "fit on a benchmark with more"
        )
    return JudgedSet(indexed.snapshot, tuple(halves[0]), tuple(halves[1]))


def _half(question: str) -> int:
    """Return 0 if a question is fitted and 1 if it is measured. Depends on its id only, so repeats agree."""
    return hashlib.sha256(question.encode()).digest()[0] % 2


def _judged(choice: Choice, question: Question, labels: Labels) -> Judged:
    by_place = bool(labels.spans) and max(len(one.split()) for one in question.references) < _SHORT
    gains = []
    for one in choice.candidates:
        hit = choice.evidence[one.sentence.passage]
        if by_place:
            gains.append(float(_holds(hit, one.sentence.parts, labels)))
        else:
            text = make_draft([one.sentence], hit).text
            gains.append(max(token_f1(text, reference) for reference in question.references))
    features = np.array([one.features for one in choice.candidates]).reshape(-1, len(FEATURES))
    return Judged(features, np.array(gains), choice, question.references, by_place)


def _holds(hit: Hit, parts: Sequence[Span], labels: Labels) -> bool:
    gold = [one.span for one in labels.spans if one.document == hit.reference.id]
    return any(part.overlaps(span) for part in parts for span in gold)


def _best_near(sets: Sequence[JudgedSet], weights: Mapping[str, float]) -> float:
    """Return the highest value of `near` with nearly the best mean F1 of whole answers, each set with the same weight.

    Known answers that are shorter than a sentence do not count, because each further sentence lowers their F1.
    """
    long = [(one.snapshot, found) for one in sets if (found := [each for each in one.fitted if not each.by_place])]
    f1s = [float(np.mean([_answer_f1(*one, ChoiceModel(weights, near)) for one in long] or [0.0])) for near in _NEAR]
    return max(near for near, f1 in zip(_NEAR, f1s, strict=True) if f1 >= max(f1s) - _AS_GOOD)


def _answer_f1(snapshot: Snapshot, questions: Sequence[Judged], model: ChoiceModel) -> float:
    found = []
    for one in questions[:_MOST_ASKED_FOR_NEAR]:
        choice = one.choice
        drafts = choose(rank(choice.candidates, snapshot, choice.query, choice.evidence, model), choice.evidence)
        text = " ".join(draft.text for draft in drafts)
        found.append(max(token_f1(text, reference) for reference in one.references))
    return float(np.mean(found))


def _error(name: str, sets: Mapping[str, JudgedSet], model: ChoiceModel) -> dict[str, float]:
    apart = sets[name].apart
    error = {
        "gain": _gain(apart, model.weights),
        "gain_of_best": round(float(np.mean([one.gains.max() for one in apart])), 3),
    }
    others = [sets[other].fitted + sets[other].apart for other in sets if other != name]
    return {**error, "gain_fitted_on_others": _gain(apart, fit_weights(others))} if others else error


def _gain(questions: Sequence[Judged], weights: Mapping[str, float]) -> float:
    """Return the mean gain of the sentence with the highest sum."""
    vector = np.array([weights[name] for name in FEATURES])
    return round(float(np.mean(list(_chosen_gains(questions, vector)))), 3)


def _chosen_gains(questions: Sequence[Judged], weights: Floats) -> Iterator[float]:
    for one in questions:
        yield float(one.gains[int((one.features @ weights).argmax())])
