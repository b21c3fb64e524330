"""Evaluates a configuration on benchmarks, beside a second one and stage by stage where that is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evaluation.ablation import Ablation, ablate
from rag.evaluation.benchmarks import Benchmark
from rag.evaluation.comparison import Evaluation, compare
from rag.evaluation.labelled_index import index
from rag.evaluation.measures import Figures, figures
from rag.evaluation.predictions import Watch, ask
from rag.evaluation.probes import gold_removed, topic_switch
from rag.evaluation.quality_report import Report
from rag.service import Service


def run(
    benchmarks: Sequence[Benchmark],
    service: Service,
    watch: Watch,
    *,
    against: Service | None = None,
    ablations: bool = False,
) -> Report:
    """Measure benchmarks under the settings of `service`, and of a second one, and each stage of retrieval."""
    first = _evaluated(benchmarks, service, watch)
    second = _evaluated(benchmarks, against, watch) if against else None
    return Report(
        evaluation=first,
        comparison=compare(first, second) if second else None,
        ablation=_ablated(benchmarks, service, watch) if ablations else None,
    )


def _evaluated(benchmarks: Sequence[Benchmark], service: Service, watch: Watch) -> Evaluation:
    return Evaluation(service.settings, {one.name: _figures(one, service, watch) for one in benchmarks})


def _ablated(benchmarks: Sequence[Benchmark], service: Service, watch: Watch) -> Ablation:
    indexed = [index(one, service, watch(f"{one.name}: encoding passages")) for one in benchmarks]
    return {one.benchmark.name: stages for one in indexed if (stages := ablate(one, watch))}


def _figures(benchmark: Benchmark, service: Service, watch: Watch) -> Figures:
    name = benchmark.name
    indexed = index(benchmark, service, watch(f"{name}: encoding passages"))
    asked = ask(indexed, watch(f"{name}: asking questions"))
    switch = topic_switch(indexed, asked, watch(f"{name}: changing topics"))
    gold = gold_removed(indexed, asked, watch(f"{name}: removing what answers"))
    return figures(indexed, asked, switch, gold, service.settings.least_confidence)
