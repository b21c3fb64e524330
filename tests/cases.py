"""The number of generated cases in a test: all of them if CI is set, otherwise a third to save time."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

_DIVISOR = 1 if os.environ.get("CI") else 3


def cases(count: int, **more: Any) -> settings:
    """Return settings for `count` cases in CI, and a third of them elsewhere."""
    return settings(max_examples=-(-count // _DIVISOR), deadline=None, **more)
