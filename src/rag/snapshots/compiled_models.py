"""Caches compiled models next to the index, each in a folder of its own, because compiling takes long."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from pydantic import RootModel, ValidationError

from rag.snapshots.durable import delete, discard, exclusive, make_folder, publish_folder, storage_errors
from rag.snapshots.manifest import FileDigest, digest

_FILES = "files.json"
_BUILDING = ".building"

_log = logging.getLogger(__name__)


class _Files(RootModel[dict[str, FileDigest]]):
    """The size and the digest of every file in a folder, by file name."""


class CompiledModels:
    """Implements `rag.protocols.GraphCache` with folders in `directory`. A folder is complete or does not exist.

    `shipped` is another such directory, for example one that came with the image. It is searched first and never
    written to.
    """

    def __init__(self, directory: Path, shipped: Path | None = None) -> None:
        self._directory = directory
        self._shipped = shipped

    def get(self, key: str) -> Path | None:
        """Return the folder stored under `key`, or None if there is none or it is damaged."""
        directories = (self._directory,) if self._shipped is None else (self._shipped, self._directory)
        return next((directory / key for directory in directories if _is_sound(directory / key)), None)

    def put(self, key: str, fill: Callable[[Path], object]) -> None:
        """Create a folder, call `fill` to write files into it, and store it under `key`.

        Raises StorageError, and WriterBusy if another process is storing a model.
        """
        make_folder(self._directory)
        with exclusive(self._directory / "LOCK"):
            # A killed process leaves these folders behind.
            for leftover in (*self._directory.glob(_BUILDING), *self._directory.glob(".discarded-*")):
                delete(leftover)
            folder = self._directory / _BUILDING
            make_folder(folder)
            with storage_errors(self._directory):
                fill(folder)
                files = {path.name: digest(path) for path in sorted(folder.iterdir())}
                (folder / _FILES).write_text(_Files(files).model_dump_json(indent=1), encoding="utf-8")
            if (self._directory / key).exists():
                discard(self._directory / key)
            publish_folder(folder, self._directory / key)


def _is_sound(folder: Path) -> bool:
    """Return whether the folder exists and is complete. Log a warning if it is damaged."""
    fault = _fault(folder) if folder.is_dir() else None
    if fault:
        _log.warning("the compiled model in %s is not used: %s", folder, fault)
    return folder.is_dir() and not fault


def _fault(folder: Path) -> str | None:
    """Return a description of the damage to a folder, or None if it is sound."""
    try:
        files = _Files.model_validate_json((folder / _FILES).read_bytes()).root
        changed = [name for name, expected in files.items() if digest(folder / name) != expected]
    except OSError as error:
        return str(error)
    except ValidationError:
        return f"{_FILES} is damaged"
    return f"{changed[0]} is damaged" if changed else None
