"""Protects snapshots that are in use from deletion.

A process that has a snapshot open holds a shared lock on its manifest. A snapshot is deleted only under an exclusive
lock. The kernel releases a lock when its process ends, even if it is killed.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CorruptSnapshot
from rag.snapshots.durable import discard
from rag.snapshots.manifest import MANIFEST


@dataclass(frozen=True, slots=True)
class Pruned:
    """The ids of the snapshots that pruning deleted, and of those that it kept because a process reads them."""

    deleted: tuple[str, ...]
    read: tuple[str, ...]


def pin(folder: Path) -> int:
    """Protect a snapshot from pruning until the returned file descriptor is closed. Raises CorruptSnapshot."""
    path = folder / MANIFEST
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise CorruptSnapshot(f"{path} cannot be read: {error.strerror}") from error
    if not _lock(descriptor, fcntl.LOCK_SH):
        os.close(descriptor)
        raise CorruptSnapshot(f"{folder} is being deleted")
    return descriptor


class Pin:
    """Protects a snapshot from pruning while it is referenced."""

    def __init__(self, folder: Path) -> None:
        """Raises CorruptSnapshot."""
        weakref.finalize(self, os.close, pin(folder))


@contextmanager
def pinned(folder: Path) -> Iterator[None]:
    """Protect a snapshot from pruning during the block. Raises CorruptSnapshot."""
    descriptor = pin(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def discard_unless_read(folder: Path) -> bool:
    """Delete a snapshot unless a process reads it. Return whether it was deleted. Raises StorageError."""
    try:
        descriptor = os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # no process can open a snapshot without a manifest
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
