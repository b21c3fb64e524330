"""A file of a format that is not read is skipped with what makes it readable."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.sources import discover
from rag.sources.unread import remedy


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("a.PNG", "run OCR"),
        ("a.mobi", "convert it to .epub"),
        ("a.rar", "pack it again as .zip"),
        ("a.pst", "as .eml files"),
        ("a.xyz", "convert it to one of .txt"),
    ],
)
def test_the_reason_names_a_remedy(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_text("Text.")
    (reason,) = discover([tmp_path]).skipped.values()
    assert reason.startswith("it has no format that can be parsed; ")
    assert words in reason
    assert words in remedy(name)
