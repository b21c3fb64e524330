"""A model as a compiled graph: neither torch nor the library it comes with is imported to run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import tokenizers
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from rag.adapters.sentence_transformers import tokens
from rag.protocols import Encoding

if TYPE_CHECKING:
    from openvino import CompiledModel, InferRequest

BUDGET = 1_024
"""Tokens read at once, with padding: more at once were no faster, and take memory and make questions wait."""

SIDE_BY_SIDE = 2
"""Batches of passages computed at the same time, each by its share of the cores."""

STEP = 32
"""Questions are padded to a multiple of so many tokens: the graph is made ready anew for each length, which takes
longer than to compute the padding."""

_Batch: TypeAlias = Sequence[tokenizers.Encoding]


class Facts(BaseModel):
    """What the graph does not say of its model: kept beside it as JSON."""

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
    """Runs the graph, which gives normalised vectors of a text and of its tokens; safe to share between threads.

    `prepared` makes the graph ready to compute so much side by side.
    """

    def __init__(
        self, name: str, digest: str, facts: Facts, tokenizer: str, prepared: Callable[[int], CompiledModel]
    ) -> None:
        self.name = name
        self.digest = digest
        self.dimension = facts.dimension
        self.max_tokens = facts.max_tokens
        self._facts = facts
        self._counter = tokens.counter(tokenizer)
        self._reader = tokens.reader(tokenizer, facts.max_tokens, facts.truncation_side)
        self._prepared = prepared
        self._preparing = Lock()
        self._questions = _Lanes(prepared(1), 1)  # all cores for one, since somebody waits for it

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes, without those a model adds of its own."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's prompt for passages, if it has one."""
        with self._preparing:
            lanes = self._passages
        return self._encode(texts, self._facts.passage_prompt, lanes, 1)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's prompt for questions, if it has one."""
        return self._encode(texts, self._facts.question_prompt, self._questions, STEP)

    def read(self, text: str) -> tokenizers.Encoding:
        """Return the tokens that the model reads of a text, with its marks and without what is too long."""
        return self._reader.encode(text)

    @cached_property
    def _passages(self) -> _Lanes:
        """Two batches side by side give the most; who only asks never needs it."""
        return _Lanes(self._prepared(SIDE_BY_SIDE), SIDE_BY_SIDE)

    def _encode(self, texts: Sequence[str], prompt: str, lanes: _Lanes, step: int) -> list[Encoding]:
        read = [self.read(prompt + text) for text in texts]
        batches = list(tokens.batches([len(one.ids) for one in read], BUDGET))
        work = [[read[number] for number in batch] for batch in batches]
        found = lanes.each(lambda request, batch: self._run(request, batch, len(prompt), step), work)
        encodings = {
            number: one
            for batch, some in zip(batches, found, strict=True)
            for number, one in zip(batch, some, strict=True)
        }
        return [encodings[number] for number in range(len(texts))]

    def _run(self, request: InferRequest, batch: _Batch, prompt: int, step: int) -> list[Encoding]:
        request.infer(self.inputs(batch, step), share_inputs=True)
        vectors, each = request.get_output_tensor(0).data, request.get_output_tensor(1).data
        return [_encoding(one, vectors[row], each[row], prompt) for row, one in enumerate(batch)]

    def inputs(self, batch: _Batch, step: int = 1) -> dict[str, NDArray[np.int64]]:
        """Return what the graph reads of a batch, by the names of its inputs, each of shape (texts, tokens).

        The number of tokens is that of the longest text, or the next multiple of `step`, if the model reads as many.
        """
        longest = max(len(one.ids) for one in batch)
        longest = max(longest, min(-(-longest // step) * step, self.max_tokens))
        numbers = np.full((len(batch), longest), self._facts.padding, np.int64)
        mask, types = np.zeros_like(numbers), np.zeros_like(numbers)
        for row, one in enumerate(batch):
            length = len(one.ids)
            numbers[row, :length], mask[row, :length], types[row, :length] = one.ids, 1, one.type_ids
        given = {"input_ids": numbers, "attention_mask": mask, "token_type_ids": types}
        return {name: given[name] for name in self._facts.inputs}


class _Lanes:
    """A graph that computes batches side by side, as many as it has lanes; others wait."""

    def __init__(self, graph: CompiledModel, count: int) -> None:
        self._idle: SimpleQueue[InferRequest] = SimpleQueue()
        for _ in range(count):
            self._idle.put(graph.create_infer_request())
        self._threads = ThreadPoolExecutor(count, "encoder")

    def each(
        self, run: Callable[[InferRequest, _Batch], list[Encoding]], work: Sequence[_Batch]
    ) -> Iterator[list[Encoding]]:
        """Yield what `run` makes of each batch, in their order."""

        def lent(batch: _Batch) -> list[Encoding]:
            request = self._idle.get()
            try:
                return run(request, batch)
            finally:
                self._idle.put(request)

        spread = map if len(work) < 2 else self._threads.map  # one alone is computed where it is asked for
        return iter(spread(lent, work))


def _encoding(read: tokenizers.Encoding, vector: np.ndarray, each: np.ndarray, prompt: int) -> Encoding:
    """Copy what is kept of the outputs, which the next batch will overwrite."""
    positions, starts = tokens.own(read, prompt)
    return Encoding(vector.astype(np.float32), each[positions].astype(np.float32), starts)
