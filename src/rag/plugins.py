"""Finds an exchangeable part by name among what is installed: `load("encoders", "hashing")`."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Literal

from rag.errors import ConfigurationError

Kind = Literal["encoders", "stores", "generators"]


def find(kind: Kind, specification: str, *others: str) -> tuple[EntryPoint, str]:
    """Return the entry point that `name` or `name:argument` names, and the argument. Raises ConfigurationError.

    Built-in parts and those of other packages come through the same door: entry points of the group `rag.<kind>`.
    The error names `others` as well, choices that are no entry points.
    """
    name, _, argument = specification.partition(":")
    installed = {point.name: point for point in entry_points(group=f"rag.{kind}")}
    if name not in installed:
        raise ConfigurationError(
            f"RAG_{kind.removesuffix('s').upper()} is {specification!r}, and no {kind.removesuffix('s')} {name!r} is "
            f"installed: choose from {', '.join(sorted([*installed, *others]))}"
        )
    return installed[name], argument
