"""What was measured, whether it meets the targets, and the page that tells it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.scale.changes import Build, Run

BATCH = 64
"""The most passages that a killed run may leave to be encoded again."""

SECONDS = 5.0
"""The most that publishing a change may take beyond its encoding."""


@dataclass(frozen=True)
class Measured:
    """The first build, and the changes after it."""

    build: Build
    changes: Sequence[Run]

    @property
    def twice(self) -> int:
        """How many passages were encoded twice over the killed runs."""
        return self.build.encoded - self.build.passages

    @property
    def held(self) -> bool:
        """Whether every target is met."""
        unchanged, *changed = self.changes
        in_time = all(run.seconds - run.encoding <= SECONDS for run in changed)
        return in_time and not unchanged.encoded and self.twice <= self.build.kills * BATCH


def page(measured: Measured, seconds: float) -> str:
    """Return the report in Markdown."""
    build, cores, busy = measured.build, os.cpu_count(), os.getloadavg()[1]
    lines = [
        f"# What a change costs at {build.passages:,} passages",
        "",
        "Written by `make scale`, which ends with exit code 1 where a target is missed.",
        "",
        f"- When: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {seconds / 60:.0f} minutes",
        f"- Where: {platform.system()} {platform.machine()}, {cores} cores, load average {busy:.1f} at the end, "
        f"Python {platform.python_version()}",
        f"- What: made-up articles of 20 passages each, a snapshot of {build.megabytes:.0f} MB; an encoder without a "
        "model, whose passages take as much room as those of a model of 384 dimensions (48 bytes for three tokens)",
        f"- The first build was killed {build.kills} times with `kill -9`: {measured.twice} passages were encoded "
        f"twice (target: at most {BATCH} for each); the last run took {build.last.seconds:.0f} s and "
        f"{build.last.peak:,.0f} MiB",
        f"- Targets: nothing changed, nothing encoded; a change published within {SECONDS:.0f} s beyond its encoding",
        "",
        "Seconds are those of the whole ingest: reading, building, forcing to the disk, verifying. Memory is the peak",
        "of the process with the pages of the index's files that it has mapped, which the system takes back when it",
        "needs them.",
        "",
        "| change | passages encoded | seconds beyond encoding | memory, MiB |",
        "|---|---|---|---|",
        *(
            f"| {run.name} | {run.encoded} | {run.seconds - run.encoding:.1f} | {run.peak:,.0f} |"
            for run in measured.changes
        ),
    ]
    return "\n".join(lines) + "\n"
