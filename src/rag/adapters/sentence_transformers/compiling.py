"""Makes the graph of a model: what the library loaded in, a folder of files that need it no more out."""

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

FORM = "1"
"""Raised whenever the files mean something else."""

GRAPH, FACTS, TOKENIZER = "graph.xml", "encoder.json", "tokenizer.json"

_AGREEMENT = 0.999
"""The least cosine between the library's vector of a text and the graph's; MiniLM's in bf16 are at .9999 and above."""

_INPUTS = ("input_ids", "attention_mask", "token_type_ids")

_PROBES = (
    "tax",
    "How long may parents of twins take paid leave, and who pays for it?",
    "The levy of £24.50 is due on 6 April 2027; §12(3) does not apply to farms under 10 ha.",
    "Өте жақсы. 税法は改正された。 L’impôt n’est pas dû.",
    "",
    "The member states shall ensure that the competent authority publishes its decision within thirty days. " * 40,
)
"""Texts on which the two must agree: short, long, beyond what is read, in other scripts, empty."""


class NotCompiled(Exception):
    """Why a model has no graph; it runs through the library instead."""


def compile_into(folder: Path, reference: LibraryEncoder) -> None:
    """Write what `load` reads, once the graph was seen to give the library's vectors. Raises NotCompiled.

    Weights are kept as 16-bit numbers, which takes a cosine of a thousandth of a thousandth.
    """
    features = _features(reference)
    openvino.save_model(_converted(reference, features), folder / GRAPH, compress_to_fp16=True)
    (folder / TOKENIZER).write_text(reference.tokenizer, encoding="utf-8")
    agreeing = [one for one in precisions() if _agrees(reference, _facts(reference, features, (one,)), folder)]
    if not agreeing:
        raise NotCompiled("its vectors come out different")
    (folder / FACTS).write_text(_facts(reference, features, tuple(agreeing)).model_dump_json(indent=1), "utf-8")


def load(name: str, digest: str, folder: Path) -> CompiledEncoder:
    """Run the graph in `folder`."""
    return _running(name, digest, folder, Facts.model_validate_json((folder / FACTS).read_bytes()))


def _running(name: str, digest: str, folder: Path, facts: Facts) -> CompiledEncoder:
    """Run it in the fastest precision in which it was seen to agree and the processor computes."""
    tokenizer = (folder / TOKENIZER).read_text(encoding="utf-8")
    precision = next((one for one in precisions() if one in facts.precisions), F32)
    return CompiledEncoder(name, digest, facts, tokenizer, partial(compiled, folder / GRAPH, precision))


def _facts(reference: LibraryEncoder, features: dict[str, Tensor], agreeing: tuple[str, ...]) -> Facts:
    wrapped = reference.model.tokenizer
    return Facts(
        dimension=reference.dimension,
        max_tokens=reference.max_tokens,
        passage_prompt=reference.passage_prompt,
        question_prompt=reference.question_prompt,
        inputs=tuple(features),
        padding=wrapped.pad_token_id or 0,
        truncation_side=wrapped.truncation_side,
        precisions=agreeing,
    )


def _features(reference: LibraryEncoder) -> dict[str, Tensor]:
    """Return what the model reads of two texts, by the names of its inputs. Raises NotCompiled."""
    if not hasattr(reference.model.tokenizer, "backend_tokenizer"):
        raise NotCompiled("it has no vector for each token")
    if reference.model.tokenizer.padding_side != "right":
        raise NotCompiled("it is padded on the left")
    given = reference.model.preprocess(list(_PROBES[1:3]))
    features = {name: value for name, value in given.items() if hasattr(value, "shape")}
    if unknown := features.keys() - set(_INPUTS):
        raise NotCompiled(f"it reads {', '.join(sorted(unknown))}")
    return {name: features[name] for name in _INPUTS if name in features}


def _converted(reference: LibraryEncoder, features: dict[str, Tensor]) -> openvino.Model:
    try:
        with _quiet():
            return openvino.convert_model(_module(reference), example_input=features)
    except _failures() as error:
        raise NotCompiled((str(error).splitlines() or [type(error).__name__])[0]) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave warnings and the log as they were: the converter sets up the root logger for itself."""
    root, library = logging.getLogger(), logging.getLogger("transformers")
    level, filters, handlers, verbosity = root.level, [*root.filters], [*root.handlers], library.level
    try:
        library.setLevel(logging.ERROR)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Python's own branches, which here do not depend on the text
            yield
    finally:
        library.setLevel(verbosity)
        root.setLevel(level)
        root.filters, root.handlers = filters, handlers


def _failures() -> tuple[type[Exception], ...]:
    """What the converter raises of a model that it cannot follow; its own errors have no class in common."""
    from openvino import frontend

    return (
        frontend.GeneralFailure,
        frontend.InitializationFailure,
        frontend.NotImplementedFailure,
        frontend.OpConversionFailure,
        frontend.OpValidationFailure,
        *(RuntimeError, TypeError, ValueError, KeyError, AttributeError),  # Python's, while torch traces the model
    )


def _module(reference: LibraryEncoder) -> nn.Module:
    """Return the model as one function from its inputs to its normalised vectors, of the text and of the tokens."""
    import torch

    class Ending(torch.nn.Module):
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

    return Ending()


def _agrees(reference: LibraryEncoder, facts: Facts, folder: Path) -> bool:
    """Tell whether the graph gives the same tokens and nearly the same vectors for every probe."""
    encoder = _running(reference.name, reference.digest, folder, facts)
    return all(
        _same(expected, found)
        for probes, mine, theirs in (
            (_PROBES, encoder.encode_passages, reference.encode_passages),
            (_PROBES, encoder.encode_questions, reference.encode_questions),
        )
        for expected, found in zip(theirs(probes), mine(probes), strict=True)
    )


def _same(expected: Encoding, found: Encoding) -> bool:
    if not np.array_equal(expected.starts, found.starts):
        return False
    vectors = float(expected.vector @ found.vector)
    tokens = float((expected.tokens * found.tokens).sum(axis=1).mean()) if len(expected.tokens) else 1.0
    return min(vectors, tokens) >= _AGREEMENT
