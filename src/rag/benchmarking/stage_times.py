"""Asks questions in this process, and measures the time of each stage of an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.benchmarking.percentiles import Percentiles, percentiles
from rag.service import Service
from rag.snapshots import Progress
from rag.types import Ask, Outcome, Stage

_WARM_UP_QUESTIONS = 5  # not measured, because the first reads of files are slower


@dataclass(frozen=True, slots=True)
class Stages:
    """The milliseconds of each stage, in order and `total` last, and the number of answered questions."""

    times: Mapping[Stage, Percentiles]
    answered: int


def ask(service: Service, questions: Sequence[str], progress: Progress) -> Stages:
    """Ask the questions in turn. Each different question is encoded, because its encoding is not cached yet."""
    for number in range(_WARM_UP_QUESTIONS):
        service.view(None).answer(Ask(f"What is ready, number {number}?"))
    answers = []
    for question in questions:
        answers.append(service.view(None).answer(Ask(question)))
        progress(len(answers), len(questions))
    measured = [stage for stage in Stage if stage in answers[0].timings]
    times = {stage: percentiles([answer.timings[stage] for answer in answers]) for stage in measured}
    return Stages(times, sum(answer.outcome is not Outcome.NO_EVIDENCE for answer in answers))
