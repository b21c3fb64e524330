"""Runs a BERT model in NumPy, on machines without OpenVINO and torch. It gives the vectors of the library."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.adapters.sentence_transformers.compiled import CompiledEncoder, Facts
from rag.errors import ConfigurationError

Floats = NDArray[np.float32]
Weights = Mapping[str, Floats]

_MODULES = ("Transformer", "Pooling", "Normalize")
_PASSAGE_PROMPTS = ("document", "passage", "corpus")


def load(model: str, folder: Path, digest: str) -> CompiledEncoder:
    """Load a BERT model with mean pooling. Raises ConfigurationError for any other model."""
    try:
        config = _json(folder / "config.json")
        _check(folder, config)
        facts = _facts(folder, config)
        tokenizer = (folder / "tokenizer.json").read_text(encoding="utf-8")
        bert = _Bert(_weights(folder / "model.safetensors"), config)
    except (OSError, ValueError, KeyError, TypeError, ImportError) as error:
        raise ConfigurationError(
            f"the model {model!r} is not compiled, and without sentence-transformers it cannot run ({error}): install "
            "sentence-transformers, build the Docker image with this RAG_ENCODER, or use the default RAG_ENCODER"
        ) from error
    return CompiledEncoder(f"sentence-transformers:{model}", digest, facts, tokenizer, partial(_Graph, bert))


class _Graph:
    """Has the interface of a compiled OpenVINO graph."""

    def __init__(self, bert: _Bert, streams: int) -> None:
        self._bert = bert

    def create_infer_request(self) -> _Request:
        """Return a new request. Requests share the weights."""
        return _Request(self._bert)


class _Output(NamedTuple):
    data: Floats


class _Request:
    """Has the interface of OpenVINO's inference request."""

    def __init__(self, bert: _Bert) -> None:
        self._bert = bert
        self._outputs: tuple[Floats, Floats] | None = None

    def infer(self, inputs: Mapping[str, NDArray[np.int64]], share_inputs: bool = False) -> None:
        """Compute the vectors of a batch. `inputs` are arrays of shape (texts, tokens)."""
        self._outputs = self._bert.run(inputs["input_ids"], inputs["attention_mask"], inputs["token_type_ids"])

    def get_output_tensor(self, number: int) -> _Output:
        """Return the vectors of the texts for 0 and of the tokens for 1, in the attribute `data`."""
        assert self._outputs is not None
        return _Output(self._outputs[number])


class _Bert:
    """The encoder of Devlin et al., "BERT" (2019), followed by mean pooling and normalisation."""

    def __init__(self, weights: Weights, config: Mapping[str, Any]) -> None:
        self._weights = weights
        self._layers = int(config["num_hidden_layers"])
        self._heads = int(config["num_attention_heads"])
        self._epsilon = np.float32(config["layer_norm_eps"])
        names = ("word", "position", "token_type")
        self._embeddings = [weights[f"embeddings.{name}_embeddings.weight"] for name in names]

    def run(
        self, numbers: NDArray[np.int64], mask: NDArray[np.int64], types: NDArray[np.int64]
    ) -> tuple[Floats, Floats]:
        """Return the vectors of texts, of shape (texts, dimension), and of tokens, of shape (texts, tokens, dimension).

        All are normalised. The arguments have shape (texts, tokens).
        """
        words, positions, kinds = self._embeddings
        values = words[numbers] + positions[: numbers.shape[1]] + kinds[types]
        values = self._normalised("embeddings.LayerNorm", values)
        hidden = np.where(mask[:, None, None, :] == 1, np.float32(0), np.float32(-1e9))
        for number in range(self._layers):
            values = self._layer(f"encoder.layer.{number}", values, hidden)
        weights = mask[:, :, None].astype(np.float32)
        return _unit((values * weights).sum(axis=1) / weights.sum(axis=1)), _unit(values)

    def _layer(self, name: str, values: Floats, hidden: Floats) -> Floats:
        attended = self._linear(f"{name}.attention.output.dense", self._attention(f"{name}.attention", values, hidden))
        values = self._normalised(f"{name}.attention.output.LayerNorm", values + attended)
        wide = _gelu(self._linear(f"{name}.intermediate.dense", values))
        return self._normalised(f"{name}.output.LayerNorm", values + self._linear(f"{name}.output.dense", wide))

    def _attention(self, name: str, values: Floats, hidden: Floats) -> Floats:
        texts, tokens, width = values.shape
        query, key, value = (
            self._linear(f"{name}.self.{part}", values).reshape(texts, tokens, self._heads, -1).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(np.sqrt(width // self._heads)) + hidden
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        attended: Floats = (scores @ value).transpose(0, 2, 1, 3).reshape(texts, tokens, width)
        return attended

    def _linear(self, name: str, values: Floats) -> Floats:
        flat = values.reshape(-1, values.shape[-1])  # one large matrix product is faster than one for each text
        found: Floats = flat @ self._weights[f"{name}.weight"].T
        found += self._weights[f"{name}.bias"]
        return found.reshape(*values.shape[:-1], -1)

    def _normalised(self, name: str, values: Floats) -> Floats:
        centred = values - values.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        found: Floats = centred / np.sqrt(variance + self._epsilon) * self._weights[f"{name}.weight"]
        return found + self._weights[f"{name}.bias"]


def _gelu(values: Floats) -> Floats:
    """Return x/2 * (1 + erf(x/√2)), with erf after Abramowitz and Stegun (1964), formula 7.1.26: error below 1.5e-7."""
    scaled = np.abs(values) * np.float32(np.sqrt(0.5))
    step = 1 / (1 + np.float32(0.3275911) * scaled)
    series = np.full_like(step, 1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = series * step + np.float32(factor)
    erf = np.copysign(1 - series * step * np.exp(-np.square(scaled)), values)
    found: Floats = values * np.float32(0.5) * (1 + erf)
    return found


def _unit(values: Floats) -> Floats:
    found: Floats = values / np.linalg.norm(values, axis=-1, keepdims=True).clip(min=1e-12)
    return found


def _check(folder: Path, config: Mapping[str, Any]) -> None:
    """Raise ValueError for a model that this module would run wrongly."""
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    names = tuple(module["type"].rpartition(".")[2] for module in modules)
    if names not in (_MODULES, _MODULES[:2]):
        raise ValueError(f"it consists of {', '.join(names)}")
    pooling = _json(folder / modules[1]["path"] / "config.json")
    modes = {name for name, value in pooling.items() if name.startswith("pooling_mode") and value is True}
    if (modes or {str(pooling.get("pooling_mode"))}) not in ({"pooling_mode_mean_tokens"}, {"mean"}):
        raise ValueError("it does not average the vectors of its tokens")
    form = config["model_type"], config["hidden_act"], config.get("position_embedding_type", "absolute")
    if form != ("bert", "gelu", "absolute"):
        raise ValueError(f"it has the form {', '.join(form)}")


def _facts(folder: Path, config: Mapping[str, Any]) -> Facts:
    settings = _json(folder / "tokenizer_config.json")
    if settings.get("padding_side", "right") != "right":
        raise ValueError("it pads texts on the left")
    limit = _json(folder / "sentence_bert_config.json").get("max_seq_length")
    prompts, default = _prompts(folder / "config_sentence_transformers.json")
    return Facts(
        dimension=config["hidden_size"],
        max_tokens=min(limit or settings.get("model_max_length") or math.inf, config["max_position_embeddings"]),
        passage_prompt=next((prompts[name] for name in (*_PASSAGE_PROMPTS, default) if name in prompts), "") or "",
        question_prompt=next((prompts[name] for name in ("query", default) if name in prompts), "") or "",
        inputs=("input_ids", "attention_mask", "token_type_ids"),
        padding=config.get("pad_token_id") or 0,
        truncation_side=settings.get("truncation_side", "right"),
        precisions=("f32",),
    )


def _prompts(path: Path) -> tuple[dict[str, str], str]:
    """Return the prompts of the model by name, and the name of the default one."""
    given = _json(path) if path.exists() else {}
    return given.get("prompts") or {}, given.get("default_prompt_name") or ""


def _weights(path: Path) -> Weights:
    from safetensors.numpy import load_file

    return {name.removeprefix("bert."): array.astype(np.float32) for name, array in load_file(path).items()}


def _json(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
