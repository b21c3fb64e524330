"""The nouns of maintenance: a document given, a removal, and the job that brings them about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from rag.types import SourceState


@dataclass(frozen=True, slots=True)
class Given:
    """A document for an id of its giver's choice: a file's name and bytes, and facts that win over its own."""

    document_id: str
    name: str
    content: bytes
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Removal:
    """A document to be removed."""

    document_id: str


Request: TypeAlias = Given | Removal


class JobState(StrEnum):
    """How far a job is. What is waiting or running is carried out whatever happens; the others are ends."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document of a job; `reason` says why it failed."""

    document_id: str
    state: SourceState
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Changes that were accepted together, and what became of them.

    `encoded` of `to_encode` passages are done, counted over all jobs that become one snapshot with this one. `reason`
    says what it waits for, or why it failed as a whole; `outcomes`, in the order of what was given, and `snapshot` are
    known when it is done.
    """

    id: str
    created: str
    size: int
    state: JobState = JobState.WAITING
    reason: str | None = None
    encoded: int = 0
    to_encode: int = 0
    outcomes: tuple[Outcome, ...] = ()
    snapshot: str | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED)
