"""Keeps the processes that draw pages. They limit the time and memory of a page, as the parser process does."""

from __future__ import annotations

import pickle
import weakref
from collections.abc import Sequence
from pathlib import Path
from threading import BoundedSemaphore

from rag.errors import UnreadableSource
from rag.sources.limited_process import Ended, Fault, LimitedProcess
from rag.sources.pages import child
from rag.sources.pages.finding import PageText
from rag.sources.pages.requests import Draw, Drawn, Find, FoundQuote, Measure, PageSize, Reply, Request
from rag.sources.parser_limits import Limits

PLACES = 2
"""The most processes at once. A page that takes long must not stop all other pages."""

_SECONDS = 10.0
"""The most time for one page. Most pages take a fiftieth of a second."""


class PageProcesses:
    """Draws pages and finds quotes, in at most `PLACES` processes. They start on demand or by `begin()`.

    They end when they are idle for long. Methods raise UnreadableSource if a file is damaged or exceeds the limits, and
    may be called in any thread.
    """

    def __init__(self, limits: Limits) -> None:
        """Use the memory and the languages of `limits`, and its time for pages that OCR reads."""
        self._limits = limits
        self.idle: list[LimitedProcess] = []
        self._places = BoundedSemaphore(PLACES)
        weakref.finalize(self, _end, self.idle)

    def begin(self) -> None:
        """Start a process if none is idle, without waiting, because a page may be wanted soon."""
        if not any(process.lives() for process in tuple(self.idle)):
            self.idle.append(self._new())

    def sizes(self, path: Path) -> tuple[PageSize, ...]:
        """Return the size of each page of a file."""
        reply = self._reply(Measure(path))
        assert isinstance(reply, tuple)
        return reply

    def draw(self, path: Path, page: int, scale: float) -> Drawn:
        """Return the image of a page. The file must have it."""
        reply = self._reply(Draw(path, page, scale))
        assert isinstance(reply, Drawn)
        return reply

    def find(
        self, path: Path, digest: str, texts: Sequence[PageText], scans: frozenset[int] = frozenset()
    ) -> FoundQuote:
        """Return the boxes of a quote. OCR reads the pages `scans`, and remembers them by the digest of the file."""
        seconds = self._limits.seconds if scans else 0.0
        reply = self._reply(Find(path, digest, texts, scans, self._limits.ocr_languages, seconds), _SECONDS + seconds)
        assert isinstance(reply, FoundQuote)
        return reply

    def _reply(self, request: Request, seconds: float = _SECONDS) -> Reply:
        with self._places:
            process = self._take()
            try:
                process.await_ready()
                process.send(pickle.dumps(request))
                reply: Reply | UnreadableSource = pickle.loads(process.receive(seconds))  # noqa: S301 - our own process
            except Ended as ended:
                process.kill()
                raise UnreadableSource(_sentence(ended, seconds)) from ended
            except BaseException:
                process.kill()
                raise
            self.idle.append(process)
        if isinstance(reply, UnreadableSource):
            raise reply
        return reply

    def _take(self) -> LimitedProcess:
        """Return an idle process, or a new one."""
        while self.idle:
            process = self.idle.pop()
            if process.lives():
                return process
            process.kill()
        return self._new()

    def _new(self) -> LimitedProcess:
        return LimitedProcess(child.__name__, [self._limits.seconds + _SECONDS, self._limits.memory])


def _sentence(ended: Ended, seconds: float) -> str:
    if ended.fault is Fault.LATE:
        return f"the page takes more than {seconds:g} s to draw: download the original"
    return f"the page cannot be drawn, because the process that draws it failed: {ended}; download the original"


def _end(idle: list[LimitedProcess]) -> None:
    while idle:
        idle.pop().kill()
