"""The jobs of an index on disk: accepted is written and forced to the disk, ended is a second file beside it.

.jobs/LOCK            held by the process that carries out the jobs
.jobs/<id>/job.json    when it came and what it asks for; ids ascend in the order of acceptance
.jobs/<id>/<n>/        the n-th document given, and its facts in a sidecar, until the job has ended
.jobs/<id>/end.json    what became of it

The folder is hidden, so that no one who ingests what lies around the index takes these files for sources.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from rag.errors import StorageError
from rag.snapshots.durable import atomic_write, delete, discard, exclusive, make_folder, new_file, publish_folder
from rag.upkeep.jobs import Given, Job, JobState, Outcome, Request

_Model = TypeVar("_Model", bound=BaseModel)

KEPT = 200  # jobs that ended, so that their reports can be asked for
_UNSAFE = re.compile(r"[^\w -]")
_ID = re.compile(r"[0-9a-f]{16}")
_LONGEST_STEM = 40  # characters of a file's name: four bytes each, it is far from the 255 that a name may have


class _Asked(BaseModel):
    id: str
    file: str | None = None


class _Accepted(BaseModel):
    created: str
    asked: list[_Asked]


class _End(BaseModel):
    state: JobState
    reason: str | None
    encoded: int
    snapshot: str | None
    outcomes: list[Outcome]


@dataclass(frozen=True, slots=True)
class Spool:
    """The jobs in one folder. Call what writes only while `held`, and `accept` from one thread at a time."""

    folder: Path

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the one process that carries out these jobs. Raises WriterBusy, StorageError."""
        make_folder(self.folder)
        with exclusive(self.folder / "LOCK"):
            for torn in self.folder.glob(".*"):
                delete(torn)
            yield

    def jobs(self) -> list[Job]:
        """Return the jobs there are, in the order of their acceptance."""
        return [self._job(name) for name in self._ids()]

    def accept(self, requests: Sequence[Request]) -> Job:
        """Keep a job: when this returns, it survives whatever happens. Raises StorageError."""
        newest = max((int(name, 16) for name in self._ids()), default=0)
        job_id = f"{max(newest + 1, time.time_ns() // 1000):016x}"  # ascending, even where the clock was set back
        temporary = self.folder / f".{job_id}"
        try:
            make_folder(temporary)
            asked = [_write(temporary, number, request) for number, request in enumerate(requests)]
            accepted = _Accepted(created=datetime.now(UTC).isoformat(timespec="milliseconds"), asked=asked)
            with new_file(temporary / "job.json") as file:
                file.write(accepted.model_dump_json().encode())
            publish_folder(temporary, self.folder / job_id)
        except BaseException:
            for folder in (temporary, self.folder / job_id):  # the last step may fail when the job has its name
                shutil.rmtree(folder, ignore_errors=True)
            raise
        return self._job(job_id)

    def asked(self, job_id: str) -> list[tuple[str, Path | None]]:
        """Return the ids that a job is about, each with the file given for it, None where it is to be removed."""
        folder = self.folder / job_id
        return [(one.id, folder / one.file if one.file else None) for one in self._accepted(job_id).asked]

    def end(self, job: Job) -> None:
        """Write down what became of a job, and drop what it was given, and the oldest jobs. Raises StorageError."""
        known = {name: getattr(job, name) for name in _End.model_fields}
        with atomic_write(self.folder / job.id / "end.json") as file:
            file.write(_End.model_validate(known).model_dump_json().encode())
        for given in (path for path in (self.folder / job.id).iterdir() if path.is_dir()):
            delete(given)
        ended = [name for name in self._ids() if (self.folder / name / "end.json").exists()]
        for name in ended[:-KEPT]:
            discard(self.folder / name)

    def _ids(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("*") if _ID.fullmatch(path.name))

    def _accepted(self, job_id: str) -> _Accepted:
        return _read(self.folder / job_id / "job.json", _Accepted)

    def _job(self, job_id: str) -> Job:
        accepted = self._accepted(job_id)
        job = Job(job_id, accepted.created, len(accepted.asked))
        if not (self.folder / job_id / "end.json").exists():
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
        raise StorageError(f"{path} cannot be read: delete {path.parent}, and give its documents again") from error


def _write(folder: Path, number: int, request: Request) -> _Asked:
    if not isinstance(request, Given):
        return _Asked(id=request.document_id)
    own = folder / str(number)
    make_folder(own)
    name = _safe(request.name)
    parts = {name: request.content}
    if request.facts:
        parts[f"{name}.meta.json"] = json.dumps(dict(request.facts)).encode()
    for part, content in parts.items():
        with new_file(own / part) as file:
            file.write(content)
    return _Asked(id=request.document_id, file=f"{number}/{name}")


def _safe(name: str) -> str:
    """Return a file's name as one that leads nowhere, is not too long, and keeps its suffix."""
    stem, suffix = PurePath(name).stem, PurePath(name).suffix.lower()
    return (_UNSAFE.sub("_", stem)[:_LONGEST_STEM] or "_") + suffix
