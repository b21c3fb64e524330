"""What a process that serves does beside its requests: makes ready, opens new snapshots, looks for damage."""

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

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Watch:
    """What is done again and again, with so many seconds between."""

    act: Callable[[], object]
    seconds: float = _POLL_SECONDS


def watches(service: Service) -> list[Watch]:
    """Return those of every service.

    Each new snapshot is opened beside the requests, which keep the one they began with. Looking for damage on the disk
    reads far more of a file than a request does.
    """
    minutes = service.settings.verify_minutes
    return [Watch(service.refresh), *([Watch(service.recheck, 60 * minutes)] if minutes else [])]


@contextmanager
def watching(watches: Sequence[Watch]) -> Iterator[None]:
    """Let each watch run in a thread of its own for as long as this is entered."""
    stopped = threading.Event()
    threads = [threading.Thread(target=_repeat, args=(watch, stopped), daemon=True) for watch in watches]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


def warm_up(service: Service) -> None:
    """Make the first question as quick as the second; what stands in the way is logged, and may pass."""
    try:
        service.warm_up()
    except RagError as error:
        _log.warning("%s", error)


def _repeat(watch: Watch, stopped: threading.Event) -> None:
    told = ""
    while not stopped.wait(watch.seconds):
        try:
            watch.act()
        except NoSnapshot:
            continue
        except (RagError, OSError, sqlite3.Error) as error:
            if str(error) != told:  # what is not mended stays wrong at every look
                _log.warning("%s", error)
            told = str(error)
