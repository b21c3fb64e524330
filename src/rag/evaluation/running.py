"""Evaluates a configuration on benchmarks, beside a second one and stage by stage where that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from rag.evaluation.asking import ask, rank
from rag.evaluation.benchmarks import Benchmark
from rag.evaluation.comparing import Evaluation, compare
from rag.evaluation.figures import Figures, figures
from rag.evaluation.indexing import index
from rag.evaluation.probes import gold_removed, topic_switch
from rag.evaluation.ranking import measured
from rag.evaluation.report import Ablation, Report
from rag.snapshots import Progress
from rag.types import Fusion
from rag.wiring import LATE_INTERACTION, NONE, Service

Watch: TypeAlias = Callable[[str], Progress]
"""Is told what begins, and gives what is told how far that is."""

STAGES: Mapping[str, Mapping[str, str]] = {
    "BM25 alone": {"fusion": Fusion.LEXICAL, "reranker": NONE},
    "dense alone": {"fusion": Fusion.DENSE, "reranker": NONE},
    "both, by reciprocal rank": {"fusion": Fusion.RRF, "reranker": NONE},
    "both, by z-score": {"fusion": Fusion.Z_SCORE, "reranker": NONE},
    "and late interaction": {"fusion": Fusion.Z_SCORE, "reranker": LATE_INTERACTION},
}
"""What retrieval is built up of, each stage as the settings that end with it."""


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
    return {
        stage: {one.name: _ranked(one, service, changes, watch) for one in benchmarks if one.relevance}
        for stage, changes in STAGES.items()
    }


def _figures(benchmark: Benchmark, service: Service, watch: Watch) -> Figures:
    name = benchmark.name
    indexed = index(benchmark, service, watch(f"{name}: encoding passages"))
    asked = ask(indexed, watch(f"{name}: asking questions"))
    switch = topic_switch(indexed, asked, watch(f"{name}: changing topics"))
    gold = gold_removed(indexed, asked, watch(f"{name}: removing what answers"))
    return figures(indexed, asked, switch, gold, service.settings.least_confidence)


def _ranked(benchmark: Benchmark, service: Service, changes: Mapping[str, str], watch: Watch) -> dict[str, float]:
    changed = service.varied(service.settings.model_copy(update=dict(changes)))
    indexed = index(benchmark, changed, watch(f"{benchmark.name}: encoding passages"))
    rankings = rank(indexed, watch(f"{benchmark.name}: ranking by {changes['fusion']}, {changes['reranker']}"))
    found = measured(rankings, [labels.relevance for labels in indexed.labels])
    return {name: float(np.nanmean(values)) for name, values in found.items()}
