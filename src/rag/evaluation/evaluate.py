"""Evaluates a configuration on benchmarks. Optionally compares a second one, and measures each stage."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evaluation.ablation import Ablation, ablate
from rag.evaluation.benchmarks import Benchmark
from rag.evaluation.comparison import Evaluation, compare
from rag.evaluation.labelled_index import index
from rag.evaluation.measures import Figures, figures
from rag.evaluation.predictions import StartTask, predict
from rag.evaluation.probes import gold_removed, topic_switch
from rag.evaluation.quality_report import Report
from rag.service import Service


def run(
    benchmarks: Sequence[Benchmark],
    service: Service,
    start_task: StartTask,
    *,
    against: Service | None = None,
    ablations: bool = False,
) -> Report:
    """Measure benchmarks with `service`, with `against` if it is given, and each stage if `ablations` is set."""
    first = _evaluate(benchmarks, service, start_task)
    second = _evaluate(benchmarks, against, start_task) if against else None
    return Report(
        evaluation=first,
        comparison=compare(first, second) if second else None,
        ablation=_ablate(benchmarks, service, start_task) if ablations else None,
    )


def _evaluate(benchmarks: Sequence[Benchmark], service: Service, start_task: StartTask) -> Evaluation:
    return Evaluation(service.settings, {one.name: _figures(one, service, start_task) for one in benchmarks})


def _ablate(benchmarks: Sequence[Benchmark], service: Service, start_task: StartTask) -> Ablation:
    indexed = [index(one, service, start_task(f"{one.name}: encoding passages")) for one in benchmarks]
    return {one.benchmark.name: stages for one in indexed if (stages := ablate(one, start_task))}


def _figures(benchmark: Benchmark, service: Service, start_task: StartTask) -> Figures:
    name = benchmark.name
    indexed = index(benchmark, service, start_task(f"{name}: encoding passages"))
    predictions = predict(indexed, start_task(f"{name}: asking questions"))
    switch = topic_switch(indexed, predictions, start_task(f"{name}: changing topics"))
    gold = gold_removed(indexed, predictions, start_task(f"{name}: removing gold documents"))
    return figures(indexed, predictions, switch, gold, service.settings.least_confidence)
