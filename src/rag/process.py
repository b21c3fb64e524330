"""Settings of the whole process. Entry points apply them; nothing else does."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

_M_ARENA_MAX = -8
"""The parameter number of M_ARENA_MAX in glibc's `mallopt` (see its manual page, mallopt(3))."""


_NEW_OBJECTS = 20_000
"""New objects after which the collector looks for cycles. Python's default is 700."""

_RELEASE_SECONDS = 1.0
"""Seconds until the memory of closed connections is free: asyncio keeps each of them for a moment."""

_CTRL_C_SECONDS = 1.0
"""Seconds after Ctrl-C in which the process ends in any case."""


@contextmanager
def end_on_interrupt() -> Iterator[Callable[[], None]]:
    """During the block, let Ctrl-C end the process within a second, and a second Ctrl-C at once.

    It ends at once until the block calls the yielded function. After that, KeyboardInterrupt is raised first. The index
    survives the end as it survives a crash.
    """
    before = signal.getsignal(signal.SIGINT)
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or before is not signal.default_int_handler:  # the caller wants it to be ignored
        yield lambda: None
        return
    signal.signal(signal.SIGINT, lambda number, _: end_by(number))
    try:
        yield lambda: _set(_interrupt)
    finally:
        signal.signal(signal.SIGINT, before)


def _set(handler: Callable[[int, FrameType | None], object]) -> None:
    signal.signal(signal.SIGINT, handler)


def _interrupt(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGINT, lambda *_: end_by(number))
    last_moment = threading.Timer(_CTRL_C_SECONDS, end_by, [number])
    last_moment.daemon = True
    last_moment.start()
    raise KeyboardInterrupt


def end_by(number: int) -> NoReturn:
    """End this process by a signal, at once. For Ctrl-C, say so."""
    if number == signal.SIGINT:
        with suppress(OSError):
            os.write(2, b"\nrag: stopped by Ctrl-C\n")
    end_silently_by(number)


def end_silently_by(number: int) -> NoReturn:
    """End this process by a signal, at once."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    if threading.current_thread() is threading.main_thread():
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(0 if number == signal.SIGTERM else 128 + number)  # process 1 of a container ignores its own signals


def collect_garbage_seldom() -> None:
    """Let the garbage collector run less often. Reference counts still free almost every object at once.

    Imports create many objects and no garbage. With the default, a command takes a tenth longer to start.
    """
    gc.set_threshold(_NEW_OBJECTS)


def configure() -> None:
    """Limit BLAS to one thread, and let threads share malloc arenas. Call it before the process starts threads.

    BLAS threads wait for each other in a busy loop, so they take the cores from the model and from other requests. With
    them, the slowest answers took twice as long on two cores.
    """
    import numpy as np  # noqa: F401 - only libraries that are loaded can be limited
    from threadpoolctl import threadpool_limits  # slow, and the command line imports this module

    threadpool_limits(1, user_api="blas")
    share_arenas()


def share_arenas() -> None:
    """Limit glibc to one malloc arena for each core; its default is eight. Do nothing with another C library.

    An arena keeps as much memory as its threads ever needed at once. With the default, the process takes 35 MiB more
    after a busy minute on two cores. Few arenas are enough, because Python's lock lets few threads allocate at once.
    """
    with suppress(OSError, AttributeError, TypeError):  # the C library is not glibc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, max(2, os.cpu_count() or 1))


def release_memory_soon() -> None:
    """Return freed memory to the system in a second, in another thread. Do nothing with another C library than glibc.

    glibc returns only the end of each arena. After 11,000 connections, the process kept 40 MiB of free memory.
    """
    timer = threading.Timer(_RELEASE_SECONDS, release_memory)
    timer.daemon = True
    timer.start()


def release_memory() -> None:
    """Return freed memory to the system (malloc_trim(3)). It takes some milliseconds, without Python's lock."""
    with suppress(OSError, AttributeError, TypeError):  # the C library is not glibc
        ctypes.CDLL(None).malloc_trim(0)
