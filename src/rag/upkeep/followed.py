"""Jobs that this process has accepted and another process runs."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field

from rag import errors
from rag.errors import RagError, StorageError
from rag.upkeep.jobs import Job, JobState
from rag.upkeep.spool import Spool

DELETED = "the folder of the job was deleted: send its documents again"


@dataclass(slots=True)
class Entry:
    """A job that has not ended, and the future that its clients wait for."""

    job: Job
    ended: Future[Job] = field(default_factory=Future)


class FollowedJobs:
    """The jobs whose results are read from the disk. Not safe to use from several threads."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._entries: dict[str, Entry] = {}

    def add(self, entry: Entry) -> None:
        """Follow a job."""
        self._entries[entry.job.id] = entry

    def look(self) -> None:
        """Give the results of the ended jobs to those who wait."""
        for job_id, entry in list(self._entries.items()):
            try:
                job = self._spool.job(job_id) if self._spool.has_ended(job_id) else None
                if job is None and not self._spool.has(job_id):
                    raise StorageError(DELETED)
            except StorageError as error:  # nobody can know the result
                del self._entries[job_id]
                entry.ended.set_exception(error)
            else:
                if job is not None:
                    self._end(entry, job)

    def take(self) -> dict[str, Entry]:
        """Return the jobs that have not ended, and follow none any more: from now on this process runs them."""
        self.look()
        taken, self._entries = self._entries, {}
        return taken

    def cancel(self) -> None:
        """End the waits for results."""
        for entry in self._entries.values():
            entry.ended.cancel()

    def _end(self, entry: Entry, job: Job) -> None:
        del self._entries[job.id]
        if job.state is JobState.FAILED:
            entry.ended.set_exception(_error(job))
        else:
            entry.ended.set_result(job)


def _error(job: Job) -> RagError:
    """Return the error that a job failed with in the other process."""
    kind = getattr(errors, job.fault or "", RagError)
    if not isinstance(kind, type) or not issubclass(kind, RagError) or kind is errors.InvalidFilter:
        kind = RagError  # an error of a plugin, or one that needs more than a message
    return kind(job.reason or "")
