"""Vectors in memory, in the form that a store reads."""

from __future__ import annotations

from dataclasses import dataclass

from rag.protocols import Rows, Vectors


@dataclass(frozen=True)
class InMemory:
    """The vectors of rows, all in memory."""

    all: Vectors

    def __len__(self) -> int:
        return len(self.all)

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of `rows`."""
        return self.all[rows]
