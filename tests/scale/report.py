"""The measurements of `make scale`, their targets, and the page."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.scale.changes import Build, Run

BATCH = 64
"""The most passages that may be encoded twice for each kill."""

SECONDS = 5.0
"""The most seconds that publishing a change may take in addition to encoding."""


@dataclass(frozen=True)
class Measured:
    """The first build and the later changes."""

    build: Build
    changes: Sequence[Run]

    @property
    def twice(self) -> int:
        """The number of passages that were encoded twice because of the kills."""
        return self.build.encoded - self.build.passages

    @property
    def met(self) -> bool:
        """Whether every target is met."""
        unchanged, *changed = self.changes
        in_time = all(run.seconds - run.encoding <= SECONDS for run in changed)
        return in_time and not unchanged.encoded and self.twice <= self.build.kills * BATCH


def page(measured: Measured, seconds: float) -> str:
    """Return the report in Markdown."""
    build, cores, busy = measured.build, os.cpu_count(), os.getloadavg()[1]
    lines = [
        f"# Cost of a change at {build.passages:,} passages",
        "",
        "Written by `make scale`, which exits with code 1 if a target is missed.",
        "",
        f"- When: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {seconds / 60:.0f} minutes",
        f"- Where: {platform.system()} {platform.machine()}, {cores} cores, load average {busy:.1f} at the end, "
        f"Python {platform.python_version()}",
        f"- What: generated articles of 20 passages each, and a snapshot of {build.megabytes:.0f} MB. The encoder has "
        "no model; its vectors take as much space as those of a model with 384 dimensions (48 bytes for three tokens)",
        f"- The first build was killed {build.kills} times with `kill -9`: {measured.twice} passages were encoded "
        f"twice (target: at most {BATCH} for each); the last run took {build.last.seconds:.0f} s and "
        f"{build.last.peak:,.0f} MiB",
        f"- Targets: no passage encoded if nothing changed; a change published within {SECONDS:.0f} s besides encoding",
        "",
        "Seconds cover the whole ingest: reading, building, syncing to disk, verifying. Memory is the peak of the",
        "process. It includes the mapped pages of the index's files, which the system can reclaim.",
        "",
        "| change | passages encoded | seconds besides encoding | memory, MiB |",
        "|---|---|---|---|",
        *(
            f"| {run.name} | {run.encoded} | {run.seconds - run.encoding:.1f} | {run.peak:,.0f} |"
            for run in measured.changes
        ),
    ]
    return "\n".join(lines) + "\n"
