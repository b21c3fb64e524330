"""Simulates a process that dies at its n-th call to the disk: replaces `os` and `shutil` in tests of the index."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rag.snapshots import durable, store
from tests.encoders import Killed

CALLS = ("open", "write", "fsync", "mkdir", "rename", "replace")
NEVER = 1 << 30


class DyingProcess:
    """Replaces `os`. Before the n-th call that changes the disk, the process ends without any clean-up."""

    def __init__(self, n: int) -> None:
        self._left = n
        self.dead = False

    def __getattr__(self, name: str) -> Any:
        real = _unsynced if name == "fsync" else getattr(os, name)
        return self._dying(real) if name in (*CALLS, "unlink") else real

    def _dying(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            self._left -= 1
            self.dead = self.dead or self._left == 0
            if self.dead:
                raise Killed
            return real(*arguments, **more)

        return call

    def rmtree(self, *arguments: Any, **more: Any) -> None:
        """Delete a folder, unless the process is dead."""
        if not self.dead:
            shutil.rmtree(*arguments, **more)


def _unsynced(descriptor: int) -> None:
    """Do nothing instead of a sync, because real syncs would only slow these tests down."""


@contextmanager
def dying(process: DyingProcess) -> Iterator[None]:
    """Send every durable write and deletion in the block through `process`. End the block when it dies."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(durable, "os", process)
        patched.setattr(durable, "shutil", process)
        patched.setattr(store, "shutil", process)
        try:
            yield
        except Killed:
            assert process.dead
