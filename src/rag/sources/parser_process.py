"""Parses files in a separate process, so that a hostile file ends that process and not the run.

This limits the time and memory of a document. It does not stop a document that exploits a library to run code.
"""

from __future__ import annotations

import atexit
import os
import pickle
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from rag.errors import UnreadableSource
from rag.formats import holds_files
from rag.sources import child
from rag.sources.limited_process import Ended, Fault, LimitedProcess
from rag.sources.parser_limits import Limits
from rag.sources.record import Begun, Record

_MOST_FAILURES = 5
"""How many files in one archive may exceed the limits before the rest of it is left out."""

_idle: list[_Child] = []
"""At most one process without work. The next caller uses it instead of starting a process."""


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
            except Ended as ended:
                self._end()
                if used and ended.fault is not Fault.LATE:
                    continue  # Earlier files may have used up the memory, so a new process tries again.
                key = place.key or os.path.realpath(path)
                yield Record(key, UnreadableSource(f"{key} {_sentence(ended, self._limits)}"))
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


class _Child(LimitedProcess):
    """A process that parses files. `used` is true as soon as it has received one, and `busy` while it parses one."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.used = self.busy = False
        values = [limits.seconds, limits.memory, limits.output, int(limits.attachments)]
        super().__init__(child.__name__, [*values, limits.ocr_seconds, limits.ocr_languages or ""])

    def records(self, path: Path, start: int = 0) -> Iterator[Record | Begun]:
        """Yield the records of a file, from its member `start` on, as the process sends them. Raises Ended."""
        self.used = self.busy = True
        # An absolute path, because the process may have been started in another folder.
        self.send(b"%d %s" % (start, os.fsencode(path.absolute())))
        while packed := self.receive(self.limits.seconds):
            if packed != child.ALIVE:
                yield pickle.loads(packed)  # noqa: S301 - our own process pickled it
        self.busy = False


def _sentence(ended: Ended, limits: Limits) -> str:
    """Return why a process ended and what to do, as a sentence without its subject, which is the file."""
    match ended.fault:
        case Fault.LATE:
            return f"takes more than {limits.seconds:g} s to parse; split it, or raise RAG_PARSE_SECONDS."
        case Fault.MEMORY:
            return f"needs more than {limits.memory} MiB of memory to parse; split it, or raise RAG_PARSE_MEMORY."
        case Fault.KILLED:
            cause = "the system killed the process, probably because memory ran out"
            return f"could not be parsed: {cause}; free some memory."
        case Fault.CRASHED:
            cause = f"crashed its parser ({ended.detail}); it may be damaged or need more memory"
            return f"{cause}; save it again, or raise RAG_PARSE_MEMORY."
        case Fault.FAILED:
            return f"made its parser fail ({ended.detail}); save it again, or report this."


@atexit.register
def _end_idle() -> None:
    while _idle:
        _idle.pop().kill()
