"""How often a test of made-up cases tries: as often as is wanted where CI is set, a third of that where one waits."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

_SHARE = 1 if os.environ.get("CI") else 3


def tried(times: int, **more: Any) -> settings:
    """Return settings for so many cases before a change lands, and a third of that elsewhere."""
    return settings(max_examples=-(-times // _SHARE), deadline=None, **more)
