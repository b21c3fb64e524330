"""Builds a local index of generated passages, and the questions, access labels and dates to search it with."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.scale import corpus
from tests.scale.encoder import WordEncoder
from threadpoolctl import threadpool_limits

from rag import wiring
from rag.adapters.faiss import FaissStore
from rag.answer.retrieval import Query, Retriever
from rag.benchmarking.questions import generate
from rag.ingest.ingestion import Ingestion
from rag.protocols import Encoder, Vectors
from rag.settings import Settings
from rag.snapshots import Builder, Snapshot, SnapshotStore

WORDS = "words"
"""The name of the encoder without a model. The other encoders are those of the setting `RAG_ENCODER`."""

LABELS = {"wide": 0.30, "narrow": 0.05, "rare": 0.01}
"""The share of the documents that have each access label. All others have the label `other`."""

IN_FORCE = 0.8
"""The share of the documents that are in force on the day that is asked about."""

TODAY = 10_000
"""The day that is asked about, as a number of days."""

_STEP = 100_000  # passages in one ingest, which holds them in memory


@dataclass(frozen=True)
class Made:
    """A local index and the questions to ask it. Passage n is row n of the index."""

    snapshot: Snapshot
    queries: tuple[Query, ...]

    def __len__(self) -> int:
        return len(self.snapshot)

    @cached_property
    def vectors(self) -> Vectors:
        """The vectors of all passages, shape (n, dimension)."""
        return self.snapshot.dense.vectors(np.arange(len(self), dtype=np.int64))

    @cached_property
    def document(self) -> NDArray[np.int64]:
        """The number of the document of each passage, shape (n,)."""
        return np.arange(len(self), dtype=np.int64) // corpus.SECTIONS

    @cached_property
    def labels(self) -> NDArray[np.str_]:
        """The access label of each passage, shape (n,). The passages of one document share it."""
        shares = [*LABELS.values(), 1 - sum(LABELS.values())]
        chance = np.random.default_rng(7)
        return chance.choice([*LABELS, "other"], int(self.document[-1]) + 1, p=shares)[self.document]

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """The first day on which each passage is no longer in force, shape (n,)."""
        in_force = np.random.default_rng(8).random(int(self.document[-1]) + 1) < IN_FORCE
        return np.where(in_force, TODAY + 1_000, TODAY - 1_000)[self.document]

    def passing(self, label: str) -> NDArray[np.bool_]:
        """Return whether each passage has a label and is in force today, shape (n,)."""
        passing: NDArray[np.bool_] = (self.labels == label) & (self.ends > TODAY)
        return passing


def make(folder: Path, passages: int, encoder: str, questions: int) -> Made:
    """Build the index in `folder`, or open the one that an earlier call built there."""
    threadpool_limits(1)  # as the service does
    model = _encoder(encoder)
    store = SnapshotStore(folder / "index", FaissStore())
    ingestion, made = Ingestion(store, Builder(store, model, 200, keep=1)), folder / "made"
    if not made.exists():
        for first in range(0, passages, _STEP):
            articles = folder / "articles" / str(first)
            corpus.write(articles, min(_STEP, passages - first) // corpus.SECTIONS, first // corpus.SECTIONS)
            ingestion.ingest([articles], lambda *_: None)
        made.touch()
    snapshot, retriever = store.current(), Retriever(model)
    return Made(snapshot, tuple(retriever.query(snapshot, text) for text in generate(snapshot, questions)))


def _encoder(name: str) -> Encoder:
    return WordEncoder(Path(os.devnull)) if name == WORDS else wiring.assemble(Settings(encoder=name)).parts.encoder
