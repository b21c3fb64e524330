"""Flips bits, truncates files and deletes files of snapshots, and checks that each is detected before use."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Literal, TypeAlias

from rag.service import Service
from rag.types import Ask
from tests import samples
from tests.torture.report import Trial
from tests.torture.scene import QUESTION, Scene, articles

Kind: TypeAlias = Literal["flip", "cut", "delete"]


def _damage(path: Path, kind: Kind, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    match kind:
        case "flip":
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            path.write_bytes(content)
        case "cut":
            path.write_bytes(content[: chance.randrange(len(content))])
        case "delete":
            path.unlink()


def run(folder: Path, times: int) -> Trial:
    """Damage one file of one of two snapshots `times` times, and reopen the index after each."""
    scene = Scene(folder)
    states = {}
    for version in (1, 2):
        states[version] = scene.write(version)
        assert scene.ingest() == 0
    old, new = scene.store().ids()
    files = [path for path in (scene.index / "snapshots").rglob("*") if path.is_file()]
    chance = random.Random(5)
    counts = {"flip": 0, "cut": 0, "delete": 0}
    wrong: list[str] = []
    fell_back = 0
    for _ in range(times):
        path, kind = chance.choice(files), chance.choice(list[Kind](["flip", "cut", "delete"]))
        content = path.read_bytes()
        _damage(path, kind, chance)
        counts[kind] += 1
        current = new in path.parts
        fell_back += current
        wrong += _check(samples.service(scene.index), path, 1 if current else 2, old if current else new)
        path.write_bytes(content)
    if scene.state() != states[2]:
        wrong.append("the repaired index differs from the original")
    return Trial(
        name="bit flips, truncations and deletions in all files of the snapshots",
        target="100 % detected before use; an undamaged snapshot serves; no wrong citation",
        measured=f"{counts['flip']} flips, {counts['cut']} truncations and {counts['delete']} deletions in "
        f"{len(files)} files, {times - len(wrong)} detected; {fell_back} of them in the current snapshot, and the "
        f"previous snapshot answered; {len(wrong)} wrong",
        met=not wrong,
        wrong=tuple(wrong[:5]),
    )


def _check(service: Service, path: Path, version: int, sound: str) -> list[str]:
    """Open the index. Return an error unless the sound snapshot answers and the damaged file is named."""
    wrong = []
    damaged = next(part for part in path.parts if part.startswith("00000") and len(part) == 15)
    if not any(path.name in fault for fault in service.parts.store.verify([damaged])[damaged]):
        wrong.append(f"{path} is damaged and was not named")
    answer = service.view(None).answer(Ask(QUESTION))
    if answer.snapshot != sound or (version == 1) != (service.parts.store.degraded is not None):
        wrong.append(f"{path} is damaged and {answer.snapshot} answered, degraded: {service.parts.store.degraded}")
    texts = articles(version)
    wrong += [f"wrong: {c.quote}" for c in answer.citations if c.quote not in texts[f"{c.reference.id}.md"]]
    return wrong if answer.citations else [*wrong, "no citation"]
