"""An accepted job is whole on the disk, or not there."""

from __future__ import annotations

import errno
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import StorageError
from rag.snapshots import durable
from rag.upkeep import Given, JobState, Outcome, Removal, Request
from rag.upkeep.spool import KEPT, Spool
from tests.snapshots.dying import NEVER, DyingProcess, dying
from tests.snapshots.test_faults import Disk
from tests.upkeep.giving import given


def accepted(spool: Spool) -> bool:
    """Tell whether the disk let a job be accepted."""
    with suppress(StorageError):
        return bool(spool.accept([given("a", "One.")]))
    return False


def asked(spool: Spool, job_id: str) -> list[tuple[str, bytes | None]]:
    return [(name, file.read_bytes() if file else None) for name, file in spool.asked(job_id)]


def test_a_job_comes_back_as_it_was_given(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.held():
        job = spool.accept([Given("a/b", "../x/Report.PDF", b"%PDF"), Removal("c")])
        (found,) = Spool(spool.folder).jobs()
        assert found == job
        assert asked(spool, job.id) == [("a/b", b"%PDF"), ("c", None)]


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "", ".", "..", "a" * 300, "税" * 300, "\x00.md"]
)
def test_no_name_of_a_file_leads_out_of_its_job(tmp_path: Path, name: str) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.held():
        job = spool.accept([Given("a", name, b"x", {"title": "A"})])
        ((_, file),) = spool.asked(job.id)
    assert file is not None
    assert file.resolve().is_relative_to((spool.folder / job.id).resolve())
    assert file.read_bytes() == b"x"


def test_jobs_stand_in_the_order_of_their_acceptance_even_when_the_clock_goes_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.held():
        first = spool.accept([Removal("a")])
        (spool.folder / first.id).rename(spool.folder / f"{(1 << 60):016x}")  # from a clock that was far ahead
        ids = [f"{(1 << 60):016x}", *(spool.accept([Removal("a")]).id for _ in range(3))]
        assert [job.id for job in spool.jobs()] == ids == sorted(set(ids))


def test_whichever_call_a_process_dies_at_a_job_is_whole_or_not_there(tmp_path: Path) -> None:
    requests: list[Request] = [given("a", "One."), Removal("b")]
    for n in range(1, NEVER):
        spool = Spool(tmp_path / f"jobs-{n}")
        with spool.held():
            before = spool.accept([Removal("before")])
        process = DyingProcess(n)
        accepted = None
        with dying(process), spool.held():
            accepted = spool.accept(requests)
        with spool.held():
            found = spool.jobs()
            assert found[0] == before
            for job in found[1:]:
                assert [name for name, _ in asked(spool, job.id)] == ["a", "b"]
        if accepted:
            assert found == [before, accepted]
        if not process.dead:
            break
    assert n > 10


def test_whichever_call_the_disk_refuses_nothing_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.held():
        for fails in range(1, 100):
            disk = Disk(fails, errno.ENOSPC)
            with monkeypatch.context() as patched:
                patched.setattr(durable, "os", disk)
                if accepted(spool):
                    break
            assert spool.jobs() == []
            assert [path.name for path in spool.folder.iterdir()] == ["LOCK"]
    assert fails > 10


def test_only_the_last_jobs_that_ended_are_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.held():
        waiting = spool.accept([Removal("a")])
        for _ in range(KEPT + 5):
            job = spool.accept([Removal("a")])
            spool.end(replace(job, state=JobState.DONE, outcomes=(Outcome("a", "removed"),)))
        found = spool.jobs()
    assert len(found) == KEPT + 1
    assert found[0] == waiting
    assert found[-1].outcomes == (Outcome("a", "removed"),)


def test_a_job_half_deleted_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def delete_half(folder: Path) -> None:
        (folder / "job.json").unlink()
        raise OSError(errno.EIO, "the disk is gone")

    spool = Spool(tmp_path / "jobs")
    with spool.held():
        jobs = [spool.accept([Removal(str(number))]) for number in range(KEPT + 1)]
        for job in jobs[:-1]:
            spool.end(replace(job, state=JobState.DONE))
        with monkeypatch.context() as disk:
            disk.setattr(shutil, "rmtree", delete_half)
            with pytest.raises(StorageError, match="the disk is gone"):
                spool.end(replace(jobs[-1], state=JobState.DONE))
        assert [job.id for job in spool.jobs()] == [job.id for job in jobs[1:]]
    with spool.held():
        assert not list(spool.folder.glob(".discarded-*"))
