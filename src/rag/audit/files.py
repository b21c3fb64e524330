"""The files of the audit log. Several processes may append, one at a time.

000001-2026-11-29.jsonl   the entries of a day (UTC), in their order; a day may have several files
.lock                     locked by the process that appends, erases or deletes
"""

from __future__ import annotations

import fcntl
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from errno import EACCES, EDQUOT, ENOSPC, EPERM, EROFS
from pathlib import Path

from rag.errors import AuditRefused

_NAME = re.compile(r"(\d{6,})-(\d{4}-\d\d-\d\d)\.jsonl")
_LOCK_SECONDS = 10.0  # the most time to wait for another process
_PAUSE = 0.002
_BLOCK = 8 << 10


@dataclass(frozen=True, slots=True, order=True)
class LogFile:
    """One file of the log: its number, its day, and its path."""

    number: int
    day: date
    path: Path

    @classmethod
    def of(cls, path: Path) -> LogFile | None:
        """Return the file at a path, or None if its name is no file of a log."""
        found = _NAME.fullmatch(path.name)
        with suppress(ValueError):
            return cls(int(found[1]), date.fromisoformat(found[2]), path) if found else None
        return None

    def next(self) -> LogFile:
        """Return the file after this one, for today."""
        return new_file(self.path.parent, self.number + 1)


def new_file(folder: Path, number: int) -> LogFile:
    """Return a file that does not exist yet, for today."""
    today = datetime.now(UTC).date()
    return LogFile(number, today, folder / f"{number:06d}-{today}.jsonl")


class Folder:
    """The folder of the log. Its methods raise AuditRefused."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = threading.Lock()

    def files(self) -> list[LogFile]:
        """Return the files in their order."""
        with reporting():
            return sorted(filter(None, map(LogFile.of, self.path.iterdir()))) if self.path.is_dir() else []

    def has_space(self) -> bool:
        """Return whether the disk has room for entries."""
        with reporting():
            return os.statvfs(self.path).f_bavail > 0

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other threads and processes out. Create the folder if it is missing."""
        if not self._threads.acquire(timeout=_LOCK_SECONDS):
            raise AuditRefused("the audit log cannot be used: another request has held it for 10 s")
        try:
            with self._lock_of_processes():
                yield
        finally:
            self._threads.release()

    def append(self, file: LogFile, line: bytes) -> int:
        """Add a line to a file, and return its open descriptor, which `sync` needs. Call it inside `locked`.

        If the line cannot be written in full, the file is as before.
        """
        with reporting():
            is_new = not file.path.exists()
            descriptor = os.open(file.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                _write(descriptor, line)
                if is_new:
                    self.sync_names()
            except BaseException:
                os.close(descriptor)
                raise
            return descriptor

    def replace(self, file: LogFile, lines: Iterator[bytes]) -> None:
        """Replace the content of a file in one step. Call it inside `locked`."""
        temporary = self.path / ".erasing"
        with reporting():
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as written:
                written.writelines(lines)
                written.flush()
                os.fsync(written.fileno())
            temporary.replace(file.path)
            self.sync_names()

    def delete(self, file: LogFile) -> None:
        """Delete a file. Call it inside `locked`."""
        with reporting():
            file.path.unlink(missing_ok=True)
            self.sync_names()

    def sync_names(self) -> None:
        """Force the names of the files to the disk."""
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _lock_of_processes(self) -> Iterator[None]:
        with reporting():
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _wait_for_lock(descriptor)
            yield
        finally:
            os.close(descriptor)


def sync(descriptor: int) -> None:
    """Force a line to the disk and close its file. Raises AuditRefused."""
    try:
        with reporting():
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def last_line(file: LogFile) -> tuple[bytes, int, int]:
    """Return the last complete line of a file, the size up to its end, and the bytes after it, which a crash left.

    The line is empty if there is none. Raises AuditRefused.
    """
    with reporting(), file.path.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        tail, start, block = b"", size, _BLOCK
        while start and tail.count(b"\n") < 2:  # the end of the last line, and of the one before
            start, block = max(0, start - block), 2 * block
            opened.seek(start)
            tail = opened.read(size - start)
    complete, _, torn = tail.rpartition(b"\n")
    return complete.rpartition(b"\n")[2], size - len(torn), len(torn)


@contextmanager
def reporting() -> Iterator[None]:
    """Turn an OSError of the block into an AuditRefused without the path, because clients read it."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise AuditRefused(f"the audit log cannot be used: {reason}: {_advice(error.errno)}") from error


def _advice(code: int | None) -> str:
    if code in (ENOSPC, EDQUOT):
        return "free some space on its disk"
    if code in (EACCES, EPERM, EROFS):
        return "let the service write to the folder in RAG_AUDIT_DIR"
    return "check the folder in RAG_AUDIT_DIR"


def _write(descriptor: int, line: bytes) -> None:
    before = os.fstat(descriptor).st_size
    rest = memoryview(line)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError:
        os.ftruncate(descriptor, before)
        raise


def _wait_for_lock(descriptor: int) -> None:
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise AuditRefused("the audit log cannot be used: another process has held it for 10 s") from None
            time.sleep(_PAUSE)
        else:
            return
