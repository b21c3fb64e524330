"""The peak speed of the processor: large matrix products in the same runtime and precision."""

from __future__ import annotations

import time

import numpy as np

from rag.adapters.sentence_transformers.runtime import openvino

_SIZE = 2_048
_TIMES = 6

_LAYERS, _WIDTH, _INNER = 6, 384, 1_536  # of all-MiniLM-L6-v2


def product_rate(precision: str) -> float:
    """Return the floating-point operations a second of a product of two matrices of 2048 x 2048."""
    operators = openvino.opset13
    given = operators.parameter([_SIZE, _SIZE], np.float32)
    weights = np.random.default_rng(0).standard_normal((_SIZE, _SIZE), np.float32)
    product = openvino.Model([operators.matmul(given, operators.constant(weights), False, True)], [given], "product")
    compiled = openvino.Core().compile_model(product, "CPU", {"INFERENCE_PRECISION_HINT": precision})
    request = compiled.create_infer_request()
    best = min(_timed(request, weights) for _ in range(_TIMES))
    return 2 * _SIZE**3 / best


def passage_operations(tokens: int) -> float:
    """Return the floating-point operations of all-MiniLM-L6-v2 for a passage: projections, attention, inner layers."""
    projections = 2 * tokens * 4 * _WIDTH**2
    attention = 2 * 2 * tokens**2 * _WIDTH
    inner = 2 * tokens * 2 * _WIDTH * _INNER
    return float(_LAYERS * (projections + attention + inner))


def _timed(request: openvino.InferRequest, weights: np.ndarray) -> float:
    began = time.perf_counter()
    request.infer([weights], share_inputs=True)
    return time.perf_counter() - began
