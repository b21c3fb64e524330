"""Opens regular files, and refuses pipes, devices and folders."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

from rag.errors import UnreadableSource


def opened(path: Path) -> BinaryIO:
    """Open a file for reading bytes.

    Raises UnreadableSource for a pipe or a device, because it may have no end, and OSError.
    """
    # Without O_NONBLOCK, opening a pipe waits until another process writes to it.
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise UnreadableSource(
            "is not a file but a folder, a pipe or a device; remove it, or save its content as a file."
        )
    return file


def contents(path: Path) -> bytes:
    """Return the bytes of a file. Raises as `opened` does."""
    with opened(path) as file:
        return file.read()
