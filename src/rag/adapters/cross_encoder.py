"""Reranks passages with any sentence-transformers cross-encoder."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from rag.errors import ConfigurationError
from rag.protocols import Scores

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossEncoderScorer:
    """Scores passages through the sentence-transformers library. Safe to share between threads."""

    def __init__(self, model: CrossEncoder) -> None:
        self._model = model
        # The fast tokenizer has settings that threads must not change at the same time.
        self._scoring = threading.Lock()

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        """Return one score for each passage, higher for a better match."""
        if not passages:
            return np.empty(0, np.float32)
        with self._scoring:
            scores = self._model.predict([(question, passage) for passage in passages], show_progress_bar=False)
        return np.asarray(scores, np.float32).reshape(len(passages))


def load(model: str) -> CrossEncoderScorer:
    """Load a model by name or path. Raises ConfigurationError."""
    if not model:
        raise ConfigurationError("RAG_RERANKER names no model: set it to cross-encoder:<name or path>")
    try:
        from sentence_transformers import CrossEncoder
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise ConfigurationError(
            f"the reranker {model!r} needs sentence-transformers, which cannot be loaded ({error}): install it, build "
            "the Docker image with RAG_PACKAGES=full, or leave RAG_RERANKER out"
        ) from error

    disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return CrossEncoderScorer(CrossEncoder(model, device="cpu"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"the model {model!r} cannot be loaded ({str(error).splitlines()[0]}): set RAG_RERANKER to "
            "cross-encoder:<name or path>, or leave it out"
        ) from error
