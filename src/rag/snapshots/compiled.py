"""Models compiled for this index, each in a folder of its own: derived and dear, so made once and kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from pydantic import RootModel, ValidationError

from rag.snapshots.durable import delete, discard, exclusive, filling, make_folder, publish_folder
from rag.snapshots.manifest import FileDigest, digest

_FILES = "files.json"
_BUILDING = ".building"

_log = logging.getLogger(__name__)


class _Files(RootModel[dict[str, FileDigest]]):
    """Size and digest of every file in a folder, by name."""


class CompiledModels:
    """What `rag.protocols.Graphs` asks for, in folders below `directory`: each is whole and checked, or not there."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def find(self, key: str) -> Path | None:
        """Return the folder kept under `key`; a damaged one is as good as none."""
        folder = self._directory / key
        if not folder.is_dir():
            return None
        if fault := _fault(folder):
            _log.warning("the compiled model in %s is made anew: %s", folder, fault)
            return None
        return folder

    def keep(self, key: str, fill: Callable[[Path], object]) -> None:
        """Keep the files that `fill` writes into a folder. Raises StorageError, and WriterBusy where others do."""
        make_folder(self._directory)
        with exclusive(self._directory / "LOCK"):
            for left in (*self._directory.glob(_BUILDING), *self._directory.glob(".discarded-*")):
                delete(left)  # by a process that was killed
            folder = self._directory / _BUILDING
            make_folder(folder)
            with filling(self._directory):
                fill(folder)
                files = {path.name: digest(path) for path in sorted(folder.iterdir())}
                (folder / _FILES).write_text(_Files(files).model_dump_json(indent=1), encoding="utf-8")
            if (self._directory / key).exists():
                discard(self._directory / key)
            publish_folder(folder, self._directory / key)


def _fault(folder: Path) -> str | None:
    """Say what is not as it was written."""
    try:
        files = _Files.model_validate_json((folder / _FILES).read_bytes()).root
        changed = [name for name, expected in files.items() if digest(folder / name) != expected]
    except OSError as error:
        return str(error)
    except ValidationError:
        return f"{_FILES} is not what was written"
    return f"{changed[0]} is not what was written" if changed else None
