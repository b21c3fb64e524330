"""Reads files in a process of its own, so that a hostile one costs a process and not the run.

This keeps apart what a document may cost. It is no wall against code that a document smuggles into a library.
"""

from __future__ import annotations

import atexit
import logging
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Pipe
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.errors import ConfigurationError, UnreadableSource
from rag.sources import child
from rag.sources.limits import Limits
from rag.sources.record import Record

_START = 60.0
"""Seconds a process has to start, which takes a fifth of one where the machine is not busy."""

_END = 10.0
"""Seconds a process has to end, after it has closed its connection."""

_resting: list[_Child] = []
"""At most one process that has read what it was given, for who reads next: to start one takes a fifth of a second."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Each thread would take its share of the address space, used or not."""

_log = logging.getLogger(__name__)


class ReadingProcess:
    """A process that reads one file after another, made when first needed, or before, and anew when a file was its end.

    Afterwards it rests, and reads on for the next one of the same limits, unless that takes more than a minute to come.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None and not self._child.busy and not _resting:
            _resting.append(self._child)
            self._child = None
        self._end()

    def begin(self) -> _Child:
        """Start the process, unless there is one, without waiting for it: there is something else to do meanwhile."""
        if self._child is not None and (self._child.busy or not self._child.lives()):
            self._end()  # what was not taken of a file would be taken for the next one; or it has waited too long
        if self._child is None:
            self._child = _rested(self._limits) or _Child(self._limits)
        return self._child

    def read(self, path: Path) -> Iterator[Record]:
        """Yield the documents of a file as `reading.read` does; where it exceeds the limits, a record of that.

        Raises ConfigurationError where no process can be started.
        """
        given = 0
        while True:
            child = self.begin()
            child.await_ready()
            used = child.used
            try:
                for record in islice(child.records(path), given, None):
                    given += 1
                    yield record
            except _Gone as gone:
                self._end()
                if used and not gone.late:
                    continue  # it may have been the files before that took the memory
                key = os.path.realpath(path)
                yield Record(key, UnreadableSource(f"{key} {gone}"))
            return

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


def _rested(limits: Limits) -> _Child | None:
    """Return the process that rests, where it has these limits; end it where it has others."""
    with suppress(IndexError):
        rested = _resting.pop()
        if rested.limits == limits and rested.lives():
            return rested
        rested.kill()
    return None


class _Gone(Exception):
    """The process ended, or was ended, before it had read the file: the message says why, as a predicate."""

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message)
        self.late = late


class _Child:
    """A running process and the connection to it; `used` once it was given a file, `busy` while it reads one."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.used = self.busy = False
        self._ready = False
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._connection, theirs = Pipe()
        with theirs:
            values = [theirs.fileno(), limits.seconds, limits.memory, limits.output]
            self._process = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs this
                # -P: no module is taken from the folder that the user is in, which may be that of the documents.
                [sys.executable, "-P", "-c", f"from {child.__name__} import main; main()", *map(str, values)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ONE_THREAD},
            )

    def await_ready(self) -> None:
        """Wait until the process can read. Raises ConfigurationError where it cannot even start."""
        if self._ready:
            return
        try:
            self._ready = bool(self._receive(_START))
        except _Gone as gone:
            self.kill()
            raise ConfigurationError(f"the process that reads documents does not start: it {gone}") from gone

    def records(self, path: Path) -> Iterator[Record]:
        """Yield what the process reads of a file. Raises _Gone."""
        self.used = self.busy = True
        try:
            self._connection.send_bytes(os.fsencode(path.absolute()))  # it may have been started in another folder
        except OSError:
            raise self._post_mortem() from None
        while packed := self._receive(self.limits.seconds):
            yield pickle.loads(packed)  # noqa: S301 - what our own process packed
        self.busy = False

    def lives(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._connection.close()
        self._said.close()

    def _receive(self, seconds: float) -> bytes:
        try:
            if self._connection.poll(seconds):
                return self._connection.recv_bytes()
        except (EOFError, OSError):
            raise self._post_mortem() from None
        raise self._late()

    def _late(self) -> _Gone:
        seconds = f"{self.limits.seconds:g} s"
        return _Gone(f"takes more than {seconds} to read; split it, or raise RAG_READ_SECONDS.", late=True)

    def _post_mortem(self) -> _Gone:
        """Return why the process, which has closed its end of the connection, ended."""
        try:
            code = self._process.wait(_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._said.seek(max(0, self._said.seek(0, os.SEEK_END) - 10_000))
        said = self._said.read().decode(errors="replace").strip()
        _log.debug("a reading process ended with %d: %s", code, said)
        if code == child.OUT_OF_MEMORY:
            most = f"{self.limits.memory} MiB of memory"
            return _Gone(f"needs more than {most} to read; split it, or raise RAG_READ_MEMORY.")
        if code == -signal.SIGXCPU:
            return self._late()
        if code == -signal.SIGKILL:
            return _Gone("could not be read: the system killed the process, probably for want of memory; free some.")
        if code < 0:
            fate = f"crashed its reader ({signal.Signals(-code).name}), being damaged or in need of more memory"
            return _Gone(f"{fate}; save it again, or raise RAG_READ_MEMORY.")
        return _Gone(f"made its reader fail ({said.rpartition(chr(10))[2][:200]}); save it again, or report this.")


@atexit.register
def _end_resting() -> None:
    while _resting:
        _resting.pop().kill()
