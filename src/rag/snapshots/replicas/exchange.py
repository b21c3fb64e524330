"""What a writer and a replica do with the place where the index is published: a storage, or a database."""

from __future__ import annotations

from typing import Protocol

from rag.snapshots.replicas.publication import Publication


class Publishes(Protocol):
    """The part of a writer. `fault` is the reason why the last attempt failed; None if it did not."""

    fault: str | None

    def publish(self, *, take_over: bool = False) -> Publication:
        """Publish the current state if it has changed, and return the last publication.

        With `take_over`, publish even if another index has published there. Raises SnapshotError.
        """
        ...

    def repair(self) -> list[str]:
        """Replace what is damaged or left over, and return the names of damaged content. Raises SnapshotError."""
        ...


class Pulls(Protocol):
    """The part of a replica. `fault` is as in `Publishes`."""

    fault: str | None

    def pull(self) -> None:
        """Take what the writer published last. Raises SnapshotError."""
        ...
