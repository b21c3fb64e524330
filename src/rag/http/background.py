"""Run background tasks beside the requests: load the model, open new snapshots, and check files for damage."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rag.errors import NoSnapshot, RagError
from rag.service import Service

_POLL_SECONDS = 0.25

_RETAIN_SECONDS = 600.0
"""Seconds between two looks for files of the audit log that are too old."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """A function to call repeatedly, with a pause of `seconds` before each call."""

    function: Callable[[], object]
    seconds: float = _POLL_SECONDS


def periodic_tasks(service: Service) -> list[PeriodicTask]:
    """Return the tasks of every service: open new snapshots, check for damage, and delete old entries of the audit log.

    New snapshots are opened outside of requests. A request keeps the snapshot that it began with.
    The check for damage also runs outside of requests, because it reads far more of each file than a request does.
    """
    minutes = service.settings.verify_minutes
    tasks = [PeriodicTask(service.refresh), *([PeriodicTask(service.recheck, 60 * minutes)] if minutes else [])]
    if service.settings.audit_dir and service.settings.audit_days:
        tasks.append(PeriodicTask(service.retain_audit, _RETAIN_SECONDS))
    return tasks


@contextmanager
def running(tasks: Sequence[PeriodicTask]) -> Iterator[None]:
    """Run each task in its own thread until the context exits."""
    stopped = threading.Event()
    threads = [threading.Thread(target=_repeat, args=(task, stopped), daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def warm_up(service: Service) -> None:
    """Load the model and the snapshot before the first question. Log an error instead of raising it.

    A later request may succeed, for example after `rag ingest` has created the index.
    """
    try:
        service.warm_up()
    except RagError as error:
        _log.warning("%s", error)


def _repeat(task: PeriodicTask, stopped: threading.Event) -> None:
    logged = ""
    while not stopped.wait(task.seconds):
        try:
            task.function()
        except NoSnapshot:
            continue
        except (RagError, OSError, sqlite3.Error) as error:
            if str(error) != logged:  # log an error once, not at every call
                _log.warning("%s", error)
            logged = str(error)
