"""`kill -9` of the ingest, at random moments and at every step that changes the disk, while clients ask."""

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
    """Stands in for `os` in a process that kills itself at the n-th call that changes the disk, before or after it.

    Writes the name of each call to `log`, where there is one.
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
        """Take the place of `os` under the durable writes."""
        setattr(durable, "os", self)  # noqa: B010 - a module, in a process of its own


class _Torn:
    """Writes version after version, kills the ingest of each, and looks what is there."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._version = 1
        self._acknowledged = scene.write(1)
        self._given = set(self._acknowledged)
        self.acknowledged = self.killed = self.found_new = 0
        self.wrong: list[str] = []
        assert scene.ingest() == 0

    def ingest(self, prepare: Callable[[], None] | None = None, kill_after: float | None = None) -> float:
        """Ingest the next version; return the seconds it lived."""
        self._version += 1
        new = self._scene.write(self._version)
        began = time.monotonic()
        arguments = ("ingest", str(self._scene.folder / "articles"), "--prune")
        process = self._scene.start(*arguments, prepare=prepare)
        process.join(kill_after)
        process.kill()
        process.join()
        lived = time.monotonic() - began
        self._look(new, process.exitcode)
        return lived

    def _look(self, new: dict[str, str], exit_code: int | None) -> None:
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
        if forgotten := self._given - self._scene.told():
            self.wrong.append(f"version {self._version}: nothing is told of {sorted(forgotten)}")


def run(folder: Path, moments: int, every_step: bool = True) -> Trial:
    """Kill at so many random moments, then before and after each step."""
    scene = Scene(folder)
    torn = _Torn(scene)
    with serving(scene) as url, load(url, _CLIENTS) as met:
        lifetime = min(torn.ingest() for _ in range(3))
        chance = random.Random(4)
        for _ in range(moments):
            torn.ingest(kill_after=chance.uniform(0, lifetime))
        torn.ingest(StepOs(0, log=folder / "steps"))
        steps = (folder / "steps").read_text().splitlines()
        for n in range(1, len(steps) + 1) if every_step else (1, len(steps) // 2, len(steps)):
            for after in (False, True):
                torn.ingest(StepOs(n, after))
        torn.ingest()
    wrong = [*torn.wrong, *met.failures]
    return Trial(
        name="`kill -9` of the ingest at random moments and at every named step, under query load",
        target="0 acknowledged documents lost, doubled or partial; 0 failed requests; longest gap under 1 s",
        measured=f"{torn.killed} killed ({moments} at random moments of {lifetime:.2f} s, the others before and after "
        f"each of {len(steps)} steps), of which {torn.found_new} had published; {torn.acknowledged} acknowledged; "
        f"{len(torn.wrong)} states wrong; {len(met.answered)} answers, {len(met.failures)} failed, longest gap "
        f"{met.longest_gap:.2f} s",
        held=not wrong and met.longest_gap < 1,
        wrong=tuple(wrong[:5]),
    )
