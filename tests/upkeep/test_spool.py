"""A job is stored completely or not at all."""

from __future__ import annotations

import errno
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from rag.errors import StorageError
from rag.snapshots import durable
from rag.snapshots.durable import shared
from rag.upkeep import JobState, Outcome, Removal, Request, Upload
from rag.upkeep import spool as spool_module
from rag.upkeep.spool import MAX_ENDED, Spool
from tests.snapshots.dying import NEVER, DyingProcess, dying
from tests.snapshots.test_faults import Disk
from tests.upkeep.uploads import text_upload


def accepts(spool: Spool) -> bool:
    """Return whether the spool accepts a job without a disk error."""
    with suppress(StorageError):
        return bool(spool.accept([text_upload("a", "One.")]))
    return False


def requested(spool: Spool, job_id: str) -> list[tuple[str, bytes | None]]:
    return [(one.document_id, one.file.read_bytes() if one.file else None) for one in spool.requests(job_id)]


def test_an_accepted_job_is_read_back_unchanged(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.locked():
        job = spool.accept([Upload("a/b", "../x/Report.PDF", b"%PDF"), Removal("c")])
        (found,) = Spool(spool.folder).jobs()
        assert found == job
        assert requested(spool, job.id) == [("a/b", b"%PDF"), ("c", None)]


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "", ".", "..", "a" * 300, "税" * 300, "\x00.md"]
)
def test_no_file_name_leads_out_of_the_folder_of_its_job(tmp_path: Path, name: str) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.locked():
        job = spool.accept([Upload("a", name, b"x", {"title": "A"})])
        file = spool.requests(job.id)[0].file
    assert file is not None
    assert file.resolve().is_relative_to((spool.folder / job.id).resolve())
    assert file.read_bytes() == b"x"


def test_jobs_are_in_the_order_of_acceptance_even_if_the_clock_goes_back(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.locked():
        first = spool.accept([Removal("a")])
        (spool.folder / first.id).rename(spool.folder / f"{(1 << 60):016x}")  # from a clock that was far ahead
        ids = [f"{(1 << 60):016x}", *(spool.accept([Removal("a")]).id for _ in range(3))]
        assert [job.id for job in spool.jobs()] == ids == sorted(set(ids))


def test_a_process_that_dies_at_any_call_leaves_a_whole_job_or_none(tmp_path: Path) -> None:
    requests: list[Request] = [text_upload("a", "One."), Removal("b")]
    for n in range(1, NEVER):
        spool = Spool(tmp_path / f"jobs-{n}")
        with spool.locked():
            before = spool.accept([Removal("before")])
        process = DyingProcess(n)
        accepted = None
        with dying(process), spool.locked():
            accepted = spool.accept(requests)
        with spool.locked():
            found = spool.jobs()
            assert found[0] == before
            for job in found[1:]:
                assert [name for name, _ in requested(spool, job.id)] == ["a", "b"]
        if accepted:
            assert found == [before, accepted]
        if not process.dead:
            break
    assert n > 10


def test_a_disk_error_in_any_call_leaves_no_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.locked():
        for fails in range(1, 100):
            disk = Disk(fails, errno.ENOSPC)
            with monkeypatch.context() as patched:
                patched.setattr(durable, "os", disk)
                if accepts(spool):
                    break
            assert spool.jobs() == []
            assert {path.name for path in spool.folder.iterdir()} <= {"LOCK", "ACCEPTING"}
    assert fails > 10


def test_only_the_last_ended_jobs_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "_KEPT_SECONDS", 0.0)
    spool = Spool(tmp_path / "jobs")
    with spool.locked():
        waiting = spool.accept([Removal("a")])
        for _ in range(MAX_ENDED + 5):
            job = spool.accept([Removal("a")])
            spool.end(replace(job, state=JobState.DONE, outcomes=(Outcome("a", "removed"),)))
        found = spool.jobs()
    assert len(found) == MAX_ENDED + 1
    assert found[0] == waiting
    assert found[-1].outcomes == (Outcome("a", "removed"),)


def test_a_job_that_has_just_ended_is_kept_because_another_process_may_wait_for_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.locked():
        for _ in range(MAX_ENDED + 5):
            spool.end(replace(spool.accept([Removal("a")]), state=JobState.DONE))
    assert len(spool.jobs()) == MAX_ENDED + 5


def test_several_processes_accept_jobs_at_the_same_time(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.locked():
        (spool.folder / f"{(1 << 60):016x}").mkdir()  # all new ids are one more than the newest, so they collide
        (spool.folder / f"{(1 << 60):016x}" / "job.json").write_text('{"created": "", "asked": []}')
        with ThreadPoolExecutor(8) as pool:
            accepted = list(pool.map(lambda n: spool.accept([Removal(str(n))]).id, range(80)))
        assert len(set(accepted)) == 80
        assert {name for job in accepted for name, _ in requested(spool, job)} == {str(n) for n in range(80)}


def test_the_next_process_does_not_delete_a_job_that_another_one_is_writing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "jobs")
    with spool.locked():
        pass
    (spool.folder / ".half").mkdir()
    with shared(spool.folder / "ACCEPTING"), spool.locked():
        assert (spool.folder / ".half").exists()
    with spool.locked():
        assert not (spool.folder / ".half").exists()


def test_a_half_deleted_job_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def delete_half(folder: Path) -> None:
        (folder / "job.json").unlink()
        raise OSError(errno.EIO, "the disk is gone")

    monkeypatch.setattr(spool_module, "_KEPT_SECONDS", 0.0)
    spool = Spool(tmp_path / "jobs")
    with spool.locked():
        jobs = [spool.accept([Removal(str(number))]) for number in range(MAX_ENDED + 1)]
        for job in jobs[:-1]:
            spool.end(replace(job, state=JobState.DONE))
        with monkeypatch.context() as disk:
            disk.setattr(shutil, "rmtree", delete_half)
            with pytest.raises(StorageError, match="the disk is gone"):
                spool.end(replace(jobs[-1], state=JobState.DONE))
        assert [job.id for job in spool.jobs()] == [job.id for job in jobs[1:]]
    with spool.locked():
        assert not list(spool.folder.glob(".discarded-*"))
