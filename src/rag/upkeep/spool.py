"""Store the jobs of an index on disk. An accepted job is durable. A second file in its folder holds its result.

.jobs/LOCK             locked by the process that runs the jobs
.jobs/<id>/job.json    the time and the requests of the job; ids ascend in the order of acceptance
.jobs/<id>/<n>/        the file of the n-th request, with its facts in a sidecar, until the job ends
.jobs/<id>/end.json    the result of the job

The folder is hidden, so that a run over the folder around the index does not ingest these files.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from rag.errors import StorageError
from rag.snapshots.durable import atomic_write, delete, discard, exclusive, make_folder, new_file, publish_folder
from rag.upkeep.jobs import Job, JobState, Outcome, Request, Upload

_Model = TypeVar("_Model", bound=BaseModel)

MAX_ENDED = 200  # ended jobs to keep, so that clients can read their results
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
    encoded: int
    snapshot: str | None
    outcomes: list[Outcome]


@dataclass(frozen=True, slots=True)
class Spool:
    """The jobs in one folder. Call `accept` and `end` only inside `locked`, and `accept` in one thread at a time."""

    folder: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Lock the folder, so that no other process runs its jobs. Create it in the folder of the index.

        Raises WriterBusy, StorageError.
        """
        make_folder(self.folder, parents=False)
        with exclusive(self.folder / "LOCK"):
            for incomplete in self.folder.glob(".*"):
                delete(incomplete)
            yield

    @property
    def has_lock_file(self) -> bool:
        """Whether the file exists that `locked` locks."""
        return (self.folder / "LOCK").exists()

    def jobs(self) -> list[Job]:
        """Return all jobs, in the order of acceptance."""
        return [self._job(name) for name in self._ids()]

    def accept(self, requests: Sequence[Request]) -> Job:
        """Store a job. It is durable when this returns. Raises StorageError."""
        newest = max((int(name, 16) for name in self._ids()), default=0)
        job_id = f"{max(newest + 1, time.time_ns() // 1000):016x}"  # ascending, even if the clock was set back
        temporary = self.folder / f".{job_id}"
        try:
            make_folder(temporary, parents=False)
            asked = [_write(temporary, number, request) for number, request in enumerate(requests)]
            accepted = _Accepted(created=datetime.now(UTC).isoformat(timespec="milliseconds"), asked=asked)
            with new_file(temporary / "job.json") as file:
                file.write(accepted.model_dump_json().encode())
            publish_folder(temporary, self.folder / job_id)
        except BaseException:
            for folder in (temporary, self.folder / job_id):  # publish_folder may fail after it has renamed the folder
                shutil.rmtree(folder, ignore_errors=True)
            raise
        return self._job(job_id)

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
        ended = [name for name in self._ids() if self._has_ended(name)]
        for name in ended[:-MAX_ENDED]:
            discard(self.folder / name)

    def has(self, job_id: str) -> bool:
        """Return whether a job is still on the disk."""
        return (self.folder / job_id).is_dir()

    def waiting_for(self, document_ids: Collection[str]) -> list[str]:
        """Return the ids of jobs that have not ended and have a request about one of the documents."""
        return [name for name in self.about(document_ids) if not self._has_ended(name)]

    def erase(self, document_ids: Collection[str]) -> None:
        """Delete the ended jobs that name one of the documents. Raises StorageError."""
        ended = [name for name in self.about(document_ids) if self._has_ended(name)]
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

    def _has_ended(self, job_id: str) -> bool:
        return (self.folder / job_id / "end.json").exists()

    def _ids(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*") if _ID.fullmatch(path.name))

    def _accepted(self, job_id: str) -> _Accepted:
        return _read(self.folder / job_id / "job.json", _Accepted)

    def _job(self, job_id: str) -> Job:
        accepted = self._accepted(job_id)
        job = Job(job_id, accepted.created, len(accepted.asked))
        if not self._has_ended(job_id):
            return job
        end = _read(self.folder / job_id / "end.json", _End)
        return replace(
            job,
            state=end.state,
            reason=end.reason,
            encoded=end.encoded,
            to_encode=end.encoded,
            outcomes=tuple(end.outcomes),
            snapshot=end.snapshot,
        )


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
