"""The index of a real service vanishes, is moved, replaced, emptied, unmounted or becomes read-only.

The service says so within seconds, answers no question from it and accepts no change. Nothing takes the place of the
index, and no accepted job is lost.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import samples
from tests.cli.running import PROGRAM, program
from tests.http.serving import wait_for
from tests.http.test_crash import WITH_KEY, Server, write_lock

SECONDS = 5
"""Seconds in which a service must notice that its index is gone. It looks four times a second."""


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of two snapshots."""
    writer, folder = samples.service(tmp_path / "index"), tmp_path / "articles"
    samples.ingest(writer, samples.write(folder, {"rule.md": "# A rule\n\nIt is old.\n"}))
    samples.ingest(writer, samples.write(folder))
    return tmp_path / "index"


@contextmanager
def started(index: Path) -> Iterator[Server]:
    server = Server(index)
    server.start()
    try:
        wait_for((index / ".jobs" / "LOCK").exists, SECONDS)  # the first look for jobs of an earlier process
        yield server
    finally:
        server.process.kill()
        server.process.wait()


@pytest.fixture
def server(index: Path) -> Iterator[Server]:
    with started(index) as server:
        assert health(server)[:2] == (200, "ok")
        yield server


def health(server: Server) -> tuple[int, str, str]:
    """Return the status code, the status and the detail of the readiness response."""
    response = httpx2.get(f"{server.url}/readyz", timeout=60)
    found = response.json()
    return response.status_code, str(found["status"]), str(found.get("detail"))


def ask(server: Server) -> httpx2.Response:
    return httpx2.post(f"{server.url}/v1/answers", json={"question": samples.LEVY_QUESTION}, timeout=60)


def change(server: Server) -> list[httpx2.Response]:
    """Try every request that changes the index, and the activation of a snapshot."""
    with httpx2.Client(base_url=server.url, headers=WITH_KEY, timeout=60) as client:
        return [
            client.put("/v1/documents/new", json={"text": "It is new."}),
            client.delete("/v1/documents/levy"),
            client.post("/v1/ingestions", json={"documents": [{"id": "new", "text": "It is new."}]}),
            client.put("/v1/snapshots/current", json={"id": "000001-00000000"}),
        ]


def files(folder: Path) -> dict[str, tuple[int, int]]:
    """Return the inode and the modification time of everything below a folder."""
    found = {str(path): path.stat() for path in sorted(folder.rglob("*"))}
    return {name: (status.st_ino, status.st_mtime_ns) for name, status in found.items()}


def move(index: Path) -> None:
    index.rename(index.with_name("elsewhere"))


def delete(index: Path) -> None:
    shutil.rmtree(index)


def empty(index: Path) -> None:
    for path in index.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def empty_as_the_shell_does(index: Path) -> None:
    """Delete what `rm -rf index/*` deletes: everything but hidden files."""
    for path in index.glob("[!.]*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def replace_by_empty_folder(index: Path) -> None:
    move(index)
    index.mkdir()


def delete_and_make_again(index: Path) -> None:
    """Make another folder at once, which often gets the inode number of the deleted one."""
    delete(index)
    index.mkdir()


def replace_by_another_index(index: Path) -> None:
    other = index.with_name("other")
    text = {"levy.md": "# The sugar levy\n\nThe levy is 99 pence per litre for drinks with 8 grams of sugar.\n"}
    samples.ingest(samples.service(other), samples.write(index.with_name("other articles"), text))
    move(index)
    other.rename(index)


def replace_by_a_copy(index: Path) -> None:
    move(index)
    shutil.copytree(index.with_name("elsewhere"), index)


GONE = "is gone: put it back, or restart rag to begin a new index"
REPLACED = "another folder has taken the place of the index folder"
DELETED = "were deleted: put them back, or run 'rag ingest' for a new index"


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (move, GONE),
        (delete, GONE),
        (empty, DELETED),
        (empty_as_the_shell_does, DELETED),
        (replace_by_empty_folder, REPLACED),
        (delete_and_make_again, REPLACED),
        (replace_by_another_index, REPLACED),
        (replace_by_a_copy, REPLACED),
    ],
)
def test_a_service_whose_index_is_gone_says_so_and_refuses_questions_and_changes(
    server: Server, index: Path, act: Callable[[Path], None], reason: str
) -> None:
    act(index)
    wait_for(lambda: health(server)[0] == 503, SECONDS)
    _, status, detail = health(server)
    assert status == "degraded"
    assert reason in detail
    assert index.name in detail
    assert str(index) not in detail, "nobody outside is told where the files are"
    existed, before = index.exists(), files(index)
    for response in (ask(server), *change(server), httpx2.get(f"{server.url}/v1/documents/levy")):
        assert response.status_code == 503, response.text
        assert response.json()["detail"] == detail
    assert index.exists() == existed
    assert files(index) == before


def test_an_index_that_is_moved_back_is_served_again(server: Server, index: Path) -> None:
    move(index)
    wait_for(lambda: health(server)[0] == 503, SECONDS)
    index.with_name("elsewhere").rename(index)
    wait_for(lambda: health(server)[:2] == (200, "ok"), SECONDS)
    assert ask(server).json()["outcome"] == "answered"
    assert server.put("new", "It is new.").status_code == 201


def test_an_index_is_served_again_in_place_of_another_one(server: Server, index: Path) -> None:
    replace_by_another_index(index)
    wait_for(lambda: health(server)[0] == 503, SECONDS)
    other, before = index.with_name("other"), files(index)
    index.rename(other)
    index.with_name("elsewhere").rename(index)
    wait_for(lambda: health(server)[:2] == (200, "ok"), SECONDS)
    assert "24 pence" in ask(server).json()["statements"][0]["text"]
    assert server.put("new", "It is new.").status_code == 201
    assert {name.replace(str(other), str(index)): state for name, state in files(other).items()} == before


@pytest.mark.parametrize("act", [empty, empty_as_the_shell_does])
def test_a_new_index_in_the_emptied_folder_is_served(server: Server, index: Path, act: Callable[[Path], None]) -> None:
    act(index)
    wait_for(lambda: health(server)[0] == 503, SECONDS)
    made = samples.ingest(samples.service(index), index.with_name("articles"))
    wait_for(lambda: health(server)[:2] == (200, "ok"), SECONDS)
    assert server.get("/readyz")["snapshot"] == made
    assert server.put("new", "It is new.").status_code == 201
    assert {one["id"] for one in server.get("/v1/documents")["documents"]} >= {"new", "levy"}


def test_a_missing_folder_of_the_serving_snapshot_is_noticed_at_once(server: Server, index: Path) -> None:
    older, newer = samples.service(index).parts.store.ids()
    shutil.rmtree(index / "snapshots" / newer)
    wait_for(lambda: health(server)[:2] == (200, "degraded"), SECONDS)
    assert server.get("/readyz")["snapshot"] == older
    assert f"names '{newer}', which does not exist" in health(server)[2]
    shutil.rmtree(index / "snapshots" / older)
    wait_for(lambda: health(server)[0] == 503, SECONDS)
    assert DELETED in health(server)[2]
    assert {response.status_code for response in change(server)} == {503}
    assert not list((index / "snapshots").iterdir())


def test_without_current_the_newest_snapshot_serves_and_changes_wait_until_a_snapshot_is_chosen(
    server: Server, index: Path
) -> None:
    newest = server.get("/readyz")["snapshot"]
    (index / "CURRENT").unlink()
    wait_for(lambda: health(server)[:2] == (200, "degraded"), SECONDS)
    assert (server.get("/readyz")["snapshot"], "CURRENT is missing" in health(server)[2]) == (newest, True)
    location = server.post({"new": "It is new."})
    wait_for(
        lambda: "choose a snapshot with 'rag snapshots activate'" in (server.get(location)["reason"] or ""), SECONDS
    )
    samples.service(index).activate(newest)
    wait_for(lambda: server.has_ended(location), seconds=30)
    assert health(server)[:2] == (200, "ok")
    assert "new" in {one["id"] for one in server.get("/v1/documents")["documents"]}


def test_an_index_that_does_not_exist_at_the_start_is_served_when_it_is_made(tmp_path: Path) -> None:
    with started(tmp_path / "index") as server:
        assert httpx2.get(f"{server.url}/readyz").status_code == 503
        samples.ingest(samples.service(tmp_path / "index"), samples.write(tmp_path / "articles"))
        wait_for(lambda: health(server)[:2] == (200, "ok"), SECONDS)


def test_an_accepted_job_waits_for_the_index_and_is_carried_out_when_it_is_back(server: Server, index: Path) -> None:
    with write_lock(server):
        location = server.post({f"document-{n}": f"Document {n}." for n in range(30)})
        wait_for(lambda: server.get(location)["reason"] is not None, SECONDS)
        move(index)
        wait_for(lambda: "is gone" in server.get(location)["reason"], SECONDS)
    assert not index.exists()
    assert server.get(location)["state"] in ("waiting", "running")
    index.with_name("elsewhere").rename(index)
    wait_for(lambda: server.has_ended(location), seconds=30)
    assert {one["state"] for one in server.get(location)["outcomes"]} == {"added"}
    assert {one["id"] for one in server.get("/v1/documents")["documents"]} >= {"document-0", "document-29", "levy"}


def test_moving_an_index_at_any_time_loses_no_accepted_job(server: Server, index: Path) -> None:
    text = " ".join(f"Sentence {n} of this document is about the levy." for n in range(60))
    accepted = []
    for round_ in range(6):
        accepted.append(server.post({f"{round_}-{n}": f"{round_} {n}. {text}" for n in range(20)}))
        wait_for(lambda: server.get(accepted[-1])["encoded"] >= 8 * round_, seconds=30)  # noqa: B023 - called at once
        move(index)
        wait_for(lambda: health(server)[0] == 503, SECONDS)
        assert not index.exists()
        index.with_name("elsewhere").rename(index)
        wait_for(lambda: health(server)[0] == 200, SECONDS)
    for location in accepted:
        wait_for(lambda: server.has_ended(location), seconds=60)  # noqa: B023 - called at once
        job = server.get(location)
        assert (job["state"], {one["state"] for one in job["outcomes"]} - {"unchanged"}) == ("done", {"added"}), job
    assert len(server.get("/v1/documents")["documents"]) == 4 + 120


def test_the_next_process_carries_out_the_job_if_the_service_ends_while_its_index_is_gone(
    server: Server, index: Path
) -> None:
    with write_lock(server):
        location = server.post({"new": "It is new."})
        move(index)
        wait_for(lambda: health(server)[0] == 503, SECONDS)
        assert server.stop(signal.SIGTERM) < 10
    assert not index.exists()
    index.with_name("elsewhere").rename(index)
    server.start()
    wait_for(lambda: server.has_ended(location), seconds=30)
    assert server.get("/v1/documents/new")["text"] == "It is new."


@pytest.mark.parametrize("act", [move, replace_by_empty_folder, empty_as_the_shell_does])
def test_a_watcher_writes_no_index_in_place_of_the_one_that_is_gone(
    index: Path, tmp_path: Path, act: Callable[[Path], None]
) -> None:
    settings = {**os.environ, "RAG_INDEX_DIR": str(index), "RAG_ENCODER": "hashing"}
    command = [*PROGRAM, "ingest", str(tmp_path / "articles"), "--watch"]
    log = tmp_path / "log"
    with log.open("wb") as output, subprocess.Popen(command, env=settings, stdout=output, stderr=output) as watcher:
        try:
            wait_for(lambda: "unchanged" in log.read_text(), seconds=60)
            act(index)
            existed, before = index.exists(), files(index)
            samples.write(tmp_path / "articles", {"new.md": "# New\n\nIt is new.\n"})
            wait_for(lambda: any(sentence in log.read_text() for sentence in (GONE, REPLACED, DELETED)), seconds=30)
            assert (index.exists(), files(index)) == (existed, before)
            assert "Traceback" not in log.read_text()
        finally:
            watcher.kill()


def can_mount(folder: Path) -> bool:
    """Return whether this user may mount a folder."""
    if shutil.which("mount") is None or subprocess.run(["mount", "--bind", folder, folder], check=False).returncode:
        return False
    return not subprocess.run(["umount", folder], check=True).returncode


@contextmanager
def mounted(source: Path, target: Path) -> Iterator[None]:
    """Mount a folder at another place, or skip the test if this user may not."""
    target.mkdir(exist_ok=True)
    if not can_mount(target):
        pytest.skip("this user cannot mount folders")
    subprocess.run(["mount", "--bind", source, target], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", target], check=False)


def test_an_unmounted_index_is_noticed_and_served_again_when_it_is_mounted(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "mounted"
    with mounted(index, target), started(target) as server:
        assert health(server)[:2] == (200, "ok")
        subprocess.run(["umount", "--lazy", target], check=True)
        wait_for(lambda: health(server)[0] == 503, SECONDS)
        assert REPLACED in health(server)[2]
        assert {response.status_code for response in change(server)} == {503}
        assert not list(target.iterdir())
        subprocess.run(["mount", "--bind", index, target], check=True)
        wait_for(lambda: health(server)[:2] == (200, "ok"), SECONDS)
        assert server.put("new", "It is new.").status_code == 201


@contextmanager
def read_only(folder: Path, target: Path) -> Iterator[None]:
    """Mount the folder once more over the target, read-only. It stays the same folder with the same inode number."""
    subprocess.run(["mount", "--bind", folder, target], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", target], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", target], check=True)


def test_a_read_only_index_answers_and_refuses_changes(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "mounted"
    with mounted(index, target), started(target) as server:
        with read_only(index, target):
            assert health(server)[:2] == (200, "degraded")
            assert health(server)[2] == "the index folder mounted is read-only: let this user write there"
            assert ask(server).json()["outcome"] == "answered"
            for response in change(server)[:3]:
                assert response.status_code == 503
                assert "the index folder mounted is read-only" in response.json()["detail"]
        assert health(server)[:2] == (200, "ok")
        assert server.put("new", "It is new.").status_code == 201


def test_an_accepted_job_waits_while_the_index_is_read_only(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "mounted"
    with mounted(index, target), started(target) as server:
        with write_lock(server):
            location = server.post({"new": "It is new."})
            wait_for(lambda: server.get(location)["reason"] is not None, SECONDS)
            with read_only(index, target):
                wait_for(lambda: "is read-only" in server.get(location)["reason"], SECONDS)
        wait_for(lambda: server.has_ended(location), seconds=30)
        assert server.get(location)["outcomes"] == [{"id": "new", "state": "added", "reason": None}]


def test_a_service_that_only_answers_is_ready_with_a_read_only_index(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = samples.service(index)
    service.refresh()
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK)
    assert service.degraded(changes=False) is None


def test_the_command_line_names_a_read_only_index(index: Path, tmp_path: Path) -> None:
    target = tmp_path / "mounted"
    with mounted(index, target), read_only(index, target):
        settings: dict[str, Any] = {"RAG_INDEX_DIR": str(target), "RAG_ENCODER": "hashing"}
        ran = program("ingest", str(tmp_path / "articles"), env={**os.environ, **settings})
    assert ran.returncode == 1
    sentence = f"the index folder {target} is read-only: let this user write there, then run it again"
    assert ran.stderr.splitlines()[-1] == f"rag: {sentence}"
