"""Limits the tokens that a language model may use in one day."""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from threading import Lock

from rag.errors import BackendSkipped
from rag.protocols import Usage


def _today() -> date:
    return datetime.now(UTC).date()


USED_UP = "the daily token budget of the language model is used up"


class Spent:
    """The tokens that were spent today. Safe to use from several threads.

    `file` is the descriptor of a file that several processes share, so that they count together.
    """

    _RECORD = struct.Struct("<qq")  # the day and the tokens

    def __init__(self, file: int | None = None, today: Callable[[], date] = _today) -> None:
        self._file = file
        self._today = today
        self._lock = Lock()
        self._record = self._RECORD.pack(today().toordinal(), 0)

    def add(self, tokens: int) -> int:
        """Add tokens, and return the sum of this day."""
        today = self._today().toordinal()
        with self._lock, self._locked_file():
            day, spent = self._RECORD.unpack(self._read())
            spent = tokens + (spent if day == today else 0)
            if tokens or day != today:
                self._write(self._RECORD.pack(today, spent))
        return spent

    @contextmanager
    def _locked_file(self) -> Iterator[None]:
        if self._file is None:
            yield
            return
        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _read(self) -> bytes:
        found = self._record if self._file is None else os.pread(self._file, self._RECORD.size, 0)
        return found or self._record  # the file is empty at first

    def _write(self, record: bytes) -> None:
        if self._file is None:
            self._record = record
        else:
            os.pwrite(self._file, record, 0)


class Budget:
    """Limits the tokens since midnight UTC. `most` is None if there is no limit.

    A call that began within the budget may exceed it by its own tokens. Safe to use from several threads.
    """

    def __init__(self, most: int | None, spent: Spent) -> None:
        self._most = most
        self._spent = spent

    @property
    def is_used_up(self) -> bool:
        """Whether the budget of the day is used up."""
        return self._most is not None and self._spent.add(0) >= self._most

    def check(self) -> None:
        """Raise BackendSkipped if the budget of the day is used up."""
        if self.is_used_up:
            raise BackendSkipped(USED_UP)

    def spend(self, usage: Usage) -> None:
        """Add the tokens of a call."""
        self._spent.add(usage.input_tokens + usage.output_tokens)
