"""Runs a model as a graph, by OpenVINO or NumPy, without importing torch or sentence-transformers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from queue import SimpleQueue
from threading import Lock
from typing import Protocol, TypeAlias

import numpy as np
import tokenizers
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from rag.adapters.sentence_transformers import tokens
from rag.protocols import Encoding

BATCH_TOKENS = 1_024
"""Tokens in a batch, with padding. Larger batches are no faster, need more memory, and make questions wait longer."""

STREAMS = 2
"""Batches of passages computed at the same time. Each uses an equal share of the cores."""

QUESTION_PADDING = 32
"""Questions are padded to a multiple of this many tokens. For each new length OpenVINO prepares the graph again, which
takes longer than computing the padding."""

_Batch: TypeAlias = Sequence[tokenizers.Encoding]


class Output(Protocol):
    """An output of a computation."""

    @property
    def data(self) -> np.ndarray:
        """The array."""


class InferRequest(Protocol):
    """One computation at a time. OpenVINO's class has these methods, and so has that of `numpy_runtime`."""

    def infer(self, inputs: dict[str, NDArray[np.int64]], share_inputs: bool) -> object:
        """Compute the outputs for input arrays by name."""

    def get_output_tensor(self, index: int) -> Output:
        """Return an output."""


class Graph(Protocol):
    """A model that is ready to run."""

    def create_infer_request(self) -> InferRequest:
        """Return a request, which computes beside the others."""


class Facts(BaseModel):
    """Facts about the model that are not in the graph. They are stored next to it as JSON."""

    model_config = ConfigDict(frozen=True)

    dimension: int
    max_tokens: int
    passage_prompt: str
    question_prompt: str
    inputs: tuple[str, ...]
    padding: int
    truncation_side: str
    precisions: tuple[str, ...]


class CompiledEncoder:
    """Runs the graph, which returns normalised vectors of a text and of its tokens. Safe to share between threads.

    `prepare(n)` loads the graph so that it can run n batches at the same time.
    """

    def __init__(self, name: str, digest: str, facts: Facts, tokenizer: str, prepare: Callable[[int], Graph]) -> None:
        self.name = name
        self.digest = digest
        self.dimension = facts.dimension
        self.max_tokens = facts.max_tokens
        self._facts = facts
        self._counter = tokens.counter(tokenizer)
        self._reader = tokens.reader(tokenizer, facts.max_tokens, facts.truncation_side)
        self._prepare = prepare
        self._preparing = Lock()
        self._questions = _RequestPool(prepare(1), 1)  # all cores for one question, because a user waits for it

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of `text`, without the special tokens that the model adds."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's prompt for passages, if it has one."""
        with self._preparing:
            pool = self._passages
        return self._encode(texts, self._facts.passage_prompt, pool, 1)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's prompt for questions, if it has one."""
        return self._encode(texts, self._facts.question_prompt, self._questions, QUESTION_PADDING)

    def read(self, text: str) -> tokenizers.Encoding:
        """Return the tokens that the model reads of a text, with special tokens, truncated to `max_tokens`."""
        return self._reader.encode(text)

    @cached_property
    def _passages(self) -> _RequestPool:
        """Inference requests for passages. They are loaded at first use, because answering needs none.

        Two batches at the same time give the highest throughput.
        """
        return _RequestPool(self._prepare(STREAMS), STREAMS)

    def _encode(self, texts: Sequence[str], prompt: str, pool: _RequestPool, step: int) -> list[Encoding]:
        read = [self.read(prompt + text) for text in texts]
        batches = list(tokens.batches([len(one.ids) for one in read], BATCH_TOKENS))
        work = [[read[number] for number in batch] for batch in batches]
        found = pool.map(lambda request, batch: self._run(request, batch, len(prompt), step), work)
        encodings = {
            number: one
            for batch, some in zip(batches, found, strict=True)
            for number, one in zip(batch, some, strict=True)
        }
        return [encodings[number] for number in range(len(texts))]

    def _run(self, request: InferRequest, batch: _Batch, prompt_length: int, step: int) -> list[Encoding]:
        request.infer(self.inputs(batch, step), share_inputs=True)
        vectors, token_vectors = request.get_output_tensor(0).data, request.get_output_tensor(1).data
        return [_encoding(one, vectors[row], token_vectors[row], prompt_length) for row, one in enumerate(batch)]

    def inputs(self, batch: _Batch, step: int = 1) -> dict[str, NDArray[np.int64]]:
        """Return the input arrays of the graph for a batch, by input name, each of shape (texts, tokens).

        Texts are padded to the longest one, rounded up to a multiple of `step` but not beyond `max_tokens`.
        """
        longest = max(len(one.ids) for one in batch)
        longest = max(longest, min(-(-longest // step) * step, self.max_tokens))
        token_ids = np.full((len(batch), longest), self._facts.padding, np.int64)
        mask, types = np.zeros_like(token_ids), np.zeros_like(token_ids)
        for row, one in enumerate(batch):
            length = len(one.ids)
            token_ids[row, :length], mask[row, :length], types[row, :length] = one.ids, 1, one.type_ids
        given = {"input_ids": token_ids, "attention_mask": mask, "token_type_ids": types}
        return {name: given[name] for name in self._facts.inputs}


class _RequestPool:
    """A fixed number of inference requests of one graph. If all are busy, a batch waits until one is free."""

    def __init__(self, graph: Graph, count: int) -> None:
        self._idle: SimpleQueue[InferRequest] = SimpleQueue()
        for _ in range(count):
            self._idle.put(graph.create_infer_request())
        self._threads = ThreadPoolExecutor(count, "encoder")

    def map(
        self, run: Callable[[InferRequest, _Batch], list[Encoding]], work: Sequence[_Batch]
    ) -> Iterator[list[Encoding]]:
        """Yield the result of `run` for each batch, in the order of the batches."""

        def run_one(batch: _Batch) -> list[Encoding]:
            request = self._idle.get()
            try:
                return run(request, batch)
            finally:
                self._idle.put(request)

        if len(work) < 2:  # a single batch needs no other thread
            return iter([run_one(batch) for batch in work])
        return self._threads.map(run_one, work)


def _encoding(read: tokenizers.Encoding, vector: np.ndarray, token_vectors: np.ndarray, prompt_length: int) -> Encoding:
    """Copy the vectors of one text out of the output buffers, because the next batch overwrites them."""
    positions, starts = tokens.text_tokens(read, prompt_length)
    return Encoding(vector.astype(np.float32), token_vectors[positions].astype(np.float32), starts)
