"""Publishes snapshots while clients ask, and activates an earlier one."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event
from typing import Any

import httpx2

from tests.torture.report import Trial
from tests.torture.scene import Scene, load, served, serving, wait_for

_WORDS = ("levy", "charge", "preface", "version", "pence", "document", "article", "litre", "day", "steady")


def swaps(folder: Path, times: int, clients: int, idle_seconds: float, pause: float = 0.0) -> Trial:
    """Publish `times` snapshots while clients ask. Compare with the same clients without a swap."""
    scene = Scene(folder)
    scene.write(1)
    assert scene.ingest() == 0
    with serving(scene) as url:
        with load(url, clients, pause) as idle:
            Event().wait(idle_seconds)
        with load(url, clients, pause) as busy:
            for version in range(2, times + 2):
                scene.write(version)
                assert scene.ingest() == 0
                newest = scene.store().current().id
                wait_for(lambda newest=newest: newest in busy.versions, seconds=60)  # type: ignore[misc]
    ratio = busy.p95 / idle.p95
    return Trial(
        name=f"{times} swaps under {clients} clients",
        target="no errors; one snapshot for each answer; p95 at most twice that without swaps",
        measured=f"{len(busy.answered)} answers from {len(busy.versions)} snapshots, {len(busy.failures)} failed, "
        f"{busy.refused} refused beyond capacity and asked again; "
        f"p95 {busy.p95:.2f} s, {ratio:.2f} times {idle.p95:.2f} s without swaps; longest gap {busy.longest_gap:.2f} s",
        met=not busy.failures and ratio <= 2 and len(busy.versions) > times,
        wrong=tuple(busy.failures[:5]),
    )


def rollback(folder: Path, questions: int) -> Trial:
    """Record the top ten for many questions, publish another snapshot, roll back, and ask again."""
    scene = Scene(folder)
    scene.write(1)
    assert scene.ingest() == 0
    first = scene.store().current().id
    queries = [f"{_WORDS[n % 10]} {_WORDS[n // 10 % 10]} {n}" for n in range(questions)]
    with serving(scene) as url:
        before = [_top(url, question) for question in queries]
        scene.write(2)
        assert scene.ingest() == 0
        wait_for(lambda: served(url) != first, seconds=10)
        between = [_top(url, question) for question in queries]
        began = time.monotonic()
        ran, command = scene.command("snapshots", "activate", first)
        wait_for(lambda: served(url) == first, seconds=10)
        until_served = time.monotonic() - began
        after = [_top(url, question) for question in queries]
    differ = sum(one != other for one, other in zip(before, after, strict=True))
    moved = sum(one != other for one, other in zip(before, between, strict=True))
    in_process = _activation(scene)
    return Trial(
        name="rollback",
        target="under 1 s; the same top 10 on 100 questions",
        measured=f"activation {in_process:.2f} s, the command {command:.2f} s, {until_served:.2f} s until it served; "
        f"{differ} of {questions} top tens differ from before ({moved} differed before the rollback)",
        met=ran.returncode == 0 and in_process < 1 and differ == 0 and moved > 0,
        wrong=(ran.stderr,) if ran.stderr else (),
    )


def _activation(scene: Scene) -> float:
    store = scene.store()
    began = time.monotonic()
    store.activate(store.ids()[-1])
    return time.monotonic() - began


def _top(url: str, question: str) -> list[Any]:
    response = httpx2.post(f"{url}/v1/search", json={"query": question, "limit": 10}, timeout=60)
    return [(hit["document_id"], hit["start"], hit["score"]) for hit in response.json()["hits"]]
