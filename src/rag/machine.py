"""What pages of figures have in common: the machine they were taken on, what a process holds, and tables."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")

_DISTURBED = (
    "The machine had other work to do meanwhile: take the times for what they are worth, "
    "and run it again on a quiet one."
)


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB that a process holds now, the most it ever held, and how much of what it holds now are pages of files.

    Those the system takes back when it needs them.
    """

    resident: float
    peak: float
    of_files: float


def machine() -> str:
    """Return the processor's name and how many of its cores there are."""
    described = _PROC / "cpuinfo"
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    name = names[0] if names else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores"


def disturbed(load: float) -> list[str]:
    """Return what a page must say where the load average before its run was above half of the cores."""
    busy = load > (os.cpu_count() or 1) / 2
    return [_DISTURBED] if busy else []


def memory(process: int) -> Memory | None:
    """Return what a process holds; None where the system does not tell, as only Linux does."""
    status = _PROC / str(process) / "status"
    if not status.exists():
        return None
    told = dict(line.partition(":")[::2] for line in status.read_text(encoding="utf-8").splitlines())
    resident, peak, of_files = (int(told[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM", "RssFile"))
    return Memory(resident, peak, of_files)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, whose first column holds words and the others figures."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
