"""Writes that survive a crash: a file or a folder is either there and whole, or not there.

Whatever the index writes by itself goes through here: what the disk refuses is told in one sentence, and tests let each
call in turn fail. What SQLite, FAISS and NumPy write lies in a folder that is not published yet (`filling`).
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EDQUOT, ENOSPC, EPERM, EROFS
from pathlib import Path

from rag.errors import StorageError, WriterBusy

_SQLITE_FAULTS = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


class NewFile:
    """A file being written, which takes bytes until all have been taken. Raises StorageError."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def write(self, content: bytes) -> int:
        """Write all of `content`; the system may take it in pieces."""
        rest = memoryview(content)
        with _telling(self._path, "written"):
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        return len(content)

    def sync(self) -> None:
        """Force what was written to the disk."""
        with _telling(self._path, "written"):
            os.fsync(self._descriptor)


@contextmanager
def new_file(path: Path) -> Iterator[NewFile]:
    """Write a file anew. It is on the disk only when synced. Raises StorageError."""
    descriptor = _open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        yield NewFile(path, descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def replacing(path: Path) -> Iterator[NewFile]:
    """Put what is written in place of what `path` held, in one step when the block ends well. Raises StorageError."""
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with new_file(temporary) as file:
            yield file
            file.sync()
        with _telling(path, "replaced"):
            os.replace(temporary, path)  # noqa: PTH105 - one module for every call that may fail
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and those above it that are missing, so that they survive. Raises StorageError."""
    missing = [place for place in (path, *path.parents) if not place.is_dir()]
    for folder in reversed(missing):
        with _telling(folder, "made"), suppress(FileExistsError):
            os.mkdir(folder)  # noqa: PTH102
        sync_folder(folder.parent)


def sync_folder(path: Path) -> None:
    """Force a folder's entries to the disk, so that a rename in it survives. Raises StorageError."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def sync_below(folder: Path) -> frozenset[Path]:
    """Force all that lies below a folder to the disk, and return it. Raises StorageError."""
    found = sorted(folder.rglob("*"))
    _sync_each(found)
    return frozenset(found)


def publish_folder(temporary: Path, final: Path, synced: frozenset[Path] = frozenset()) -> None:
    """Give a finished folder its name, after all that lies in it has reached the disk; what is `synced` has already.

    Raises StorageError.
    """
    _sync_each(sorted(path for path in temporary.rglob("*") if path not in synced))
    sync_folder(temporary)
    with _telling(final, "published"):
        os.rename(temporary, final)  # noqa: PTH104
    sync_folder(final.parent)


def discard(folder: Path) -> None:
    """Delete a folder that has a name. Raises StorageError."""
    # Renamed first, so that no one meets half of it and a killed writer leaves nothing unswept.
    hidden = folder.with_name(f".discarded-{folder.name}")
    with _telling(folder, "deleted"):
        os.rename(folder, hidden)  # noqa: PTH104
    sync_folder(folder.parent)  # or else a power cut could bring the name back over what is half deleted
    delete(hidden)


def delete(folder: Path) -> None:
    """Delete a folder that no one knows by name. Raises StorageError."""
    with _telling(folder, "deleted"):
        shutil.rmtree(folder)


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold the one writer's lock, which the kernel frees when its holder dies. Raises WriterBusy at once."""
    descriptor = _open(lock, os.O_RDWR | os.O_CREAT)
    try:
        _take(descriptor, lock)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def filling(path: Path) -> Iterator[None]:
    """Tell in one sentence what the disk refuses while libraries write below `path`. Raises StorageError."""
    try:
        with _telling(path, "written"):
            yield
    except sqlite3.OperationalError as error:
        if not refused(error):
            raise
        advice = _advice(ENOSPC if error.sqlite_errorcode == sqlite3.SQLITE_FULL else None)
        raise StorageError(f"{path} cannot be written: {error}: {advice}") from error


def refused(error: sqlite3.Error) -> bool:
    """Tell whether it was the disk, or the system, that refused what SQLite asked of it."""
    return error.sqlite_errorcode & 0xFF in _SQLITE_FAULTS


def _take(descriptor: int, lock: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
        raise WriterBusy(
            f"{lock.parent} is being written to by process {holder}: wait until it has finished, then try again"
        ) from None
    # Who holds it is told to others, but a full disk must not keep out a writer that came to make room.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)


@contextmanager
def _telling(path: Path, done: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{path} cannot be {done}: {reason}: {_advice(error.errno)}") from error


def _advice(code: int | None) -> str:
    if code in (ENOSPC, EDQUOT):
        return "free some space there, then run it again"
    if code in (EACCES, EPERM, EROFS):
        return "let this user write there, then run it again"
    return "see that the disk is sound and has space, then run it again"


def _open(path: Path, flags: int) -> int:
    with _telling(path, "opened"):
        return os.open(path, flags | os.O_CLOEXEC, 0o666)


def _sync_each(paths: Iterable[Path]) -> None:
    for path in paths:
        _sync(path, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = _open(path, flags)
    try:
        with _telling(path, "written"):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
