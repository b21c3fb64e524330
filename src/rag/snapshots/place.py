"""The folder of an index. A process that has used it notices if it is gone, replaced or read-only."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexUnavailable, SnapshotError
from rag.snapshots.durable import make_folder


class Place:
    """The folder of an index, which may not exist yet. After `claim`, no other folder can take its place.

    The claimed folder stays open, because the system could otherwise give its inode number to another folder.
    `had_snapshot` is true as soon as this process has opened a snapshot.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._identity: tuple[int, int] | None = None
        self.had_snapshot = False

    def claim(self) -> None:
        """Remember which folder this process uses. Create it if it does not exist.

        Raises StorageError. A second call has no effect.
        """
        if self._identity is not None:
            return
        make_folder(self._folder)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, descriptor)
        self._identity = _identity(os.fstat(descriptor))

    def check(self) -> None:
        """Raise IndexUnavailable if the index that this process uses is gone, or if another one has taken its place."""
        if self._identity is not None:
            self._check_identity()
        if self.had_snapshot and next((self._folder / "snapshots").glob("[0-9]*-*"), None) is None:
            raise IndexUnavailable(
                f"the snapshots in {self._folder} were deleted: put them back, or run 'rag ingest' for a new index"
            )

    def check_writable(self) -> None:
        """Raise IndexUnavailable if the index is gone or read-only."""
        self.check()
        if self.read_only:
            raise IndexUnavailable(f"{self.read_only}, then run it again")

    @property
    def read_only(self) -> str | None:
        """The reason why this process cannot write to the folder; None if it can, or if there is no folder."""
        if os.access(self._folder, os.W_OK | os.X_OK) or not os.access(self._folder, os.F_OK):
            return None
        return f"the index folder {self._folder} is read-only: let this user write there"

    def prepare(self) -> None:
        """Create the folder, if this process has not used it before, and check that it can be written to.

        Raises IndexUnavailable and StorageError.
        """
        self.check()
        self.claim()
        self.check_writable()

    @contextmanager
    def naming_the_cause(self) -> Iterator[None]:
        """If the block fails because the index has become unavailable, raise IndexUnavailable instead of its error.

        The index may be back by then, so a missing file counts too if the parent folder has changed since.
        """
        before = self._changed()
        try:
            yield
        except (SnapshotError, OSError) as error:
            self.check_writable()
            if _is_missing(error) and self._changed() != before:
                raise IndexUnavailable(
                    f"the index folder {self._folder} was gone for a moment while it was being written: run it again"
                ) from error
            raise

    def _changed(self) -> int:
        """Return the time of the last change of an entry in the parent folder, such as the name of this one."""
        return self._folder.absolute().parent.stat().st_mtime_ns

    def _check_identity(self) -> None:
        try:
            found = _identity(self._folder.stat())
        except (FileNotFoundError, NotADirectoryError):
            raise IndexUnavailable(
                f"the index folder {self._folder} is gone: put it back, or restart rag to begin a new index"
            ) from None
        except OSError as error:
            raise IndexUnavailable(
                f"the index folder {self._folder} cannot be reached: {error.strerror}: check its disk and permissions"
            ) from error
        if found != self._identity:
            raise IndexUnavailable(
                f"another folder has taken the place of the index folder {self._folder}: put the first one back, or "
                "restart rag to use the new one"
            )


def _is_missing(error: BaseException | None) -> bool:
    """Return whether an error goes back to a file or folder that does not exist."""
    while error is not None:
        if isinstance(error, FileNotFoundError):
            return True
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CANTOPEN:
            return True
        error = error.__cause__
    return False


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
