"""Several processes serve one index. One runs the jobs that all accept, and another takes its place if it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpx2
import psutil
import pytest

from rag.http.share import of_one_worker
from rag.settings import Settings
from tests import samples
from tests.cli.running import PROGRAM
from tests.http.serving import wait_for
from tests.http.test_crash import Server, write_lock

WORKERS = 2


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service in several processes, which all tests share because its start is slow."""
    folder = tmp_path_factory.mktemp("workers")
    samples.ingest(samples.service(folder / "index"), samples.write(folder / "articles"))
    (folder / ".env").write_text("RAG_LEAST_CONFIDENCE=0\n")
    server = Server(folder / "index", ["--workers", str(WORKERS)])
    server.start()
    yield server
    children = workers(server)
    for process in (server.process, *children):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    server.process.wait()
    psutil.wait_procs(children)


def workers(server: Server) -> list[psutil.Process]:
    try:
        children = psutil.Process(server.process.pid).children()
        return [one for one in children if "rag.cli.worker" in one.cmdline()]
    except psutil.NoSuchProcess:
        return []


def all_serve(server: Server) -> bool:
    """Return whether the log says that all workers have started."""
    started = [int(line.rpartition("[")[2][:-1]) for line in log(server) if "Started server process" in line]
    complete = sum("Application startup complete" in line for line in log(server))
    running = {one.pid for one in workers(server)}
    return len(running) == WORKERS and running <= set(started) and complete == len(started)


def log(server: Server) -> list[str]:
    return server.log.read_text().splitlines()


def runner(server: Server) -> int:
    """Return the process that runs the jobs, or that ran them; 0 while another one takes its place."""
    return int((server.index / ".jobs" / "LOCK").read_text() or 0)


def ids(server: Server) -> set[str]:
    return {one["id"] for one in server.get("/v1/documents")["documents"]}


def test_every_worker_accepts_jobs_and_one_of_them_runs_them(server: Server) -> None:
    wait_for(lambda: all_serve(server), seconds=120)
    names = [f"document-{number}" for number in range(20)]
    with ThreadPoolExecutor(5) as pool:  # each request has a connection of its own
        responses = list(pool.map(lambda name: server.put(name, f"Document {name}."), names))
    assert {response.status_code for response in responses} == {201}
    wait_for(lambda: set(names) <= ids(server), seconds=30)  # the other workers open the snapshot a moment later
    assert runner(server) in {one.pid for one in workers(server)}
    jobs = server.get("/v1/ingestions")["ingestions"]
    assert [job["state"] for job in jobs] == ["done"] * 20
    assert httpx2.get(f"{server.url}/v1/ingestions").status_code == 401


def test_a_killed_worker_is_started_again_and_its_jobs_go_on_in_another_one(server: Server) -> None:
    wait_for(lambda: all_serve(server), seconds=120)
    before = {one.pid for one in workers(server)}
    with write_lock(server):
        locations = [server.post({f"{n}-{k}": f"Document {n} {k}." for k in range(5)}) for n in range(8)]
        killed = runner(server)
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: runner(server) not in (0, killed), seconds=30)
        assert runner(server) in before, "a worker that runs already takes the jobs, and not the new one"
    for location in locations:
        wait_for(lambda: server.has_ended(location), seconds=60)  # noqa: B023 - called at once
        assert {one["state"] for one in server.get(location)["outcomes"]} == {"added"}
    wait_for(lambda: all_serve(server), seconds=120)
    assert killed not in {one.pid for one in workers(server)}
    assert any(f"process {killed}, was ended by SIGKILL: it is started again" in line for line in log(server))


def test_kills_at_any_time_lose_no_acknowledged_document(server: Server) -> None:
    wait_for(lambda: all_serve(server), seconds=120)
    acknowledged: set[str] = set()

    def write(writer: int) -> None:
        for number in range(15):
            name = f"{writer}-{number}"
            with suppress(httpx2.TransportError):
                if server.put(name, f"Document {name}.").status_code in (200, 201):
                    acknowledged.add(name)

    with ThreadPoolExecutor(3) as pool:
        writers = [pool.submit(write, writer) for writer in range(3)]
        for round_ in range(3):
            wait_for(lambda: len(acknowledged) > 3 * round_, seconds=120)  # noqa: B023 - called at once
            wait_for(lambda: runner(server) in {one.pid for one in workers(server)}, seconds=60)
            os.kill(runner(server), signal.SIGKILL)
        for writer in writers:
            writer.result()
    wait_for(lambda: acknowledged <= ids(server), seconds=60)
    wait_for(lambda: all(job["state"] == "done" for job in server.get("/v1/ingestions")["ingestions"]), seconds=60)
    listed = [one["id"] for one in server.get("/v1/documents")["documents"]]
    assert len(listed) == len(set(listed))


def test_settings_are_read_again_by_all_workers(server: Server) -> None:
    wait_for(lambda: all_serve(server), seconds=120)
    question = {"question": samples.LEVY_QUESTION}

    def abstains() -> bool:
        return bool(httpx2.post(f"{server.url}/v1/answers", json=question, timeout=60).json()["abstention"])

    assert not abstains()
    file = server.index.with_name(".env")
    file.write_text("RAG_LEAST_CONFIDENCE=high\n")
    server.process.send_signal(signal.SIGHUP)
    wait_for(
        lambda: any("The settings stay as they were: RAG_LEAST_CONFIDENCE is 'high'" in one for one in log(server)), 30
    )
    assert not abstains()
    file.write_text("RAG_LEAST_CONFIDENCE=1\n")
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: all(abstains() for _ in range(20)), seconds=60)
    assert sum("The settings were read again: RAG_LEAST_CONFIDENCE changed" in line for line in log(server)) == 1
    file.write_text("RAG_LEAST_CONFIDENCE=0\n")  # a worker that is started again has the settings of the others
    os.kill(workers(server)[0].pid, signal.SIGKILL)
    wait_for(lambda: all_serve(server), seconds=120)
    assert all(abstains() for _ in range(20))


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_all_workers_end_with_their_parent(server: Server, kind: signal.Signals) -> None:
    if server.process.poll() is not None:
        server.log.unlink()
        server.start()
    wait_for(lambda: all_serve(server), seconds=120)
    children = workers(server)
    server.stop(kind)
    assert server.process.returncode == -kind
    psutil.wait_procs(children, timeout=30)
    assert not any(one.is_running() for one in children)
    text = server.log.read_text()
    assert "Traceback" not in text
    assert text.count("rag: stopped by Ctrl-C") == (kind is signal.SIGINT)


def test_a_service_that_cannot_start_says_why_once(tmp_path: Path) -> None:
    environment = {**os.environ, "RAG_INDEX_DIR": str(tmp_path), "RAG_STORE": "nothing", "RAG_PORT": "0"}
    command = [*PROGRAM, "serve", "--workers", "2"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if "rag: " in line]
    assert "'nothing'" in line
    assert "Traceback" not in done.stderr


def test_workers_share_the_limits() -> None:
    given = Settings(_env_file=None, active_requests=5, queued_requests=64, generator_waiting=8)
    share = of_one_worker(given, 2)
    assert (share.active_requests, share.queued_requests, share.generator_waiting) == (3, 32, 4)
    assert of_one_worker(Settings(_env_file=None, queued_requests=0), 64).queued_requests == 0
    assert (of_one_worker(Settings(_env_file=None), 64).active_requests or 0) >= 1
