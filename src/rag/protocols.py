"""The protocols of replaceable parts: encoders, stores, rerankers and generators. A plugin implements one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Generator as YieldsAndReturns
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]
"""Shape (n, dimension), each row L2-normalised, so that an inner product is a cosine."""

Rows: TypeAlias = NDArray[np.int64]
"""Row numbers in a snapshot. Row n is chunk n in every file."""

Scores: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoding:
    """The result of one forward pass over a text. All vectors are L2-normalised.

    `vector`, shape (dimension,), represents the whole text. `tokens`, shape (t, dimension), has a vector for each
    token, without the special tokens that a model adds. `starts`, shape (t,), is the offset of each token in the text.
    """

    vector: Vectors
    tokens: Vectors
    starts: NDArray[np.int64]


class Encoder(Protocol):
    """Encodes text into vectors. Vectors from encoders with different digests must not be compared."""

    @property
    def name(self) -> str:
        """The specification it was loaded with, for example `sentence-transformers:all-MiniLM-L6-v2`."""
        ...

    @property
    def digest(self) -> str:
        """A hexadecimal sha256, usually of the weights. It changes whenever the vectors change."""
        ...

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """The most tokens that the model reads of one text, with its special tokens. It ignores the rest."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of `text`, without the special tokens that the model adds."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode passages, the texts that are searched."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode questions, the texts to search for."""
        ...


class RowVectors(Protocol):
    """The vectors of rows 0, 1, ..., read in small parts so that few are in memory at once."""

    def __len__(self) -> int: ...

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of `rows`, which are in ascending order."""
        ...


class GraphCache(Protocol):
    """Caches compiled models, so that a model is compiled only once. Each has a key and a folder of files."""

    def get(self, key: str) -> Path | None:
        """Return the folder stored under `key`, or None if there is none or it is damaged."""
        ...

    def put(self, key: str, fill: Callable[[Path], object]) -> None:
        """Create a folder, call `fill` to write files into it, and store it under `key`.

        Raises StorageError, and WriterBusy if another process is storing a model.
        """
        ...


class VectorStore(Protocol):
    """Stores the vectors of a snapshot in a file. It may write more files next to it."""

    def write(
        self,
        vectors: RowVectors,
        dimension: int,
        path: Path,
        previous: VectorIndex | None = None,
        reused: Rows | None = None,
    ) -> str:
        """Write an index of all vectors to `path`. Return a short description of the kind of index, for people.

        `reused` lists, in ascending order, the rows taken from `previous`. They come first in `vectors`, so their data
        can be copied.
        """
        ...

    def open(self, path: Path) -> VectorIndex:
        """Open the index that `write` wrote to `path`, memory-mapped if possible."""
        ...


class VectorIndex(RowVectors, Protocol):
    """Finds the nearest neighbours by inner product among the rows of one snapshot."""

    def search(self, vector: Vectors, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """Return at most `k` rows and their scores for one vector of shape (1, dimension), best first.

        If `rows` is given, search only these rows.
        """
        ...

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Return the exact inner product of one vector with each of `rows`."""
        ...


class Scorer(Protocol):
    """Scores how well a passage matches a question by reading both together: a cross-encoder."""

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return one score for each passage, higher for a better match."""
        ...


class Generator(Protocol):
    """A language model that writes an answer from a prompt."""

    @property
    def name(self) -> str:
        """The specification it was loaded with."""
        ...

    def generate(self, instructions: str, prompt: str) -> YieldsAndReturns[str, None, None]:
        """Yield the reply in pieces as they arrive. Raises BackendError, also in mid-stream."""
        ...
