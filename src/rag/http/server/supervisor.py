"""Run several worker processes: start one again that ends, give them new settings, and stop them together."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

_SILENT_SECONDS = 60.0
"""A worker gives a sign of life every second. One that gives none for so long hangs, and is killed."""

_SOON_SECONDS = 10.0
"""A worker that ends earlier than this after its start is started again with a pause."""

_PAUSES = 1.0, 30.0
"""The first and the longest pause before such a worker is started again. Each pause is twice the last one."""

_ENDING_SECONDS = 5.0
"""Seconds after the time for requests in which the workers must end. They end by themselves before that."""

_CTRL_C_SECONDS = 1.5

_log = logging.getLogger("uvicorn.error")


@dataclass(slots=True, eq=False)
class Worker:
    """A process that serves. It holds the reading end of its standard input and the writing end of `status`."""

    number: int
    process: Process
    status: int
    heard: float = field(default_factory=time.monotonic)
    ready: bool = False

    def send(self, line: str) -> None:
        """Send a line to its standard input. Its end tells the worker that this process has ended."""
        assert self.process.stdin is not None
        with suppress(OSError):
            self.process.stdin.write(f"{line}\n".encode())

    def signal(self, number: int) -> None:
        """Send a signal. Before the worker is ready, it knows only SIGTERM."""
        with suppress(ProcessLookupError):
            self.process.send_signal(number if self.ready else signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once."""
        with suppress(ProcessLookupError):
            self.process.kill()


class Supervisor:
    """Keeps `workers` processes running that accept connections on the same sockets."""

    def __init__(
        self,
        command: Callable[[int, int], Sequence[str]],
        workers: int,
        sockets: Sequence[socket.socket],
        shared: Sequence[int],
        line: str,
        grace: float,
        end: Callable[[int], object],
    ) -> None:
        """`command` gets the number of a worker and the descriptor for its signs of life.

        `shared` are the descriptors of the workers, also those of `sockets`. `line` is the first line of their standard
        input. `grace` is the time that requests have when the service stops. `end` ends this process by a signal.
        """
        self._command = command
        self._number = workers
        self._sockets = sockets
        self._shared = shared
        self._line = line
        self._grace = grace
        self._end = end
        self._workers: set[Worker] = set()
        self._stopped_by: int | None = None
        self._stop = asyncio.Event()
        self._first_ready = asyncio.Event()

    async def run(self) -> int | None:
        """Run the workers. Return the signal that stopped them, or None if the first one could not start."""
        first = asyncio.create_task(self._keep(0))
        ready = asyncio.create_task(self._first_ready.wait())
        # Wait for the first worker, because it may compile the model, and because an error is then reported once.
        await asyncio.wait({first, ready}, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        others = [] if self._stop.is_set() else [asyncio.create_task(self._keep(n)) for n in range(1, self._number)]
        checks = asyncio.create_task(self._check())
        await asyncio.gather(first, *others)
        checks.cancel()
        return self._stopped_by

    def configure(self, line: str) -> None:
        """Send another line to all workers, and to those that are started later."""
        self._line = line
        for worker in self._workers:
            worker.send(line)

    def stop(self, number: int) -> None:
        """Stop all workers by a signal. A second Ctrl-C ends them and this process at once."""
        if number == signal.SIGINT and self._stopped_by == number:
            self._kill()
            self._end(number)
        self._stopped_by = number
        self._stop.set()
        for one in self._sockets:
            one.close()
        for worker in self._workers:
            worker.signal(number)
        seconds = _CTRL_C_SECONDS if number == signal.SIGINT else self._grace + _ENDING_SECONDS
        asyncio.get_running_loop().call_later(seconds, self._kill)

    async def _keep(self, number: int) -> None:
        """Keep one worker running until the service stops."""
        pause = 0.0
        while not self._stop.is_set():
            began = time.monotonic()
            worker = await self._start(number)
            code = await worker.process.wait()
            self._workers.discard(worker)
            if self._stop.is_set():
                return
            if not self._first_ready.is_set():
                self._stop.set()  # the worker has printed the reason
                return
            ended_soon = time.monotonic() - began < _SOON_SECONDS
            pause = min(max(_PAUSES[0], 2 * pause), _PAUSES[1]) if ended_soon else 0.0
            _log.warning("Worker %d, process %d, %s: it is started again", number, worker.process.pid, _cause(code))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)

    async def _start(self, number: int) -> Worker:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        process = await asyncio.create_subprocess_exec(
            *self._command(number, writing),
            stdin=PIPE,
            pass_fds=[writing, *self._shared],
            process_group=0,  # Ctrl-C in a terminal reaches this process only, which tells the workers
        )
        os.close(writing)
        worker = Worker(number, process, reading)
        self._workers.add(worker)
        asyncio.get_running_loop().add_reader(reading, self._hear, worker)
        worker.send(self._line)
        if self._stopped_by is not None:
            worker.signal(self._stopped_by)
        return worker

    def _hear(self, worker: Worker) -> None:
        worker.heard = time.monotonic()
        if os.read(worker.status, 4_096):
            worker.ready = True
            self._first_ready.set()
        else:
            asyncio.get_running_loop().remove_reader(worker.status)
            os.close(worker.status)

    async def _check(self) -> None:
        """Kill workers that hang, so that they are started again."""
        while True:
            await asyncio.sleep(1)
            for worker in self._workers:
                if worker.ready and time.monotonic() - worker.heard > _SILENT_SECONDS:
                    _log.error("Worker %d, process %d, hangs: it is killed", worker.number, worker.process.pid)
                    worker.kill()

    def _kill(self) -> None:
        for worker in self._workers:
            worker.kill()


def _cause(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
