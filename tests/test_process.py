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


_RELEASING = """
from pathlib import Path
from rag import process
def resident():
    fields = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) // 1024
held = [bytes(2_000) for _ in range(50_000)]
kept = held[::100]  # scattered over the memory, as the objects that outlive a connection
full = resident()
del held
before = resident()
process.release_memory()
print(full, before, resident())
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


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such function")
def test_freed_memory_is_returned_to_the_system() -> None:
    command = [sys.executable, "-c", _RELEASING]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout
    full, before, after = map(int, printed.split())
    assert before > full - 20, "glibc keeps it"
    assert after < full - 50


def test_blas_is_limited_also_if_nothing_has_loaded_it_yet() -> None:
    looking = "from rag import process; process.configure(); import numpy, threadpoolctl; "
    looking += "print({one['num_threads'] for one in threadpoolctl.threadpool_info() if one['user_api'] == 'blas'})"
    printed = subprocess.run(
        [sys.executable, "-c", looking], check=True, stdout=subprocess.PIPE, text=True, timeout=60
    ).stdout
    assert printed.strip() == "{1}"
