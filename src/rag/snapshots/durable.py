"""Writes that survive a crash: a file or a folder is either there and whole, or not there."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import WriterBusy


def sync_file(path: Path) -> None:
    """Force a file's content to the disk."""
    _sync(path, os.O_RDONLY)


def sync_folder(path: Path) -> None:
    """Force a folder's entries to the disk, so that a rename in it survives."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def replace_file(path: Path, content: str) -> None:
    """Put `content` in place of what `path` held, in one step."""
    temporary = path.with_name(f"{path.name}.tmp")
    temporary.write_text(content, encoding="utf-8")
    sync_file(temporary)
    temporary.replace(path)
    sync_folder(path.parent)


def publish_folder(temporary: Path, final: Path) -> None:
    """Give a finished folder its name, after all that lies in it has reached the disk."""
    for path in sorted(temporary.rglob("*")):
        if path.is_file():
            sync_file(path)
        else:
            sync_folder(path)
    sync_folder(temporary)
    temporary.rename(final)
    sync_folder(final.parent)


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold the one writer's lock, which the kernel frees when its holder dies. Raises WriterBusy at once."""
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise WriterBusy(
                f"{lock.parent} is being written to by process {holder}: wait until it has finished, then try again"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
