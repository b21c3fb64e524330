"""Imports OpenVINO without its telemetry, and loads graphs for this processor."""

from __future__ import annotations

import sys
from pathlib import Path

# Importing openvino sends telemetry over the network and writes an identifier into the user's home, if its package
# openvino_telemetry can be imported. None in sys.modules prevents that import in this process.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import numpy as np  # noqa: E402
import openvino as openvino  # noqa: E402 - re-exported

# The first tensor initialises the binding, which releases the GIL halfway. If two threads create the first tensors at
# the same time, they deadlock (7 of 15 tries). So create the first one during the import, in which one thread runs.
openvino.Tensor(np.zeros(1, np.int64), shared_memory=True).data  # noqa: B018

BF16 = "bf16"
F32 = "f32"


def precisions() -> list[str]:
    """Return the precisions that the processor supports, the fastest first."""
    able = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return [BF16, F32] if "BF16" in able else [F32]


def compiled(graph: Path, precision: str, streams: int) -> openvino.CompiledModel:
    """Load a graph file for this processor. It runs `streams` batches at the same time, each on its share of cores."""
    core = openvino.Core()
    hints = {"INFERENCE_PRECISION_HINT": precision, "NUM_STREAMS": str(streams)}
    return core.compile_model(core.read_model(graph), "CPU", hints)
