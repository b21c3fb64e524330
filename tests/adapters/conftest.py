"""The default model, compiled once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from rag.protocols import Encoder, Graphs
from rag.snapshots import CompiledModels


@pytest.fixture(scope="session")
def compiled_models(shared: Path) -> Graphs:
    """Where the default model is kept, compiled."""
    return CompiledModels(shared / "encoders")


@pytest.fixture(scope="session")
def minilm(compiled_models: Graphs) -> Encoder:
    """The default model, as it is installed, compiled."""
    (point,) = entry_points(group="rag.encoders", name="sentence-transformers")
    load: Callable[[str, Graphs], Encoder] = point.load()
    return load("all-MiniLM-L6-v2", compiled_models)
