"""Runs a model through the sentence-transformers library: slow to load, and the reference for the compiled graph."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.adapters.sentence_transformers import source, tokens
from rag.errors import ConfigurationError
from rag.protocols import Encoding, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

_BATCH = 8
"""Passages encoded at once, while questions wait. Larger batches are no faster on two cores."""

_UNBOUNDED = 1 << 20  # `max_tokens` of a model without a limit

_PASSAGE_PROMPTS = ("document", "passage", "corpus")
_QUESTION_PROMPTS = ("query",)


class LibraryEncoder:
    """Runs the model through sentence-transformers. Safe to share between threads."""

    def __init__(self, name: str, digest: str, model: SentenceTransformer) -> None:
        self.name = name
        self.digest = digest
        self.model = model
        self.dimension = _dimension(model)
        self.max_tokens = _max_tokens(model)
        # The tokenizer of a static model is already of this type; other models wrap one.
        self.tokenizer: str = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer).to_str()
        self.passage_prompt = _prompt(model, _PASSAGE_PROMPTS)
        self.question_prompt = _prompt(model, _QUESTION_PROMPTS)
        # The fast tokenizer stores its truncation setting as state, which threads must not change at the same time.
        self._encoding = threading.Lock()
        self._counter = tokens.counter(self.tokenizer)
        side = getattr(model.tokenizer, "truncation_side", "right")
        self._reader = tokens.reader(self.tokenizer, self.max_tokens, side)

    def count_tokens(self, text: str) -> int:
        """Return the number of tokens of `text`, without [CLS] and [SEP]."""
        return len(self._counter.encode(text, add_special_tokens=False).ids)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's prompt for passages, if it has one."""
        encodings: list[Encoding] = []
        for start in range(0, len(texts), _BATCH):
            some = list(texts[start : start + _BATCH])
            with self._encoding:
                outputs = self.model.encode_document(some, output_value=None, show_progress_bar=False)
            encodings += map(self._encoding_of, some, [self.passage_prompt] * len(some), outputs)
        return encodings

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's prompt for questions, if it has one."""
        with self._encoding:
            outputs = self.model.encode_query(list(texts), output_value=None, show_progress_bar=False)
        return list(map(self._encoding_of, texts, [self.question_prompt] * len(texts), outputs))

    def _encoding_of(self, text: str, prompt: str, output: dict[str, Tensor]) -> Encoding:
        vector = _normalised(output["sentence_embedding"].float().numpy())
        if "token_embeddings" not in output:  # a static model has none
            return Encoding(vector, np.empty((0, self.dimension), np.float32), np.empty(0, np.int64))
        token_vectors = output["token_embeddings"][output["attention_mask"].bool()].float().numpy()
        positions, starts = tokens.text_tokens(self._reader.encode(prompt + text), len(prompt))
        return Encoding(vector, _normalised(token_vectors[positions]), starts)


def load(model: str, folder: Path, digest: str) -> LibraryEncoder:
    """Load the model in `folder`. Raises ConfigurationError."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        loaded = SentenceTransformer(str(folder), device="cpu")
    except (OSError, ValueError) as error:
        raise source.unloadable(model, error) from error
    return LibraryEncoder(f"sentence-transformers:{model}", digest, loaded)


def _prompt(model: SentenceTransformer, names: Sequence[str]) -> str:
    """Return the prompt that the library puts before a text, or '' if the model has none.

    It is the prompt of the first of `names` that the model knows, or else its default prompt.
    """
    found = [model.prompts[name] for name in (*names, model.default_prompt_name) if name in model.prompts]
    return (found or [""])[0] or ""


def _max_tokens(model: SentenceTransformer) -> int:
    length = model.max_seq_length or 512
    return _UNBOUNDED if length == math.inf else int(length)


def _dimension(model: SentenceTransformer) -> int:
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise ConfigurationError("the model does not state the dimension of its vectors: choose another RAG_ENCODER")
    return dimension


def _normalised(vectors: Vectors) -> Vectors:
    normalised: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True).clip(min=1e-12)
    return normalised.astype(np.float32)
