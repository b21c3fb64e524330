"""The protocols of replaceable parts: encoders, stores, rerankers and generators. A plugin implements one of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.types import Usage as Usage

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


@dataclass(frozen=True, slots=True)
class GeneratorOptions:
    """The settings that every generator gets. A generator ignores those that its server does not know.

    `context` is the size of the context window, in tokens: a request and its reply fit into it. `effort` is the word
    for the effort of a reasoning model, for example `low`; None for other models.
    """

    base_url: str | None = None
    api_key: str | None = None
    timeout: float = 30.0
    context: int = 4_096
    effort: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage in a request: `source` names its document and heading, `text` has its words."""

    source: str
    text: str


@dataclass(frozen=True, slots=True)
class GeneratorRequest:
    """A request to a language model: `prompt` is the user's message, and `max_tokens` limits the reply.

    A generator that cites natively gets the passages of an answer in `passages`, apart from the prompt. If `schema` is
    not None, the prompt asks for JSON, and the server should be told to follow this JSON Schema. `without` names the
    optional parameters that the server refused; the generator must not send them.
    """

    instructions: str
    prompt: str
    max_tokens: int
    passages: tuple[Passage, ...] = ()
    schema: Mapping[str, object] | None = None
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """The next words of a reply."""

    text: str


@dataclass(frozen=True, slots=True)
class PassageCitation:
    """Words of a passage that support the text of the last `Text` event.

    `passage` counts the passages of the request from 0, and `quote` is a part of its text. Several may follow one text.
    """

    passage: int
    quote: str


@dataclass(frozen=True, slots=True)
class Finish:
    """The end of a reply, and its reason.

    `stop`: the reply is complete. `length`: a limit cut it off. `filtered`: the server withheld the rest.
    """

    reason: Literal["stop", "length", "filtered"]


GeneratorEvent: TypeAlias = Text | PassageCitation | Usage | Finish
"""An event of a reply. The last `Usage` counts. A reply without `Finish` broke off."""


class Generator(Protocol):
    """A language model that writes a reply to a request. It needs no deadline, no retries and no limits of its own."""

    @property
    def name(self) -> str:
        """The specification it was loaded with."""
        ...

    @property
    def address(self) -> str | None:
        """The URL of the server that gets questions and passages; None if they do not leave this process."""
        ...

    @property
    def cites(self) -> bool:
        """Whether it yields `PassageCitation` events for the passages of a request."""
        ...

    @property
    def optional(self) -> Mapping[str, Sequence[str]]:
        """The parameters that its server may refuse. Each has the words that stand for it in an error message.

        The name `schema` stands for the parameter with the JSON Schema. A generator without it gets no schema.
        """
        ...

    def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        """Yield the events of the reply as they arrive. Raises BackendError, also in mid-reply.

        If the caller leaves, the reply is cancelled at an `await`: end the connection or process in a `finally`.
        """
        ...
