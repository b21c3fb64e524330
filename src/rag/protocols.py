"""What a part must be able to do to be exchanged for another of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.types import Draft, Hit

Vectors: TypeAlias = NDArray[np.float32]
"""Shape (n, dimension), each row L2-normalised, so that an inner product is a cosine."""

Rows: TypeAlias = NDArray[np.int64]
"""Row numbers of chunks in a snapshot: row n is chunk n in every file."""

Scores: TypeAlias = NDArray[np.float32]


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

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return where each token of `text` lies, without the tokens a model adds of its own."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that are searched in."""
        ...

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that are searched with."""
        ...


class VectorIndex(Protocol):
    """Nearest neighbours by inner product over the rows of one snapshot."""

    def __len__(self) -> int: ...

    def search(self, vector: Vectors, k: int, rows: Rows | None = None) -> tuple[Rows, Scores]:
        """Return at most `k` rows and scores for one vector of shape (1, dimension), best first, among `rows`."""
        ...

    def scores(self, vector: Vectors, rows: Rows) -> Scores:
        """Return the exact inner product of one vector with each of `rows`."""
        ...

    def vectors(self, rows: Rows) -> Vectors:
        """Return the stored vectors of `rows`."""
        ...


class Generator(Protocol):
    """Writes an answer from evidence, sentence by sentence."""

    @property
    def name(self) -> str:
        """The specification it was loaded by."""
        ...

    def generate(self, question: str, evidence: Sequence[Hit]) -> Iterator[Draft]:
        """Yield drafts in reading order. Raises BackendError when its backend fails, also in mid-stream."""
        ...
