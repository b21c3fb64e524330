"""Run jobs in a thread. All jobs that are accepted while a snapshot is built go into the next snapshot together.

Any process may accept jobs. One process runs them, and it finds those of the others on the disk. If it ends, another
process takes its place.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from rag.errors import (
    CorruptSnapshot,
    RagError,
    SnapshotError,
    StorageError,
    UnknownDocument,
    UnknownJob,
    UnreadableSource,
    WriterBusy,
    WriteRefused,
)
from rag.ingest.ingestion import Ingestion
from rag.ingest.previews import ended
from rag.ingest.publication import Report
from rag.snapshots.durable import is_locked, make_folder
from rag.sources import ParserProcess
from rag.types import KeepOriginals
from rag.upkeep.attempts import RETRY_SECONDS, Attempts, Interrupted, UrgentTask
from rag.upkeep.changes import Change, plan_changes, read_upload
from rag.upkeep.followed import DELETED, Entry, FollowedJobs
from rag.upkeep.jobs import Job, JobState, Outcome, Request
from rag.upkeep.spool import MAX_ENDED, Spool

_REFUSED_SECONDS = 10.0
"""Seconds between two attempts while the index refuses changes, because each attempt reads the damaged index."""

_PROGRESS_SECONDS = 0.5
"""Seconds between two times that the progress is written for other processes."""

_LOOK_SECONDS = 2.0
"""Seconds after which the jobs on the disk are listed although their folder seems to be unchanged."""

_BATCH_SIZE = 1_000
"""If a snapshot has this many new documents, no further job joins it, because all of them are held in memory."""

_BUG = "the service failed: see its log"
_STOPPING = "the service is stopping: send the request again when it has started"
_Result = TypeVar("_Result")

_log = logging.getLogger(__name__)


class Upkeep:
    """The jobs of one index, and the thread that runs them in one of the processes, one snapshot at a time."""

    def __init__(
        self, folder: Path, ingestion: Callable[[], Ingestion], prepare: Callable[[], None] | None = None
    ) -> None:
        """`ingestion` loads the model, so it is called only when there is a job to run.

        `prepare` is called before anything is written. It creates the index folder, which contains `folder`, if it
        never existed, and raises IndexUnavailable if the index cannot be changed now. By default it only creates it.
        """
        self._spool = Spool(folder)
        self._followed = FollowedJobs(self._spool)
        self._ingestion = ingestion
        self._prepare = prepare or partial(make_folder, folder.parent)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="upkeep")
        self._folder_lock = ExitStack()
        self._open = False
        self._jobs_lock = threading.Lock()  # guards the waiting, running and ended jobs
        self._waiting: deque[Entry] = deque()
        self._running: list[Entry] = []
        self._ended: deque[Job] = deque(maxlen=MAX_ENDED)
        self._urgent: deque[UrgentTask] = deque()
        self._stopped = threading.Event()
        self._looked: tuple[int, float] = 0, 0.0  # the time of the last change that was seen, and of the look
        self._shown: tuple[object, float] = (
            [],
            0.0,
        )  # the progress that other processes see, and the time of its writing
        self._attempts = Attempts(self._prepare, self._urgent, self._stopped, partial(is_locked, self._spool.urgent))

    def resume(self) -> bool:
        """Run the jobs of this index from now on, unless another process does. Return whether this process does.

        Call it again and again: it finds the jobs that other processes have accepted, and the results of the jobs that
        another process has run. Raises IndexUnavailable, and StorageError.
        """
        with self._jobs_lock:
            if not self._stopped.is_set():
                self._look()
            return self._open

    def submit(self, requests: Sequence[Request]) -> tuple[Job, Future[Job]]:
        """Accept a job. If this process ends first, the next one runs it.

        The future returns the job when it is done, or raises the error if it fails. Raises the errors of `resume`, and
        SnapshotError after `close`.
        """
        with self._jobs_lock:
            self._prepare_to_accept()
            entry = Entry(self._spool.accept(requests))
            if self._open:
                self._waiting.append(entry)
                self._schedule()
            else:
                self._followed.add(entry)
        return entry.job, entry.ended

    def run_urgent(self, task: Callable[[], _Result]) -> Future[_Result]:
        """Run a task that needs the writer's lock, before all waiting jobs. It interrupts the build of a snapshot.

        Raises SnapshotError after `close`.
        """
        result: Future[_Result] = Future()
        with self._jobs_lock:
            if self._stopped.is_set():
                raise SnapshotError(_STOPPING)
            if not self._open and self._spool.has_lock_file:
                task = partial(self._attempts.run_beside, self._spool.urgent, task)
            self._urgent.append((result, task))
            self._schedule()
        return result

    def job(self, job_id: str) -> Job:
        """Return a job in its current state. Raises UnknownJob."""
        for job in self.jobs():
            if job.id == job_id:
                return job
        raise UnknownJob(f"no ingestion has the id {job_id!r}, or it ended long ago")

    def upload(self, job_id: str, document_id: str) -> Path:
        """Return the file of a document in a job that has not ended. Raises UnknownJob, UnknownDocument."""
        job = self.job(job_id)
        if job.is_carried_out:
            raise ended(document_id)
        files = [one.file for one in self._spool.requests(job_id) if one.document_id == document_id and one.file]
        if not files:
            raise UnknownDocument(f"ingestion {job_id!r} stores no document {document_id!r}")
        return files[-1]

    def jobs(self) -> list[Job]:
        """Return all jobs that have not ended and the last `MAX_ENDED` that have, newest first.

        If this process does not run jobs, because the index is read-only or another process runs them, return those on
        the disk.
        """
        try:
            runs = self.resume()
        except SnapshotError:
            if not self._is_read_only():
                raise
            runs = False
        if not runs:
            return list(reversed(self._spool.jobs()))
        with self._jobs_lock:
            # Leave out the ended jobs that an erasure deleted. A failed job stays, because it names no documents.
            kept = (job for job in self._ended if job.state is JobState.FAILED or self._spool.has(job.id))
            jobs = [*map(self._spool.decided, kept), *(entry.job for entry in (*self._running, *self._waiting))]
        return sorted(jobs, key=lambda job: job.id, reverse=True)

    def close(self) -> None:
        """Stop after the current batch of passages. The next process resumes the jobs that have not ended."""
        with self._jobs_lock:
            self._stopped.set()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for future in (*(entry.ended for entry in (*self._running, *self._waiting)), *(one for one, _ in self._urgent)):
            future.cancel()
        self._followed.cancel()
        self._folder_lock.close()

    def stop(self) -> None:
        """Accept no more jobs, and begin none. `close` then waits for the end of the current batch of passages."""
        self._stopped.set()

    def _is_read_only(self) -> bool:
        folder = self._spool.folder.parent
        return folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK)

    def _prepare_to_accept(self) -> None:
        """Raise an error if no job can be accepted now. Lock the folder of the jobs again if it was deleted."""
        if self._stopped.is_set():
            raise SnapshotError(_STOPPING)
        self._prepare()
        if not self._open:
            self._try_to_resume()
        elif not self._spool.has_lock_file:
            self._resume()

    def _try_to_resume(self) -> None:
        with suppress(WriterBusy):  # another process runs the jobs
            self._resume()

    def _resume(self) -> None:
        self._prepare()
        self._folder_lock.close()
        with ExitStack() as lock:
            lock.enter_context(self._spool.locked())
            self._read_jobs()
            self._folder_lock = lock.pop_all()
        self._open = True
        if self._waiting:
            self._schedule()

    def _read_jobs(self) -> None:
        """Read the jobs on disk. A waiting job fails if its folder was deleted."""
        stored = {job.id: job for job in self._spool.jobs()}
        followed = self._followed.take()
        for entry in [entry for entry in self._waiting if entry.job.id not in stored]:
            self._waiting.remove(entry)
            error = StorageError(DELETED)
            self._ended.append(replace(entry.job, state=JobState.FAILED, reason=str(error)))
            entry.ended.set_exception(error)
        known = self._known()
        for job in (job for name, job in stored.items() if name not in known):
            if job.is_carried_out:
                self._ended.append(job)
            else:
                self._waiting.append(followed.pop(job.id, Entry(job)))

    def _look(self) -> None:
        if self._open:
            self._find_accepted()
        else:
            self._followed.look()
            self._try_to_resume()

    def _find_accepted(self) -> None:
        """Let the jobs run that other processes have accepted."""
        if not self._spool_changes():
            return
        known = self._known()
        found = [job for name in self._spool.waiting() if name not in known and (job := self._spool.job(name))]
        if found:
            self._waiting.extend(map(Entry, found))
            self._schedule()

    def _spool_changes(self) -> bool:
        """Return whether the folder may have new jobs. Two changes may have one time, so look again after a while."""
        changed, now = self._spool.changed(), time.monotonic()
        if changed == self._looked[0] and now - self._looked[1] < _LOOK_SECONDS:
            return False
        self._looked = changed, now
        return True

    def _known(self) -> set[str]:
        return {job.id for job in (*self._ended, *(entry.job for entry in (*self._running, *self._waiting)))}

    def _schedule(self) -> None:
        """Let the thread run what waits. Call only with `_jobs_lock`, and not after `close`."""
        self._pool.submit(self._run).add_done_callback(_log_bug)

    def _run(self) -> None:
        """Run all waiting jobs. Every new job schedules a call, which does nothing if an earlier call ran its job."""
        while not self._stopped.is_set():
            self._attempts.run_urgent()
            with self._jobs_lock:
                while self._waiting and sum(entry.job.size for entry in self._running) < _BATCH_SIZE:
                    self._running.append(self._waiting.popleft())
            if not self._running:
                return
            with self._failing_on_error():
                self._run_jobs()

    @contextmanager
    def _failing_on_error(self) -> Iterator[None]:
        """Mark the running jobs as failed if an error occurs, unless they were only interrupted."""
        try:
            yield
        except Interrupted:
            pass
        except (WriteRefused, CorruptSnapshot) as refused:
            self._wait_for_repair(str(refused))
        except RagError as error:
            self._fail(error)
        except BaseException:
            self._fail(RagError(_BUG))
            raise

    def _wait_for_repair(self, reason: str) -> None:
        """Let the running jobs wait for their next attempt, because the index refuses changes. None may be lost.

        A new job or an urgent task ends the wait, because it may repair the index.
        """
        self._update(state=JobState.WAITING, reason=reason)
        deadline = time.monotonic() + _REFUSED_SECONDS
        while time.monotonic() < deadline and not (self._urgent or self._waiting):
            if self._stopped.wait(RETRY_SECONDS):
                return

    def _run_jobs(self) -> None:
        self._update(state=JobState.RUNNING)
        ingestion = self._attempts.when_free(self._ingestion, self._give_reason)
        ingestion.check_not_held()
        changes = self._attempts.when_free(lambda: self._read_uploads(ingestion), self._give_reason)
        given = [change.content[1] for change in changes if isinstance(change.content, tuple)]
        plan = partial(plan_changes, changes=changes)
        report = self._attempts.when_free(lambda: ingestion.apply(plan, self._progress, given), self._give_reason)
        outcomes = (Outcome(item.document_id or "", item.state, item.reason) for item in report.items)
        for entry in list(self._running):
            own = tuple(islice(outcomes, entry.job.size))
            done = _finished(replace(entry.job, outcomes=own), report)
            self._end(entry, done)
            entry.ended.set_result(done)

    def _read_uploads(self, ingestion: Ingestion) -> list[Change]:
        """Read the uploaded files of the running jobs."""
        keep = ingestion.keep_originals is not KeepOriginals.NONE
        with ParserProcess(ingestion.limits) as parser:
            return [
                self._read_upload(one.document_id, one.file, parser, keep=keep, name=one.name)
                if one.file
                else Change(one.document_id, None)
                for entry in self._running
                for one in self._spool.requests(entry.job.id)
            ]

    def _read_upload(
        self, document_id: str, file: Path, parser: ParserProcess, *, keep: bool, name: str | None
    ) -> Change:
        change = read_upload(document_id, file, parser, keep=keep, name=name)
        if isinstance(change.content, UnreadableSource):
            self._prepare()  # raises an error if the file cannot be read because the index is gone
        return change

    def _progress(self, done: int, total: int) -> None:
        self._update(encoded=done, to_encode=total, reason=None)
        self._attempts.check()

    def _give_reason(self, reason: str) -> None:
        """Show clients why the running jobs wait."""
        self._update(reason=reason)

    def _update(self, **fields: JobState | int | str | None) -> None:
        """Set fields of all running jobs, so that clients see their progress."""
        for entry in self._running:
            entry.job = replace(entry.job, **fields)  # type: ignore[arg-type]
        self._show()

    def _show(self) -> None:
        """Let other processes see the running jobs: at once if they are in another state, or else now and then."""
        jobs, now = [entry.job for entry in self._running], time.monotonic()
        shown = [(job.id, job.state, job.reason) for job in jobs]
        if shown != self._shown[0] or now - self._shown[1] >= _PROGRESS_SECONDS:
            self._shown = shown, now
            self._spool.show_progress(jobs)

    def _fail(self, error: RagError) -> None:
        for entry in list(self._running):
            failed = {"state": JobState.FAILED, "reason": str(error), "fault": type(error).__name__}
            self._end(entry, replace(entry.job, **failed))  # type: ignore[arg-type]
            entry.ended.set_exception(error)

    def _end(self, entry: Entry, job: Job) -> None:
        entry.job = job
        try:
            self._spool.end(job)
        except (StorageError, OSError) as error:
            # At worst, a later process repeats the job and finds nothing to change.
            _log.warning("%s", error)
        with self._jobs_lock:
            self._running.remove(entry)
            self._ended.append(job)
        if not self._running:
            self._show()


def _finished(job: Job, report: Report) -> Job:
    """Return a job that was carried out. It is held if it changed documents of a snapshot that is held back."""
    if report.held and any(one.state not in ("failed", "unchanged") for one in job.outcomes):
        reason = f"{report.held} is held back, because answers to saved questions change: a maintainer has to decide"
        return replace(job, state=JobState.HELD, reason=reason, snapshot=report.held)
    return replace(job, state=JobState.DONE, reason=None, snapshot=report.snapshot)


def _log_bug(work: Future[None]) -> None:
    if not work.cancelled() and (bug := work.exception()):
        _log.error("running jobs failed", exc_info=bug)
