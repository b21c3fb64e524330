"""The number of cases in a test: a part of them to save time, and all of them if ALL_CASES is set."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import settings

ALL_CASES = bool(os.environ.get("ALL_CASES"))
_DIVISOR = 1 if ALL_CASES else 5

_T = TypeVar("_T")


def thinned(every: int) -> int:
    """Return the step between tried values: `every`, or five times as much."""
    return every * _DIVISOR


def cases(count: int, **more: Any) -> settings:
    """Return settings for `count` cases, or a fifth of them."""
    return settings(max_examples=-(-count // _DIVISOR), deadline=None, **more)


def sampled(values: Sequence[_T], every: int) -> Sequence[_T]:
    """Return one of `every` values, or all of them. The last one is always among them."""
    return values if ALL_CASES else values[::-1][::every][::-1]
