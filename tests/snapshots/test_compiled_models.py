"""A compiled model is cached whole. If it is damaged, it is compiled again."""

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
    """A cache with one compiled model."""
    models = CompiledModels(tmp_path / "encoders")
    models.put("a", _fill)
    return models


def test_a_cached_model_is_found_later(models: CompiledModels, tmp_path: Path) -> None:
    found = CompiledModels(tmp_path / "encoders").get("a")
    assert found is not None
    assert (found / "graph.bin").read_text() == "weights"
    assert models.get("b") is None


@pytest.mark.parametrize("name", ["graph.bin", "tokenizer.json", "files.json"])
@pytest.mark.parametrize("damage", ["flipped", "truncated", "missing"])
def test_a_damaged_model_is_not_found_and_can_be_replaced(
    models: CompiledModels, tmp_path: Path, name: str, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "encoders" / "a" / name
    content = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes(content[:-1] if damage == "truncated" else bytes([content[0] ^ 1]) + content[1:])
    assert models.get("a") is None
    assert len([line for line in caplog.messages if "is not used" in line and "\n" not in line]) == 1
    models.put("a", lambda folder: _fill(folder, "new"))
    found = models.get("a")
    assert found is not None
    assert (found / "graph.bin").read_text() == "new"


def test_the_remains_of_a_killed_process_are_deleted(models: CompiledModels, tmp_path: Path) -> None:
    left = tmp_path / "encoders" / ".building"
    left.mkdir()
    _fill(left, "partial")
    models.put("b", lambda folder: _fill(folder, "complete"))
    found = models.get("b")
    assert found is not None
    assert (found / "graph.bin").read_text() == "complete"
    assert not left.exists()


def test_only_one_process_stores_models_at_a_time(models: CompiledModels, tmp_path: Path) -> None:
    with exclusive(tmp_path / "encoders" / "LOCK"), pytest.raises(WriterBusy):
        models.put("b", _fill)
    assert models.get("b") is None


def test_a_full_disk_is_reported_in_one_sentence_and_nothing_is_stored(models: CompiledModels) -> None:
    def refuse(folder: Path) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match=r"^[^\n]* cannot be written: No space left on device: free some space"):
        models.put("b", refuse)
    assert models.get("b") is None


def test_a_shipped_model_is_found_first_and_its_folder_is_never_written_to(tmp_path: Path) -> None:
    CompiledModels(tmp_path / "shipped").put("a", lambda folder: _fill(folder, "shipped"))
    before = sorted((tmp_path / "shipped").rglob("*"))
    models = CompiledModels(tmp_path / "encoders", tmp_path / "shipped")
    models.put("a", lambda folder: _fill(folder, "cached"))
    models.put("b", _fill)
    assert models.get("a") == tmp_path / "shipped" / "a"
    assert models.get("b") == tmp_path / "encoders" / "b"
    assert models.get("c") is None
    assert sorted((tmp_path / "shipped").rglob("*")) == before


def test_a_damaged_shipped_model_is_replaced_by_the_cached_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    CompiledModels(tmp_path / "shipped").put("a", _fill)
    (tmp_path / "shipped" / "a" / "graph.bin").write_text("damaged")
    models = CompiledModels(tmp_path / "encoders", tmp_path / "shipped")
    assert models.get("a") is None
    assert "is not used: graph.bin is damaged" in caplog.text
    models.put("a", _fill)
    assert models.get("a") == tmp_path / "encoders" / "a"
