"""Measures rankings stage by stage: what each part of retrieval adds to those before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from rag.answer.retrieval import Retriever
from rag.evaluation.full_tokens import WholeTokens
from rag.evaluation.labelled_index import Indexed
from rag.evaluation.predictions import Watch, rank
from rag.evaluation.ranking import measured
from rag.service import Service
from rag.types import Fusion
from rag.wiring import LATE_INTERACTION, NONE, assemble, vary

STAGES: Mapping[str, Mapping[str, str]] = {
    "BM25 alone": {"fusion": Fusion.LEXICAL, "reranker": NONE},
    "dense alone": {"fusion": Fusion.DENSE, "reranker": NONE},
    "both, by reciprocal rank": {"fusion": Fusion.RRF, "reranker": NONE},
    "both, by z-score": {"fusion": Fusion.Z_SCORE, "reranker": NONE},
    "and late interaction": {"fusion": Fusion.Z_SCORE, "reranker": LATE_INTERACTION},
}
"""What retrieval is built up of, each stage as the settings that end with it."""

WHOLE = "the same, tokens not compressed"
"""One stage more, which no setting gives: it says what the compression of the last one costs."""

Stages: TypeAlias = Mapping[str, Mapping[str, float]]
"""By stage, the measures of the ranking."""

Ablation: TypeAlias = Mapping[str, Stages]
"""By benchmark, its stages."""


def ablate(indexed: Indexed, watch: Watch) -> Stages:
    """Measure each stage, all other settings being as they are; none where no question has relevant documents."""
    relevance = [labels.relevance for labels in indexed.labels]
    if not any(relevance):
        return {}
    measures = {}
    for stage, service in _services(indexed.service):
        staged = replace(indexed, service=service)
        found = measured(rank(staged, watch(f"{indexed.benchmark.name}: {stage}")), relevance)
        measures[stage] = {name: float(np.nanmean(values)) for name, values in found.items()}
    return measures


def _services(service: Service) -> Iterator[tuple[str, Service]]:
    for stage, changes in STAGES.items():
        yield stage, vary(service, service.settings.model_copy(update=dict(changes)))
    encoder = service.parts.encoder
    tokens = WholeTokens(encoder, service.settings.chunk_tokens)
    retriever = Retriever(encoder, by=Fusion.Z_SCORE, late_interaction=tokens)
    yield WHOLE, assemble(service.settings, encoder=encoder, retriever=retriever)
