"""Writes that survive a crash: after a crash, a file or a folder is either complete or does not exist.

All writes of the index itself go through this module, so that a disk error becomes one sentence, and tests can make
each call fail in turn. SQLite, FAISS and NumPy write into folders that are not published yet, within `storage_errors`.
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
    """A file that is being written. Its methods raise StorageError."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor

    def write(self, content: bytes) -> int:
        """Write all of `content`, in several system calls if necessary."""
        rest = memoryview(content)
        with _reporting(self._path, "written"):
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        return len(content)

    def sync(self) -> None:
        """Force the written bytes to the disk."""
        with _reporting(self._path, "written"):
            os.fsync(self._descriptor)


@contextmanager
def new_file(path: Path, *, private: bool = False) -> Iterator[NewFile]:
    """Create a file or empty an existing one, and yield it for writing. It is durable only after `sync`.

    Only this user may read a private file. Raises StorageError.
    """
    descriptor = _open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o666)
    try:
        yield NewFile(path, descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def atomic_write(path: Path, *, private: bool = False) -> Iterator[NewFile]:
    """Replace the content of `path` in one step when the block ends without an error.

    Only this user may read a private file. Raises StorageError.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with new_file(temporary, private=private) as file:
            yield file
            file.sync()
        with _reporting(path, "replaced"):
            os.replace(temporary, path)  # noqa: PTH105 - tests replace `os` in this module
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(path.parent)


def append(path: Path, content: bytes) -> None:
    """Add `content` to the end of a file, durably; create the file if it is missing. Raises StorageError."""
    descriptor = _open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        file = NewFile(path, descriptor)
        file.write(content)
        file.sync()
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def make_folder(path: Path, *, parents: bool = True) -> None:
    """Create a folder durably, by default with its missing parents. Raises StorageError."""
    missing = [folder for folder in ((path, *path.parents) if parents else (path,)) if not folder.is_dir()]
    for folder in reversed(missing):
        with _reporting(folder, "created"), suppress(FileExistsError):
            os.mkdir(folder)  # noqa: PTH102
        sync_folder(folder.parent)


def sync_folder(path: Path) -> None:
    """Force the entries of a folder to the disk, so that a rename in it survives a crash. Raises StorageError."""
    _sync(path, os.O_RDONLY | os.O_DIRECTORY)


def sync_below(folder: Path) -> frozenset[Path]:
    """Force all files and folders below `folder` to the disk, and return their paths. Raises StorageError."""
    found = sorted(folder.rglob("*"))
    _sync_each(found)
    return frozenset(found)


def publish_folder(temporary: Path, final: Path, synced: frozenset[Path] = frozenset()) -> None:
    """Force all content of a finished folder to the disk, then rename the folder to `final`. Raises StorageError.

    The paths in `synced` are on the disk already.
    """
    _sync_each(sorted(path for path in temporary.rglob("*") if path not in synced))
    sync_folder(temporary)
    with _reporting(final, "published"):
        os.rename(temporary, final)  # noqa: PTH104
    sync_folder(final.parent)


def discard(folder: Path) -> None:
    """Delete a published folder. Raises StorageError."""
    # Rename it first, so that no reader sees it half deleted. If this writer is killed, the next one deletes the rest.
    hidden = folder.with_name(f".discarded-{folder.name}")
    with _reporting(folder, "deleted"):
        os.rename(folder, hidden)  # noqa: PTH104
    sync_folder(folder.parent)  # or a power cut could restore the old name of a half-deleted folder
    delete(hidden)


def delete(folder: Path) -> None:
    """Delete a folder that is not published. Raises StorageError."""
    with _reporting(folder, "deleted"):
        shutil.rmtree(folder)


def remove_file(path: Path) -> None:
    """Delete a file. After a power cut it may be there again. Raises StorageError."""
    with _reporting(path, "deleted"):
        os.unlink(path)  # noqa: PTH108


@contextmanager
def exclusive(lock: Path) -> Iterator[None]:
    """Hold the lock of the single writer during the block. The kernel releases it if the process dies.

    Raises WriterBusy at once if another process holds it.
    """
    descriptor = _open(lock, os.O_RDWR | os.O_CREAT)
    try:
        _acquire(descriptor, lock)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def shared(lock: Path) -> Iterator[None]:
    """Hold a lock together with other processes during the block. Wait while a process holds it by `exclusive`.

    Raises StorageError.
    """
    descriptor = _open(lock, os.O_RDWR | os.O_CREAT)
    try:
        with _reporting(lock, "locked"):
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_locked(lock: Path) -> bool:
    """Return whether a process holds a lock by `exclusive`. Raises StorageError."""
    if not lock.exists():
        return False
    descriptor = _open(lock, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn disk errors into StorageError while libraries write to `path` or below it."""
    try:
        with _reporting(path, "written"):
            yield
    except sqlite3.OperationalError as error:
        if not is_storage_fault(error):
            raise
        advice = _advice(ENOSPC if error.sqlite_errorcode == sqlite3.SQLITE_FULL else None)
        raise StorageError(f"{path} cannot be written: {error}: {advice}") from error


def is_storage_fault(error: sqlite3.Error) -> bool:
    """Return whether the disk or the system caused an error of SQLite."""
    return error.sqlite_errorcode & 0xFF in _SQLITE_FAULTS


def _acquire(descriptor: int, lock: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
        raise WriterBusy(
            f"{lock.parent} is being written to by process {holder}: wait until it has finished, then try again"
        ) from None
    # Record the process id for the error message of the next writer. Ignore errors: pruning must work on a full disk.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)


@contextmanager
def _reporting(path: Path, action: str) -> Iterator[None]:
    """Turn an OSError of the block into a StorageError. `action` is a participle, for example "written"."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise StorageError(f"{path} cannot be {action}: {reason}: {_advice(error.errno)}") from error


def _advice(code: int | None) -> str:
    if code in (ENOSPC, EDQUOT):
        return "free some space there, then run it again"
    if code in (EACCES, EPERM, EROFS):
        return "let this user write there, then run it again"
    return "check that the disk works and has space, then run it again"


def _open(path: Path, flags: int, mode: int = 0o666) -> int:
    with _reporting(path, "opened"):
        return os.open(path, flags | os.O_CLOEXEC, mode)


def _sync_each(paths: Iterable[Path]) -> None:
    for path in paths:
        _sync(path, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    descriptor = _open(path, flags)
    try:
        with _reporting(path, "written"):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
