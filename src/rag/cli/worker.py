"""One of the processes of `rag serve --workers N`. `workers.py` starts it.

Each line of its standard input is a set of settings: those to begin with, and later others. The end of the input says
that the parent has ended.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from socket import socket
from threading import Thread

from rag import process
from rag.cli.serving import Place, serve
from rag.errors import RagError
from rag.http.observing import logs
from rag.http.reloading import Reloading
from rag.http.share import of_one_worker
from rag.settings import parse
from rag.wiring import assemble

_LIFE_SECONDS = 1.0
"""Seconds between two signs of life."""


def main() -> None:
    """Serve until the parent stops this process, or ends."""
    number, status, *sockets, spent = map(int, sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # the parent says that Ctrl-C stopped the service
    process.configure()
    settings = parse(sys.stdin.readline())
    logs.configure(settings.log_format, settings.log_level)
    try:
        service = assemble(of_one_worker(settings, settings.workers), spent=spent)
        service.check_audit()
        ThreadPoolExecutor(1, "warming up").submit(service.warm_up)
        place = Place(
            _follow(number, settings.workers), _SignsOfLife(status), process.end_silently_by, announces=number == 0
        )
        serve(service, [socket(fileno=one) for one in sockets], settings.host, place)
    except RagError as error:
        print(f"rag: {error}", file=sys.stderr)
        sys.exit(1)


class _SignsOfLife:
    """Writes a byte every second. The first one says that the worker is ready."""

    def __init__(self, status: int) -> None:
        self._status = status
        self._next = 0.0

    def __call__(self) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _LIFE_SECONDS
            with suppress(OSError):  # the parent has ended
                os.write(self._status, b".")


def _follow(number: int, workers: int) -> Callable[[Reloading], None]:
    """Return a function that follows the settings on the standard input. Only the first worker logs the changes."""

    def follow(reloading: Reloading) -> None:
        def begin(line: str) -> None:
            reloading.begin(lambda: of_one_worker(parse(line), workers), quiet=number != 0)

        Thread(target=_read_lines, args=(asyncio.get_running_loop(), begin), daemon=True).start()

    return follow


def _read_lines(loop: asyncio.AbstractEventLoop, begin: Callable[[str], None]) -> None:
    """Call a function in the event loop for each line. At the end of the input, stop as after SIGTERM."""
    for line in sys.stdin:
        loop.call_soon_threadsafe(begin, line)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
