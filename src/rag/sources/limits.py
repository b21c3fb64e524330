"""What reading one document may cost, and how a process holds itself to it."""

from __future__ import annotations

import resource
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one document may take: seconds, MiB of memory while it is read, MiB of what was read."""

    seconds: float = 60.0
    memory: int = 1024
    output: int = 16

    @property
    def output_bytes(self) -> int:
        """The most bytes of what was read."""
        return self.output * _MIB


def confine(limits: Limits) -> None:
    """Hold this process to the memory it may have, and any file that it writes to as much, now and for good."""
    _limit(resource.RLIMIT_AS, limits.memory * _MIB)
    _limit(resource.RLIMIT_FSIZE, limits.memory * _MIB)
    _limit(resource.RLIMIT_CORE, 0)
    with suppress(OSError):  # where the kernel must choose whom to kill, let it be this process: only Linux asks
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def allow(seconds: float) -> None:
    """Let this process compute for so long from now: the end even of one whose parent is gone."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 2)


def _limit(kind: int, amount: int) -> None:
    _, most = resource.getrlimit(kind)
    with suppress(ValueError, OSError):  # macOS refuses a limit of memory; there the time alone is limited
        resource.setrlimit(kind, (amount if most == resource.RLIM_INFINITY else min(amount, most), most))
