"""Ingest a folder with hostile documents: good ones are indexed, bad ones fail with a reason, and nothing crashes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from rag.service import Service
from rag.settings import Settings
from rag.types import Ask
from rag.wiring import assemble
from tests import hostile
from tests.articles import Articles

Bad: TypeAlias = dict[str, tuple[str | bytes, str]]

_RIGHT = "Leave is a right."
_PROGRAM = r"""
import atexit, re, sys
atexit.register(lambda: print(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1], file=sys.stderr))
from rag.cli import main
main()
"""
_LONG = "n" * 251

_GOOD: dict[str, str | bytes] = {
    "good.txt": f"{_RIGHT} This one is good.",
    "tags.html": f"<html><body><p>{_RIGHT} Few tags.</p><p>{'<b></b>' * 100_000}</p></body></html>",
    "nul.txt": f"{_RIGHT} Two\0 NULs.\0",
    "bad-utf8.txt": f"{_RIGHT} Café, naïve.".encode() + b"\xff",
    "utf16.txt": f"{_RIGHT} In UTF-16.".encode("utf-16"),
    "utf16-without-mark.txt": f"{_RIGHT} In UTF-16 without a mark.".encode("utf-16-le"),
    "mark.md": f"\ufeff# Mark\n\n{_RIGHT}",
    "xxe.html": f"{hostile.DOCTYPE.format('')}<html><body><p>{_RIGHT}</p><p>Not &x; this.</p></body></html>",
    "laughs.html": f"{hostile.LAUGHS}<html><body><p>{_RIGHT}</p><p>Not &i; this.</p></body></html>",
    "aliases.md": f"---\na: &a [{'x,' * 9}]\nb: &b [{'*a,' * 9}]\nc: [{'*b,' * 9}]\n---\n{_RIGHT} With aliases.",
    "members.docx": hostile.word(hostile.paragraph(f"{_RIGHT} In Word."), parts={"../../evil": "x", "/etc/evil": "x"}),
    "brackets.md": f"{_RIGHT}\n\n{'[' * 50_000}",
    "folder.pdf/in.txt": f"{_RIGHT} In a folder.",
    "directions.txt": f"{_RIGHT} \u202eUnseen\u202c \u200bmarks and Cyrillic lеttеrs.",
    f"{_LONG}.txt": f"{_RIGHT} By a long name.",
    "names.jsonl": json.dumps({"id": "../../../etc/passwd", "text": f"{_RIGHT} By a name that climbs."}),
}
"""Documents that are indexed."""


@pytest.fixture(scope="module")
def failed() -> Bad:
    """Documents that fail, each with a part of the reason. The machine decides which limit a bomb reaches first."""
    return {
        "empty.txt": ("", "is empty"),
        "blank.md": (" \n\t\n", "is empty"),
        "zip-bomb.docx": (hostile.zip_bomb(), "is larger than 128 MiB"),
        "pdf-bomb.pdf": (hostile.pdf(b" " * 500_000_000, squeezed=2), "RAG_PARSE_"),
        "endless.pdf": (hostile.endless_pdf(), "RAG_PARSE_SECONDS"),
        "line.txt": ("a line " * 15_000_000, "RAG_PARSE_"),
        "nested.html": (f"{hostile.PAGE}<p>{_RIGHT}</p>{'<div>' * 100_000}{_RIGHT}", "is nested too deeply"),
        "nested.docx": (hostile.word("<w:p>" * 100_000 + "</w:p>" * 100_000), "depth"),
        "encrypted.pdf": (hostile.encrypted_pdf(), "is encrypted"),
        "scan.pdf": (hostile.pdf(b"0 0 m 9 9 l S"), "a scan without a text layer"),
        "xxe.docx": (hostile.word(hostile.paragraph("&x;"), before=hostile.DOCTYPE.format("")), "DOCTYPE"),
        "laughs.docx": (hostile.word(hostile.paragraph("&i;"), before=hostile.LAUGHS), "amplification"),
        "random.txt": (bytes(range(256)) * 900, "is not text"),
        "random.odt": (bytes(range(256)) * 900, "is not an OpenDocument text"),
        "laughs.odt": (hostile.zipped({"content.xml": f"{hostile.LAUGHS}<a>&i;</a>".encode()}), "amplification"),
        "bomb.odt": (hostile.zipped({"content.xml": b"0" * 64_000_000}), "is compressed more than 200 times"),
        "nested.rtf": ("{\\rtf1 " + "{" * 100_000, "is nested too deeply"),
        "random.rtf": (bytes(range(256)) * 900, "is not Rich Text"),
        "random.docx": (bytes(range(256)) * 900, "is not a Word document"),
        "random.pdf": (bytes(range(256)) * 900, "is not a PDF"),
        "lines.jsonl": (f'"no object"\n{"[" * 100_000}\n{{}}\n', "not an object"),
        "bomb.zip": (hostile.zipped({"bomb.txt": b"0" * 64_000_000}), "is compressed more than 200 times"),
        "bomb.epub": (hostile.zipped({"META-INF/container.xml": b"0" * 64_000_000}), "is compressed more than"),
        "laughs.xml": (f"{hostile.LAUGHS}<html>&i;</html>", "amplification"),
        "nested.xml": ("<a>" * 100_000, "is not XML"),
        "bomb.xlsx": (hostile.workbook(" " * 64_000_000), "is compressed more than 200 times"),
        "laughs.xlsx": (hostile.workbook("&i;", before=hostile.LAUGHS), "DOCTYPE"),
        "random.pptx": (bytes(range(256)) * 900, "is not a PowerPoint presentation"),
        "random.ods": (bytes(range(256)) * 900, "is not a zip archive"),
        "commas.csv": ("," * 5_000_000, "has a row of more than 16,384 fields"),
        "cells.csv": ("a,b,c\n" * 400_000, "more than 1,000,000 cells"),
        "random.msg": (bytes(range(256)) * 900, "is not an Outlook e-mail"),
        "random.zip": (bytes(range(256)) * 900, "is not a zip archive"),
        "random.eml": (bytes(range(256)) * 900, "is not"),
        "record.jsonl": (json.dumps({"text": "a " * 5_000_000}), "RAG_PARSE_"),
    }


@pytest.fixture
def folder(tmp_path: Path, failed: Bad) -> Path:
    """A folder with all the documents, and with pipes, links and a file name in Latin-1."""
    folder = tmp_path / "articles"
    for name, content in {**_GOOD, **{name: content for name, (content, _) in failed.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text(f"{_RIGHT} By a name in Latin-1.")
    os.mkfifo(folder / "pipe.txt")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "gone.md").symlink_to("not-there.md")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "passwd.txt").symlink_to("/etc/passwd")
    return folder


def test_good_documents_are_indexed_and_others_fail_with_a_reason(folder: Path, failed: Bad, tmp_path: Path) -> None:
    limits = {"RAG_PARSE_SECONDS": "8", "RAG_PARSE_MEMORY": "512", "RAG_PARSE_OUTPUT": "4", "RAG_OCR_SECONDS": "0"}
    environment = {**os.environ, **limits, "RAG_ENCODER": "hashing", "RAG_INDEX_DIR": str(tmp_path / "index")}
    command = [sys.executable, "-c", _PROGRAM, "ingest", "--json", str(folder)]
    ran = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)
    assert ran.returncode == 1
    peak = int(ran.stderr)  # nothing else on standard error: no traceback, no warning
    assert peak < 400_000, "KiB of memory for documents of gigabytes"
    items = json.loads(ran.stdout)["items"]
    states = {item["source"].removeprefix(f"{folder}/"): (item["state"], item["reason"]) for item in items}
    for name in _GOOD:
        assert states.pop(name, states.pop(f"{name}#../../../etc/passwd", None)) == ("added", None), name
    for name, (_, word) in failed.items():
        reasons = [states.pop(source) for source in list(states) if source.partition("#")[0] == name]
        assert reasons, name
        assert {state for state, _ in reasons} == {"failed"}, name
        assert word in reasons[0][1]
        assert all(name in reason for _, reason in reasons)
    assert states.pop("caf\\udce9.txt") == ("added", None)
    assert states.keys() == {"pipe.txt", "loop.md", "gone.md", "zero.txt", "passwd.txt"}
    assert {state for state, _ in states.values()} == {"failed"}
    _check_index(tmp_path / "index")


def _check_index(directory: Path) -> None:
    """Check that the index holds only the text of the good documents, and nothing from other files."""
    service = assemble(Settings(index_dir=directory, encoder="hashing", least_confidence=0))
    snapshot = service.parts.store.current()
    assert len(snapshot.documents()) == len(_GOOD) + 1
    for stored in snapshot.documents():
        text = snapshot.document(stored.reference.id).text
        assert _RIGHT in text
        assert not [stolen for stolen in ("root:", "haha", "\0") if stolen in text]
    assert service.view(None).answer(Ask("What is leave?")).citations


@pytest.fixture
def interrupt_soon() -> Iterator[Callable[[], object]]:
    """A function that sends the signal of Ctrl-C to this process after a second."""
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    yield lambda: signal.setitimer(signal.ITIMER_REAL, 1)
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_an_interrupt_ends_the_parser_process_and_leaves_the_index_unchanged(
    articles: Articles, service: Service, interrupt_soon: Callable[[], object]
) -> None:
    articles.write("a.txt", _RIGHT)
    before = articles.ingest(service)
    path = articles.write("endless.pdf", hostile.endless_pdf())
    interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        articles.ingest(service)
    assert _parser_processes() == []
    assert service.parts.store.refresh().id == before.snapshot
    path.unlink()
    assert articles.ingest(service).counts == {"unchanged": 1}


def _parser_processes() -> list[str]:
    """Return the command lines of the parser processes that this process started."""
    children = [pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]
    commands = [Path(f"/proc/{pid}/cmdline").read_text() for pid in children]
    return [command for command in commands if "rag.sources" in command]
