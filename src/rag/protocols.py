"""What a part must be able to do to be exchanged for another of its kind."""

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
"""Row numbers of chunks in a snapshot: row n is chunk n in every file."""

Scores: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoding:
    """What one forward pass makes of a text.

    `vector`, shape (dimension,), stands for the whole; `tokens`, shape (t, dimension), for each token, without those a
    model adds of its own; `starts`, shape (t,), is where in the text each token begins. All vectors are L2-normalised.
    """

    vector: Vectors
    tokens: Vectors
    starts: NDArray[np.int64]


class Encoder(Protocol):
    """Turns text into vectors. `digest` names the weights: vectors of different digests must never meet."""

    @property
    def name(self) -> str:
        """The specification it was loaded by, for example `sentence-transformers:all-MiniLM-L6-v2`."""
        ...

    @property
    def digest(self) -> str:
        """Hexadecimal sha256 that changes whenever the vectors would."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the model reads; what stands beyond is not seen."""
        ...

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes, without those a model adds of its own."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode texts that are searched in."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode texts that are searched with."""
        ...


class RowVectors(Protocol):
    """The vectors of rows 0, 1, ..., of which few are held at once."""

    def __len__(self) -> int: ...

    def vectors(self, rows: Rows) -> Vectors:
        """Return the vectors of `rows`, which ascend."""
        ...


class Graphs(Protocol):
    """Keeps what a model was compiled to, so that it is compiled once: a folder of files under each key."""

    def find(self, key: str) -> Path | None:
        """Return the folder kept under `key`, if there is one and it is what was written."""
        ...

    def keep(self, key: str, fill: Callable[[Path], object]) -> None:
        """Keep the files that `fill` writes into a folder. Raises StorageError, and WriterBusy where others do."""
        ...


class VectorStore(Protocol):
    """Keeps the vectors of a snapshot in one file."""

    def write(
        self,
        vectors: RowVectors,
        dimension: int,
        path: Path,
        previous: VectorIndex | None = None,
        kept: Rows | None = None,
    ) -> str:
        """Write an index of all vectors to `path`; return what kind it is, for people.

        The first rows are those of an earlier index that are `kept`, ascending: what it knows of them may serve on.
        """
        ...

    def open(self, path: Path) -> VectorIndex:
        """Open what `write` wrote, memory-mapped where that is possible."""
        ...


class VectorIndex(RowVectors, Protocol):
    """Nearest neighbours by inner product over the rows of one snapshot."""

    def search(self, vector: Vectors, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """Return at most `k` rows and scores for one vector of shape (1, dimension), best first, among `rows`."""
        ...

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Return the exact inner product of one vector with each of `rows`."""
        ...


class Scorer(Protocol):
    """Reads a question and a passage together and says how well they fit: a cross-encoder."""

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return one score for each passage, the higher the better."""
        ...


class Generator(Protocol):
    """A language model that writes an answer from a prompt."""

    @property
    def name(self) -> str:
        """The specification it was loaded by."""
        ...

    def generate(self, instructions: str, prompt: str) -> YieldsAndReturns[str, None, None]:
        """Yield the reply as it comes, piece by piece. Raises BackendError, also in mid-stream."""
        ...
