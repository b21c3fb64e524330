"""Finds an installed plugin by its name: `find("encoders", "hashing")`."""

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
    """Return the entry point for a specification, `name` or `name:argument`, and the argument.

    Built-in plugins and those of other packages are entry points of the same group, `rag.<kind>`. Raises
    ConfigurationError.
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
    """Return the installed entry points by name. Cached, because finding them opens every installed package."""
    return {point.name: point for point in entry_points(group=f"rag.{kind}")}
