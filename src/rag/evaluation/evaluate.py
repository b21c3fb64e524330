"""Evaluates a configuration on benchmarks. Optionally compares a second one, and measures each stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.evaluation.ablation import Ablation, ablate
from rag.evaluation.answer_records import AnswerRecord, answer_records
from rag.evaluation.benchmarks import Benchmark
from rag.evaluation.comparison import Evaluation, compare
from rag.evaluation.labelled_index import index
from rag.evaluation.measures import Figures, figures
from rag.evaluation.pooling import check_pool, pooled
from rag.evaluation.predictions import StartTask, predict
from rag.evaluation.probes import gold_removed, topic_switch
from rag.evaluation.quality_report import Report
from rag.service import Service


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of one run.

    `indexes` is the folder for the indexes of benchmarks, in place of the one in the index directory. `quick` leaves
    out the measures that ask questions again. `pool` adds the measures of abstention over all benchmarks together.
    """

    indexes: Path | None = None
    quick: bool = False
    pool: bool = False


def run(
    benchmarks: Sequence[Benchmark],
    service: Service,
    start_task: StartTask,
    *,
    against: Service | None = None,
    ablations: bool = False,
    options: Options = Options(),
) -> Report:
    """Measure benchmarks with `service`, with `against` if it is given, and each stage if `ablations` is set.

    Raises UnreadableSource if the documents or labels of a benchmark are wrong.
    """
    if options.pool:
        check_pool(benchmarks)
    first = _evaluate(benchmarks, service, start_task, options)
    second = _evaluate(benchmarks, against, start_task, options) if against else None
    return Report(
        evaluation=first,
        comparison=compare(first, second) if second else None,
        ablation=_ablate(benchmarks, service, start_task, options) if ablations else None,
    )


def _evaluate(benchmarks: Sequence[Benchmark], service: Service, start_task: StartTask, options: Options) -> Evaluation:
    sets: dict[str, Figures] = {}
    answers: list[AnswerRecord] = []
    for benchmark in benchmarks:
        sets[benchmark.name], found = _measure(benchmark, service, start_task, options)
        answers.extend(found)
    if options.pool:
        name, figures_of_pool = pooled(sets, service.settings.least_confidence)
        sets[name] = figures_of_pool
    return Evaluation(service.settings, sets, answers)


def _ablate(benchmarks: Sequence[Benchmark], service: Service, start_task: StartTask, options: Options) -> Ablation:
    indexed = [index(one, service, start_task(f"{one.name}: encoding passages"), options.indexes) for one in benchmarks]
    return {one.benchmark.name: stages for one in indexed if (stages := ablate(one, start_task))}


def _measure(
    benchmark: Benchmark, service: Service, start_task: StartTask, options: Options
) -> tuple[Figures, list[AnswerRecord]]:
    name, bar = benchmark.name, service.settings.least_confidence
    indexed = index(benchmark, service, start_task(f"{name}: encoding passages"), options.indexes)
    predictions = predict(indexed, start_task(f"{name}: asking questions"))
    switch, gold = None, None
    if not options.quick:
        switch = topic_switch(indexed, predictions, start_task(f"{name}: changing topics"))
        gold = gold_removed(indexed, predictions, start_task(f"{name}: removing gold documents"))
    return figures(indexed, predictions, switch, gold, bar), answer_records(indexed, predictions, bar)
