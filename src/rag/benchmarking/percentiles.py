"""Percentiles of times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Percentiles:
    """The 50th, 95th and 99th percentile of `count` times, in milliseconds."""

    p50: float
    p95: float
    p99: float
    count: int


def percentiles(milliseconds: Sequence[float]) -> Percentiles:
    """Return the percentiles of one or more times, with linear interpolation."""
    p50, p95, p99 = np.percentile(milliseconds, (50, 95, 99)).tolist()
    return Percentiles(p50, p95, p99, len(milliseconds))
