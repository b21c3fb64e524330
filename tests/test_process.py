"""Threads share a few memory arenas, so that a service does not keep one arena for each thread after a busy minute."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

_ALLOCATING = """
import ctypes, sys
from threading import Barrier, Thread
from rag import process
if sys.argv[2] == "shared":
    process.share_arenas()
barrier = Barrier(24)
def allocate():
    barrier.wait()
    held = [bytes(1_000) for _ in range(2_000)]
    barrier.wait()
threads = [Thread(target=allocate) for _ in range(24)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such arenas")
def test_many_threads_share_one_arena_for_each_core(tmp_path: Path) -> None:
    def arenas(kind: str) -> int:
        file = tmp_path / kind
        command = [sys.executable, "-c", _ALLOCATING, str(file), kind]
        subprocess.run(command, check=True, env={**os.environ, "MALLOC_ARENA_MAX": "0"})
        return file.read_text().count("<heap nr=")

    limit = max(2, os.cpu_count() or 1)
    assert arenas("shared") <= limit
    assert arenas("default") > limit
