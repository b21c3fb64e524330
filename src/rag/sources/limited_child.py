"""The side of a limited process that does the work. `limited_process.py` is the parent's side."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection

from rag.sources.limited_process import OUT_OF_MEMORY
from rag.sources.parser_limits import Limits, limit_memory

READY = b"ready"
"""The first message of the process."""


def run(serve: Callable[[Connection, Limits], None], limits: Limits) -> None:
    """Limit this process, and serve the connection whose descriptor is the first argument, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent receives Ctrl-C too, and ends this process.
    limit_memory(limits)
    try:
        serve(Connection(int(sys.argv[1])), limits)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)  # At once, because a regular exit would need memory.
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # The parent has closed the connection or has ended.
