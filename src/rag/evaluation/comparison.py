"""Compares two evaluations: the difference of each figure, and its p value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rag.evaluation.answer_records import AnswerRecord
from rag.evaluation.measures import Figures
from rag.evaluation.statistics import paired_p
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of each benchmark by its name, the settings of the run, and every answer."""

    settings: Settings
    sets: Mapping[str, Figures]
    answers: Sequence[AnswerRecord] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """The second evaluation's figure minus the first's. `p` is None if the figure is not a mean over questions."""

    second: float
    difference: float
    p: float | None


Differences: TypeAlias = Mapping[str, Difference]
"""The differences by measure, for the measures that both evaluations have."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A second evaluation, and its differences from the first by benchmark."""

    evaluation: Evaluation
    differences: Mapping[str, Differences]


def compare(first: Evaluation, second: Evaluation) -> Comparison:
    """Compare two evaluations of the same questions."""
    return Comparison(second, {name: _differences(figures, second.sets[name]) for name, figures in first.sets.items()})


def _differences(first: Figures, second: Figures) -> Differences:
    return {name: _difference(name, first, second) for name in first.values if name in second.values}


def _difference(name: str, first: Figures, second: Figures) -> Difference:
    paired = name in first.by_question and name in second.by_question
    p = paired_p(first.by_question[name], second.by_question[name]) if paired else None
    return Difference(second.values[name], second.values[name] - first.values[name], p)
