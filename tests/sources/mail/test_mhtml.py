"""A web page that a browser saved in one file is parsed like any other page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.parsing import document, reason


@pytest.mark.parametrize("suffix", ["mhtml", "mht"])
@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_the_page_is_read_with_its_address(tmp_path: Path, suffix: str, charset: str) -> None:
    page = "<html><body><h1>Die Fähre</h1><p>Vier.</p></body></html>"
    raw = (
        "Snapshot-Content-Location: https://example.org/ferry\nSubject: =?utf-8?Q?F=C3=A4hre?=\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/related; type="text/html"; boundary="b"\n\n--b\n'
        f"Content-Type: text/html; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n{page}\n"
        "--b\nContent-Type: text/css\n\np { color: red }\n--b--\n"
    ).encode(charset)
    found = document(tmp_path / f"a.{suffix}", raw)
    assert found.text == "Die Fähre\n\nVier."
    assert (found.reference.title, found.reference.url) == ("Die Fähre", "https://example.org/ferry")


def test_a_file_without_a_page_is_refused(tmp_path: Path) -> None:
    assert "holds no web page" in reason(tmp_path / "a.mht", "Subject: x\n\nText.")
