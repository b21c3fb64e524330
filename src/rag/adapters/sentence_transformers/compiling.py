"""Compiles a model from the sentence-transformers library to an OpenVINO graph, which runs without torch."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.adapters.sentence_transformers.compiled import CompiledEncoder, Facts
from rag.adapters.sentence_transformers.runtime import F32, compiled, openvino, precisions
from rag.protocols import Encoding

if TYPE_CHECKING:
    from torch import Tensor, nn

    from rag.adapters.sentence_transformers.library import LibraryEncoder

FORMAT = "1"
"""The version of the files that `compile_into` writes. Increase it whenever their meaning changes."""

GRAPH, FACTS, TOKENIZER = "graph.xml", "encoder.json", "tokenizer.json"

_MIN_AGREEMENT = 0.999
"""The lowest accepted cosine between the vectors of the library and of the graph. MiniLM in bf16 reaches .9999."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")

_PROBES = (
    "tax",
    "How long may parents of twins take paid leave, and who pays for it?",
    "The levy of £24.50 is due on 6 April 2027; §12(3) does not apply to farms under 10 ha.",
    "Өте жақсы. 税法は改正された。 L’impôt n’est pas dû.",
    "",
    "The member states shall ensure that the competent authority publishes its decision within thirty days. " * 40,
)
"""Texts for which the library and the graph must agree: short, long, longer than the model reads, in other scripts,
empty."""


class NotCompiled(Exception):
    """The model cannot be compiled, for the reason in the message. The library runs it instead."""


def compile_into(folder: Path, reference: LibraryEncoder) -> None:
    """Write the files that `load` reads. Raises NotCompiled, also if the vectors differ from those of the library.

    Weights are stored as 16-bit numbers. That lowers the cosine with the library's vectors by a millionth.
    """
    features = _features(reference)
    openvino.save_model(_converted(reference, features), folder / GRAPH, compress_to_fp16=True)
    (folder / TOKENIZER).write_text(reference.tokenizer, encoding="utf-8")
    agreeing = [one for one in precisions() if _agrees(reference, _facts(reference, features, (one,)), folder)]
    if not agreeing:
        raise NotCompiled("its vectors differ from those of the library")
    (folder / FACTS).write_text(_facts(reference, features, tuple(agreeing)).model_dump_json(indent=1), "utf-8")


def load(name: str, digest: str, folder: Path) -> CompiledEncoder:
    """Return an encoder that runs the graph in `folder`."""
    return _running(name, digest, folder, Facts.model_validate_json((folder / FACTS).read_bytes()))


def _running(name: str, digest: str, folder: Path, facts: Facts) -> CompiledEncoder:
    """Return an encoder in the fastest precision that agrees with the library and that the processor supports."""
    tokenizer = (folder / TOKENIZER).read_text(encoding="utf-8")
    precision = next((one for one in precisions() if one in facts.precisions), F32)
    return CompiledEncoder(name, digest, facts, tokenizer, partial(compiled, folder / GRAPH, precision))


def _facts(reference: LibraryEncoder, features: dict[str, Tensor], accepted: tuple[str, ...]) -> Facts:
    wrapped = reference.model.tokenizer
    return Facts(
        dimension=reference.dimension,
        max_tokens=reference.max_tokens,
        passage_prompt=reference.passage_prompt,
        question_prompt=reference.question_prompt,
        inputs=tuple(features),
        padding=wrapped.pad_token_id or 0,
        truncation_side=wrapped.truncation_side,
        precisions=accepted,
    )


def _features(reference: LibraryEncoder) -> dict[str, Tensor]:
    """Return example inputs of the model for two texts, by input name. Raises NotCompiled if it cannot be compiled."""
    if not hasattr(reference.model.tokenizer, "backend_tokenizer"):
        raise NotCompiled("it has no vectors for tokens")
    if reference.model.tokenizer.padding_side != "right":
        raise NotCompiled("it pads texts on the left")
    given = reference.model.preprocess(list(_PROBES[1:3]))
    features = {name: value for name, value in given.items() if hasattr(value, "shape")}
    if unknown := features.keys() - set(_INPUTS):
        raise NotCompiled(f"it needs the input {', '.join(sorted(unknown))}")
    return {name: features[name] for name in _INPUTS if name in features}


def _converted(reference: LibraryEncoder, features: dict[str, Tensor]) -> openvino.Model:
    """Return the graph of a model. Raises NotCompiled if the converter fails."""
    try:
        with _quiet():
            return openvino.convert_model(_module(reference), example_input=features)
    except _failures() as error:
        raise NotCompiled((str(error).splitlines() or [type(error).__name__])[0]) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence warnings and restore the logging settings at the end, because the converter changes the root logger."""
    root, library = logging.getLogger(), logging.getLogger("transformers")
    level, filters, handlers, verbosity = root.level, [*root.filters], [*root.handlers], library.level
    try:
        library.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            # The warnings are about Python branches in the traced code. None of them depends on the text.
            warnings.simplefilter("ignore")
            yield
    finally:
        library.setLevel(verbosity)
        root.setLevel(level)
        root.filters, root.handlers = filters, handlers


def _failures() -> tuple[type[Exception], ...]:
    """Return the errors that the converter raises for a model it cannot convert. They have no common base class."""
    from openvino import frontend

    return (
        frontend.GeneralFailure,
        frontend.InitializationFailure,
        frontend.NotImplementedFailure,
        frontend.OpConversionFailure,
        frontend.OpValidationFailure,
        *(RuntimeError, TypeError, ValueError, KeyError, AttributeError),  # raised while torch traces the model
    )


def _module(reference: LibraryEncoder) -> nn.Module:
    """Return the model as a module that maps its inputs to normalised vectors of the text and of its tokens."""
    import torch

    class Normalised(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = reference.model

        def forward(
            self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor | None = None
        ) -> tuple[Tensor, Tensor]:
            given = {"input_ids": input_ids, "attention_mask": attention_mask, "token_type_ids": token_type_ids}
            outputs = self.model({name: value for name, value in given.items() if value is not None})
            vector, tokens = outputs["sentence_embedding"].float(), outputs["token_embeddings"].float()
            return torch.nn.functional.normalize(vector, dim=-1), torch.nn.functional.normalize(tokens, dim=-1)

    return Normalised()


def _agrees(reference: LibraryEncoder, facts: Facts, folder: Path) -> bool:
    """Return whether the graph gives the same tokens and nearly the same vectors as the library for every probe."""
    encoder = _running(reference.name, reference.digest, folder, facts)
    return all(
        _same(expected, found)
        for compiled_encode, library_encode in (
            (encoder.encode_passages, reference.encode_passages),
            (encoder.encode_questions, reference.encode_questions),
        )
        for expected, found in zip(library_encode(_PROBES), compiled_encode(_PROBES), strict=True)
    )


def _same(expected: Encoding, found: Encoding) -> bool:
    if not np.array_equal(expected.starts, found.starts):
        return False
    vectors = float(expected.vector @ found.vector)
    tokens = float((expected.tokens * found.tokens).sum(axis=1).mean()) if len(expected.tokens) else 1.0
    return min(vectors, tokens) >= _MIN_AGREEMENT
