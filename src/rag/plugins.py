"""Finds an exchangeable part by name among what is installed: `load("encoders", "hashing")`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import Literal

from rag.errors import ConfigurationError

Kind = Literal["encoders", "stores", "rerankers", "generators"]

_WITHOUT_PLUGIN: Mapping[Kind, tuple[str, ...]] = {
    "generators": ("extractive",),
    "rerankers": ("late-interaction", "none"),
}


def find(kind: Kind, specification: str) -> tuple[EntryPoint, str]:
    """Return the entry point that `name` or `name:argument` names, and the argument. Raises ConfigurationError.

    Built-in parts and those of other packages come through the same door: entry points of the group `rag.<kind>`.
    """
    name, _, argument = specification.partition(":")
    installed = _installed(kind)
    if name not in installed:
        choices = sorted({*installed, *_WITHOUT_PLUGIN.get(kind, ())})
        raise ConfigurationError(
            f"RAG_{kind.removesuffix('s').upper()} is {specification!r}, and no {kind.removesuffix('s')} {name!r} is "
            f"installed: choose from {', '.join(choices)}"
        )
    return installed[name], argument


@lru_cache
def _installed(kind: Kind) -> Mapping[str, EntryPoint]:
    """Look once, for every installed package is opened to find out."""
    return {point.name: point for point in entry_points(group=f"rag.{kind}")}
