"""Jobs run in order, and waiting jobs run together. The next process resumes an interrupted job."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future
from pathlib import Path
from threading import Event

import pytest

from rag.errors import (
    ConfigurationError,
    IndexUnavailable,
    RagError,
    SnapshotError,
    StorageError,
    UnknownJob,
)
from rag.ingest.ingestion import Ingestion
from rag.protocols import Encoding
from rag.upkeep import JobState, Outcome, Removal, Upkeep, Upload
from tests.articles import Articles, Index
from tests.encoders import CountingEncoder
from tests.upkeep.uploads import count_snapshots, open_upkeep, reopened, text_upload

SECONDS = 30


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index", keep=100)


class PausingEncoder(CountingEncoder):
    """An encoder that waits before each batch until a test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.started, self.go_on = Event(), Event()

    def encode_passages(self, texts: Sequence[str]) -> list[Encoding]:
        self.started.set()
        assert self.go_on.wait(SECONDS)
        return super().encode_passages(texts)


def test_a_done_job_is_published_and_has_an_outcome_for_each_document(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        _, ended = upkeep.submit(
            [text_upload("a", "One."), text_upload("b", " "), Removal("c"), text_upload("a", "Two.")]
        )
        job = ended.result(SECONDS)
    assert [(one.document_id, one.state) for one in job.outcomes] == [
        ("a", "added"), ("b", "failed"), ("c", "failed"), ("a", "updated"),
    ]  # fmt: skip
    assert job.outcomes[1].reason == "Line 1 of the file given holds no text; remove it, or add text to it."
    assert (job.state, job.snapshot) == (JobState.DONE, index.store.current().id)
    assert reopened(index) == {"a": "Two."}


def test_waiting_jobs_become_one_snapshot(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        with index.store.writing():
            ends = [upkeep.submit([text_upload(f"document-{n}", f"Text {n}.")])[1] for n in range(20)]
        jobs = [end.result(SECONDS) for end in ends]
    assert {job.outcomes[0].state for job in jobs} == {"added"}
    assert reopened(index) == {f"document-{n}": f"Text {n}." for n in range(20)}
    assert count_snapshots(index) <= 2


def test_the_last_of_several_jobs_for_one_document_wins(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        with index.store.writing():
            upkeep.submit([text_upload("a", "One.")])
            upkeep.submit([text_upload("a", "Two."), text_upload("b", "Other.")])
            ends = [upkeep.submit([request])[1] for request in (Removal("a"), text_upload("a", "Three."), Removal("b"))]
        assert [end.result(SECONDS).outcomes[0].state for end in ends] == ["removed", "added", "removed"]
    assert reopened(index) == {"a": "Three."}


def test_an_unchanged_document_makes_no_snapshot(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        first = upkeep.submit([text_upload("a", "One.")])[1].result(SECONDS)
        again = upkeep.submit([text_upload("a", "One.")])[1].result(SECONDS)
    assert again.outcomes == (Outcome("a", "unchanged"),)
    assert again.snapshot == first.snapshot


def test_a_job_that_waits_for_another_writer_gives_the_reason(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        with index.store.writing():
            job, ended = upkeep.submit([text_upload("a", "One.")])
            pause = Event()
            while (reason := upkeep.job(job.id).reason) is None:
                pause.wait(0.01)
            assert "is being written to by process" in reason
            assert not ended.done()
        assert ended.result(SECONDS).reason is None


def test_the_progress_of_a_job_counts_passages(tmp_path: Path) -> None:
    encoder = PausingEncoder()
    index = Index(tmp_path / "index", encoder)
    with open_upkeep(index) as upkeep:
        job, ended = upkeep.submit([text_upload(str(n), f"Text {n}.") for n in range(70)])
        assert encoder.started.wait(SECONDS)
        running = upkeep.job(job.id)
        assert (running.state, running.encoded) == (JobState.RUNNING, 0)
        assert 64 <= running.to_encode <= 70  # the passages known so far
        encoder.go_on.set()
        done = ended.result(SECONDS)
    assert (done.encoded, done.to_encode) == (70, 70)


def test_a_job_survives_the_process_that_accepted_it(index: Index) -> None:
    with open_upkeep(index) as upkeep, index.store.writing():
        job, ended = upkeep.submit([text_upload("a", "One."), Upload("b", "b.md", b"# Bee\n\nTwo.", {"author": "Ada"})])
        upkeep.close()
    with pytest.raises(CancelledError):
        ended.result(SECONDS)
    with open_upkeep(index) as upkeep:
        upkeep.resume()
        pause = Event()
        while not upkeep.job(job.id).ended:
            pause.wait(0.01)
        assert upkeep.job(job.id).state is JobState.DONE
    assert reopened(index) == {"a": "One.", "b": "Bee\n\nTwo."}
    (bee,) = (stored for stored in index.store.refresh().documents() if stored.reference.id == "b")
    assert (bee.reference.title, bee.reference.author) == ("Bee", "Ada")


def test_no_batch_is_encoded_twice_if_a_process_stops_while_encoding(tmp_path: Path) -> None:
    encoder = PausingEncoder()
    index = Index(tmp_path / "index", encoder)
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload(str(n), f"Text {n}.") for n in range(130)])
        assert encoder.started.wait(SECONDS)
        upkeep._stopped.set()
        encoder.go_on.set()
    assert len(encoder.passages) in (32, 64)  # one or two batches were in progress
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload("last", "The last.")])[1].result(SECONDS)
    assert len(encoder.passages) == 131
    assert len(reopened(index)) == 131


def test_results_survive_the_process(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        done = upkeep.submit([text_upload("a", "One."), Removal("b")])[1].result(SECONDS)
    with open_upkeep(index) as upkeep:
        assert upkeep.job(done.id) == done
        assert upkeep.jobs() == [done]


def test_the_uploaded_files_of_an_ended_job_are_deleted(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        done = upkeep.submit([text_upload("a", "A word that is nowhere else: xylograph.")])[1].result(SECONDS)
    kept = sorted(path.name for path in (index.store.directory / ".jobs" / done.id).iterdir())
    assert kept == ["end.json", "job.json"]


def look(*processes: Upkeep, until: Callable[[], bool]) -> None:
    """Let processes look at the jobs on the disk, as they do all the time, until a condition holds."""
    deadline = time.monotonic() + SECONDS
    while not until():
        assert time.monotonic() < deadline
        for upkeep in processes:
            upkeep.resume()
        Event().wait(0.01)


def test_one_process_runs_the_jobs_that_all_accept(index: Index) -> None:
    with open_upkeep(index) as first, open_upkeep(index) as second:
        assert first.resume()
        assert not second.resume()
        job, ended = second.submit([text_upload("a", "One."), Removal("b")])
        assert second.job(job.id).state is JobState.WAITING
        look(first, second, until=ended.done)
        assert [one.state for one in ended.result(0).outcomes] == ["added", "failed"]
        assert first.job(job.id) == ended.result(0)
    assert reopened(index) == {"a": "One."}


def test_another_process_takes_the_place_of_one_that_ends(tmp_path: Path) -> None:
    encoder = PausingEncoder()
    index = Index(tmp_path / "index", encoder)
    with open_upkeep(index) as second:
        with open_upkeep(index) as first:
            assert first.resume()
            mine, ended = second.submit([text_upload("second", "Two.")])
            theirs, _ = first.submit([text_upload("first", "One.")])
            look(first, until=encoder.started.is_set)
            first._stopped.set()
            encoder.go_on.set()
        look(second, until=ended.done)
        look(second, until=lambda: second.job(theirs.id).ended)
        assert [second.job(one).state for one in (mine.id, theirs.id)] == [JobState.DONE, JobState.DONE]
    assert reopened(index) == {"first": "One.", "second": "Two."}


def test_all_processes_show_the_progress_of_a_job(tmp_path: Path) -> None:
    encoder = PausingEncoder()
    index = Index(tmp_path / "index", encoder)
    with open_upkeep(index) as first, open_upkeep(index) as second:
        job, ended = first.submit([text_upload(str(n), f"Text {n}.") for n in range(70)])
        assert encoder.started.wait(SECONDS)
        assert second.job(job.id).state is JobState.RUNNING
        encoder.go_on.set()
        ended.result(SECONDS)
        assert second.job(job.id) == first.job(job.id)


def test_a_job_that_fails_in_another_process_raises_the_same_error(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConfigurationError("the model is gone")

    with open_upkeep(index) as first, open_upkeep(index) as second:
        assert first.resume()
        monkeypatch.setattr(Ingestion, "apply", refuse)
        _, ended = second.submit([text_upload("a", "One.")])
        look(first, second, until=ended.done)
        with pytest.raises(ConfigurationError, match="the model is gone"):
            ended.result(0)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (shutil.rmtree, "send its documents again"),
        (lambda folder: (folder / "end.json").write_text("{"), "cannot be read"),
    ],
    ids=["folder deleted", "result unreadable"],
)
def test_a_followed_job_fails_if_its_files_are_damaged(
    index: Index, damage: Callable[[Path], object], reason: str
) -> None:
    with open_upkeep(index) as first, open_upkeep(index) as second:
        assert first.resume()
        job, ended = second.submit([text_upload("a", "One.")])
        damage(index.store.directory / ".jobs" / job.id)
        look(second, until=ended.done)
        with pytest.raises(StorageError, match=reason):
            ended.result(0)


def test_an_urgent_task_interrupts_the_build_of_another_process(tmp_path: Path, articles: Articles) -> None:
    articles.write("a.txt", "One.")
    encoder = PausingEncoder()
    encoder.go_on.set()
    index = Index(tmp_path / "index", encoder)
    first_snapshot = index.ingest(articles).snapshot
    articles.write("b.txt", "Two.")
    index.ingest(articles)
    assert first_snapshot is not None
    encoder.started.clear()
    encoder.go_on.clear()
    with open_upkeep(index) as first, open_upkeep(index) as second:
        _, ended = first.submit([text_upload(str(n), f"Text {n}.") for n in range(130)])
        assert encoder.started.wait(SECONDS)
        assert not second.resume()
        urgent = second.run_urgent(lambda: index.store.activate(first_snapshot).id)
        assert not urgent.done()
        encoder.go_on.set()
        assert urgent.result(SECONDS) == first_snapshot
        assert ended.result(SECONDS).state is JobState.DONE
    assert set(reopened(index)) == {"a", *map(str, range(130))}


def test_an_urgent_task_interrupts_the_build_of_a_snapshot(tmp_path: Path, articles: Articles) -> None:
    articles.write("a.txt", "One.")
    encoder = PausingEncoder()
    encoder.go_on.set()
    index = Index(tmp_path / "index", encoder)
    first = index.ingest(articles).snapshot
    articles.write("b.txt", "Two.")
    second = index.ingest(articles).snapshot
    assert first is not None
    encoder.started.clear()
    encoder.go_on.clear()
    with open_upkeep(index) as upkeep:
        _, ended = upkeep.submit([text_upload(str(n), f"Text {n}.") for n in range(130)])
        assert encoder.started.wait(SECONDS)
        urgent = upkeep.run_urgent(lambda: index.store.activate(first).id)
        encoder.go_on.set()
        assert urgent.result(SECONDS) == first
        assert ended.result(SECONDS).state is JobState.DONE
    assert len(encoder.passages) == 132  # no passage twice
    texts = reopened(index)
    assert set(texts) == {"a", *map(str, range(130))}  # built on the snapshot that the urgent task activated
    assert second not in (None, first)


def test_a_job_fails_with_the_reason_and_the_next_job_still_runs(index: Index) -> None:
    errors = iter([StorageError("the disk is full: free some space"), ConfigurationError("no such model")])

    def ingestion() -> Ingestion:
        if error := next(errors, None):
            raise error
        return index.ingestion

    upkeep = Upkeep(index.store.directory / ".jobs", ingestion)
    job, ended = upkeep.submit([text_upload("a", "One.")])
    with pytest.raises(StorageError, match="the disk is full"):
        ended.result(SECONDS)
    assert upkeep.job(job.id).state is JobState.FAILED
    assert upkeep.job(job.id).reason == "the disk is full: free some space"
    with pytest.raises(ConfigurationError):
        upkeep.submit([text_upload("b", "Two.")])[1].result(SECONDS)
    assert upkeep.submit([text_upload("c", "Three.")])[1].result(SECONDS).outcomes[0].state == "added"
    upkeep.close()
    assert reopened(index) == {"c": "Three."}


def test_a_bug_fails_its_job_and_not_the_thread(index: Index, caplog: pytest.LogCaptureFixture) -> None:
    bugs = iter([ZeroDivisionError("a secret")])

    def ingestion() -> Ingestion:
        for bug in bugs:
            raise bug
        return index.ingestion

    upkeep = Upkeep(index.store.directory / ".jobs", ingestion)
    with pytest.raises(RagError, match="the service failed: see its log"):
        upkeep.submit([text_upload("a", "One.")])[1].result(SECONDS)
    assert upkeep.submit([text_upload("b", "Two.")])[1].result(SECONDS).outcomes[0].state == "added"
    upkeep.close()
    assert "a secret" in caplog.text


def test_an_urgent_task_that_fails_or_is_cancelled_affects_no_job(tmp_path: Path) -> None:
    encoder = PausingEncoder()
    index = Index(tmp_path / "index", encoder)
    with open_upkeep(index) as upkeep:
        _, ended = upkeep.submit([text_upload("a", "One.")])
        assert encoder.started.wait(SECONDS)
        wrong = upkeep.run_urgent(lambda: 1 // 0)
        unwanted = upkeep.run_urgent(lambda: 1 // 0)
        assert unwanted.cancel()
        encoder.go_on.set()
        with pytest.raises(ZeroDivisionError):
            wrong.result(SECONDS)
        assert ended.result(SECONDS).state is JobState.DONE


def test_more_than_a_thousand_documents_need_more_than_one_snapshot(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        with index.store.writing():
            first = upkeep.submit([text_upload("first", "First.")])[1]
            requests = [Removal(str(n)) for n in range(1_000)]
            ends = [upkeep.submit(requests)[1], upkeep.submit([text_upload("last", "Last.")])[1]]
        snapshots = [end.result(SECONDS).snapshot for end in (first, *ends)]
    assert snapshots[-1] not in snapshots[:-1]
    assert set(reopened(index)) == {"first", "last"}


def test_a_job_or_task_that_is_given_to_a_closed_upkeep_is_refused_at_once(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload("a", "One.")])[1].result(SECONDS)
    with pytest.raises(SnapshotError, match="the service is stopping: send the request again when it has started"):
        upkeep.submit([text_upload("b", "Two.")])
    with pytest.raises(SnapshotError, match="the service is stopping"):
        upkeep.run_urgent(lambda: 1)
    assert len(list((index.store.directory / ".jobs").glob("[0-9a-f]*"))) == 1


def test_closing_ends_the_wait_for_a_task_that_has_not_begun(tmp_path: Path) -> None:
    encoder = PausingEncoder()
    index = Index(tmp_path / "index", encoder)
    with open_upkeep(index) as upkeep:
        upkeep.submit([text_upload("a", "One.")])
        assert encoder.started.wait(SECONDS)
        upkeep._stopped.set()
        urgent: Future[int] = Future()
        upkeep._urgent.append((urgent, lambda: 1))
        encoder.go_on.set()
    assert urgent.cancelled()


def test_a_waiting_job_fails_if_its_folder_is_deleted_and_the_next_job_is_accepted(tmp_path: Path) -> None:
    encoder = PausingEncoder()
    index = Index(tmp_path / "index", encoder)
    with open_upkeep(index) as upkeep:
        _, running = upkeep.submit([text_upload("a", "One.")])
        assert encoder.started.wait(SECONDS)
        lost, waiting = upkeep.submit([text_upload("b", "Two.")])
        shutil.rmtree(index.store.directory / ".jobs")
        _, next_job = upkeep.submit([text_upload("c", "Three.")])
        with pytest.raises(StorageError, match="the folder of the job was deleted: send its documents again"):
            waiting.result(SECONDS)
        assert upkeep.job(lost.id).state is JobState.FAILED
        encoder.go_on.set()
        assert [running.result(SECONDS).state, next_job.result(SECONDS).state] == [JobState.DONE, JobState.DONE]
    assert reopened(index) == {"a": "One.", "c": "Three."}


def test_an_unknown_job_raises_an_error(index: Index) -> None:
    with open_upkeep(index) as upkeep, pytest.raises(UnknownJob, match="no ingestion has the id 'x'"):
        upkeep.job("x")


def test_the_error_of_a_damaged_job_names_the_folder_to_delete(index: Index) -> None:
    with open_upkeep(index) as upkeep:
        done = upkeep.submit([text_upload("a", "One.")])[1].result(SECONDS)
    (index.store.directory / ".jobs" / done.id / "job.json").write_text("{")
    with (
        open_upkeep(index) as upkeep,
        pytest.raises(StorageError, match=f"delete .*{done.id}, and upload its documents"),
    ):
        upkeep.resume()


def test_the_jobs_of_another_process_are_listed(index: Index) -> None:
    with open_upkeep(index) as first, open_upkeep(index) as second:
        job, ended = first.submit([text_upload("a", "One.")])
        ended.result(SECONDS)
        assert not second.resume()
        assert [(one.id, one.state) for one in second.jobs()] == [(job.id, JobState.DONE)]


@pytest.mark.parametrize("with_jobs", [True, False])
def test_the_jobs_of_a_read_only_index_are_listed(
    index: Index, with_jobs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.store.place.prepare()
    jobs = []
    if with_jobs:
        with open_upkeep(index) as upkeep:
            job, ended = upkeep.submit([text_upload("a", "One.")])
            ended.result(SECONDS)
            jobs = [job.id]
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK)
    upkeep = Upkeep(index.store.directory / ".jobs", lambda: index.ingestion, index.store.place.prepare)
    try:
        with pytest.raises(IndexUnavailable, match="read-only"):
            upkeep.resume()
        assert [one.id for one in upkeep.jobs()] == jobs
    finally:
        upkeep.close()
