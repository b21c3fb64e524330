"""Percentiles: what a share of many took at most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Percentiles:
    """Milliseconds that 50, 95 and 99 in a hundred of `count` took at most."""

    p50: float
    p95: float
    p99: float
    count: int


def percentiles(milliseconds: Sequence[float]) -> Percentiles:
    """Return the percentiles of at least one time, between neighbours by their distance."""
    p50, p95, p99 = np.percentile(milliseconds, (50, 95, 99)).tolist()
    return Percentiles(p50, p95, p99, len(milliseconds))
