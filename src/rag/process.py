"""Settings of the whole process. Entry points apply them; nothing else does."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress

from threadpoolctl import threadpool_limits

_M_ARENA_MAX = -8
"""The parameter number of M_ARENA_MAX in glibc's `mallopt` (see its manual page, mallopt(3))."""


def configure() -> None:
    """Limit BLAS to one thread, and let threads share malloc arenas. Call it before the process starts threads.

    BLAS threads wait for each other in a busy loop, so they take the cores from the model and from other requests. With
    them, the slowest answers took twice as long on two cores.
    """
    threadpool_limits(1, user_api="blas")
    share_arenas()


def share_arenas() -> None:
    """Limit glibc to one malloc arena for each core; its default is eight. Do nothing with another C library.

    An arena keeps as much memory as its threads ever needed at once. With the default, the process takes 35 MiB more
    after a busy minute on two cores. Few arenas are enough, because Python's lock lets few threads allocate at once.
    """
    with suppress(OSError, AttributeError, TypeError):  # the C library is not glibc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, max(2, os.cpu_count() or 1))
