"""A real server answers questions while new snapshots are published."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import httpx2

from rag.service import Service
from tests import samples
from tests.http.serving import SlowModel, serving, wait_for

CLIENTS = 20
SWAPS = 3


def articles(version: int) -> dict[str, str]:
    """Return articles with the version in their figures. The offsets of the words depend on the version too."""
    preface = "This preface moves what follows. " * version
    return {
        "levy.md": f"# The levy\n\n{preface}Version {version} of the levy is {version}00 pence per litre.\n",
        "charge.md": f"# The charge\n\nVersion {version} of the charge is {version}0 pounds a day. {preface}\n",
        f"only-{version}.md": f"# Only once\n\nThe levy of version {version} stands in this document alone.\n",
    }


def publish(writer: Service, folder: Path, version: int) -> tuple[str, dict[str, str]]:
    """Replace the articles with another version. Return the id of the snapshot and the texts of its documents."""
    for path in folder.glob("*.md"):
        path.unlink()
    snapshot_id = samples.ingest(writer, samples.write(folder, articles(version)), prune=True)
    snapshot = writer.snapshot()
    assert snapshot.id == snapshot_id
    ids = [stored.reference.id for stored in snapshot.documents()]
    return snapshot_id, {name: snapshot.document(name).text for name in ids}


def ask_until(url: str, answers: list[dict[str, Any]], done: Event) -> None:
    """Ask questions until `done` is set. Every response must be an answer."""
    with httpx2.Client(base_url=url, timeout=60) as client:
        while not done.is_set():
            response = client.post("/v1/answers", json={"question": "How many pence is the levy per litre?"})
            assert response.status_code == 200, response.text
            answers.append(response.json())


def test_every_answer_comes_from_one_snapshot_while_new_ones_are_published(tmp_path: Path) -> None:
    writer = samples.service(tmp_path / "index")
    published = dict([publish(writer, tmp_path / "articles", 1)])
    answers: list[dict[str, Any]] = []
    done = Event()

    def answered_from(snapshot: str) -> bool:
        return any(answer["snapshot"] == snapshot for answer in answers[-CLIENTS:])

    with serving(samples.service(tmp_path / "index")) as url, ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(ask_until, url, answers, done) for _ in range(CLIENTS)]
        try:
            for version in range(2, 2 + SWAPS):
                wait_for(partial(answered_from, max(published)), seconds=30)
                snapshot, texts = publish(writer, tmp_path / "articles", version)
                published[snapshot] = texts
            wait_for(partial(answered_from, max(published)), seconds=30)
        finally:
            done.set()
        for client in clients:
            client.result()
    assert {answer["snapshot"] for answer in answers} == set(published)
    for answer in answers:
        texts = published[answer["snapshot"]]
        assert answer["citations"]
        for found in [*answer["citations"], *answer["evidence"]]:
            words = found.get("quote", found.get("text"))
            assert texts[found["document_id"]][found["start"] : found["end"]] == words


def is_serving(url: str, snapshot: str) -> bool:
    return bool(httpx2.get(f"{url}/readyz", timeout=60).json().get("snapshot") == snapshot)


def test_a_new_snapshot_is_served_within_a_second(tmp_path: Path) -> None:
    writer = samples.service(tmp_path / "index")
    publish(writer, tmp_path / "articles", 1)
    with serving(samples.service(tmp_path / "index")) as url:
        for version in (2, 3, 4, 5):  # the last one deletes the first snapshot from the disk
            snapshot, _ = publish(writer, tmp_path / "articles", version)
            wait_for(partial(is_serving, url, snapshot), seconds=1)


def test_the_first_snapshot_is_served_without_a_restart(tmp_path: Path) -> None:
    with serving(samples.service(tmp_path / "index")) as url:
        assert httpx2.get(f"{url}/readyz").status_code == 503
        snapshot, _ = publish(samples.service(tmp_path / "index"), tmp_path / "articles", 1)
        wait_for(partial(is_serving, url, snapshot), seconds=1)


def test_generation_stops_when_the_client_disconnects(tmp_path: Path) -> None:
    publish(samples.service(tmp_path / "index"), tmp_path / "articles", 1)
    model = SlowModel(["The levy is 100 pence per litre. [1] And "] * 5)
    service = samples.service(tmp_path / "index", generator=samples.answerer(model))
    with serving(service) as url:
        warmed_up = model.ended
        body = {"question": "How many pence is the levy per litre?", "limit": 1}
        headers = {"Accept": "text/event-stream"}
        with httpx2.stream("POST", f"{url}/v1/answers", json=body, headers=headers, timeout=60) as response:
            lines = response.iter_lines()  # httpx disconnects when this iterator is deleted
            assert "event: statement" in lines
            assert model.ended == warmed_up
        wait_for(lambda: model.ended == warmed_up + 1, seconds=1)
        assert model.sent < 5 * (warmed_up + 1)
