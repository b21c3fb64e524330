"""The folder of an index. A process that has used it notices if it is gone, replaced or read-only."""

from __future__ import annotations

import os
import weakref
from pathlib import Path

from rag.errors import IndexUnavailable
from rag.snapshots.durable import make_folder


class Place:
    """The folder of an index, which may not exist yet. After `claim`, no other folder can take its place.

    The claimed folder stays open, because the system could otherwise give its inode number to another folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._identity: tuple[int, int] | None = None

    def check(self) -> None:
        """Raise IndexUnavailable if the claimed folder is gone, or if another one has taken its place."""
        if self._identity is None:
            return
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

    def claim(self) -> None:
        """Remember which folder this process uses. Create it if it does not exist.

        Raises IndexUnavailable if another folder was claimed before, and StorageError.
        """
        self.check()
        if self._identity is not None:
            return
        make_folder(self._folder)
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        weakref.finalize(self, os.close, descriptor)
        self._identity = _identity(os.fstat(descriptor))

    @property
    def read_only(self) -> str | None:
        """The reason why this process cannot write to the folder; None if it can, or if there is no folder."""
        if os.access(self._folder, os.W_OK | os.X_OK) or not os.access(self._folder, os.F_OK):
            return None
        return f"the index folder {self._folder} is read-only: let this user write there"


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
