"""OpenVINO, imported so that it tells nobody."""

from __future__ import annotations

import sys

# Importing openvino reports that to its makers over the network, and writes an identifier into the user's home, unless
# this package of theirs cannot be imported. That it is None here says so to `import`, for this process alone.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino  # noqa: E402

BF16 = "bf16"
F32 = "f32"

STREAMS = 2
"""Batches computed side by side, each by its share of the cores: a question need not wait for a batch of passages."""


def precisions(core: openvino.Core) -> list[str]:
    """Return the precisions that the processor computes in by itself, the fastest first."""
    return [BF16, F32] if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else [F32]


def compiled(core: openvino.Core, graph: openvino.Model, precision: str) -> openvino.CompiledModel:
    """Prepare a graph for this processor."""
    return core.compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": precision, "NUM_STREAMS": str(STREAMS)})
