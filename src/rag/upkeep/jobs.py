"""The data types of upkeep: uploads and removals of documents, and jobs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from rag.types import SourceState


@dataclass(frozen=True, slots=True)
class Upload:
    """A request to add or replace a document: the id that the client chose, and the name and bytes of a file.

    `facts` are metadata that win over those in the file.
    """

    document_id: str
    name: str
    content: bytes
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Removal:
    """A request to remove a document."""

    document_id: str


Request: TypeAlias = Upload | Removal


class JobState(StrEnum):
    """The state of a job. Done and failed are final, and the others survive a crash.

    The snapshot of a held job is ready, but it is held back until a maintainer decides.
    """

    WAITING = "waiting"
    RUNNING = "running"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one document of a job; `reason` says why it failed."""

    document_id: str
    state: SourceState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Requests that were accepted together, with their progress and results.

    `size` is the number of requests. `encoded` and `to_encode` count passages, over all jobs in the same snapshot.
    `reason` says why the job waits, or why it failed as a whole; `fault` is then the class of the error. `outcomes`, in
    the order of the requests, and `snapshot` are known when the job is done or held.
    """

    id: str
    created: str
    size: int
    state: JobState = JobState.WAITING
    reason: str | None = None
    fault: str | None = None
    encoded: int = 0
    to_encode: int = 0
    outcomes: tuple[Outcome, ...] = ()
    snapshot: str | None = None

    @property
    def ended(self) -> bool:
        """Whether the job is done or has failed."""
        return self.state in (JobState.DONE, JobState.FAILED)

    @property
    def is_carried_out(self) -> bool:
        """Whether nothing is left to do for it. That is also true of a held job."""
        return self.ended or self.state is JobState.HELD
