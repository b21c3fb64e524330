"""Kills an ingest with `kill -9` while clients ask: at random moments, and at every step that changes the disk."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rag.snapshots import durable
from tests.snapshots.dying import CALLS
from tests.torture.report import Trial
from tests.torture.scene import Scene, load, serving

_CLIENTS = 4


@dataclass
class StepOs:
    """Replaces `os`, and kills the process before or after its n-th call that changes the disk.

    Writes the name of each call to `log`, if it is set.
    """

    n: int
    after: bool = False
    log: Path | None = None

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        return partial(self._step, name, real) if name in CALLS else real

    def _step(self, name: str, real: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        self.n -= 1
        if self.log is not None:
            with self.log.open("a") as file:
                print(name, *(a.name for a in arguments if isinstance(a, Path)), file=file)
        if self.n == 0 and not self.after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **more)
        if self.n == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    def __call__(self) -> None:
        """Replace `os` in the module of durable writes."""
        setattr(durable, "os", self)  # noqa: B010 - a module, in a separate process


class _KilledIngests:
    """Ingests one version after the other, kills each ingest, and checks the index."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._version = 1
        self._acknowledged = scene.write(1)
        self._given = set(self._acknowledged)
        self.acknowledged = self.killed = self.found_new = 0
        self.wrong: list[str] = []
        assert scene.ingest() == 0

    def ingest(self, prepare: Callable[[], None] | None = None, kill_after: float | None = None) -> float:
        """Ingest the next version and return the lifetime of the process in seconds."""
        self._version += 1
        new = self._scene.write(self._version)
        began = time.monotonic()
        arguments = ("ingest", str(self._scene.folder / "articles"), "--prune")
        process = self._scene.start(*arguments, prepare=prepare)
        process.join(kill_after)
        process.kill()
        process.join()
        lived = time.monotonic() - began
        self._check(new, process.exitcode)
        return lived

    def _check(self, new: dict[str, str], exit_code: int | None) -> None:
        state = self._scene.state()
        if exit_code == 0:
            self.acknowledged += 1
        elif exit_code == -signal.SIGKILL:
            self.killed += 1
            self.found_new += state == new
        else:
            self.wrong.append(f"version {self._version}: exit code {exit_code}")
        if state != new and (exit_code == 0 or state != self._acknowledged):
            self.wrong.append(f"version {self._version}: the index holds neither the old nor the new documents")
        self._acknowledged = state
        self._given |= state.keys()
        if forgotten := self._given - self._scene.sources():
            self.wrong.append(f"version {self._version}: the index does not know {sorted(forgotten)}")


def run(folder: Path, moments: int, every_step: bool = True, pause: float = 0.0) -> Trial:
    """Kill at `moments` random moments, then before and after each step. Clients pause between questions."""
    scene = Scene(folder)
    ingests = _KilledIngests(scene)
    with serving(scene) as url, load(url, _CLIENTS, pause) as clients:
        lifetime = min(ingests.ingest() for _ in range(3))
        chance = random.Random(4)
        for _ in range(moments):
            ingests.ingest(kill_after=chance.uniform(0, lifetime))
        ingests.ingest(StepOs(0, log=folder / "steps"))
        steps = (folder / "steps").read_text().splitlines()
        for n in range(1, len(steps) + 1) if every_step else (1, len(steps) // 2, len(steps)):
            for after in (False, True):
                ingests.ingest(StepOs(n, after))
        ingests.ingest()
    wrong = [*ingests.wrong, *clients.failures]
    return Trial(
        name="`kill -9` of the ingest at random moments and at every step, under load",
        target="no acknowledged document lost, duplicated or partial; no failed request; longest gap under 1 s",
        measured=f"{ingests.killed} killed ({moments} at random moments of {lifetime:.2f} s, the others before and "
        f"after each of {len(steps)} steps), and {ingests.found_new} of them had published; {ingests.acknowledged} "
        f"acknowledged; {len(ingests.wrong)} wrong states; {len(clients.answered)} answers, "
        f"{len(clients.failures)} failed, longest gap {clients.longest_gap:.2f} s",
        met=not wrong and clients.longest_gap < 1,
        wrong=tuple(wrong[:5]),
    )
