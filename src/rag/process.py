"""Limits the memory arenas of the C library, because each arena keeps the memory that its threads once needed."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

_M_ARENA_MAX = -8
"""The parameter number of M_ARENA_MAX in glibc's `mallopt` (see its manual page, mallopt(3))."""


def share_arenas() -> None:
    """Let all threads share one memory arena for each core, if the C library is glibc. The default is 8 for each core.

    Few threads allocate at the same time, because of Python's GIL. Call this before threads start, because a thread
    keeps its arena.
    """
    with suppress(OSError, AttributeError, TypeError):  # the C library is not glibc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, max(2, os.cpu_count() or 1))
