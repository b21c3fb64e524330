"""The search for files under the paths that the user gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from rag.errors import UnreadableSource
from rag.sources import check_paths, discover, fingerprint
from rag.sources.documents import parse
from rag.types import Document


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")


def test_folders_are_searched_in_order_for_files_that_can_be_parsed(tmp_path: Path) -> None:
    _touch(tmp_path, "b.txt", "a/c.PDF", "a/d.md", "e.png", ".hidden.txt", ".git/f.md", "b.txt.meta.yaml", "~$g.docx")
    assert [path.relative_to(tmp_path).as_posix() for path in discover([tmp_path]).files.values()] == [
        "b.txt",
        "a/c.PDF",
        "a/d.md",
    ]


def test_a_file_named_twice_is_found_once(tmp_path: Path) -> None:
    _touch(tmp_path, "a.txt")
    assert [*discover([tmp_path / "a.txt", tmp_path, tmp_path / "." / "a.txt"]).files.values()] == [tmp_path / "a.txt"]


@pytest.mark.parametrize(("name", "words"), [("a.png", "no format"), ("gone.txt", "There is no file")])
def test_a_wrong_path_is_an_error_that_says_why(tmp_path: Path, name: str, words: str) -> None:
    _touch(tmp_path, "a.png")
    with pytest.raises(UnreadableSource, match=f"{words}.*|.*{words}") as raised:
        discover([tmp_path / name])
    assert name in str(raised.value)


def test_a_wrong_path_beside_a_good_one_is_refused_alone(tmp_path: Path) -> None:
    _touch(tmp_path, "in/a.md", "in/b.xyz")
    paths = [tmp_path / "nowhere", tmp_path / "in", tmp_path / "in" / "b.xyz"]
    found = discover(paths)
    assert set(found.files) == {str(tmp_path / "in" / "a.md")}
    assert set(found.refused) == {str(tmp_path / "nowhere"), str(tmp_path / "in" / "b.xyz")}
    assert found.skipped == {}
    with pytest.raises(UnreadableSource, match="There is no file or folder"):
        check_paths(paths)


def test_a_sidecar_that_changes_its_suffix_changes_the_digest_of_its_file(tmp_path: Path) -> None:
    _touch(tmp_path, "a.md")
    alone = sha256(b"1:x").hexdigest()
    assert fingerprint(tmp_path / "a.md") == alone, "files without a sidecar keep the digests of earlier versions"
    (tmp_path / "a.md.meta.yaml").write_text("{}")
    in_yaml = fingerprint(tmp_path / "a.md")
    assert in_yaml == sha256(b"1:x2:{}").hexdigest(), "and so do files with a sidecar in YAML"
    (tmp_path / "a.md.meta.yaml").rename(tmp_path / "a.md.meta.json")
    assert len({alone, in_yaml, fingerprint(tmp_path / "a.md")}) == 3


def test_a_file_that_has_vanished_gives_a_record_and_no_exception(tmp_path: Path) -> None:
    (record,) = parse(tmp_path / "gone.txt")
    assert isinstance(record.content, UnreadableSource)
    assert "gone.txt" in str(record.content)


def test_a_link_inside_the_folder_is_followed_once_and_a_link_out_of_it_is_not(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    _touch(tmp_path, "inside/a.txt", "outside/b.txt")
    (inside / "a-again.txt").symlink_to(inside / "a.txt")
    (inside / "b.txt").symlink_to(outside / "b.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "up").symlink_to("..")
    found = discover([inside])
    assert [*found.files.values()] == [inside / "a-again.txt"]
    assert found.refused.keys() == {str(inside / name) for name in ("b.txt", "folder", "up")}
    assert all("link out of the folder" in str(reason) for reason in found.refused.values())
    assert [*discover([inside, outside]).files.values()] == [inside / "a-again.txt", inside / "b.txt"]
    assert [*discover([inside / "b.txt"]).files.values()] == [inside / "b.txt"]


def test_a_pipe_a_device_or_a_circular_link_gives_a_record_that_says_so(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    _touch(tmp_path, "folder.pdf/a.txt")
    found = discover([tmp_path])
    assert [path.name for path in found.files.values()] == ["pipe.txt", "a.txt"]
    assert "which does not exist" in str(found.refused[str(tmp_path / "loop.txt")])
    for name, words in (("pipe.txt", "a pipe or a device"), ("zero.txt", "a pipe or a device"), ("loop.txt", "levels")):
        assert fingerprint(tmp_path / name) == fingerprint(tmp_path / "gone.txt")
        (record,) = parse(tmp_path / name)
        assert words in str(record.content)


def test_a_file_name_of_the_greatest_length_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / f"{'n' * 251}.txt"
    path.write_text("Leave is a right.")
    (record,) = parse(path)
    assert isinstance(record.content, Document)


def test_an_empty_folder_is_distinguished_from_one_without_files_to_parse(tmp_path: Path) -> None:
    _touch(tmp_path, "a.txt", "pictures/b.png", "hidden/.c.txt")
    (tmp_path / "empty").mkdir()
    assert discover([tmp_path]).empty == [tmp_path / "empty", tmp_path / "hidden"]


def test_a_folder_that_cannot_be_listed_is_refused_and_the_other_files_are_found(public: Path) -> None:
    _touch(public, "a.txt", "shut/b.txt")
    (public / "shut").chmod(0)
    with _as_nobody():
        found = discover([public])
    assert [*found.files.values()] == [public / "a.txt"]
    assert "cannot be listed" in str(found.refused[str(public / "shut")])


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that every user may read; pytest's own temporary folders are private."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(os.path.realpath(folder))


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Give up root privileges, because root ignores permissions."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)
