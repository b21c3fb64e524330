"""The limits on parsing one document, and functions that apply them to the current process."""

from __future__ import annotations

import resource
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits on parsing one document: seconds, memory of the process in MiB, and size of the pickled result in MiB.

    With `attachments`, the files attached to an e-mail become documents too. `ocr_seconds` is the time for OCR of one
    file, 0 to switch it off, and `ocr_languages` are names that tesseract knows, such as `eng+deu`.
    """

    seconds: float = 60.0
    memory: int = 1024
    output: int = 16
    attachments: bool = False
    ocr_seconds: float = 0.0
    ocr_languages: str | None = None

    @property
    def output_bytes(self) -> int:
        """`output` in bytes."""
        return self.output * _MIB


_active = Limits()


def active() -> Limits:
    """Return the limits of this process, or the defaults if it has none."""
    return _active


def limit_memory(limits: Limits) -> None:
    """Limit the memory of this process, and the size of any file that it writes, for the rest of its life."""
    global _active
    _active = limits
    _limit(resource.RLIMIT_AS, limits.memory * _MIB)
    _limit(resource.RLIMIT_FSIZE, limits.memory * _MIB)
    _limit(resource.RLIMIT_CORE, 0)
    # If Linux runs out of memory, it then kills this process first. Other systems have no such file.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def limit_processor_time(seconds: float) -> None:
    """Allow this process `seconds` more of processor time. The limit holds even if the parent has died."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + seconds) + 2)


def _limit(kind: int, amount: int) -> None:
    _, most = resource.getrlimit(kind)
    with suppress(ValueError, OSError):  # macOS rejects a limit on memory; only the time is limited there.
        resource.setrlimit(kind, (amount if most == resource.RLIM_INFINITY else min(amount, most), most))
