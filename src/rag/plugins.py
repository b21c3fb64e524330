"""Finds an installed plugin by its name: `find("encoders", "hashing")`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Kind = Literal["encoders", "stores", "rerankers", "generators", "formats"]

_WITHOUT_PLUGIN: Mapping[Kind, tuple[str, ...]] = {
    "generators": ("extractive",),
    "rerankers": ("late-interaction", "none"),
}
"""The values of each setting that need no plugin."""


def find(kind: Kind, specification: str) -> tuple[EntryPoint, str]:
    """Return the entry point for a specification, `name` or `name:argument`, and the argument.

    Built-in plugins and those of other packages are entry points of the same group, `rag.<kind>`. Raises
    ConfigurationError.
    """
    name, _, argument = specification.partition(":")
    found = installed(kind)
    if name not in found:
        choices = sorted({*found, *_WITHOUT_PLUGIN.get(kind, ())})
        raise ConfigurationError(
            f"RAG_{kind.removesuffix('s').upper()} is {specification!r}, and no {kind.removesuffix('s')} {name!r} is "
            f"installed: choose from {', '.join(choices)}"
        )
    return found[name], argument


@lru_cache
def installed(kind: Kind) -> Mapping[str, EntryPoint]:
    """Return the installed entry points by name. Cached, because finding them opens every installed package."""
    from importlib.metadata import entry_points  # slow to import, and not needed for `rag --help`

    return {point.name: point for point in entry_points(group=f"rag.{kind}")}
