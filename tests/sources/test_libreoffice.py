"""LibreOffice converts .doc files if it is installed. A script stands in for it here."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rag.errors import UnsupportedSource
from rag.sources import libreoffice
from rag.sources.documents import parse
from rag.sources.parser_limits import Limits
from tests.sources.parsing import document, reason
from tests.sources.word_parts import core, p, word

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
_SCRIPT = """#!{python}
import os, pathlib, sys, time
options = dict(zip(sys.argv[2:], sys.argv[3:]))
here = pathlib.Path({folder!r})
given, out = pathlib.Path(sys.argv[-1]), pathlib.Path(options["--outdir"])
profile = pathlib.Path(sys.argv[1].partition("file://")[2])
settings = (profile / "user/registrymodifications.xcu").read_text()
(here / "seen").write_text(settings + repr(sys.argv) + os.environ["HOME"])
def done():
    out.mkdir(parents=True)
    (out / "document.docx").write_bytes((here / "made.docx").read_bytes())
{script}
"""


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A function that installs a LibreOffice that runs a script; `done()` in it writes the result."""
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "made.docx").write_bytes(word(p("Leave is a right."), core(author="Ada Obi")))

    def install(script: str) -> Path:
        program = folder / "soffice"
        program.write_text(_SCRIPT.format(python=sys.executable, folder=str(folder), script=script))
        program.chmod(0o755)
        return folder

    monkeypatch.setenv("PATH", str(folder))
    return install


def test_an_old_document_is_converted(tmp_path: Path, office: Callable[[str], Path]) -> None:
    folder = office("assert given.read_bytes()[:4] == bytes.fromhex('d0cf11e0'); done()")
    found = document(tmp_path / "a.doc", _OLE)
    assert (found.text, found.reference.author, found.metadata["format"]) == ("Leave is a right.", "Ada Obi", "doc")
    seen = (folder / "seen").read_text()
    assert "--headless" in seen
    home = seen.rpartition("]")[2]
    assert not Path(home).exists(), "the folder of the conversion is removed"
    settings = {"DisableMacrosExecution": "true", "ooInetProxyType": "2", "ooInetHTTPProxyName": "127.0.0.1"}
    for name, value in settings.items():
        assert f'oor:name="{name}" oor:op="fuse"><value>{value}<' in seen


def test_it_is_started_again_after_it_has_set_up_its_profile(tmp_path: Path, office: Callable[[str], Path]) -> None:
    office("first = here / 'first'\nif not first.exists():\n    first.touch()\n    sys.exit(81)\ndone()")
    assert document(tmp_path / "a.doc", _OLE).text == "Leave is a right."


def test_without_it_the_file_is_skipped_with_the_reason(tmp_path: Path, office: Callable[[str], Path]) -> None:
    (tmp_path / "a.doc").write_bytes(_OLE)
    (record,) = parse(tmp_path / "a.doc")
    assert isinstance(record.content, UnsupportedSource)
    assert "needs LibreOffice, which is not installed; install it, or save the file as .docx." in str(record.content)


def test_a_failure_gives_its_reason(tmp_path: Path, office: Callable[[str], Path]) -> None:
    office("print('Error: source file could not be loaded', file=sys.stderr)")
    found = reason(tmp_path / "a.doc", _OLE)
    assert "cannot be converted by LibreOffice (Error: source file could not be loaded); it may be damaged" in found


def test_a_conversion_that_hangs_is_ended_with_all_its_processes(
    tmp_path: Path, office: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(libreoffice, "active", lambda: Limits(seconds=2))
    folder = office("if not os.fork():\n    time.sleep(3)\n    (here / 'late').touch()\nelse:\n    time.sleep(60)")
    assert "takes LibreOffice more than 2 s to convert" in reason(tmp_path / "a.doc", _OLE)
    assert not (folder / "late").exists()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (word(p("Leave is a right.")), "Leave is a right."),
        (b"\xef\xbb\xbf<html><body><p>Leave is a right.</p></body></html>", "Leave is a right."),
    ],
)
def test_another_format_under_the_suffix_needs_no_conversion(
    tmp_path: Path, office: Callable[[str], Path], content: bytes, text: str
) -> None:
    assert document(tmp_path / "a.doc", content).text == text


def test_other_bytes_are_refused(tmp_path: Path) -> None:
    assert "is not a Word document" in reason(tmp_path / "a.doc", b"Leave is a right.")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_itself_converts(tmp_path: Path) -> None:
    old = libreoffice.convert(word(p("Leave is a right.")), ".docx", "doc")
    assert document(tmp_path / "a.doc", old).text == "Leave is a right."
