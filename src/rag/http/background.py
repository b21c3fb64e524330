"""Run background tasks beside the requests: load the model, open new snapshots, and check files for damage."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from rag.errors import NoSnapshot, RagError, WriterBusy
from rag.http.keeping.question_schemas import Delivery
from rag.http.links import configured_links
from rag.service import Service

_POLL_SECONDS = 0.25

_FOLLOW_SECONDS = 1.0
"""Seconds between two looks for saved questions without an answer from the current snapshot, and for deliveries."""

_RETAIN_SECONDS = 600.0
"""Seconds between two looks for files of the audit log that are too old."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """A function to call repeatedly, with a pause of `seconds` before each call."""

    function: Callable[[], object]
    seconds: float = _POLL_SECONDS


def periodic_tasks(service: Service) -> list[PeriodicTask]:
    """Return the tasks of every service.

    They open new snapshots, check for damage, answer the saved questions on a new snapshot, tell webhooks about
    changed answers, and delete old entries of the audit log. A writer publishes its snapshots; a replica takes them.

    New snapshots are opened outside of requests. A request keeps the snapshot that it began with.
    The check for damage also runs outside of requests, because it reads far more of each file than a request does.
    """
    minutes = service.settings.verify_minutes
    tasks = [PeriodicTask(service.refresh), *([PeriodicTask(service.recheck, 60 * minutes)] if minutes else [])]
    if service.is_replica:
        tasks.append(PeriodicTask(service.pull, service.settings.snapshots_seconds))
    else:
        tasks.append(PeriodicTask(lambda: _follow(service), _FOLLOW_SECONDS))
    if service.publishes:
        tasks.append(PeriodicTask(lambda: _publish(service), service.settings.snapshots_seconds))
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


def _follow(service: Service) -> None:
    links = configured_links(service.settings)
    service.catch_up()
    service.deliver(lambda change: Delivery.body(change, links))


def _publish(service: Service) -> None:
    with suppress(WriterBusy):  # a command publishes now
        service.publish()


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
