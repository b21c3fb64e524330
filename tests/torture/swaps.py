"""Snapshots that come, and one that comes back, while clients ask."""

from __future__ import annotations

import time
from pathlib import Path
from threading import Event
from typing import Any

import httpx2

from tests.torture.report import Trial
from tests.torture.scene import Scene, load, served, serving, wait_for

_WORDS = ("levy", "charge", "preface", "version", "pence", "document", "article", "litre", "day", "steady")


def swaps(folder: Path, times: int, clients: int, idle_seconds: float) -> Trial:
    """Publish so many snapshots under so many clients; compare with the same clients and no swap."""
    scene = Scene(folder)
    scene.write(1)
    assert scene.ingest() == 0
    with serving(scene) as url:
        with load(url, clients) as idle:
            Event().wait(idle_seconds)
        with load(url, clients) as met:
            for version in range(2, times + 2):
                scene.write(version)
                assert scene.ingest() == 0
                newest = scene.store().current().id
                wait_for(lambda newest=newest: newest in met.versions, seconds=60)  # type: ignore[misc]
    ratio = met.p95 / idle.p95
    return Trial(
        name=f"{times} swaps under {clients} clients",
        target="0 errors; one snapshot an answer; p95 at most twice idle",
        measured=f"{len(met.answered)} answers from {len(met.versions)} snapshots, {len(met.failures)} failed; "
        f"p95 {met.p95:.2f} s, idle {idle.p95:.2f} s: {ratio:.2f} times; longest gap {met.longest_gap:.2f} s",
        held=not met.failures and ratio <= 2 and len(met.versions) > times,
        wrong=tuple(met.failures[:5]),
    )


def rollback(folder: Path, questions: int) -> Trial:
    """Note the top ten for many questions, publish another snapshot, roll back, ask again."""
    scene = Scene(folder)
    scene.write(1)
    assert scene.ingest() == 0
    first = scene.store().current().id
    asked = [f"{_WORDS[n % 10]} {_WORDS[n // 10 % 10]} {n}" for n in range(questions)]
    with serving(scene) as url:
        before = [_top(url, question) for question in asked]
        scene.write(2)
        assert scene.ingest() == 0
        wait_for(lambda: served(url) != first, seconds=10)
        between = [_top(url, question) for question in asked]
        began = time.monotonic()
        ran, command = scene.command("snapshots", "activate", first)
        wait_for(lambda: served(url) == first, seconds=10)
        until_served = time.monotonic() - began
        after = [_top(url, question) for question in asked]
    differ = sum(one != other for one, other in zip(before, after, strict=True))
    moved = sum(one != other for one, other in zip(before, between, strict=True))
    in_process = _activation(scene)
    return Trial(
        name="rollback",
        target="under 1 s; the same top 10 on 100 questions",
        measured=f"the act {in_process:.2f} s, the whole command {command:.2f} s, {until_served:.2f} s until it "
        f"served; {differ} of {questions} top tens differ from before ({moved} did between)",
        held=ran.returncode == 0 and in_process < 1 and differ == 0 and moved > 0,
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
