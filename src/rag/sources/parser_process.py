"""Parses files in a separate process, so that a hostile file ends that process and not the run.

This limits the time and memory of a document. It does not stop a document that exploits a library to run code.
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
from multiprocessing.connection import Pipe
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.errors import ConfigurationError, UnreadableSource
from rag.formats import holds_files
from rag.sources import child
from rag.sources.parser_limits import Limits
from rag.sources.record import Begun, Record

_START_SECONDS = 60.0
"""How long a process may take to start. It takes a fifth of a second if the machine is idle."""

_EXIT_SECONDS = 10.0
"""How long a process may take to exit after it has closed its connection."""

_MOST_FAILURES = 5
"""How many files in one archive may exceed the limits before the rest of it is left out."""

_idle: list[_Child] = []
"""At most one process without work. The next caller uses it instead of starting a process."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Environment variables. More threads would each reserve a share of the limited address space."""

_log = logging.getLogger(__name__)


class ParserProcess:
    """A process that parses one file after another. Started on demand or by `start()`; restarted if a file ends it.

    After the `with` block, the process stays idle for a minute. The next `ParserProcess` with the same limits uses it
    again.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child is not None and not self._child.busy and not _idle:
            _idle.append(self._child)
            self._child = None
        self._end()

    def start(self) -> _Child:
        """Return the process, started if necessary, without waiting until it is ready."""
        if self._child is not None and (self._child.busy or not self._child.lives()):
            # A busy process would first send the other records of the last file. A dead one was idle for too long.
            self._end()
        if self._child is None:
            self._child = _take_idle(self._limits) or _Child(self._limits)
        return self._child

    def parse(self, path: Path) -> Iterator[Record]:
        """Yield the documents of a file as `documents.parse` does. If the file exceeds a limit, yield the reason last.

        Raises ConfigurationError if no process can be started.
        """
        place, failures = _Place(), 0
        while True:
            child = self.start()
            child.await_ready()
            used = child.used
            try:
                yield from place.unseen(child.records(path, place.start))
            except _Ended as ended:
                self._end()
                if used and not ended.late:
                    continue  # Earlier files may have used up the memory, so a new process tries again.
                key = place.key or os.path.realpath(path)
                yield Record(key, UnreadableSource(f"{key} {ended}"))
                failures += 1
                if place.key and failures < _MOST_FAILURES:
                    place.skip_member()
                    continue
                if place.key:
                    yield _gave_up(path)
            return

    def lists_again(self, path: Path) -> bool:
        """Return whether a file must be read even if it is unchanged, because it may hold other documents."""
        return self._limits.attachments and holds_files(path.name)

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


def _take_idle(limits: Limits) -> _Child | None:
    """Return the idle process if it has these limits; end it if it has others."""
    with suppress(IndexError):
        idle = _idle.pop()
        if idle.limits == limits and idle.lives():
            return idle
        idle.kill()
    return None


class _Place:
    """How far a file was read: the number of its first member to read, and the records of it that were yielded.

    `key` is the key of the member that is being read, or "" if the file has none or is read itself.
    """

    def __init__(self) -> None:
        self.start, self.key, self._yielded = 0, "", 0

    def unseen(self, steps: Iterator[Record | Begun]) -> Iterator[Record]:
        """Yield the records that were not yet yielded, and note the members that begin."""
        seen = 0
        for step in steps:
            if isinstance(step, Begun):
                if step.key != self.key:
                    self._yielded = 0
                self.start, self.key, seen = step.number, step.key, 0
                continue
            seen += 1
            if seen > self._yielded:
                self._yielded = seen
                yield step

    def skip_member(self) -> None:
        """Go on with the member after this one."""
        self.start, self._yielded = self.start + 1, 0


def _gave_up(path: Path) -> Record:
    key = os.path.realpath(path)
    message = f"{key} holds {_MOST_FAILURES} files that exceed the limits, so the rest of it was not read; unpack it."
    return Record(key, UnreadableSource(message))


class _Ended(Exception):
    """The process ended or was killed before it had parsed the file. The message is a sentence without its subject."""

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message)
        self.late = late


class _Child:
    """A running process and the connection to it.

    `used` is true as soon as it has received a file, and `busy` while it parses one.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.used = self.busy = False
        self._ready = False
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - it must stay open as long as the process runs
        self._connection, theirs = Pipe()
        with theirs:
            values = [theirs.fileno(), limits.seconds, limits.memory, limits.output, int(limits.attachments)]
            ocr = [limits.ocr_seconds, limits.ocr_languages or ""]
            self._process = subprocess.Popen(  # noqa: S603 - our own module, run by this interpreter
                # -P: do not import modules from the current folder, which may be the folder of the documents.
                [sys.executable, "-P", "-c", f"from {child.__name__} import main; main()", *map(str, [*values, *ocr])],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ONE_THREAD},
            )

    def await_ready(self) -> None:
        """Wait until the process is ready to parse. Raises ConfigurationError if it does not start."""
        if self._ready:
            return
        try:
            self._ready = bool(self._receive(_START_SECONDS))
        except _Ended as ended:
            self.kill()
            raise ConfigurationError(f"the parser process does not start: it {ended}") from ended

    def records(self, path: Path, start: int = 0) -> Iterator[Record | Begun]:
        """Yield the records of a file, from its member `start` on, as the process sends them. Raises _Ended."""
        self.used = self.busy = True
        try:
            # An absolute path, because the process may have been started in another folder.
            self._connection.send_bytes(b"%d %s" % (start, os.fsencode(path.absolute())))
        except OSError:
            raise self._post_mortem() from None
        while packed := self._receive(self.limits.seconds):
            if packed != child.ALIVE:
                yield pickle.loads(packed)  # noqa: S301 - our own process pickled it
        self.busy = False

    def lives(self) -> bool:
        """Return whether the process is still running."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Kill the process, even if it is busy."""
        self._process.kill()
        self._process.wait()
        self._connection.close()
        self._stderr.close()

    def _receive(self, seconds: float) -> bytes:
        try:
            if self._connection.poll(seconds):
                return self._connection.recv_bytes()
        except (EOFError, OSError):
            raise self._post_mortem() from None
        raise self._late()

    def _late(self) -> _Ended:
        seconds = f"{self.limits.seconds:g} s"
        return _Ended(f"takes more than {seconds} to parse; split it, or raise RAG_PARSE_SECONDS.", late=True)

    def _post_mortem(self) -> _Ended:
        """Return the reason why the process ended or closed its connection. End it if it still runs."""
        try:
            code = self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._stderr.seek(max(0, self._stderr.seek(0, os.SEEK_END) - 10_000))
        output = self._stderr.read().decode(errors="replace").strip()
        _log.debug("a parser process exited with code %d: %s", code, output)
        if code == child.OUT_OF_MEMORY:
            most = f"{self.limits.memory} MiB of memory"
            return _Ended(f"needs more than {most} to parse; split it, or raise RAG_PARSE_MEMORY.")
        if code == -signal.SIGXCPU:
            return self._late()
        if code == -signal.SIGKILL:
            cause = "the system killed the process, probably because memory ran out"
            return _Ended(f"could not be parsed: {cause}; free some memory.")
        if code < 0:
            cause = f"crashed its parser ({signal.Signals(-code).name}); it may be damaged or need more memory"
            return _Ended(f"{cause}; save it again, or raise RAG_PARSE_MEMORY.")
        error = output.rpartition("\n")[2][:200]
        return _Ended(f"made its parser fail ({error}); save it again, or report this.")


@atexit.register
def _end_idle() -> None:
    while _idle:
        _idle.pop().kill()
