"""Who reads which snapshot, told by locks that the kernel frees when a reader ends, however it ends.

A reader holds a shared lock on the manifest while it has the snapshot open; what is deleted is locked alone first.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CorruptSnapshot
from rag.snapshots.durable import discard
from rag.snapshots.manifest import MANIFEST


@dataclass(frozen=True, slots=True)
class Pruned:
    """The ids of the snapshots that were deleted, and of those that had to stay because they are being read."""

    deleted: tuple[str, ...]
    read: tuple[str, ...]


def pin(folder: Path) -> int:
    """Keep a snapshot from being pruned until the descriptor returned is closed. Raises CorruptSnapshot."""
    path = folder / MANIFEST
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CorruptSnapshot(f"{path} cannot be read: {error.strerror}") from error
    if not _lock(descriptor, fcntl.LOCK_SH):
        os.close(descriptor)
        raise CorruptSnapshot(f"{folder} is being deleted")
    return descriptor


@contextmanager
def pinned(folder: Path) -> Iterator[None]:
    """Keep a snapshot from being pruned in the block. Raises CorruptSnapshot."""
    descriptor = pin(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def discard_unread(folder: Path) -> bool:
    """Delete a snapshot unless someone reads it; tell whether it is gone. Raises StorageError."""
    try:
        descriptor = os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # without a manifest no one can have it open
        discard(folder)
        return True
    try:
        if unread := _lock(descriptor, fcntl.LOCK_EX):
            discard(folder)
        return unread
    finally:
        os.close(descriptor)


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
