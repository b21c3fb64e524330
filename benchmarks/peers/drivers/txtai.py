"""txtai with FAISS. The variant `hybrid` adds its BM25."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from txtai import Embeddings

from benchmarks.peers.drivers.driving import FOUND, Passage, drive, model


class Txtai:
    """`Embeddings` with its defaults."""

    def __init__(self, variant: str) -> None:
        self._embeddings = Embeddings(path=model(), hybrid=variant == "hybrid", gpu=False)

    def ingest(self, passages: Sequence[Passage]) -> None:
        """Index the passages."""
        self._embeddings.index([(passage.id, passage.text, None) for passage in passages])

    def search(self, question: str) -> Sequence[str]:
        """Return the ids of the best passages, best first."""
        return [name for name, _ in self._embeddings.search(question, FOUND)]


def _open(_: Path, variant: str) -> Txtai:
    return Txtai(variant)


if __name__ == "__main__":
    drive(_open, "txtai", "faiss-cpu", "transformers")
