"""The result of a trial, and the page of all results."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Trial:
    """One trial: its target, the measurement, whether the target was met, and the first errors."""

    name: str
    target: str
    measured: str
    met: bool
    wrong: tuple[str, ...] = ()


def page(trials: Sequence[Trial], seconds: float) -> str:
    """Return the report in Markdown."""
    cores, busy = os.cpu_count(), os.getloadavg()[1]
    lines = [
        "# The last torture",
        "",
        "Written by `make torture`, which exits with code 1 if a target was missed.",
        "",
        f"- When: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {seconds / 60:.0f} minutes",
        f"- Where: {platform.system()} {platform.machine()}, {cores} cores, load average {busy:.1f} at the end, "
        f"Python {platform.python_version()}",
        "- With: `rag serve` and `rag ingest` as separate processes, and the hashing encoder",
        "",
        "| trial | target | measured | met |",
        "|---|---|---|---|",
        *(f"| {t.name} | {t.target} | {t.measured} | {'yes' if t.met else '**no**'} |" for t in trials),
    ]
    for trial in trials:
        if trial.wrong:
            lines += ["", f"Errors in {trial.name}:", "", *(f"- {line}" for line in trial.wrong)]
    return "\n".join(lines) + "\n"
