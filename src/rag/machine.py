"""Describes the machine, measures a process, and formats tables, for pages of measurements."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")

_BUSY = (
    "The machine was busy with other work during this run, so the times may be too long: "
    "measure again on an idle machine."
)


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of a process in MiB.

    `resident` is its memory now, `peak` the highest so far. `of_files` is the part of `resident` that is
    mapped from files; the system can reclaim it at any time.
    """

    resident: float
    peak: float
    of_files: float


def machine() -> str:
    """Return the name of the processor and its number of cores."""
    cpuinfo = _PROC / "cpuinfo"
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores"


def busy_warning(load: float) -> list[str]:
    """Return a warning for a page of measurements if the load average before the run was above half of the cores."""
    busy = load > (os.cpu_count() or 1) / 2
    return [_BUSY] if busy else []


def memory(process: int) -> Memory | None:
    """Return the memory of the process with this id, or None if there is none or the system is not Linux."""
    status = _PROC / str(process) / "status"
    if not status.exists():
        return None
    fields = dict(line.partition(":")[::2] for line in status.read_text(encoding="utf-8").splitlines())
    resident, peak, of_files = (int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM", "RssFile"))
    return Memory(resident, peak, of_files)


def processor_seconds(process: int) -> float:
    """Return the seconds of a core that a process has used; 0 if there is none or the system is not Linux."""
    stat = _PROC / str(process) / "stat"
    if not stat.exists():
        return 0.0
    fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()  # the name before may have spaces
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table. The first column is text; the others are numbers, aligned right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
