"""Reads and writes the file CURRENT, which names the current snapshot."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from rag.snapshots.durable import atomic_write

_NAME = "CURRENT"


@dataclass(frozen=True, slots=True)
class Pointer:
    """The id in CURRENT, and the inode and modification time of CURRENT: rewriting the same id counts as a change."""

    snapshot_id: str | None
    file: tuple[int, int] | None = None


def read_pointer(directory: Path) -> Pointer:
    """Return the content of CURRENT, which may be damaged. The id is None if there is no CURRENT."""
    try:
        with (directory / _NAME).open(encoding="utf-8", errors="replace") as file:
            status = os.fstat(file.fileno())
            return Pointer(file.read().strip(), (status.st_ino, status.st_mtime_ns))
    except FileNotFoundError:
        return Pointer(None)


def write_pointer(directory: Path, snapshot_id: str) -> None:
    """Replace the id in CURRENT in one step. Raises StorageError."""
    with atomic_write(directory / _NAME) as file:
        file.write(f"{snapshot_id}\n".encode())


def pointer_fault(directory: Path, named: str | None) -> str:
    """Return a clause for an error: CURRENT is missing, or it names a snapshot that does not exist."""
    path = directory / _NAME
    return f"{path} is missing" if named is None else f"{path} names {named!r}, which does not exist"
