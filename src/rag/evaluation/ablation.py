"""Measures how much each stage of retrieval adds to the ranking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from rag.answer.retrieval import Retriever
from rag.evaluation.full_tokens import FullTokens
from rag.evaluation.labelled_index import IndexedBenchmark
from rag.evaluation.predictions import StartTask, rank
from rag.evaluation.ranking import measure
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
"""The stages of retrieval by name, each with the settings that stop after it."""

FULL_TOKENS = "the same, tokens not compressed"
"""One more stage, which no setting selects. It shows how much quality the compression of token vectors costs."""

Stages: TypeAlias = Mapping[str, Mapping[str, float]]
"""The measures of the ranking by stage."""

Ablation: TypeAlias = Mapping[str, Stages]
"""The stages by benchmark."""


def ablate(indexed: IndexedBenchmark, start_task: StartTask) -> Stages:
    """Measure each stage; all other settings stay the same.

    Return an empty mapping if no question has relevant documents.
    """
    relevance = [labels.relevance for labels in indexed.labels]
    if not any(relevance):
        return {}
    measures = {}
    for stage, service in _services(indexed.service):
        staged = replace(indexed, service=service)
        found = measure(rank(staged, start_task(f"{indexed.benchmark.name}: {stage}")), relevance)
        measures[stage] = {name: float(np.nanmean(values)) for name, values in found.items()}
    return measures


def _services(service: Service) -> Iterator[tuple[str, Service]]:
    for stage, changes in STAGES.items():
        yield stage, vary(service, service.settings.model_copy(update=dict(changes)))
    encoder = service.parts.encoder
    tokens = FullTokens(encoder, service.settings.chunk_tokens)
    retriever = Retriever(encoder, by=Fusion.Z_SCORE, late_interaction=tokens)
    yield FULL_TOKENS, assemble(service.settings, encoder=encoder, retriever=retriever)
