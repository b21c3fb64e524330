"""Store the jobs of an index on disk. An accepted job is durable. A second file in its folder holds its result.

.jobs/LOCK             locked by the process that runs the jobs; any process may accept one
.jobs/ACCEPTING        locked, together, by the processes that are writing a job
.jobs/URGENT           locked by a process whose task goes before all jobs
.jobs/PROGRESS         how far the running jobs are, for the other processes
.jobs/<id>/job.json    the time and the requests of the job; ids ascend in the order of acceptance
.jobs/<id>/<n>/        the file of the n-th request, with its facts in a sidecar, until the job ends
.jobs/<id>/end.json    the result of the job

The folder is hidden, so that a run over the folder around the index does not ingest these files.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from errno import EEXIST, ENOTEMPTY
from pathlib import Path, PurePath
from typing import TypeVar
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from rag.errors import StorageError, WriterBusy
from rag.snapshots import Decision, HeldChanges, Review
from rag.snapshots.durable import (
    atomic_write,
    delete,
    discard,
    exclusive,
    make_folder,
    new_file,
    publish_folder,
    shared,
    sync_below,
)
from rag.upkeep.jobs import Job, JobState, Outcome, Request, Upload

_Model = TypeVar("_Model", bound=BaseModel)

MAX_ENDED = 200  # ended jobs to keep, so that clients can read their results
_KEPT_SECONDS = 60.0  # an ended job is not deleted earlier, because the process that accepted it reads its result
_UNSAFE = re.compile(r"[^\w -]")
_ID = re.compile(r"[0-9a-f]{16}")
_LONGEST_NAME = 255  # characters of the given name, which is only shown to clients
_LONGEST_STEM = 40  # characters of a file name; four bytes each at most, so the name stays far below 255 bytes


class _StoredRequest(BaseModel):
    id: str
    file: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SpooledRequest:
    """A request of a job: the id of a document, and its uploaded file; `file` is None for a removal.

    `name` is the file name that the client gave. A job of an earlier version does not have it.
    """

    document_id: str
    file: Path | None
    name: str | None


class _Accepted(BaseModel):
    created: str
    asked: list[_StoredRequest]


class _End(BaseModel):
    state: JobState
    reason: str | None
    fault: str | None = None  # a job of an earlier version does not have it
    encoded: int
    snapshot: str | None
    outcomes: list[Outcome]


class _Progress(BaseModel):
    jobs: list[str]
    state: JobState
    reason: str | None
    encoded: int
    to_encode: int


@dataclass(frozen=True, slots=True)
class Spool:
    """The jobs in one folder. Call `end` only inside `locked`."""

    folder: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the folder, so that no other process runs its jobs. Create it in the folder of the index.

        Raises WriterBusy, StorageError.
        """
        make_folder(self.folder, parents=False)
        with exclusive(self.folder / "LOCK"):
            self._delete_incomplete()
            self.show_progress([])
            yield

    @property
    def has_lock_file(self) -> bool:
        """Whether the file exists that `locked` locks."""
        return (self.folder / "LOCK").exists()

    @property
    def urgent(self) -> Path:
        """The file that a process locks whose task goes before all jobs."""
        return self.folder / "URGENT"

    def jobs(self) -> list[Job]:
        """Return all jobs, in the order of acceptance."""
        progress = self._progress()
        found = filter(None, map(self.job, self._ids()))  # another process may have deleted one meanwhile
        return [self._with_progress(job, progress) for job in found]

    def job(self, job_id: str) -> Job | None:
        """Return a job; None if it is not on the disk."""
        try:
            return self._job(job_id)
        except StorageError:
            if self.has(job_id):
                raise
            return None

    def waiting(self) -> list[str]:
        """Return the ids of the jobs that have not ended, in the order of acceptance."""
        return [name for name in self._ids() if not self.has_ended(name)]

    def changed(self) -> int:
        """Return the time of the last change of the folder in nanoseconds; 0 if it does not exist."""
        try:
            return self.folder.stat().st_mtime_ns
        except OSError:
            return 0

    def accept(self, requests: Sequence[Request]) -> Job:
        """Store a job. It is durable when this returns. Raises StorageError."""
        temporary = self.folder / f".{uuid4().hex}"
        with shared(self.folder / "ACCEPTING"):
            try:
                make_folder(temporary, parents=False)
                asked = [_write(temporary, number, request) for number, request in enumerate(requests)]
                accepted = _Accepted(created=datetime.now(UTC).isoformat(timespec="milliseconds"), asked=asked)
                with new_file(temporary / "job.json") as file:
                    file.write(accepted.model_dump_json().encode())
                return self._job(self._publish(temporary))
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                raise

    def _publish(self, temporary: Path) -> str:
        """Give a complete job its id and return the id. Ids ascend, also if the clock was set back."""
        synced = sync_below(temporary)
        while True:
            newest = max((int(name, 16) for name in self._ids()), default=0)
            job_id = f"{max(newest + 1, time.time_ns() // 1000):016x}"
            try:
                publish_folder(temporary, self.folder / job_id, synced)
                return job_id
            except StorageError as error:
                if getattr(error.__cause__, "errno", None) in (EEXIST, ENOTEMPTY):
                    continue  # another process has just taken this id
                if not temporary.exists():  # it has its name already, and may not be durable
                    shutil.rmtree(self.folder / job_id, ignore_errors=True)
                raise

    def _delete_incomplete(self) -> None:
        """Delete the remains of killed processes, unless another process is writing a job now."""
        with suppress(WriterBusy), exclusive(self.folder / "ACCEPTING"):
            for incomplete in self.folder.glob(".*"):
                delete(incomplete)

    def show_progress(self, running: Sequence[Job]) -> None:
        """Let other processes see how far the running jobs are. Their progress is equal. Ignore errors of the disk."""
        file = self.folder / "PROGRESS"
        with suppress(OSError):
            if not running:
                file.unlink(missing_ok=True)
                return
            fields = {name: getattr(running[0], name) for name in _Progress.model_fields if name != "jobs"}
            progress = _Progress(jobs=[job.id for job in running], **fields)
            written = file.with_name("PROGRESS.new")
            written.write_text(progress.model_dump_json(), encoding="utf-8")
            os.replace(written, file)  # noqa: PTH105 - one call, as in `durable`

    def requests(self, job_id: str) -> list[SpooledRequest]:
        """Return the requests of a job."""
        folder = self.folder / job_id
        asked = self._accepted(job_id).asked
        return [SpooledRequest(one.id, folder / one.file if one.file else None, one.name) for one in asked]

    def end(self, job: Job) -> None:
        """Store the result of a job, then delete its uploaded files and the oldest ended jobs. Raises StorageError."""
        fields = {name: getattr(job, name) for name in _End.model_fields}
        with atomic_write(self.folder / job.id / "end.json") as file:
            file.write(_End.model_validate(fields).model_dump_json().encode())
        for upload in (path for path in (self.folder / job.id).iterdir() if path.is_dir()):
            delete(upload)
        ended = [name for name in self._ids() if self.has_ended(name)]
        for name in ended[:-MAX_ENDED]:
            if time.time() - (self.folder / name / "end.json").stat().st_mtime >= _KEPT_SECONDS:
                discard(self.folder / name)

    def has(self, job_id: str) -> bool:
        """Return whether a job is still on the disk."""
        return (self.folder / job_id).is_dir()

    def waiting_for(self, document_ids: Collection[str]) -> list[str]:
        """Return the ids of jobs that have not ended and have a request about one of the documents."""
        return [name for name in self.about(document_ids) if not self.has_ended(name)]

    def erase(self, document_ids: Collection[str]) -> None:
        """Delete the ended jobs that name one of the documents. Raises StorageError."""
        ended = [name for name in self.about(document_ids) if self.has_ended(name)]
        for name in ended:
            discard(self.folder / name)

    def withdraw(self, document_ids: Collection[str]) -> None:
        """Delete the requests about documents from jobs that have not ended. Call only inside `locked`.

        Raises StorageError.
        """
        for name in self.waiting_for(document_ids):
            accepted = self._accepted(name)
            withdrawn = [one for one in accepted.asked if one.id in document_ids]
            remaining = accepted.model_copy(update={"asked": [one for one in accepted.asked if one not in withdrawn]})
            # Delete the files before job.json changes, so that the next erasure finds them if this one is killed.
            for one in withdrawn:
                if one.file and (upload := (self.folder / name / one.file).parent).exists():
                    delete(upload)
            with atomic_write(self.folder / name / "job.json") as file:
                file.write(remaining.model_dump_json().encode())
            if not remaining.asked:
                discard(self.folder / name)

    def about(self, document_ids: Collection[str]) -> list[str]:
        """Return the ids of jobs that have a request about one of the documents."""
        return [name for name in self._ids() if any(one.id in document_ids for one in self._accepted(name).asked)]

    def has_ended(self, job_id: str) -> bool:
        """Return whether the result of a job is on the disk."""
        return (self.folder / job_id / "end.json").exists()

    def _ids(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*") if _ID.fullmatch(path.name))

    def _progress(self) -> _Progress | None:
        try:
            return _Progress.model_validate_json((self.folder / "PROGRESS").read_bytes())
        except (OSError, ValidationError):
            return None

    def _with_progress(self, job: Job, progress: _Progress | None) -> Job:
        if progress is None or job.ended or job.id not in progress.jobs:
            return job
        return replace(job, **progress.model_dump(exclude={"jobs"}))

    def _accepted(self, job_id: str) -> _Accepted:
        return _read(self.folder / job_id / "job.json", _Accepted)

    def _job(self, job_id: str) -> Job:
        accepted = self._accepted(job_id)
        job = Job(job_id, accepted.created, len(accepted.asked))
        if not self.has_ended(job_id):
            return job
        end = _read(self.folder / job_id / "end.json", _End)
        job = replace(
            job,
            state=end.state,
            reason=end.reason,
            fault=end.fault,
            encoded=end.encoded,
            to_encode=end.encoded,
            outcomes=tuple(end.outcomes),
            snapshot=end.snapshot,
        )
        return self.decided(job)

    def decided(self, job: Job) -> Job:
        """Return a held job in the state that it has since the decision on its snapshot."""
        if job.state is not JobState.HELD or job.snapshot is None:
            return job
        review = HeldChanges(self.folder.parent).review(job.snapshot)
        if review is None:
            return replace(
                job, state=JobState.FAILED, reason="nothing is known any more of the change that was held back"
            )
        match review.decision:
            case None:
                return job
            case Decision.ACCEPTED:
                return replace(job, state=JobState.DONE, reason=None, snapshot=review.snapshot)
            case Decision.DROPPED:
                return replace(job, state=JobState.FAILED, reason=_dropped(review), snapshot=None)


def _dropped(review: Review) -> str:
    reason = review.reason or "a maintainer decided against it"
    return f"the change was held back and then dropped, because {reason}"


def _read(path: Path, model: type[_Model]) -> _Model:
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise StorageError(f"{path} cannot be read: delete {path.parent}, and upload its documents again") from error


def _write(folder: Path, number: int, request: Request) -> _StoredRequest:
    if not isinstance(request, Upload):
        return _StoredRequest(id=request.document_id)
    own = folder / str(number)
    make_folder(own, parents=False)
    name = _safe_name(request.name)
    parts = {name: request.content}
    if request.facts:
        parts[f"{name}.meta.json"] = json.dumps(dict(request.facts)).encode()
    for part, content in parts.items():
        with new_file(own / part) as file:
            file.write(content)
    given = PurePath(request.name).name[-_LONGEST_NAME:]
    return _StoredRequest(id=request.document_id, file=f"{number}/{name}", name=given)


def _safe_name(name: str) -> str:
    """Return a safe file name: without a folder, not too long, and with the same suffix."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix.lower()
    return (_UNSAFE.sub("_", stem)[:_LONGEST_STEM] or "_") + suffix
