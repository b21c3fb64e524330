"""A model as a compiled graph: neither torch nor the library it comes with is imported to run it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING

import numpy as np
import tokenizers
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from rag.adapters.sentence_transformers import tokens
from rag.adapters.sentence_transformers.runtime import STREAMS
from rag.protocols import Encoding

if TYPE_CHECKING:
    from openvino import CompiledModel, InferRequest

BUDGET = 1_024
"""Tokens read at once, with padding: more at once were no faster, and take memory and make questions wait."""


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
    """Runs the graph, which gives normalised vectors of a text and of its tokens; safe to share between threads."""

    def __init__(self, name: str, digest: str, facts: Facts, tokenizer: str, graph: CompiledModel) -> None:
        self.name = name
        self.digest = digest
        self.dimension = facts.dimension
        self.max_tokens = facts.max_tokens
        self._facts = facts
        self._counter = tokens.counter(tokenizer)
        self._reader = tokens.reader(tokenizer, facts.max_tokens, facts.truncation_side)
        self._idle: SimpleQueue[InferRequest] = SimpleQueue()
        for _ in range(STREAMS):
            self._idle.put(graph.create_infer_request())
        self._threads = ThreadPoolExecutor(STREAMS, "encoder")

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes, without those a model adds of its own."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's prompt for passages, if it has one."""
        return self._encode(texts, self._facts.passage_prompt)

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's prompt for questions, if it has one."""
        return self._encode(texts, self._facts.question_prompt)

    def read(self, text: str) -> tokenizers.Encoding:
        """Return the tokens that the model reads of a text, with its marks and without what is too long."""
        return self._reader.encode(text)

    def _encode(self, texts: Sequence[str], prompt: str) -> list[Encoding]:
        read = [self.read(prompt + text) for text in texts]
        batches = list(tokens.batches([len(one.ids) for one in read], BUDGET))
        work = [[read[number] for number in batch] for batch in batches]
        spread = map if len(work) < 2 else self._threads.map  # one alone is computed where it is asked for
        found = spread(lambda batch: self._run(batch, len(prompt)), work)
        encodings = {
            number: one
            for batch, some in zip(batches, found, strict=True)
            for number, one in zip(batch, some, strict=True)
        }
        return [encodings[number] for number in range(len(texts))]

    def _run(self, batch: Sequence[tokenizers.Encoding], prompt: int) -> list[Encoding]:
        inputs = self.inputs(batch)
        request = self._idle.get()
        try:
            request.infer(inputs, share_inputs=True)
            vectors, each = request.get_output_tensor(0).data, request.get_output_tensor(1).data
            return [_encoding(one, vectors[row], each[row], prompt) for row, one in enumerate(batch)]
        finally:
            self._idle.put(request)

    def inputs(self, batch: Sequence[tokenizers.Encoding]) -> dict[str, NDArray[np.int64]]:
        """Return what the graph reads of a batch, by the names of its inputs, each of shape (texts, tokens)."""
        longest = max(len(one.ids) for one in batch)
        numbers = np.full((len(batch), longest), self._facts.padding, np.int64)
        mask, types = np.zeros_like(numbers), np.zeros_like(numbers)
        for row, one in enumerate(batch):
            length = len(one.ids)
            numbers[row, :length], mask[row, :length], types[row, :length] = one.ids, 1, one.type_ids
        given = {"input_ids": numbers, "attention_mask": mask, "token_type_ids": types}
        return {name: given[name] for name in self._facts.inputs}


def _encoding(read: tokenizers.Encoding, vector: np.ndarray, each: np.ndarray, prompt: int) -> Encoding:
    """Copy what is kept of the outputs, which the next batch will overwrite."""
    positions, starts = tokens.own(read, prompt)
    return Encoding(vector.astype(np.float32), each[positions].astype(np.float32), starts)
