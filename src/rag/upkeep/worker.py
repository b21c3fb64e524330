"""Carries out jobs: what is accepted while one snapshot is built becomes the next one, all of it together."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from rag.errors import RagError, StorageError, UnknownJob, WriterBusy
from rag.ingest.ingestion import Ingestion
from rag.sources import Limits, ReadingProcess
from rag.upkeep.changes import Change, plan, read
from rag.upkeep.jobs import Job, JobState, Outcome, Request
from rag.upkeep.spool import KEPT, Spool

_RETRY_SECONDS = 0.5
"""Until a writer in another process is asked for again."""

_TOGETHER = 1_000
"""Documents that become one snapshot: with more, no further job joins, for all of them are held in memory."""

_BUG = "the service failed: see its log"
_Result = TypeVar("_Result")

_log = logging.getLogger(__name__)


class _Interrupted(Exception):
    """The snapshot being built must wait: what was encoded of it is kept."""


@dataclass(slots=True)
class _Entry:
    """A job that has not ended, and who waits for its end."""

    job: Job
    ended: Future[Job] = field(default_factory=Future)


class Upkeep:
    """The jobs of one index and the thread that carries them out, one snapshot at a time."""

    def __init__(self, folder: Path, ingestion: Callable[[], Ingestion]) -> None:
        """`ingestion` is asked for when there is something to do, since it loads the model."""
        self._spool = Spool(folder)
        self._ingestion = ingestion
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="upkeep")
        self._held = ExitStack()
        self._open = False
        self._changing = threading.Lock()  # guards what follows
        self._waiting: deque[_Entry] = deque()
        self._running: list[_Entry] = []
        self._ended: deque[Job] = deque(maxlen=KEPT)
        self._urgent: deque[Callable[[], None]] = deque()
        self._stopped = threading.Event()

    def resume(self) -> None:
        """Take up the jobs that an earlier process accepted; once is enough, again does no harm.

        Raises WriterBusy where another process carries out the jobs of this index, StorageError.
        """
        with self._changing:
            self._resume()

    def submit(self, requests: Sequence[Request]) -> tuple[Job, Future[Job]]:
        """Accept a job; once accepted it is carried out, by a later process if need be. Raises as `resume` does.

        The future holds the job when it has ended as done, or raises why it failed.
        """
        with self._changing:
            self._resume()
            entry = _Entry(self._spool.accept(requests))
            self._waiting.append(entry)
        self._begin()
        return entry.job, entry.ended

    def at_once(self, act: Callable[[], _Result]) -> Future[_Result]:
        """Let the thread do something else that needs the writer's lock; a snapshot being built makes way for it."""
        result: Future[_Result] = Future()
        self._urgent.append(lambda: _settle(result, act))
        self._begin()
        return result

    def job(self, job_id: str) -> Job:
        """Return a job as it stands. Raises UnknownJob."""
        for job in self.jobs():
            if job.id == job_id:
                return job
        raise UnknownJob(f"no ingestion has the id {job_id!r}, or it ended long ago")

    def jobs(self) -> list[Job]:
        """Return the jobs that have not ended and the last that did, newest first."""
        self.resume()
        with self._changing:
            jobs = [*self._ended, *(entry.job for entry in (*self._running, *self._waiting))]
        return sorted(jobs, key=lambda job: job.id, reverse=True)

    def close(self) -> None:
        """End after the batch of passages that is being encoded; what has not ended is taken up by the next process."""
        self._stopped.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for entry in (*self._running, *self._waiting):
            entry.ended.cancel()
        self._held.close()

    def _resume(self) -> None:
        if self._open or self._stopped.is_set():
            return
        with ExitStack() as held:
            held.enter_context(self._spool.held())
            for job in self._spool.jobs():
                if job.ended:
                    self._ended.append(job)
                else:
                    self._waiting.append(_Entry(job))
            self._held = held.pop_all()
        self._open = True
        if self._waiting:
            self._begin()

    def _begin(self) -> None:
        if not self._stopped.is_set():
            self._pool.submit(self._work).add_done_callback(_log_bug)

    def _work(self) -> None:
        """Carry out all that waits; whoever submits asks for this, and finds nothing left where others were served."""
        while not self._stopped.is_set():
            self._act()
            with self._changing:
                while self._waiting and sum(entry.job.size for entry in self._running) < _TOGETHER:
                    self._running.append(self._waiting.popleft())
            if not self._running:
                return
            with self._ending():
                self._carry_out()

    def _act(self) -> None:
        while self._urgent:
            self._urgent.popleft()()

    @contextmanager
    def _ending(self) -> Iterator[None]:
        """Let no job that runs go without an end, unless it is to be taken up again."""
        try:
            yield
        except _Interrupted:
            pass
        except RagError as error:
            self._fail(error)
        except BaseException:
            self._fail(RagError(_BUG))
            raise

    def _carry_out(self) -> None:
        self._note(state=JobState.RUNNING)
        ingestion = self._when_free(self._ingestion)
        changes = self._read(ingestion.limits)
        report = self._when_free(lambda: ingestion.apply(partial(plan, changes=changes), self._progress))
        outcomes = (Outcome(item.document_id or "", item.state, item.reason) for item in report.items)
        for entry in list(self._running):
            own = tuple(islice(outcomes, entry.job.size))
            done = replace(entry.job, state=JobState.DONE, reason=None, outcomes=own, snapshot=report.snapshot)
            self._end(entry, done)
            entry.ended.set_result(done)

    def _read(self, limits: Limits) -> list[Change]:
        """Read what the running jobs were given."""
        with ReadingProcess(limits) as reading:
            return [
                read(document_id, file, reading) if file else Change(document_id, None)
                for entry in self._running
                for document_id, file in self._spool.asked(entry.job.id)
            ]

    def _when_free(self, act: Callable[[], _Result]) -> _Result:
        """Repeat what another writer, or something more urgent, keeps from being done."""
        while not self._stopped.is_set():
            self._act()
            try:
                return act()
            except WriterBusy as busy:
                self._note(reason=str(busy))
                self._stopped.wait(_RETRY_SECONDS)
            except _Interrupted:  # once more, after what is urgent
                continue
        raise _Interrupted

    def _progress(self, done: int, total: int) -> None:
        self._note(encoded=done, to_encode=total, reason=None)
        if self._urgent or self._stopped.is_set():
            raise _Interrupted

    def _note(self, **known: JobState | int | str | None) -> None:
        """Let it be seen how far the running jobs are."""
        for entry in self._running:
            entry.job = replace(entry.job, **known)  # type: ignore[arg-type]

    def _fail(self, error: RagError) -> None:
        for entry in list(self._running):
            self._end(entry, replace(entry.job, state=JobState.FAILED, reason=str(error)))
            entry.ended.set_exception(error)

    def _end(self, entry: _Entry, job: Job) -> None:
        entry.job = job
        try:
            self._spool.end(job)
        except StorageError as error:  # at worst a later process finds all of it done
            _log.warning("%s", error)
        with self._changing:
            self._running.remove(entry)
            self._ended.append(job)


def _settle(result: Future[_Result], act: Callable[[], _Result]) -> None:
    if not result.set_running_or_notify_cancel():
        return  # nobody waits for it any more
    try:
        result.set_result(act())
    except BaseException as error:  # noqa: BLE001 - whoever waits for the result meets it, whatever it is
        result.set_exception(error)


def _log_bug(work: Future[None]) -> None:
    if not work.cancelled() and (bug := work.exception()):
        _log.error("maintenance failed", exc_info=bug)
