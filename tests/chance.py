"""The number of generated cases in a test: all of them if CI is set, otherwise a third to save time."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

_SHARE = 1 if os.environ.get("CI") else 3


def tried(times: int, **more: Any) -> settings:
    """Return settings for `times` cases in CI, and a third of them elsewhere."""
    return settings(max_examples=-(-times // _SHARE), deadline=None, **more)
