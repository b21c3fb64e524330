"""Append entries to the audit log, and delete the files that are older than the retention."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rag.audit.entries import FIRST, Entry, Kind, dump, parse, sealed
from rag.audit.files import Folder, LogFile, last_line, new_file, reporting, sync
from rag.audit.questions import AS_TEXT, Questions
from rag.errors import AuditRefused


@dataclass(frozen=True, slots=True)
class _End:
    """The end of the log: its last file with the inode and the size, and the number and the hash of the last entry."""

    file: LogFile | None = None
    inode: int = 0
    size: int = 0
    number: int = 0
    hash: str = FIRST


class AuditLog:
    """The log in one folder. Safe to use from several threads and processes. Every method raises AuditRefused."""

    def __init__(self, path: Path, questions: Questions = AS_TEXT, file_bytes: int = 64 << 20) -> None:
        """A new file begins at `file_bytes`, and each day."""
        self.folder = Folder(path)
        self.questions = questions
        self._file_bytes = file_bytes
        self._end = _End()

    def append(self, kind: Kind, fields: Mapping[str, Any], question: str | None = None) -> int:
        """Add an entry and return its number. It is on the disk when this returns."""
        held = None if question is None else self.questions.held(question)
        with self.folder.locked():
            number, descriptor = self._append(kind, fields, held)
        sync(descriptor)  # outside of the lock, so that entries of several threads reach the disk together
        return number

    def check(self) -> None:
        """Raise AuditRefused if an entry could not be added now."""
        with self.folder.locked(), reporting():
            end = self._found_end()
            os.close(os.open(end.file.path if end.file else self.folder.path / ".lock", os.O_WRONLY))
        if not self.folder.has_space():
            raise AuditRefused("the audit log cannot be used: No space left on device: free some space on its disk")

    def retain(self, days: int) -> list[Path]:
        """Delete the files whose day is more than `days` days ago, and return them. An entry records it."""
        oldest = datetime.now(UTC).date() - timedelta(days=days)
        with self.folder.locked():
            expired = [file for file in self.folder.files() if file.day < oldest]
            last = next(filter(None, (_last_entry(file) for file in reversed(expired))), None)
            if not expired:
                return []
            if last is not None:
                fields = {"through": last["number"], "of": last["hash"], "days": days}
                sync(self._append(Kind.PRUNED, fields, None)[1])
            for file in expired:
                self.folder.delete(file)
        return [file.path for file in expired]

    def _append(self, kind: Kind, fields: Mapping[str, Any], question: str | None) -> tuple[int, int]:
        """Add an entry. Return its number and the descriptor to sync."""
        end = self._found_end()
        entry = sealed(end.number + 1, end.hash, kind, fields, question)
        line = dump(entry)
        file = self._file_for(end, len(line))
        descriptor = self.folder.append(file, line)
        with reporting():
            status = os.fstat(descriptor)
        self._end = _End(file, status.st_ino, status.st_size, entry["number"], entry["hash"])
        return entry["number"], descriptor

    def _file_for(self, end: _End, length: int) -> LogFile:
        if end.file is None:
            return new_file(self.folder.path, 1)
        is_full = end.size > 0 and end.size + length > self._file_bytes
        return end.file.next() if is_full or end.file.day < datetime.now(UTC).date() else end.file

    def _found_end(self) -> _End:
        """Return the end of the log. Read it again if another process has written since."""
        files = self.folder.files()
        known = self._end
        if files and known.file == files[-1]:
            with reporting():
                status = known.file.path.stat()
            if (status.st_ino, status.st_size) == (known.inode, known.size):
                return known
        self._end = self._read_end(files)
        return self._end

    def _read_end(self, files: list[LogFile]) -> _End:
        if not files:
            return _End()
        last = files[-1]
        _, size, torn = last_line(last)
        if torn:
            self._repair(last, size)
        entry = next(filter(None, (_last_entry(file) for file in reversed(files))), None)
        with reporting():
            inode = last.path.stat().st_ino
        number, digest = (entry["number"], entry["hash"]) if entry else (0, FIRST)
        end = _End(last, inode, size, number, digest)
        if not torn:
            return end
        self._end = end
        sync(self._append(Kind.REPAIRED, {"dropped_bytes": torn}, None)[1])
        return self._end

    def _repair(self, file: LogFile, size: int) -> None:
        """Remove the part of a line that a crash left. It was never acknowledged."""
        with reporting():
            os.truncate(file.path, size)


def _last_entry(file: LogFile) -> Entry | None:
    line, *_ = last_line(file)
    if not line:
        return None
    try:
        return parse(line)
    except ValueError as error:
        raise AuditRefused(
            f"the audit log cannot be continued: the last line of {file.path.name} is damaged: run 'rag audit verify'"
        ) from error


def lines(file: LogFile) -> Iterator[bytes]:
    """Yield the complete lines of a file, each with its line break. Raises AuditRefused."""
    with reporting(), file.path.open("rb") as opened:
        for line in opened:
            if line.endswith(b"\n"):
                yield line
