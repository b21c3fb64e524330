"""The default model, compiled once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from rag.protocols import Encoder, GraphCache
from rag.snapshots import CompiledModels


@pytest.fixture(scope="session")
def compiled_models(shared: Path) -> GraphCache:
    """A cache for the compiled default model."""
    return CompiledModels(shared / "encoders")


@pytest.fixture(scope="session")
def minilm(compiled_models: GraphCache) -> Encoder:
    """The installed default model, compiled."""
    (point,) = entry_points(group="rag.encoders", name="sentence-transformers")
    load: Callable[[str, GraphCache], Encoder] = point.load()
    return load("all-MiniLM-L6-v2", compiled_models)
