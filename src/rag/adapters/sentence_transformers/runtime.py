"""OpenVINO, imported so that it tells nobody."""

from __future__ import annotations

import sys
from pathlib import Path

# Importing openvino reports that to its makers over the network, and writes an identifier into the user's home, unless
# this package of theirs cannot be imported. That it is None here says so to `import`, for this process alone.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import numpy as np  # noqa: E402
import openvino as openvino  # noqa: E402 - what others take from here

# The first array that becomes a tensor initialises the binding, which lets go of Python's lock half-way: two threads
# that come first together wait for each other for ever (7 of 15 tries). While this is imported, there is one.
openvino.Tensor(np.zeros(1, np.int64), shared_memory=True).data  # noqa: B018

BF16 = "bf16"
F32 = "f32"


def precisions() -> list[str]:
    """Return the precisions that the processor computes in by itself, the fastest first."""
    able = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return [BF16, F32] if "BF16" in able else [F32]


def compiled(graph: Path, precision: str, streams: int) -> openvino.CompiledModel:
    """Prepare a graph in a file for this processor, to compute so much side by side, each by its share of the cores."""
    core = openvino.Core()
    hints = {"INFERENCE_PRECISION_HINT": precision, "NUM_STREAMS": str(streams)}
    return core.compile_model(core.read_model(graph), "CPU", hints)
