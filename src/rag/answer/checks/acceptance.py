"""Decide on a free paraphrase that no exact check doubts, with a fitted model of features and verdicts."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from rag.errors import ConfigurationError

PARAMETERS = "acceptance.json"
"""The file in this package with the fitted trees, the data they were fitted on, and the model's error."""

Node: TypeAlias = tuple[int, float, int, int] | tuple[float]
"""A feature, its threshold, and the nodes for a value up to the threshold and above it; or the value of a leaf."""


@dataclass(frozen=True, slots=True)
class AcceptanceModel:
    """Boosted trees (Friedman 2001, "Greedy function approximation"). Their sum is the log odds that a quote supports.

    `least` is the least probability of a claim that is shown in the words of the language model although a check
    doubts it. `encoder` is the name of the encoder whose vectors it was fitted on; with another one, the checks decide
    alone.
    """

    names: tuple[str, ...]
    base: float
    trees: tuple[tuple[Node, ...], ...]
    least: float
    encoder: str

    def probability(self, found: Mapping[str, float]) -> float:
        """Return the probability that the quote supports the claim, from its features by name."""
        row = [found.get(name, 0.0) for name in self.names]
        return 1 / (1 + math.exp(-self.base - sum(_leaf(tree, row) for tree in self.trees)))


def _leaf(tree: Sequence[Node], row: Sequence[float]) -> float:
    node = tree[0]
    while len(node) != 1:
        feature, threshold, low, high = node
        node = tree[low if row[feature] <= threshold else high]
    return node[0]


def load(path: Path | None = None) -> AcceptanceModel:
    """Read the model at `path`, or the model in this package by default. Raises ConfigurationError."""
    source = path or files("rag.answer.checks").joinpath(PARAMETERS)
    try:
        stored = json.loads(source.read_text(encoding="utf-8"))
        trees = tuple(tuple(_node(one) for one in tree) for tree in stored["trees"])
        least, encoder = float(stored["least"]), str(stored["encoder"])
        return AcceptanceModel(tuple(stored["names"]), float(stored["base"]), trees, least, encoder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{str(source)!r} is not a file that 'make fit-claims' wrote ({error}): fit the model again"
        ) from error


def _node(stored: Sequence[float]) -> Node:
    if len(stored) == 1:
        return (float(stored[0]),)
    feature, threshold, low, high = stored
    return int(feature), float(threshold), int(low), int(high)


@lru_cache(maxsize=1)
def packaged() -> AcceptanceModel:
    """Return the model in this package, which is read once."""
    return load()
