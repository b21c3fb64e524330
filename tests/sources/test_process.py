"""A file is read in a process of its own as it would be in this one; what takes too much ends that process alone."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

from rag.errors import ConfigurationError, UnreadableSource
from rag.sources import Limits, ReadingProcess, Record, child, discover, process
from rag.sources.reading import read
from tests import hostile
from tests.http.serving import wait_for

EXAMPLES = Path(__file__).parents[2] / "examples" / "articles"


@pytest.fixture(autouse=True)
def resting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """No process rests when a test begins; what rests when it ends is ended."""
    processes: list[Any] = []
    monkeypatch.setattr(process, "_resting", processes)
    yield processes
    for one in processes:
        one.kill()


@pytest.fixture
def reading() -> Iterator[ReadingProcess]:
    with ReadingProcess(Limits(seconds=20, memory=512, output=1)) as reading:
        yield reading


def _reason(record: Record) -> str:
    assert isinstance(record.content, UnreadableSource), record
    return str(record.content)


def _only_reason(reading: ReadingProcess, path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (record,) = reading.read(path)
    assert record.key == str(path)
    reason = _reason(record)
    assert reason.startswith(str(path))
    assert reason.endswith(".")
    return reason


def _is_sound(reading: ReadingProcess, folder: Path) -> None:
    (folder / "sound.txt").write_text("Leave is a right.")
    (record,) = reading.read(folder / "sound.txt")
    assert record.content == next(read(folder / "sound.txt")).content


def _children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()]


def test_another_process_reads_what_this_one_would(reading: ReadingProcess) -> None:
    for path in discover([EXAMPLES]).files.values():
        assert list(reading.read(path)) == list(read(path))


def test_a_reason_comes_over_whole(reading: ReadingProcess, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\nnot JSON\n{"id": "b", "text": "Two."}')
    here, there = list(read(tmp_path / "a.jsonl")), list(reading.read(tmp_path / "a.jsonl"))
    assert [record.key for record in there] == [record.key for record in here]
    assert (there[0].content, there[2].content) == (here[0].content, here[2].content)
    assert _reason(there[1]) == _reason(here[1])


def test_a_document_that_needs_too_much_memory_fails_and_the_next_is_read(
    reading: ReadingProcess, tmp_path: Path
) -> None:
    assert "needs more than 512 MiB of memory" in _only_reason(reading, tmp_path / "a.docx", hostile.zip_bomb())
    _is_sound(reading, tmp_path)
    assert "memory" in _only_reason(reading, tmp_path / "a.pdf", hostile.pdf(b" " * 500_000_000, squeezed=2))
    _is_sound(reading, tmp_path)


def test_a_document_that_takes_too_long_fails_and_the_next_is_read(tmp_path: Path) -> None:
    with ReadingProcess(Limits(seconds=1)) as reading:
        assert "more than 1 s" in _only_reason(reading, tmp_path / "a.pdf", hostile.endless_pdf())
        _is_sound(reading, tmp_path)


def test_a_document_of_too_much_text_fails_and_the_next_is_read(reading: ReadingProcess, tmp_path: Path) -> None:
    assert "more than 1 MiB of text" in _only_reason(reading, tmp_path / "a.txt", "Leave is a right. " * 100_000)
    _is_sound(reading, tmp_path)


def _many(folder: Path) -> Path:
    path = folder / "many.jsonl"
    path.write_text("\n".join(f'{{"text": "The text numbered {number}."}}' for number in range(5_000)))
    return path


def test_a_process_that_the_system_kills_is_told_of(reading: ReadingProcess, tmp_path: Path) -> None:
    records = reading.read(_many(tmp_path))
    next(records)
    os.kill(_children()[-1], signal.SIGKILL)
    *_, last = records
    assert "the system killed" in _reason(last)
    _is_sound(reading, tmp_path)


def test_what_files_before_may_have_caused_is_tried_again_afresh(reading: ReadingProcess, tmp_path: Path) -> None:
    _is_sound(reading, tmp_path)
    path = _many(tmp_path)
    records = reading.read(path)
    first = next(records)
    os.kill(_children()[-1], signal.SIGKILL)
    assert [first, *records] == list(read(path))


def test_a_file_that_is_not_read_to_its_end_leaves_nothing_to_the_next(reading: ReadingProcess, tmp_path: Path) -> None:
    for _ in reading.read(_many(tmp_path)):
        break
    _is_sound(reading, tmp_path)


def test_one_process_rests_for_who_reads_next_within_the_same_limits(tmp_path: Path) -> None:
    before = _children()
    with ReadingProcess(Limits()) as reading, ReadingProcess(Limits()) as other:
        assert _children() == before
        _is_sound(reading, tmp_path)
        _is_sound(other, tmp_path)
        assert len(_children()) == len(before) + 2
    [rested] = set(_children()) - set(before)
    with ReadingProcess(Limits()) as reading:
        _is_sound(reading, tmp_path)
        assert set(_children()) - set(before) == {rested}
    with ReadingProcess(Limits(seconds=7)) as reading:
        _is_sound(reading, tmp_path)
        [another] = set(_children()) - set(before)
        assert another != rested


def test_one_that_rested_too_long_is_started_anew(tmp_path: Path) -> None:
    with ReadingProcess(Limits()) as reading:
        _is_sound(reading, tmp_path)
    os.kill(_children()[-1], signal.SIGKILL)
    with ReadingProcess(Limits()) as reading:
        _is_sound(reading, tmp_path)


def test_one_that_was_started_ahead_and_waited_too_long_is_started_anew(
    reading: ReadingProcess, tmp_path: Path
) -> None:
    waiting = reading.begin()
    os.kill(_children()[-1], signal.SIGKILL)
    wait_for(lambda: not waiting.lives(), seconds=10)
    _is_sound(reading, tmp_path)


def test_one_that_rests_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "REST", 0.01)
    ours, theirs = Pipe()
    with ours, theirs:
        child.serve(theirs, Limits())
        assert ours.recv_bytes() == child.READY


def test_after_an_error_it_rests_unless_it_was_reading(resting: list[Any], tmp_path: Path) -> None:
    with suppress(KeyboardInterrupt), ReadingProcess(Limits()) as reading:
        _is_sound(reading, tmp_path)
        raise KeyboardInterrupt
    assert len(resting) == 1
    with suppress(KeyboardInterrupt), ReadingProcess(Limits()) as reading:
        next(reading.read(_many(tmp_path)))
        raise KeyboardInterrupt
    assert not resting


def test_the_folder_of_the_documents_lends_no_modules(
    reading: ReadingProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("rag", "pickle", "yaml"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run')")
    (tmp_path / "a.md").write_text("---\ntitle: Leave\n---\nLeave is a right.")
    assert list(reading.read(Path("a.md"))) == list(read(Path("a.md")))


def test_the_process_knows_nothing_of_models_and_indexes() -> None:
    code = "import rag.sources.child, rag.sources.reading, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"torch", "sentence_transformers", "faiss", "rag.snapshots", "rag.settings"}.isdisjoint(loaded)


def test_a_process_that_cannot_start_is_an_error_of_the_installation(
    reading: ReadingProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ConfigurationError, match="does not start"):
        list(reading.read(tmp_path / "a.txt"))


def test_a_record_is_the_same_after_a_pickle() -> None:
    for record in read(EXAMPLES / "montreal-protocol-and-kigali-amendment.pdf"):
        assert pickle.loads(pickle.dumps(record)) == record
