"""The change that is held back: a finished snapshot that goes in force only if a maintainer accepts it.

index/held/<id>/        the snapshot
index/held/<id>.json    its review: the report, and the decision once there is one

A snapshot is held back as soon as its review is on the disk. It is not below `snapshots/`, so no service opens it, no
pruning deletes it, and no recovery serves it in place of a damaged one. A decision is on the disk before it is carried
out. If the process is killed in between, the next writer carries it out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from rag.errors import ChangeHeld, UnknownSnapshot
from rag.snapshots.durable import atomic_write, delete, discard, make_folder, publish_folder, remove_file
from rag.snapshots.ids import is_snapshot_id
from rag.snapshots.snapshot import Snapshot

MAX_DECIDED = 200
"""Reviews to keep after the decision, so that the state of an old job is known."""

_log = logging.getLogger(__name__)

ReviewSnapshot: TypeAlias = Callable[[Snapshot], str | None]
"""Reviews a finished snapshot. Return a report in JSON to hold it back, or None to let it go in force."""


class Decision(StrEnum):
    """What became of a change that was held back."""

    ACCEPTED = "accepted"
    DROPPED = "dropped"


class Review(BaseModel):
    """The review of a snapshot that was held back.

    `parent` is the snapshot that it was built from, and `report` says why it is held back. Both matter only until the
    decision. `by` names the client that decided, and `reason` why a change was dropped without a person. `snapshot` is
    the id in force after an acceptance. `done` is true as soon as the decision is carried out. Times are in UTC.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    created: str
    parent: str | None
    report: str
    decision: Decision | None = None
    decided: str | None = None
    by: str | None = None
    reason: str | None = None
    snapshot: str | None = None
    done: bool = False


class HeldChanges:
    """The change that is held back in one index, if there is one, and the last decisions.

    Call the methods that write only with the writer's lock. They raise StorageError.
    """

    def __init__(self, directory: Path) -> None:
        self._folder = directory / "held"

    def folder(self, snapshot_id: str) -> Path:
        """Return the folder of a snapshot that is held back. It may not exist."""
        return self._folder / snapshot_id

    def waiting(self) -> Review | None:
        """Return the review of the change that waits for a decision; None if there is none."""
        waiting = (one for one in self.reviews() if one.decision is None and self.folder(one.id).is_dir())
        return next(waiting, None)

    def get(self, snapshot_id: str) -> Review:
        """Return the review of the change that waits if it has this id. Raises UnknownSnapshot."""
        waiting = self.waiting()
        if waiting is None or waiting.id != snapshot_id:
            known = f"{waiting.id} is" if waiting else "no change is"
            raise UnknownSnapshot(f"{snapshot_id!r} is not held back: {known}, as 'rag review' shows")
        return waiting

    def review(self, snapshot_id: str) -> Review | None:
        """Return the review of a snapshot that is or was held back; None if it is not known any more."""
        path = self._path(snapshot_id)
        try:
            return Review.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            _log.warning("%s cannot be read, so its change counts as dropped: %s", path, error)
            return None

    def reviews(self) -> Iterator[Review]:
        """Yield all reviews that can be read, newest first."""
        names = sorted((path.stem for path in self._folder.glob("*.json") if is_snapshot_id(path.stem)), reverse=True)
        return (found for found in map(self.review, names) if found)

    def check_none(self) -> None:
        """Raise ChangeHeld if a change waits for a decision, because the next one would be built without it."""
        if waiting := self.waiting():
            raise ChangeHeld(
                f"the change {waiting.id} is held back, and no other is made before it is decided: see it with "
                f"'rag review', then run 'rag review accept {waiting.id}' or 'rag review drop {waiting.id}'"
            )

    def put(self, building: Path, snapshot_id: str) -> Path:
        """Move a finished snapshot here. It is held back only after `hold`."""
        make_folder(self._folder, parents=False)
        publish_folder(building, self.folder(snapshot_id))
        return self.folder(snapshot_id)

    def hold(self, snapshot: Path, parent: str | None, report: str) -> Review:
        """Hold a snapshot back that `put` moved here. Forget the oldest decisions."""
        review = Review(id=snapshot.name, created=_now(), parent=parent, report=report)
        self._write(review)
        for old in list(self.reviews())[1 + MAX_DECIDED :]:
            remove_file(self._path(old.id))
        return review

    def decide(
        self, review: Review, decision: Decision, by: str | None, snapshot: str | None = None, reason: str | None = None
    ) -> Review:
        """Record a decision. Return the review without its report, which may quote documents."""
        decided = {"decision": decision, "decided": _now(), "by": by, "snapshot": snapshot, "reason": reason}
        review = review.model_copy(update={**decided, "report": ""})
        self._write(review)
        return review

    def finish(self, review: Review) -> None:
        """Delete the snapshot of a decided change if it is still here, and record that the decision is carried out."""
        if self.folder(review.id).is_dir():
            discard(self.folder(review.id))
        self._write(review.model_copy(update={"done": True}))

    def undone(self) -> list[Review]:
        """Return the decided changes whose decision was not carried out, because the process was killed."""
        return [one for one in self.reviews() if one.decision and not one.done]

    def clean(self) -> None:
        """Delete the remains of killed writers: snapshots without a review, and reviews without a snapshot."""
        for remains in self._folder.glob(".*"):
            delete(remains) if remains.is_dir() else remove_file(remains)
        known = {one.id: one for one in self.reviews()}
        for folder in self._folder.glob("*/"):
            if folder.name not in known:
                discard(folder)
        for review in known.values():
            if review.decision is None and not self.folder(review.id).is_dir():
                remove_file(self._path(review.id))

    def _path(self, snapshot_id: str) -> Path:
        return self._folder / f"{snapshot_id}.json"

    def _write(self, review: Review) -> None:
        with atomic_write(self._path(review.id), private=True) as file:
            file.write(review.model_dump_json(indent=1).encode())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
