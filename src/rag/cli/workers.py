"""Run the HTTP server of `rag serve` in several processes over one index.

This process binds the sockets and watches the workers, and it answers nothing. It gives the settings to the workers,
so that a worker that is started again has the settings of the others, whatever `.env` says meanwhile.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from socket import socket
from tempfile import TemporaryFile
from typing import NoReturn

from rag.cli.terminal import terminal_is_closed
from rag.errors import RagError
from rag.http.observing import logs
from rag.http.observing.processes import counted_together
from rag.http.server.sockets import bind
from rag.http.server.supervisor import Supervisor
from rag.http.setting_changes import log_refusal
from rag.process import end_by
from rag.settings import Settings, dump


def run_workers(settings: Settings, read: Callable[[], Settings]) -> NoReturn:
    """Serve in `settings.workers` processes until a signal stops this one. After SIGHUP, `read` reads the settings.

    Raises ConfigurationError if the address cannot be used.
    """
    logs.configure(settings.log_format, settings.log_level)
    sockets = bind(settings.host, settings.port)
    with TemporaryFile() as spent, counted_together():
        shared = [*(one.fileno() for one in sockets), spent.fileno()]
        stopped_by = asyncio.run(_supervise(settings, read, sockets, shared))
    if stopped_by is None:
        sys.exit(1)
    end_by(stopped_by)


async def _supervise(
    settings: Settings, read: Callable[[], Settings], sockets: Sequence[socket], shared: Sequence[int]
) -> int | None:
    def command(number: int, status: int) -> list[str]:
        return [sys.executable, "-P", "-m", "rag.cli.worker", *map(str, (number, status, *shared))]

    grace = settings.shutdown_seconds
    supervisor = Supervisor(command, settings.workers, sockets, shared, dump(settings), grace, end_by)
    in_terminal = os.isatty(0)

    def hang_up() -> None:
        if in_terminal and terminal_is_closed():
            supervisor.stop(signal.SIGTERM)
        elif line := _line(read):
            supervisor.configure(line)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.stop, number)
    loop.add_signal_handler(signal.SIGHUP, hang_up)
    return await supervisor.run()


def _line(read: Callable[[], Settings]) -> str | None:
    """Return the settings as a line for the workers. Return None, and log the reason, if they are wrong."""
    try:
        return dump(read())
    except RagError as error:
        log_refusal(error)
        return None
