"""Puts questions to the service in this process, and says how long each stage of an answer takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.benchmarking.percentiles import Percentiles, percentiles
from rag.service import Service
from rag.snapshots import Progress
from rag.types import Ask, Outcome, Stage

_FIRST = 5  # questions before the ones that count: what is read for the first time takes longer


@dataclass(frozen=True, slots=True)
class Stages:
    """Milliseconds of each stage, in its order and `total` last, and how many of the questions were answered."""

    times: Mapping[Stage, Percentiles]
    answered: int


def ask(service: Service, questions: Sequence[str], progress: Progress) -> Stages:
    """Ask each question once, so that none finds itself encoded already, unless it stands twice among them."""
    for number in range(_FIRST):
        service.answer(Ask(f"What is ready, number {number}?"))
    answers = []
    for question in questions:
        answers.append(service.answer(Ask(question)))
        progress(len(answers), len(questions))
    met = [stage for stage in Stage if stage in answers[0].timings]
    times = {stage: percentiles([answer.timings[stage] for answer in answers]) for stage in met}
    return Stages(times, sum(answer.outcome is not Outcome.NO_EVIDENCE for answer in answers))
