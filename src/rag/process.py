"""Keeps the C library from giving each thread a heap of its own, which holds on to what that thread once needed."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

_M_ARENA_MAX = -8
"""The parameter of glibc's `mallopt` (see its manual page, mallopt(3))."""


def share_arenas() -> None:
    """Let threads share as many heaps as there are cores, where the C library is glibc, whose own limit is 8 for each.

    Python's lock lets few of them allocate at the same time. It must be called before threads have heaps.
    """
    with suppress(OSError, AttributeError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, max(2, os.cpu_count() or 1))
