"""Tests of the audit log's files: several writers, rotation, retention, crashes, and disks that refuse."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rag.audit import AuditLog, Questions, Selection, rows, verify
from rag.audit.entries import Kind
from rag.errors import AuditRefused

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "audit")


def ask(log: AuditLog, question: str = "Why?") -> int:
    return log.append(Kind.ASKED, {"client": "anna", "snapshot": "1"}, question)


def make_older(log: AuditLog, days: int) -> None:
    """Give every file an earlier day, as if it had been written then."""
    for file in log.folder.files():
        day = datetime.now(UTC).date() - timedelta(days=days)
        file.path.rename(file.path.with_name(f"{file.number:06d}-{day}.jsonl"))


def test_threads_and_processes_write_one_chain(log: AuditLog) -> None:
    program = (
        "import sys; from pathlib import Path; from rag.audit import AuditLog; from rag.audit.entries import Kind\n"
        "log = AuditLog(Path(sys.argv[1]))\n"
        "for number in range(40): log.append(Kind.ASKED, {'client': sys.argv[2]}, f'Question {number}')"
    )
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    others = [
        subprocess.Popen([sys.executable, "-c", program, str(log.folder.path), name], env=environment)
        for name in ("one", "two")
    ]
    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(lambda _: ask(log), range(40)))) == 40
    assert [other.wait() for other in others] == [0, 0]
    found = verify(log)
    assert (found.entries, found.faults) == (120, ())


def test_the_files_are_for_their_owner_only(log: AuditLog) -> None:
    ask(log)
    assert log.folder.path.stat().st_mode & 0o777 == 0o700
    assert {file.path.stat().st_mode & 0o777 for file in log.folder.files()} == {0o600}


def test_a_new_file_begins_at_the_size_and_the_chain_goes_on(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit", file_bytes=2_000)
    for _ in range(20):
        ask(log)
    assert len(log.folder.files()) > 3
    assert all(file.path.stat().st_size <= 2_000 for file in log.folder.files())
    assert verify(log).faults == ()


def test_a_missing_file_is_found(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit", file_bytes=2_000)
    for _ in range(20):
        ask(log)
    first, second, third, *_ = log.folder.files()
    second.path.unlink()
    assert verify(log).faults[0] == f"{third.path.name}: the file before it is not number 2"
    assert " are missing before entry " in verify(log).faults[1]
    first.path.unlink()
    assert "no entry says that retention deleted them" in verify(log).faults[-1]


def test_a_new_file_begins_each_day(log: AuditLog) -> None:
    ask(log)
    make_older(log, 1)
    ask(log)
    assert [file.number for file in log.folder.files()] == [1, 2]
    assert verify(log).faults == ()


def test_retention_deletes_old_files_and_the_rest_is_whole(log: AuditLog) -> None:
    ask(log)
    ask(log)
    head = verify(log).head
    make_older(log, 31)
    ask(log)
    assert [path.name[:6] for path in log.retain(30)] == ["000001"]
    found = verify(log, head)
    assert (found.entries, found.faults) == (2, ())
    assert log.retain(30) == []


def test_retention_keeps_the_chain_if_everything_is_old(log: AuditLog) -> None:
    ask(log)
    make_older(log, 31)
    log.retain(30)
    assert ask(log) == 3
    assert verify(log).faults == ()


def test_files_within_the_retention_stay(log: AuditLog) -> None:
    ask(log)
    make_older(log, 30)
    assert log.retain(30) == []


@pytest.mark.parametrize("torn", [b'{"number":2,"ti', b"x" * 100_000])
def test_a_line_that_a_crash_tore_is_dropped_and_recorded(log: AuditLog, torn: bytes) -> None:
    ask(log)
    with log.folder.files()[0].path.open("ab") as file:
        file.write(torn)
    assert verify(AuditLog(log.folder.path)).faults == ()
    assert ask(AuditLog(log.folder.path)) == 3
    assert ask(log) == 4
    found = verify(log)
    assert (found.entries, found.faults) == (4, ())
    assert f'"kind":"repaired","dropped_bytes":{len(torn)}' in log.folder.files()[0].path.read_text()


def test_a_file_with_nothing_but_a_torn_line_is_continued(log: AuditLog) -> None:
    ask(log)
    last = log.folder.files()[0]
    last.next().path.write_bytes(b"{")
    assert ask(AuditLog(log.folder.path)) == 3
    assert verify(log).faults == ()


def test_a_damaged_last_line_stops_the_log(log: AuditLog) -> None:
    ask(log)
    with log.folder.files()[0].path.open("ab") as file:
        file.write(b"{}\n")
    with pytest.raises(AuditRefused, match=r"the last line of .* is damaged: run 'rag audit verify'"):
        ask(AuditLog(log.folder.path))


def test_a_full_disk_refuses_and_leaves_no_part_of_a_line(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(log)
    before = log.folder.files()[0].path.read_bytes()

    def write(descriptor: int, content: memoryview) -> int:
        if len(content) < 50:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, content[: len(content) // 2])

    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr("rag.audit.files.os.write", write)
        with pytest.raises(AuditRefused, match="No space left on device: free some space on its disk"):
            ask(log)
    assert log.folder.files()[0].path.read_bytes() == before
    assert ask(log) == 2
    assert verify(log).faults == ()


def test_a_disk_that_does_not_sync_refuses(log: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    ask(log)
    with monkeypatch.context() as patch:
        patch.setattr("rag.audit.files.os.fsync", fail)
        with pytest.raises(AuditRefused, match="Input/output error: check the folder in RAG_AUDIT_DIR"):
            ask(log)
    ask(log)
    assert verify(log).faults == ()


def test_a_folder_that_cannot_be_made_refuses(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log = AuditLog(tmp_path / "file" / "audit")
    for refused in (log.check, lambda: ask(log)):
        with pytest.raises(AuditRefused, match="the audit log cannot be used") as error:
            refused()
        assert str(tmp_path) not in str(error.value), "clients read the sentence"


def test_a_log_that_works_passes_its_check(log: AuditLog) -> None:
    log.check()
    ask(log)
    log.check()


def test_a_hash_shows_only_whether_two_questions_are_the_same(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit", Questions("a key of some length"))
    for question in ("Who pays?", "Who pays?", "Who gains?"):
        ask(log, question)
    text = log.folder.files()[0].path.read_text()
    assert "pays" not in text
    found = rows(log, Selection(question="Who pays?"))
    assert [row.number for row in found] == [1, 2]
    assert rows(AuditLog(tmp_path / "audit", Questions("another key of some")), Selection(question="Who pays?")) == []
    assert verify(log).faults == ()
