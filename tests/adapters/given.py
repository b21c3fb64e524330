"""Vectors that are given, as a store takes them."""

from __future__ import annotations

from dataclasses import dataclass

from rag.protocols import Rows, Vectors


@dataclass(frozen=True)
class Given:
    """The vectors of rows, all in memory."""

    all: Vectors

    def __len__(self) -> int:
        return len(self.all)

    def vectors(self, rows: Rows) -> Vectors:
        """Return those of some rows."""
        return self.all[rows]
