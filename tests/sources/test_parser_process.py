"""The parser process gives the same records as parsing here. A file that exceeds a limit ends only that process."""

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
from rag.formats import BUILT_IN
from rag.sources import Limits, ParserProcess, Record, child, discover, limited_child, parser_process
from rag.sources.documents import parse
from tests import hostile
from tests.http.serving import wait_for

EXAMPLES = Path(__file__).parents[2] / "examples" / "articles"


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Begin without an idle process, and end any that the test leaves."""
    processes: list[Any] = []
    monkeypatch.setattr(parser_process, "_idle", processes)
    yield processes
    for one in processes:
        one.kill()


@pytest.fixture
def parser() -> Iterator[ParserProcess]:
    with ParserProcess(Limits(seconds=20, memory=512, output=1)) as parser:
        yield parser


def _reason(record: Record) -> str:
    assert isinstance(record.content, UnreadableSource), record
    return str(record.content)


def _only_reason(parser: ParserProcess, path: Path, content: str | bytes) -> str:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (record,) = parser.parse(path)
    assert record.key == str(path)
    reason = _reason(record)
    assert reason.startswith(str(path))
    assert reason.endswith(".")
    return reason


def _check_that_the_next_is_parsed(parser: ParserProcess, folder: Path) -> None:
    (folder / "sound.txt").write_text("Leave is a right.")
    (record,) = parser.parse(folder / "sound.txt")
    assert record.content == next(parse(folder / "sound.txt")).content


def _children() -> list[int]:
    return [int(pid) for pid in Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()]


def test_the_parser_process_gives_the_same_records_as_parsing_here(parser: ParserProcess) -> None:
    for path in discover([EXAMPLES]).files.values():
        assert list(parser.parse(path)) == list(parse(path))


def test_an_error_arrives_unchanged(parser: ParserProcess, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\nnot JSON\n{"id": "b", "text": "Two."}')
    here, there = list(parse(tmp_path / "a.jsonl")), list(parser.parse(tmp_path / "a.jsonl"))
    assert [record.key for record in there] == [record.key for record in here]
    assert (there[0].content, there[2].content) == (here[0].content, here[2].content)
    assert _reason(there[1]) == _reason(here[1])


def test_a_document_that_needs_too_much_memory_fails_and_the_next_is_parsed(
    parser: ParserProcess, tmp_path: Path
) -> None:
    assert "needs more than 512 MiB of memory" in _only_reason(parser, tmp_path / "a.txt", b"a line " * 40_000_000)
    _check_that_the_next_is_parsed(parser, tmp_path)
    assert "memory" in _only_reason(parser, tmp_path / "a.pdf", hostile.pdf(b" " * 500_000_000, squeezed=2))
    _check_that_the_next_is_parsed(parser, tmp_path)


def test_a_document_that_takes_too_long_fails_and_the_next_is_parsed(tmp_path: Path) -> None:
    with ParserProcess(Limits(seconds=1)) as parser:
        assert "more than 1 s" in _only_reason(parser, tmp_path / "a.pdf", hostile.endless_pdf())
        _check_that_the_next_is_parsed(parser, tmp_path)


def test_a_document_of_too_much_text_fails_and_the_next_is_parsed(parser: ParserProcess, tmp_path: Path) -> None:
    assert "more than 1 MiB of text" in _only_reason(parser, tmp_path / "a.txt", "Leave is a right. " * 100_000)
    _check_that_the_next_is_parsed(parser, tmp_path)


def _many(folder: Path) -> Path:
    path = folder / "many.jsonl"
    path.write_text("\n".join(f'{{"text": "The text numbered {number}."}}' for number in range(5_000)))
    return path


def test_if_the_system_kills_the_process_the_reason_says_so(parser: ParserProcess, tmp_path: Path) -> None:
    records = parser.parse(_many(tmp_path))
    next(records)
    os.kill(_children()[-1], signal.SIGKILL)
    *_, last = records
    assert "the system killed" in _reason(last)
    _check_that_the_next_is_parsed(parser, tmp_path)


def test_if_earlier_files_may_be_the_cause_a_new_process_tries_the_file_again(
    parser: ParserProcess, tmp_path: Path
) -> None:
    _check_that_the_next_is_parsed(parser, tmp_path)
    path = _many(tmp_path)
    records = parser.parse(path)
    first = next(records)
    os.kill(_children()[-1], signal.SIGKILL)
    assert [first, *records] == list(parse(path))


def test_a_file_abandoned_halfway_does_not_affect_the_next(parser: ParserProcess, tmp_path: Path) -> None:
    for _ in parser.parse(_many(tmp_path)):
        break
    _check_that_the_next_is_parsed(parser, tmp_path)


def test_one_process_stays_idle_and_serves_the_next_caller_with_the_same_limits(tmp_path: Path) -> None:
    before = _children()
    with ParserProcess(Limits()) as parser, ParserProcess(Limits()) as other:
        assert _children() == before
        _check_that_the_next_is_parsed(parser, tmp_path)
        _check_that_the_next_is_parsed(other, tmp_path)
        assert len(_children()) == len(before) + 2
    [idle] = set(_children()) - set(before)
    with ParserProcess(Limits()) as parser:
        _check_that_the_next_is_parsed(parser, tmp_path)
        assert set(_children()) - set(before) == {idle}
    with ParserProcess(Limits(seconds=7)) as parser:
        _check_that_the_next_is_parsed(parser, tmp_path)
        [another] = set(_children()) - set(before)
        assert another != idle


def test_an_idle_process_that_has_ended_is_replaced(tmp_path: Path) -> None:
    with ParserProcess(Limits()) as parser:
        _check_that_the_next_is_parsed(parser, tmp_path)
    os.kill(_children()[-1], signal.SIGKILL)
    with ParserProcess(Limits()) as parser:
        _check_that_the_next_is_parsed(parser, tmp_path)


def test_a_process_that_was_started_early_and_has_ended_is_replaced(parser: ParserProcess, tmp_path: Path) -> None:
    waiting = parser.start()
    os.kill(_children()[-1], signal.SIGKILL)
    wait_for(lambda: not waiting.lives(), seconds=10)
    _check_that_the_next_is_parsed(parser, tmp_path)


def test_an_idle_process_exits_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "IDLE_SECONDS", 0.01)
    ours, theirs = Pipe()
    with ours, theirs:
        child.serve(theirs, Limits())
        assert ours.recv_bytes() == limited_child.READY


def test_after_an_error_the_process_stays_idle_unless_it_was_parsing(idle: list[Any], tmp_path: Path) -> None:
    with suppress(KeyboardInterrupt), ParserProcess(Limits()) as parser:
        _check_that_the_next_is_parsed(parser, tmp_path)
        raise KeyboardInterrupt
    assert len(idle) == 1
    with suppress(KeyboardInterrupt), ParserProcess(Limits()) as parser:
        next(parser.parse(_many(tmp_path)))
        raise KeyboardInterrupt
    assert not idle


def test_no_module_is_imported_from_the_folder_of_the_documents(
    parser: ParserProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("rag", "pickle", "yaml"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run')")
    (tmp_path / "a.md").write_text("---\ntitle: Leave\n---\nLeave is a right.")
    assert list(parser.parse(Path("a.md"))) == list(parse(Path("a.md")))


def test_no_parser_imports_models_or_indexes() -> None:
    parsers = ", ".join(one.parser.partition(":")[0] for one in BUILT_IN)
    code = f"import rag.sources.child, rag.sources.documents, {parsers}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"torch", "sentence_transformers", "faiss", "rag.snapshots", "rag.settings"}.isdisjoint(loaded)


def test_a_process_that_does_not_start_is_a_configuration_error(
    parser: ParserProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ConfigurationError, match="does not start"):
        list(parser.parse(tmp_path / "a.txt"))


def test_a_record_survives_pickling() -> None:
    for record in parse(EXAMPLES / "montreal-protocol-and-kigali-amendment.pdf"):
        assert pickle.loads(pickle.dumps(record)) == record
