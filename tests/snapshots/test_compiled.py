"""A compiled model is kept whole, or it is made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import StorageError, WriterBusy
from rag.snapshots import CompiledModels
from rag.snapshots.durable import exclusive


def _fill(folder: Path, content: str = "weights") -> None:
    (folder / "graph.bin").write_text(content)
    (folder / "tokenizer.json").write_text("{}")


@pytest.fixture
def models(tmp_path: Path) -> CompiledModels:
    """A place with one compiled model."""
    models = CompiledModels(tmp_path / "encoders")
    models.keep("a", _fill)
    return models


def test_what_is_kept_is_found_by_whoever_comes_later(models: CompiledModels, tmp_path: Path) -> None:
    found = CompiledModels(tmp_path / "encoders").find("a")
    assert found is not None
    assert (found / "graph.bin").read_text() == "weights"
    assert models.find("b") is None


@pytest.mark.parametrize("name", ["graph.bin", "tokenizer.json", "files.json"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "gone"])
def test_a_damaged_one_is_not_found_and_can_be_made_anew(
    models: CompiledModels, tmp_path: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "encoders" / "a" / name
    content = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes(content[:-1] if damage == "cut" else bytes([content[0] ^ 1]) + content[1:])
    assert models.find("a") is None
    assert len([line for line in caplog.messages if "is made anew" in line and "\n" not in line]) == 1
    models.keep("a", lambda folder: _fill(folder, "new"))
    found = models.find("a")
    assert found is not None
    assert (found / "graph.bin").read_text() == "new"


def test_what_a_killed_process_left_is_no_model_and_is_swept(models: CompiledModels, tmp_path: Path) -> None:
    left = tmp_path / "encoders" / ".building"
    left.mkdir()
    _fill(left, "half")
    models.keep("b", lambda folder: _fill(folder, "whole"))
    found = models.find("b")
    assert found is not None
    assert (found / "graph.bin").read_text() == "whole"
    assert not left.exists()


def test_one_process_writes_at_a_time(models: CompiledModels, tmp_path: Path) -> None:
    with exclusive(tmp_path / "encoders" / "LOCK"), pytest.raises(WriterBusy):
        models.keep("b", _fill)
    assert models.find("b") is None


def test_what_the_disk_refuses_is_one_sentence_and_keeps_nothing(models: CompiledModels) -> None:
    def refuse(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match=r"^[^\n]* cannot be written: No space left on device: free some space"):
        models.keep("b", refuse)
    assert models.find("b") is None
