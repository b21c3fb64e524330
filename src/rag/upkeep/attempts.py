"""Repeats a task until the index is free, and lets urgent tasks interrupt it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from rag.errors import IndexUnavailable, SnapshotError, WriterBusy
from rag.snapshots.durable import exclusive

RETRY_SECONDS = 0.5
"""Seconds between two attempts while another process writes, or while the index is unavailable."""

_URGENT_SECONDS = 30.0
"""Seconds that an urgent task waits until another process has interrupted its build. A batch of passages ends first."""

_PAUSE_SECONDS = 0.05

_Result = TypeVar("_Result")

UrgentTask: TypeAlias = tuple[Future[Any], Callable[[], Any]]
"""A task, and the future that its caller waits for."""


class Interrupted(Exception):
    """An urgent task or the end of the process stops the build of the snapshot. The encoded passages are kept."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """Runs the tasks of one thread on an index.

    `prepare` raises IndexUnavailable if the index cannot be changed now. `urgent` are tasks that go before all others.
    `stopped` is set when the process ends. `others_urgent` tells whether another process has an urgent task.
    """

    prepare: Callable[[], None]
    urgent: deque[UrgentTask]
    stopped: threading.Event
    others_urgent: Callable[[], bool]

    def run_urgent(self) -> None:
        """Run all urgent tasks."""
        while self.urgent:
            _resolve(*self.urgent.popleft())

    def check(self) -> None:
        """Raise Interrupted if there is an urgent task, or if the process ends."""
        if self.urgent or self.stopped.is_set() or self.others_urgent():
            raise Interrupted

    def run_beside(self, lock: Path, task: Callable[[], _Result]) -> _Result:
        """Run an urgent task while another process runs the jobs. That process sees the lock, and stops its build.

        Raises WriterBusy if the index does not become free.
        """
        deadline = time.monotonic() + _URGENT_SECONDS
        with exclusive(lock):
            while True:
                try:
                    return task()
                except WriterBusy:
                    if time.monotonic() > deadline or self.stopped.wait(_PAUSE_SECONDS):
                        raise

    def when_free(self, task: Callable[[], _Result], on_wait: Callable[[str], None]) -> _Result:
        """Run a task. Repeat it if another writer, an unavailable index or an urgent task stops it.

        `on_wait` gets the reason before each wait. Raises Interrupted if the process ends.
        """
        while not self.stopped.is_set():
            self.run_urgent()
            if self.others_urgent():
                self.stopped.wait(_PAUSE_SECONDS)
                continue
            try:
                return self._with_index(task)
            except (WriterBusy, IndexUnavailable) as error:
                on_wait(str(error))
                self.stopped.wait(RETRY_SECONDS)
            except Interrupted:  # try again after the urgent tasks
                continue
        raise Interrupted

    def _with_index(self, task: Callable[[], _Result]) -> _Result:
        """Run a task. If it fails because the index is unavailable, raise IndexUnavailable instead of its error."""
        self.prepare()
        try:
            return task()
        except (SnapshotError, OSError):
            self.prepare()
            raise


def _resolve(result: Future[_Result], task: Callable[[], _Result]) -> None:
    if not result.set_running_or_notify_cancel():
        return  # the caller has cancelled it
    try:
        result.set_result(task())
    except BaseException as error:  # noqa: BLE001 - the caller gets every error from the future
        result.set_exception(error)
