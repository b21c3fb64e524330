"""Which files are taken up from the paths a person names."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UnreadableSource
from rag.sources import discover, read


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def test_folders_are_searched_for_what_can_be_read_in_order(tmp_path: Path) -> None:
    _touch(tmp_path, "b.txt", "a/c.PDF", "a/d.md", "e.png", ".hidden.txt", ".git/f.md", "b.txt.meta.yaml", "~$g.docx")
    assert [path.relative_to(tmp_path).as_posix() for path in discover([tmp_path]).files] == [
        "b.txt",
        "a/c.PDF",
        "a/d.md",
    ]


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    _touch(tmp_path, "a.txt")
    assert discover([tmp_path / "a.txt", tmp_path, tmp_path / "." / "a.txt"]).files == [tmp_path / "a.txt"]


@pytest.mark.parametrize(("name", "words"), [("a.png", "not of a format"), ("gone.txt", "There is no file")])
def test_a_path_named_in_vain_is_an_error_that_says_why(tmp_path: Path, name: str, words: str) -> None:
    _touch(tmp_path, "a.png")
    with pytest.raises(UnreadableSource, match=f"{words}.*|.*{words}") as raised:
        discover([tmp_path / name])
    assert name in str(raised.value)


def test_a_file_that_vanished_is_a_record_and_no_exception(tmp_path: Path) -> None:
    (record,) = read(tmp_path / "gone.txt")
    assert isinstance(record.content, UnreadableSource)
    assert "gone.txt" in str(record.content)
