"""Gives each test process whole files, also after a test has ended its process."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController


class Files(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """The scheduler of `--dist loadfile`, which ends also if a process crashes.

    `LoadScopeScheduling.remove_node` of pytest-xdist 3.8 returns all files of a crashed process to the queue, also
    those that are done. They go to the other processes first, and a process without a test to run asks for no further
    file. So the run would never end, and nobody would see which test crashed.
    """

    def remove_node(self, node: WorkerController) -> str | None:
        """Return only unfinished files to the queue."""
        files = self.assigned_work[node]
        self.assigned_work[node] = {name: tests for name, tests in files.items() if not all(tests.values())}
        crashed: str | None = super().remove_node(node)
        return crashed
